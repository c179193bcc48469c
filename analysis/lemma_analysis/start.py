"""What W(0) and the samples of a record give without training: pre-activations, residuals, the
tangent kernel H(0) and its infinite-width limit.

Networks are those of theory 1.1 and 1.2: h_0 = x (or relu(A x) behind a fixed input layer),
z_l = W_l h_{l-1}, h_l = relu(z_l), f = V h_L. N samples in client order, d outputs, m units.
"""

import functools

import numpy as np

PRESETS = ("two-layer-relu", "deep-relu", "deep-relu-fixed-input")
ORDER = 2048  # the largest kernel whose eigenvalues are asked for
CELLS = 1 << 25  # the largest N x m


class Missing(Exception):
    """What a curve needs and the record lacks; the message says what and why."""


class Start:
    """The run's beginning. Everything is worked out when asked for, once; Missing is raised
    where the record does not hold what it takes."""

    def __init__(self, run):
        self.run = run
        if run.constant("preset") not in PRESETS:
            raise Missing(f"the network {run.constant('preset')} is not known here")

    def _need(self, name, key):
        array = self.run.array(name)
        if array is None:
            raise Missing(f"/run/{name} was not recorded (record.{key})")
        return np.asarray(array, dtype=float)

    @functools.cached_property
    def inputs(self):
        """(N, d_x)."""
        return self._need("data/inputs", "data")

    @functools.cached_property
    def clients(self):
        """(N) the client of each sample, ascending."""
        return self._need("data/client", "data").astype(int)

    @functools.cached_property
    def counts(self):
        """(K) samples of each client, n_c."""
        return np.bincount(self.clients, minlength=self.run.constant("K"))

    @functools.cached_property
    def weights(self):
        """List of the trained W_l(0), l = 1..L."""
        return [self._need(f"network/initial/W{layer + 1}", "weights")
                for layer in range(self.run.constant("L"))]

    @functools.cached_property
    def output(self):
        """(d, m) the effective output matrix V."""
        return self._need("network/initial/V", "weights")

    @functools.cached_property
    def features(self):
        """(N, .) what the first trained layer sees: h_0."""
        if self.run.constant("preset") != "deep-relu-fixed-input":
            return self.inputs
        return np.maximum(self.inputs @ self._need("network/initial/A", "weights").T, 0)

    @functools.cached_property
    def preactivations(self):
        """List of z_l(W(0)), (N, m), l = 1..L."""
        if len(self.inputs) * self.run.constant("m") > CELLS:
            raise Missing("N x m is too large to work out again")
        below, found = self.features, []
        for weight in self.weights:
            found.append(below @ weight.T)
            below = np.maximum(found[-1], 0)
        return found

    @functools.cached_property
    def residual(self):
        """(N, d) r(0) = f(W(0); x_i) - y_i."""
        outputs = np.maximum(self.preactivations[-1], 0) @ self.output.T
        targets = self._need("data/targets", "data")
        return outputs - targets.reshape(outputs.shape)

    @functools.cached_property
    def kernel(self):
        """(N d, N d) H(0) = J J^T over the trained weights, sample-major."""
        z, d = self.preactivations, self.output.shape[0]
        n = len(z[0])
        if n * d > ORDER:
            raise Missing(f"the kernel's order N d = {n * d} is above {ORDER}")
        inputs = [self.features] + [np.maximum(layer, 0) for layer in z[:-1]]
        deltas = np.broadcast_to(self.output[None], (n, *self.output.shape))
        found = np.zeros((n, d, n, d))
        for layer in reversed(range(len(z))):
            deltas = deltas * (z[layer] >= 0)[:, None, :]
            flat = deltas.reshape(n * d, -1)
            both = (flat @ flat.T).reshape(n, d, n, d)
            found += both * (inputs[layer] @ inputs[layer].T)[:, None, :, None]
            deltas = deltas @ self.weights[layer]
        return found.reshape(n * d, n * d)

    @functools.cached_property
    def eigen(self):
        """(N d) eigenvalues of H(0), ascending, and (N d, N d) its eigenvectors, columns."""
        return np.linalg.eigh(self.kernel)

    @functools.cached_property
    def limit(self):
        """(N, N) the infinite-width kernel at the scale of J J^T, one block of (x) I_d.

        Two layers: H^inf_ij = x_i.x_j (pi - arccos x_i.x_j) / (2 pi), theory 3(g). Deep:
        (m / 2d) T_L, T_l = kappa_0(Sigma_{l-1}) o (T_{l-1} + Sigma_{l-1}), theory 3(j).
        Unit inputs.
        """
        x = self.inputs
        if len(x) > ORDER:
            raise Missing(f"the kernel's order N = {len(x)} is above {ORDER}")
        if np.abs(np.linalg.norm(x, axis=1) - 1).max() > 1e-9:
            raise Missing("the infinite-width kernel here is that of unit inputs")
        sigma = np.clip(x @ x.T, -1, 1)
        np.fill_diagonal(sigma, 1)
        preset = self.run.constant("preset")
        if preset == "two-layer-relu":
            return sigma * (np.pi - np.arccos(sigma)) / (2 * np.pi)
        if preset == "deep-relu-fixed-input":
            sigma = _kappa_1(sigma)
        total = np.zeros_like(sigma)
        for _ in range(self.run.constant("L")):
            total = (np.pi - np.arccos(sigma)) / np.pi * (total + sigma)
            sigma = _kappa_1(sigma)
        return self.run.constant("m") / (2 * self.run.constant("d")) * total

    @functools.cached_property
    def lambda_0(self):
        """The limit's least eigenvalue, lambda_min(H^inf); 0 where rounding hides it."""
        values = np.linalg.eigvalsh(self.limit)
        return values[0] if values[0] > 8 * len(values) * 2.3e-16 * values[-1] else 0.0

    @functools.cached_property
    def first_layer_is_unit(self):
        """Whether the first trained layer sees inputs of norm 1."""
        return (self.run.constant("preset") != "deep-relu-fixed-input"
                and np.abs(np.linalg.norm(self.inputs, axis=1) - 1).max() <= 1e-9)

    def client_slices(self):
        """A slice of samples a client: samples stand in client order."""
        ends = np.cumsum(self.counts)
        return [slice(end - count, end) for end, count in zip(ends, self.counts)]


def _kappa_1(u):
    found = (u * (np.pi - np.arccos(u)) + np.sqrt(np.maximum(1 - u * u, 0))) / np.pi
    np.fill_diagonal(found, 1)
    return np.clip(found, -1, 1)
