"""What the PyTorch versions share: the problem bench_station dumped, and its protocol."""

import resource
import sys
import time

import numpy
import torch


class Problem:
    """Inputs x and targets y per client, V, initial weights W, sizes, the step eta."""

    def __init__(self, path):
        with open(path, "rb") as f:
            head = numpy.fromfile(f, dtype=numpy.int64, count=7)
            self.K, self.n, self.m, self.L, self.d_x, self.d, self.tau = map(int, head)
            self.eta = float(numpy.fromfile(f, dtype=numpy.float64, count=1)[0])

            def matrix(rows, cols):
                a = numpy.fromfile(f, dtype=numpy.float64, count=rows * cols)
                return torch.from_numpy(a).reshape(rows, cols)

            self.N = self.K * self.n
            self.X = matrix(self.N, self.d_x)
            self.Y = matrix(self.N, self.d)
            self.V = matrix(self.d, self.m)
            sides = [self.d_x] + [self.m] * self.L
            self.W = [matrix(sides[l + 1], sides[l]) for l in range(self.L)]
        self.x = self.X.split(self.n)
        self.y = self.Y.split(self.n)


class Sums:
    """Sums over a round of every table's entries, to compare with lemma's own."""

    def __init__(self):
        self.values = {}

    def add(self, name, value):
        self.values[name] = self.values.get(name, 0.0) + float(value)

    def text(self):
        return "".join(f" {name}={value:.17g}" for name, value in self.values.items())


def main(versions):
    """versions: {"train": class, "watch": class}; argv: VERSION FILE.

    An instance takes a round on `round(sums)` and returns the loss it began with."""
    torch.set_num_threads(2)
    run = versions[sys.argv[1]](Problem(sys.argv[2]))
    print("ready torch", torch.__version__, flush=True)
    for _ in sys.stdin:
        sums = Sums()
        begun = time.monotonic()
        loss = run.round(sums)
        seconds = time.monotonic() - begun
        peak = 1024 * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        print(f"{seconds:.9f} {loss:.17g} {peak}{sums.text()}", flush=True)
