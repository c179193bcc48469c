"""Local GD as a fluent PyTorch user writes it: modules, autograd, in-place SGD.

    torch_fluent.py train|rounds|watch FILE

train has the virtual average at every step, as lemma's training does; rounds averages at
the end of a round alone.
"""

import torch
from torch import nn

from torch_problem import main


class Net(nn.Module):
    """f = V h_L, h_l = relu(W_l h_{l-1}); V is fixed."""

    def __init__(self, p):
        super().__init__()
        self.layers = nn.ModuleList(
            nn.Linear(w.shape[1], w.shape[0], bias=False, dtype=torch.float64) for w in p.W
        )
        self.register_buffer("V", p.V)
        with torch.no_grad():
            for layer, w in zip(self.layers, p.W):
                layer.weight.copy_(w)

    def forward(self, x):
        return self.trace(x)[0]

    def trace(self, x):
        """Outputs, and the activation patterns of all layers."""
        patterns = []
        for layer in self.layers:
            z = layer(x)
            patterns.append(z.detach() >= 0)
            x = torch.relu(z)
        return x @ self.V.t(), patterns


def mean_loss(f, y):
    return 0.5 * ((f - y) ** 2).sum(1).mean()


def norm(tensors):
    return torch.sqrt(sum((t * t).sum() for t in tensors))


class Rounds:
    """Training alone: one client after another, averaged once a round."""

    def __init__(self, p):
        self.p = p
        self.server, self.net = Net(p), Net(p)
        self.total = [torch.zeros_like(w) for w in p.W]

    def round(self, _):
        p, first = self.p, 0.0
        for t in self.total:
            t.zero_()
        for c in range(p.K):
            self.net.load_state_dict(self.server.state_dict())
            sgd = torch.optim.SGD(self.net.parameters(), lr=p.eta)
            for s in range(p.tau):
                sgd.zero_grad(set_to_none=True)
                loss = mean_loss(self.net(p.x[c]), p.y[c])
                loss.backward()
                sgd.step()
                if s == 0:
                    first += loss.item() / p.K
            with torch.no_grad():
                for t, w in zip(self.total, self.net.parameters()):
                    t.add_(w, alpha=1 / p.K)
        with torch.no_grad():
            for w, t in zip(self.server.parameters(), self.total):
                w.copy_(t)
        return first


class InStep:
    """All clients in step, and their average."""

    def __init__(self, p):
        self.p = p
        self.nets = [Net(p) for _ in range(p.K)]
        self.average = Net(p)

    def take_average(self):
        with torch.no_grad():
            for mean, *local in zip(
                self.average.parameters(), *(net.parameters() for net in self.nets)
            ):
                mean.zero_()
                for w in local:
                    mean.add_(w, alpha=1 / self.p.K)


class Train(InStep):
    """Training alone, with the virtual average at every step."""

    def round(self, _):
        p, first = self.p, 0.0
        for net in self.nets:
            net.load_state_dict(self.average.state_dict())
        steppers = [torch.optim.SGD(net.parameters(), lr=p.eta) for net in self.nets]
        for s in range(p.tau):
            for c, (net, sgd) in enumerate(zip(self.nets, steppers)):
                sgd.zero_grad(set_to_none=True)
                loss = mean_loss(net(p.x[c]), p.y[c])
                loss.backward()
                sgd.step()
                if s == 0:
                    first += loss.item() / p.K
            self.take_average()
        return first


class Watch(InStep):
    """The gap, flips and deviation at every step."""

    def __init__(self, p):
        super().__init__(p)
        self.W0 = [w.clone() for w in p.W]
        with torch.no_grad():
            self.initial = [self.average.trace(p.x[c])[1] for c in range(p.K)]
        self.previous = list(self.initial)

    def gap(self, c, sums):
        p, net = self.p, self.nets[c]
        f, pattern = net.trace(p.x[c])
        f_mean, pattern_mean = self.average.trace(p.x[c])
        loss = mean_loss(f, p.y[c])
        weights = list(net.parameters())
        local = torch.autograd.grad(loss, weights, retain_graph=True)
        lip = torch.autograd.grad(f, weights, grad_outputs=(f - f_mean).detach() / p.n)
        average = torch.autograd.grad(
            mean_loss(f_mean, p.y[c]), list(self.average.parameters())
        )
        with torch.no_grad():
            gap = [a - b for a, b in zip(local, average)]
            a, b = norm(local), norm(average)
            sums.add("gradient_gap.gap", norm(gap))
            for g in gap:
                sums.add("gradient_gap.gap_layer", norm([g]))
            sums.add("gradient_gap.lipschitz", norm(lip))
            sums.add("gradient_gap.pattern", norm([g - l for g, l in zip(gap, lip)]))
            sums.add("gradient_gap.local", a)
            sums.add("gradient_gap.average", b)
            sums.add(
                "gradient_gap.cosine",
                sum((u * v).sum() for u, v in zip(local, average)) / (a * b),
            )
        return loss.item(), local, pattern, pattern_mean

    def flips(self, c, pattern, pattern_mean, sums):
        for l in range(self.p.L):
            initial = (pattern[l] ^ self.initial[c][l]).sum(1)
            average = (pattern[l] ^ pattern_mean[l]).sum(1)
            sums.add("activation.flips_initial", initial.sum())
            sums.add("activation.flips_initial_max", initial.max())
            sums.add("activation.flips_previous", (pattern[l] ^ self.previous[c][l]).sum())
            sums.add("activation.flips_average", average.sum())
            sums.add("activation.flips_average_max", average.max())
            sums.add(
                "activation.average_flips_initial",
                (pattern_mean[l] ^ self.initial[c][l]).sum(),
            )
        self.previous[c] = pattern

    def deviation(self, c, sums):
        with torch.no_grad():
            for w, mean, w0 in zip(
                self.nets[c].parameters(), self.average.parameters(), self.W0
            ):
                sums.add("deviation.frobenius", (w - mean).norm())
                sums.add("deviation.max_neuron", (w - w0).norm(dim=1).max())

    def round(self, sums):
        p, first = self.p, 0.0
        for s in range(p.tau):
            self.take_average()
            for c in range(p.K):
                loss, local, pattern, pattern_mean = self.gap(c, sums)
                self.flips(c, pattern, pattern_mean, sums)
                self.deviation(c, sums)
                with torch.no_grad():
                    for w, g in zip(self.nets[c].parameters(), local):
                        w.add_(g, alpha=-p.eta)
                if s == 0:
                    first += loss / p.K
        self.take_average()
        with torch.no_grad():
            for net in self.nets:
                for w, mean in zip(net.parameters(), self.average.parameters()):
                    sums.add("deviation.at_averaging", (w - mean).norm())
                    w.copy_(mean)
        return first


if __name__ == "__main__":
    main({"train": Train, "rounds": Rounds, "watch": Watch})
