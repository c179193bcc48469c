"""Local GD as an expert writes it in PyTorch with dense local weights: no autograd, passes
by hand, in-place addmm_, no allocation of anything large inside a step.

    torch_expert.py train|rounds|watch|watch-gram FILE

train has the virtual average at every step, by one product a layer, as lemma's training
does; rounds averages at the end of a round alone.
watch forms gradients and their differences in reused buffers; watch-gram takes all norms
from small Gram matrices, as lemma does.
"""

import torch

from torch_problem import main


def forward(x, W, V, h):
    """h[l] = relu(W_l h[l-1]), in place; outputs."""
    for l, w in enumerate(W):
        torch.mm(x, w.t(), out=h[l]).clamp_(min=0)
        x = h[l]
    return x @ V.t()


def pull(r, W, V, h, d, below=0):
    """d[l] = df/dz_l^T r for l = L-1 down to `below`."""
    torch.mm(r, V, out=d[-1])
    for l in reversed(range(len(W))):
        mask(d[l], h[l])
        if l > below:
            torch.mm(d[l], W[l], out=d[l - 1])


def mask(d, h):
    """d becomes 0 where the unit is off."""
    torch.ops.aten.threshold_backward.grad_input(d, h, 0, grad_input=d)


class Rounds:
    """Training alone: one client after another through the same buffers, averaged once a
    round."""

    def __init__(self, p):
        self.p = p
        self.server = [w.clone() for w in p.W]
        self.local = [w.clone() for w in p.W]
        self.total = [torch.empty_like(w) for w in p.W]
        self.h = [torch.empty(p.n, p.m, dtype=torch.float64) for _ in p.W]
        self.d = [torch.empty(p.n, p.m, dtype=torch.float64) for _ in p.W]

    def step(self, c, weights, target):
        """One step from `weights` into `target` (the same, or another buffer)."""
        p, h, d = self.p, self.h, self.d
        r = forward(p.x[c], weights, p.V, h) - p.y[c]
        pull(r, weights, p.V, h, d)
        for l in range(p.L):
            below = h[l - 1] if l else p.x[c]
            torch.addmm(weights[l], d[l].t(), below, alpha=-p.eta / p.n, out=target[l])
        return 0.5 * (r * r).sum().item() / p.n

    def round(self, _):
        p, first = self.p, 0.0
        for c in range(p.K):
            first += self.step(c, self.server, self.local) / p.K
            for _ in range(p.tau - 1):
                self.step(c, self.local, self.local)
            for t, w in zip(self.total, self.local):
                if c == 0:
                    torch.mul(w, 1 / p.K, out=t)
                else:
                    t.add_(w, alpha=1 / p.K)
        self.server, self.total = self.total, self.server
        return first


class Train:
    """Training alone, all clients in step. The average moves by one product a layer: its
    step is the mean of the local ones."""

    def __init__(self, p):
        self.p = p
        self.mean = [w.clone() for w in p.W]
        self.local = [[w.clone() for w in p.W] for _ in range(p.K)]
        self.h = [torch.empty(p.N, p.m, dtype=torch.float64) for _ in p.W]
        self.d = [torch.empty(p.N, p.m, dtype=torch.float64) for _ in p.W]

    def step(self, c):
        p, rows = self.p, slice(c * self.p.n, (c + 1) * self.p.n)
        h, d = [a[rows] for a in self.h], [a[rows] for a in self.d]
        r = forward(p.x[c], self.local[c], p.V, h) - p.y[c]
        pull(r, self.local[c], p.V, h, d)
        for l, w in enumerate(self.local[c]):
            w.addmm_(d[l].t(), h[l - 1] if l else p.x[c], alpha=-p.eta / p.n)
        return 0.5 * (r * r).sum().item() / p.n

    def round(self, _):
        p, first = self.p, 0.0
        for s in range(p.tau):
            for c in range(p.K):
                loss = self.step(c)
                first += loss / p.K if s == 0 else 0
            for l, w in enumerate(self.mean):
                w.addmm_(self.d[l].t(), self.h[l - 1] if l else p.X, alpha=-p.eta / p.N)
        for local in self.local:
            for w, mean in zip(local, self.mean):
                w.copy_(mean)
        return first


class Watch:
    """All clients in step, with the gap, flips and deviation at every step. The average
    moves by one product per layer: its step is the mean of the local ones."""

    gram = False

    def __init__(self, p):
        def room():
            return [torch.empty(p.N, p.m, dtype=torch.float64) for _ in range(p.L)]

        self.p = p
        self.W0 = [w.clone() for w in p.W]
        self.mean = [w.clone() for w in p.W]
        self.local = [[w.clone() for w in p.W] for _ in range(p.K)]
        self.h, self.d, self.g, self.e = room(), room(), room(), room()  # local, average
        self.lip = self.d if p.d == 1 else room()
        if not self.gram:
            self.A, self.B, self.C = ([torch.empty_like(w) for w in p.W] for _ in range(3))
        forward(p.X, self.mean, p.V, self.h)
        self.initial = [h > 0 for h in self.h]
        self.previous = self.initial

    def rows(self, blocks, c):
        return [b[c * self.p.n : (c + 1) * self.p.n] for b in blocks]

    def local_passes(self):
        """With one output sensitivities are df/dz: the residual comes with the gradient."""
        p, ones = self.p, torch.ones(self.p.n, 1, dtype=torch.float64)
        residuals = []
        for c in range(p.K):
            h, d = self.rows(self.h, c), self.rows(self.d, c)
            r = forward(p.x[c], self.local[c], p.V, h) - p.y[c]
            pull(ones if p.d == 1 else r, self.local[c], p.V, h, d)
            residuals.append(r)
        return torch.cat(residuals)

    def average_pass(self):
        p = self.p
        r = forward(p.X, self.mean, p.V, self.g) - p.Y
        pull(torch.ones_like(r) if p.d == 1 else r, self.mean, p.V, self.g, self.e)
        return r

    def scaled(self, r, r_mean):
        """Rows that make gradients with h and g: of the local ones, of the average's, of
        Lip (per layer)."""
        p, move = self.p, r - r_mean
        if p.d > 1:
            for c in range(p.K):
                h, lip = self.rows(self.h, c), self.rows(self.lip, c)
                pull(move[c * p.n : (c + 1) * p.n], self.local[c], p.V, h, lip)
            return [[b / p.n for b in blocks] for blocks in (self.d, self.e, self.lip)]
        return (
            [d * (r / p.n) for d in self.d],
            [e * (r_mean / p.n) for e in self.e],
            [d * (move / p.n) for d in self.d],
        )

    def add_gap(self, parts, sums):
        """parts (.., L, 6): squares of local, average, gap, Lip, Pat; <local, average>."""
        total = parts.sum(-2)
        norms = total[..., :5].sqrt()
        for i, name in enumerate(("local", "average", "gap", "lipschitz", "pattern")):
            sums.add("gradient_gap." + name, norms[..., i].sum())
        sums.add("gradient_gap.gap_layer", parts[..., 2].sqrt().sum())
        sums.add(
            "gradient_gap.cosine", (total[..., 5] / (norms[..., 0] * norms[..., 1])).sum()
        )

    def gap_formed(self, local, average, lip, sums):
        p = self.p
        parts = torch.empty(p.K, p.L, 6, dtype=torch.float64)
        for c in range(p.K):
            for l in range(p.L):
                a, b, u = self.A[l], self.B[l], self.C[l]
                D, E, F = (self.rows([s[l]], c)[0] for s in (local, average, lip))
                H, G = (self.rows([s[l - 1]], c)[0] if l else p.x[c] for s in (self.h, self.g))
                torch.mm(D.t(), H, out=a)
                torch.mm(E.t(), G, out=b)
                torch.mm(F.t(), H, out=u)
                flat_a, flat_b, flat_u = a.view(-1), b.view(-1), u.view(-1)
                parts[c, l, 0] = flat_a.dot(flat_a)
                parts[c, l, 1] = flat_b.dot(flat_b)
                parts[c, l, 5] = flat_a.dot(flat_b)
                parts[c, l, 3] = flat_u.dot(flat_u)
                torch.sub(a, b, out=b)
                parts[c, l, 2] = flat_b.dot(flat_b)
                b.sub_(u)
                parts[c, l, 4] = flat_b.dot(flat_b)
        self.add_gap(parts, sums)

    def gap_gram(self, local, average, lip, sums):
        """local - average = (D - E)^T H + E^T (H - G): nothing cancels."""
        p = self.p
        parts = torch.empty(p.K, p.L, 6, dtype=torch.float64)
        for l in range(p.L):
            D, E, F = (s[l].view(p.K, p.n, -1) for s in (local, average, lip))
            H, G = (
                (s[l - 1] if l else p.X).view(p.K, p.n, -1) for s in (self.h, self.g)
            )
            X = torch.cat([D, E, D - E, F, D - E - F], 1)
            Y = torch.cat([H, G, H - G], 1)
            P = torch.bmm(X, X.transpose(1, 2)).view(p.K, 5, p.n, 5, p.n)
            Q = torch.bmm(Y, Y.transpose(1, 2)).view(p.K, 3, p.n, 3, p.n)

            def inner(a, b):
                return sum(
                    (P[:, i, :, k, :] * Q[:, j, :, q, :]).sum((1, 2))
                    for i, j in a
                    for k, q in b
                )

            grad, mean, gap = [(0, 0)], [(1, 1)], [(2, 0), (1, 2)]
            split, rest = [(3, 0)], [(4, 0), (1, 2)]
            for i, s in enumerate((grad, mean, gap, split, rest)):
                parts[:, l, i] = inner(s, s).clamp(min=0)
            parts[:, l, 5] = inner(grad, mean)
        self.add_gap(parts, sums)

    def flips(self, step, sums):
        p = self.p
        pattern = [h > 0 for h in self.h]
        mean = pattern if step == 0 else [g > 0 for g in self.g]

        def count(a, b):
            return (a ^ b).sum(1).view(p.K, p.n)

        for l in range(p.L):
            initial = count(pattern[l], self.initial[l])
            average = count(pattern[l], mean[l])
            sums.add("activation.flips_initial", initial.sum())
            sums.add("activation.flips_initial_max", initial.max(1)[0].sum())
            sums.add("activation.flips_previous", count(pattern[l], self.previous[l]).sum())
            sums.add("activation.flips_average", average.sum())
            sums.add("activation.flips_average_max", average.max(1)[0].sum())
            sums.add(
                "activation.average_flips_initial", count(mean[l], self.initial[l]).sum()
            )
        self.previous = pattern

    def deviation(self, step, sums):
        for c in range(self.p.K):
            for l, w in enumerate(self.local[c]):
                room = self.A[l] if not self.gram else torch.empty_like(w)
                if step > 0:
                    flat = torch.sub(w, self.mean[l], out=room).view(-1)
                    sums.add("deviation.frobenius", flat.dot(flat).sqrt())
                torch.sub(w, self.W0[l], out=room).square_()
                sums.add("deviation.max_neuron", room.sum(1).max().sqrt())

    def round(self, sums):
        p = self.p
        for s in range(p.tau):
            r = self.local_passes()
            if s == 0:
                first = 0.5 * (r * r).sum().item() / p.N
                if p.d == 1:
                    local = [d * (r / p.n) for d in self.d]
                else:
                    local = [d / p.n for d in self.d]
                norms = self.one_gradient(local)
                sums.add("gradient_gap.local", norms)
                sums.add("gradient_gap.average", norms)
                sums.add("gradient_gap.cosine", p.K)
            else:
                local, average, lip = self.scaled(r, self.average_pass())
                gap = self.gap_gram if self.gram else self.gap_formed
                gap(local, average, lip, sums)
            self.flips(s, sums)
            self.deviation(s, sums)
            self.update(local)
        for c in range(p.K):
            for l, w in enumerate(self.local[c]):
                sums.add("deviation.at_averaging", (w - self.mean[l]).norm())
                w.copy_(self.mean[l])
        return first

    def one_gradient(self, local):
        """Sum over clients of the gradients' norms, from small Gram matrices."""
        p = self.p
        square = 0
        for l in range(p.L):
            D = local[l].view(p.K, p.n, -1)
            H = (self.h[l - 1] if l else p.X).view(p.K, p.n, -1)
            P, Q = (torch.bmm(t, t.transpose(1, 2)) for t in (D, H))
            square = square + (P * Q).sum((1, 2))
        return square.sqrt().sum()

    def update(self, local):
        p = self.p
        for l in range(p.L):
            below = self.h[l - 1] if l else p.X
            self.mean[l].addmm_(local[l].t(), below, alpha=-p.eta / p.K)
            for c in range(p.K):
                D, H = self.rows([local[l], below], c)
                self.local[c][l].addmm_(D.t(), H, alpha=-p.eta)


class WatchGram(Watch):
    gram = True


if __name__ == "__main__":
    with torch.no_grad():
        main({"train": Train, "rounds": Rounds, "watch": Watch, "watch-gram": WatchGram})
