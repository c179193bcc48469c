"""The theory's formulas in numpy, worked out anew from a record's W(0), data and constants.

Networks are those of theory 1.1 and 1.2, d outputs, the last layer V fixed. Nothing here reads
a table that a probe wrote.
"""

import numpy


class Run:
    """A run of Local GD, all samples in every step: every model that there was."""

    def __init__(self, run):
        net, train = run["network"].attrs, run["train"].attrs
        self.L, self.m, self.d = int(net["L"]), int(net["m"]), int(net["d"])
        self.K, self.tau, self.R = int(train["K"]), int(train["tau"]), int(train["R"])
        self.eta = float(train["eta"])
        self.x, self.y = run["data/inputs"][()], run["data/targets"][()]
        self.N = len(self.x)
        self.phi = float(run["data"].attrs["phi"])
        self.owned = [numpy.flatnonzero(run["data/client"][()] == c) for c in range(self.K)]
        self.share = numpy.array([len(i) / self.N for i in self.owned])
        self.start = [run[f"network/initial/W{l}"][()] for l in range(1, self.L + 1)]
        self.V = run["network/initial/V"][()]
        self.everyone = numpy.arange(self.N)

    def forward(self, W, samples):
        """z_l and h_l of every layer, f."""
        h, z = [self.x[samples]], []
        for w in W:
            z.append(h[-1] @ w.T)
            h.append(numpy.maximum(z[-1], 0))
        return z, h, h[-1] @ self.V.T

    def residual(self, W, samples):
        return self.forward(W, samples)[2] - self.y[samples]

    def loss(self, W, samples):
        return (self.residual(W, samples) ** 2).sum() / (2 * len(samples))

    def pulled(self, W, samples, r):
        """sum_i J_i^T r_i by layers."""
        z, h, _ = self.forward(W, samples)
        back, found = r @ self.V, []
        for l in reversed(range(self.L)):
            back = back * (z[l] >= 0)
            found.append(back.T @ h[l])
            back = back @ W[l]
        return found[::-1]

    def gradient(self, W, samples):
        return [g / len(samples) for g in
                self.pulled(W, samples, self.residual(W, samples))]

    def jacobian(self, W, samples):
        """(n d, weights) of each layer, sample-major."""
        rows = [self.pulled(W, samples[i:i + 1], numpy.eye(self.d)[a:a + 1])
                for i in range(len(samples)) for a in range(self.d)]
        return [numpy.array([r[l].ravel() for r in rows]) for l in range(self.L)]

    def kernel(self, W, samples=None):
        J = numpy.hstack(self.jacobian(W, self.everyone if samples is None else samples))
        return J @ J.T

    def average(self, models):
        return [sum(s * w[l] for s, w in zip(self.share, models)) for l in range(self.L)]

    def train(self):
        """server[t], and local[t][s][c] with s = 0..tau."""
        self.server, self.local = [self.start], []
        for _ in range(self.R):
            steps = [[self.server[-1]] * self.K]
            for _ in range(self.tau):
                steps.append([[w - self.eta * g for w, g in zip(W, self.gradient(W, i))]
                              for W, i in zip(steps[-1], self.owned)])
            self.local.append(steps)
            self.server.append(self.average(steps[-1]))
        return self

    def mean_square(self, by_client):
        return float(numpy.sqrt(sum(s * x ** 2 for s, x in zip(self.share, by_client))))


def norm(W):
    return float(numpy.sqrt(sum((w ** 2).sum() for w in W)))


def minus(A, B):
    return [a - b for a, b in zip(A, B)]


def _kappa(S):
    """kappa_0 and kappa_1 of theory 3(j)."""
    u = numpy.clip(S, -1, 1)
    angle = numpy.arccos(u)
    return ((numpy.pi - angle) / numpy.pi,
            (u * (numpy.pi - angle) + numpy.sqrt(1 - u * u)) / numpy.pi)


def limit_kernel(x, L):
    """T_L of theory 3(j): K_inf = (m/2d) T_L (x) I_d; L = 1: H_inf = T_1/2."""
    S, T = x @ x.T, numpy.zeros((len(x), len(x)))
    numpy.fill_diagonal(S, 1)
    for _ in range(L):
        k0, k1 = _kappa(S)
        T, S = k0 * (T + S), k1
    return T


# Each quantity of lemma list rates, of a Run that was trained. A claim that is missing here
# fails the test.


def speed(r):
    losses = numpy.array([r.loss(W, r.everyone) for W in r.server])
    return -numpy.polyfit(numpy.arange(len(losses)), numpy.log(losses), 1)[0]


def rounds(r):
    losses = [r.loss(W, r.everyone) for W in r.server]
    return next((t for t, v in enumerate(losses) if v <= 1e-2 * losses[0]), None)


def deviation(r):
    last = r.local[0][-1]
    mean = r.average(last)
    return r.mean_square(norm(minus(W, mean)) for W in last)


def _gap(r, part):
    now = r.local[0][r.tau - 1]
    mean, found = r.average(now), []
    for W, i in zip(now, r.owned):
        at_mean = r.residual(mean, i)
        lipschitz = r.pulled(W, i, r.residual(W, i) - at_mean)
        pattern = minus(r.pulled(W, i, at_mean), r.pulled(mean, i, at_mean))
        found.append(norm(lipschitz if part == "Lip" else pattern) / len(i))
    return r.mean_square(found)


def flips(r):
    most = 0
    for steps in r.local:
        for clients in steps[:-1]:
            for W, i in zip(clients, r.owned):
                for now, first in zip(r.forward(W, i)[0], r.forward(r.start, i)[0]):
                    most = max(most, int(((now >= 0) != (first >= 0)).sum(axis=1).max()))
    return most


def neuron(r):
    return max(float(numpy.sqrt((m ** 2).sum(axis=1)).max())
               for m in minus(r.server[-1], r.start))


def distance(r):
    return max(norm([m]) for m in minus(r.server[-1], r.start))


def _spectral(A, B):
    return max(float(numpy.linalg.norm(m, 2)) for m in minus(A, B))


def omega(r):
    return _spectral(r.server[-1], r.start)


def kernel_change(r):
    first = r.kernel(r.start)
    return numpy.linalg.norm(r.kernel(r.server[-1]) - first, 2) / numpy.linalg.norm(first, 2)


def linearisation(r):
    """r(t+1) = (I - H B/K) r(t), the blocks of B (eta/n) sum_s (I - (eta/n) H_cc)^s: 2.4."""
    H, B = r.kernel(r.start), numpy.zeros((r.N * r.d, r.N * r.d))
    for s, i in zip(r.share, r.owned):
        block = (i[:, None] * r.d + numpy.arange(r.d)).ravel()
        one = numpy.eye(len(block)) - r.eta / len(i) * H[numpy.ix_(block, block)]
        B[numpy.ix_(block, block)] = s * r.eta / len(i) * sum(
            numpy.linalg.matrix_power(one, k) for k in range(r.tau))
    lazy = first = r.residual(r.start, r.everyone).ravel()
    worst = 0
    for W in r.server:
        apart = numpy.linalg.norm(r.residual(W, r.everyone).ravel() - lazy)
        worst = max(worst, apart / numpy.linalg.norm(first))
        lazy = lazy - H @ (B @ lazy)
    return worst


def asymmetry(r):
    """H(t,s,c) = J(W(t)) J_c(W_c)^T, the first round."""
    at_start, worst = numpy.hstack(r.jacobian(r.start, r.everyone)), 0
    for W, i in zip(r.local[0][r.tau - 1], r.owned):
        moved = numpy.hstack(r.jacobian(W, i)) - numpy.hstack(r.jacobian(r.start, i))
        worst = max(worst, numpy.linalg.norm(at_start @ moved.T))
    return worst


def noise(r):
    return 0.0  # full batches; with others, of a run of one step: noise_at_start


def noise_at_start(r, batch):
    """Draws with replacement: (1/B)(1/n) sum_i ||grad l_i - grad L_c||^2 over L_c."""
    found = []
    for i in r.owned:
        mean = r.gradient(r.start, i)
        spread = [norm(minus(r.gradient(r.start, i[k:k + 1]), mean)) ** 2
                  for k in range(len(i))]
        found.append(numpy.mean(spread) / batch / r.loss(r.start, i))
    return float(numpy.mean(found))


def kernel_limit(r, deep):
    first = r.kernel(r.start)
    limit = numpy.kron(limit_kernel(r.x, r.L), numpy.eye(r.d)) * (r.m / (2 * r.d) if deep else 0.5)
    return numpy.linalg.norm(first - limit, 2) / numpy.linalg.norm(first, 2)


def least_eigenvalue(r, deep):
    scale = r.m / (2 * r.d) if deep else 0.5
    return scale * numpy.linalg.eigvalsh(limit_kernel(r.x, r.L))[0]


def _least_of_layers(r):
    return [numpy.linalg.eigvalsh(J @ J.T)[0] for J in r.jacobian(r.start, r.everyone)]


def layer_kernel(r):
    return min(_least_of_layers(r)) * 2 * r.d / r.m


def gradient_lower(r):
    return 2 * _least_of_layers(r)[-1] / r.N * r.d * r.N ** 2 / (r.m * r.phi)


def flips_constant(r):
    far = max(_spectral(W, r.start) for W in r.server)
    return flips(r) / (r.m * far ** (2 / 3) * r.L)


def gradient_upper(r):
    most = max(norm([g]) for g in r.gradient(r.start, r.everyone))
    return most ** 2 * r.d / (r.m * r.loss(r.start, r.everyone))


def semi_smooth(r):
    worst = 0
    for W, after in zip(r.server, r.server[1:]):
        move = minus(after, W)
        first = sum((g * m).sum() for g, m in zip(r.gradient(W, r.everyone), move))
        loss = r.loss(W, r.everyone)
        beyond = max(r.loss(after, r.everyone) - loss - first, 0)
        D = max(norm([m]) for m in move)
        om = _spectral(W, r.start) + D
        allowed = (numpy.sqrt(loss) * om ** (1 / 3) * r.L ** 2 *
                   numpy.sqrt(r.m * numpy.log(r.m) / r.d) * D + r.L ** 2 * r.m / r.d * D ** 2)
        worst = max(worst, beyond / allowed)
    return worst


def deviation_constant(r):
    return deviation(r) / (r.eta * r.tau * numpy.sqrt(
        r.L * r.m * r.loss(r.start, r.everyone) / r.d))


def quantities(r, deep):
    """By the claims' names; scaling_accuracy is no number of a run."""
    found = {"scaling_" + f.__name__: f(r) for f in (
        speed, rounds, deviation, flips, neuron, distance, omega, kernel_change, linearisation,
        asymmetry, noise, layer_kernel, flips_constant, gradient_lower, gradient_upper,
        semi_smooth, deviation_constant)}
    return {**found, "scaling_least_width": r.m, "scaling_lipschitz_gap": _gap(r, "Lip"),
            "scaling_pattern_gap": _gap(r, "Pat"),
            "scaling_kernel_limit": kernel_limit(r, deep),
            "scaling_least_eigenvalue": least_eigenvalue(r, deep)}
