"""The Gram matrix of a network's trained weights in PyTorch: torch_gram.py VERSION FILE.

    structured  the same algorithm as lemma's, by hand: forward, sensitivities, then
                sum_l (H_l H_l^T) * (B_l B_l^T); no autograd
    functorch   what a user would write: vmap(grad) over the samples, J J^T; the gradients of
                all samples are kept (N P doubles), taken in chunks of 64 samples
"""

import resource
import sys
import time

import numpy
import torch


class Problem:
    def __init__(self, path):
        with open(path, "rb") as f:
            self.N, self.m, self.L, self.d_x = map(int, numpy.fromfile(f, "int64", 4))

            def matrix(rows, cols):
                return torch.from_numpy(numpy.fromfile(f, "float64", rows * cols)).reshape(rows, cols)

            self.x = matrix(self.N, self.d_x)
            self.v = matrix(1, self.m)
            sides = [self.d_x] + [self.m] * self.L
            self.w = [matrix(sides[l + 1], sides[l]) for l in range(self.L)]


def structured(p):
    hs, masks = [p.x], []
    for w in p.w:
        z = torch.mm(hs[-1], w.t())
        masks.append(z >= 0)
        hs.append(z.clamp_(min=0))
    b = masks[-1] * p.v
    k = None
    for l in reversed(range(p.L)):
        part = torch.mm(hs[l], hs[l].t()).mul_(torch.mm(b, b.t()))
        k = part if k is None else k.add_(part)
        if l > 0:
            b = torch.mm(b, p.w[l]).mul_(masks[l - 1])
    return k


def functorch_rows(p):
    from functorch import grad, vmap  # pylint: disable=import-outside-toplevel

    def f(weights, x):
        for w in weights:
            x = torch.relu(w @ x)
        return (p.v @ x)[0]

    per_sample = vmap(grad(f), in_dims=(None, 0))
    sizes = [w.numel() for w in p.w]
    jacobian = torch.empty(p.N, sum(sizes), dtype=torch.float64)
    for first in range(0, p.N, 64):
        parts = per_sample(tuple(p.w), p.x[first:first + 64])
        for part, cut in zip(parts, jacobian[first:first + 64].split(sizes, 1)):
            cut.copy_(part.flatten(1))
    return jacobian @ jacobian.t()


def main():
    torch.set_num_threads(2)
    make = {"structured": structured, "functorch": functorch_rows}[sys.argv[1]]
    p = Problem(sys.argv[2])
    index = torch.arange(p.N, dtype=torch.float64)
    waves = torch.cos(index[:, None] + 2 * index[None, :])
    print("ready torch", torch.__version__, flush=True)
    for _ in sys.stdin:
        begun = time.monotonic()
        with torch.no_grad() if make is structured else torch.enable_grad():
            k = make(p).detach()
        seconds = time.monotonic() - begun
        peak = 1024 * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        print(f"{seconds:.9f} {float(k.trace()):.17g} {peak} norm={float(k.norm()):.17g} "
              f"mixed={float((k * waves).sum()):.17g}", flush=True)


if __name__ == "__main__":
    main()
