"""The theory's curves: right-hand sides worked out from recorded tables, W(0) and the samples.

Each function names its place in lib/theory.md. Verdicts are `lemma check`'s: here are the
numbers that a figure draws. What a curve needs and the record lacks raises start.Missing.
"""

import numpy as np

from .start import Missing

DELTA = 1e-6  # what statements of probability 1 - delta take, as lemma check does


def need(run, *names):
    """The tables, each with a row; Missing names those that are not there."""
    gone = [name for name in names if not run.has(name)]
    if gone:
        raise Missing(f"{', '.join(gone)} {'was' if len(gone) == 1 else 'were'} not recorded")
    return [run[name] for name in names]


def local_gd(run):
    """Missing unless every local step took all of a client's samples."""
    if run.constant("batch") != 0:
        raise Missing("a statement on Local GD; this run takes mini-batches")


def rows_at(table, steps):
    """Places in table of those of `steps` that it has a row of: (places, which)."""
    own = {step: place for place, step in enumerate(table.step)}
    which = [k for k, step in enumerate(steps) if step in own]
    return np.array([own[steps[k]] for k in which], dtype=int), np.array(which, dtype=int)


def client_weights(start):
    """(K) w_c = n_c / N."""
    return start.counts / start.counts.sum()


# -- Activation patterns, theory 3(b) ---------------------------------------------------------


def flips_in_ball(run, start):
    """max_i #{r : |w_r(0).x_i| <= R_c}, R_c = deviation/max_neuron: (steps, (T, K)).

    Bounds activation/flips_initial_max of layer 1. Theory 3(b1), deterministic; unit inputs.
    """
    (moves,) = need(run, "deviation/max_neuron")
    if not start.first_layer_is_unit:
        raise Missing("the ball's bound asks for unit inputs to layer 1")
    z = np.sort(np.abs(start.preactivations[0]), axis=1)
    radius = moves[:, :, 0]
    bound = np.zeros(radius.shape)
    for client, samples in enumerate(start.client_slices()):
        for row in z[samples]:
            counts = np.searchsorted(row, radius[:, client] * (1 + 1e-9), side="right")
            bound[:, client] = np.maximum(bound[:, client], counts)
    return moves.step, bound


def flips_uniform(run, delta=DELTA):
    """1.2904 m w^(2/3) + sqrt(m log(N/delta) / 2), w = ||W_1(r) - W_1(0)||_2 sqrt(2/m) / s:
    (steps, (T)), s^2 the variance of the first layer's weights.

    Bounds flips of layer 1 where rounds start, with probability 1 - delta. Theory 3(b5).
    """
    (spectral,) = need(run, "distance/spectral")
    if run.constant("preset") == "deep-relu-fixed-input":
        raise Missing("1.2904 m omega^(2/3) asks for unit inputs to layer 1")
    m, n = run.constant("m"), run.constant("N")
    scale = np.sqrt(2 / m) if run.constant("preset") == "two-layer-relu" else 1.0
    constant = 3 * (2 * np.sqrt(np.pi)) ** (-2 / 3)
    chance = np.sqrt(m * np.log(n / delta) / 2)
    return spectral.step, constant * m * (spectral[:, 0] * scale) ** (2 / 3) + chance


def flips_by_energy(run, start, layer):
    """max{k : sum of the k smallest z_{l,r}(0; x_i)^2 <= ||z_l(t; x_i) - z_l(0; x_i)||^2}, the
    largest over samples: (steps, (T)). layer counts from 0.

    Bounds preactivation/flips, and activation/flips_initial_max. Theory 3(b4), every layer.
    """
    (change,) = need(run, "preactivation/change")
    energy = np.cumsum(np.sort(start.preactivations[layer] ** 2, axis=1), axis=1)
    move = change[:, :, layer] * (1 + 1e-9) + 1e-12 * np.sqrt(energy[:, -1])
    counts = [np.searchsorted(row, move[:, i] ** 2, side="right")
              for i, row in enumerate(energy)]
    return change.step, np.max(counts, axis=0).astype(float)


# -- The gap of gradients, theory 3(a) --------------------------------------------------------


def lipschitz_bound(run, start):
    """(||X_c||^2 / n_c) ||W_c - Wbar||_F: (steps, (T, K)). Two layers, theory 3(a)."""
    _two_layers(run, "the Lipschitz part's bound")
    (moves,) = need(run, "deviation/frobenius")
    curvature = [np.linalg.norm(start.inputs[samples], 2) ** 2 / count
                 for samples, count in zip(start.client_slices(), start.counts)]
    return moves.step, moves[:, :, 0] * np.array(curvature)


def pattern_bound(run):
    """sqrt(2 L_c(Wbar) max_i fl_i / m): (steps, (T, K)). Two layers, theory 3(a)."""
    _two_layers(run, "the pattern part's bound")
    loss, flips = need(run, "local_loss/average", "activation/flips_average_max")
    places, which = rows_at(flips, loss.step)
    return loss.step[which], np.sqrt(2 * loss[:][which] * flips[:][places, :, 0]
                                     / run.constant("m"))


def _two_layers(run, what):
    if run.constant("preset") != "two-layer-relu" or run.constant("d") != 1:
        raise Missing(f"{what} is proven with explicit constants for two layers and one output "
                      f"alone")


# -- Deviation and distance, theory 3(e), 3(f) ------------------------------------------------


def deviation(run, start):
    """sqrt V = sqrt(sum_c (n_c/N) ||W_c - Wbar||_F^2) over all layers: (steps, (T))."""
    (table,) = need(run, "deviation/frobenius")
    square = (table[:] ** 2).sum(axis=2) @ client_weights(start)
    return table.step, np.sqrt(square)


def deviation_bound(run, start):
    """sqrt(eta^2 s sum_{s' < s} sum_c w_c ||grad L_c(W_c^(s'))||_F^2): (steps, (T)).

    Local GD, any network; needs gradient_gap/local of every step. Theory 3(f).
    """
    (gradients,) = need(run, "gradient_gap/local")
    local_gd(run)
    step, within = gradients.step, gradients.local_step
    if np.any(np.diff(step) != 1):
        raise Missing("the deviation's bound sums the gradients of every step, and "
                      "gradient_gap has not every step (every: 1 steps)")
    energy = gradients[:] ** 2 @ client_weights(start)
    total = np.concatenate([[0], np.cumsum(energy)])
    so_far = total[np.arange(len(step))] - total[np.arange(len(step)) - within]
    return step, run.constant("eta") * np.sqrt(within * np.maximum(so_far, 0))


def path_length(run, start):
    """server_step eta sum_{t < r tau} sum_c w_c ||grad L_c(W_c(t))||_F at the rows of distance:
    (steps, (T)). Local GD. Theory 3(e), triangle inequality."""
    moves, gradients = need(run, "distance/frobenius", "gradient_gap/local")
    local_gd(run)
    if np.any(np.diff(gradients.step) != 1):
        raise Missing("the path's length sums the gradients of every step, and gradient_gap has "
                      "not every step (every: 1 steps)")
    norms = np.concatenate([[0], np.cumsum(gradients[:] @ client_weights(start))])
    steps = moves.step[moves.step < len(norms)]
    return steps, run.constant("eta") * run.constant("server_step") * norms[steps]


def final_distance(start):
    """sqrt(r(0)^T H(0)^-1 r(0)), where the lazy limit ends: a number. Theory 2.4, L6."""
    values, vectors = start.eigen
    parts = vectors.T @ start.residual.ravel()
    kept = values > len(values) * 2.3e-16 * values[-1]
    return float(np.sqrt((parts[kept] ** 2 / values[kept]).sum()))


# -- Rates, theory 2.4, 2.5, 3(i) -------------------------------------------------------------


def round_factor(run, start, limit=False):
    """rho, the largest |eigenvalue| of a round M = I - server_step H B on the range of H:
    B = blockdiag(w_c (eta/n_c) sum_{s<tau} (I - (eta/n_c) H_cc)^s). Theory 2.4. H is H(0), or
    the infinite-width kernel."""
    local_gd(run)
    kernel = start.limit if limit else start.kernel
    eta, tau = run.constant("eta"), run.constant("tau")
    per = len(kernel) // len(start.clients)
    values, vectors = np.linalg.eigh(kernel) if limit else start.eigen
    kept = values > len(values) * 2.3e-16 * values[-1]
    root = vectors[:, kept] * np.sqrt(values[kept])
    inner = np.zeros((kept.sum(), kept.sum()))
    for samples, count, weight in zip(start.client_slices(), start.counts,
                                      client_weights(start)):
        rows = slice(samples.start * per, samples.stop * per)
        own, basis = np.linalg.eigh(kernel[rows, rows])
        step = eta / count * own
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            powers = np.where(np.abs(step) < 1e-12, tau, (1 - (1 - step) ** tau) / step)
        half = basis.T @ root[rows]
        inner += weight * eta / count * (half.T * powers) @ half
    if not np.isfinite(inner).all():
        raise Missing("the lazy limit's round overflows at this step size")
    return float(np.abs(1 - run.constant("server_step") * np.linalg.eigvalsh(inner)).max())


def certified_factor(run, start):
    """1 - (3/4) eta tau lam / N, lam = lambda_min(H(0)): the factor a round of ||r||, where
    theorem D2's hypotheses are met. Theory 2.5."""
    _two_layers(run, "the certified rate D2")
    local_gd(run)
    if run.constant("server_step") != 1:
        raise Missing("D2 is about plain averaging, server_step = 1")
    values = start.eigen[0]
    m, n, lam = run.constant("m"), len(start.clients), values[0]
    if not lam > 0:
        raise Missing("lambda_min(H(0)) is not above zero")
    radius = 19 * np.sqrt(n) * np.linalg.norm(start.residual) / (12 * np.sqrt(m) * lam)
    share = (np.abs(start.preactivations[0]) <= radius).mean(axis=1).max()
    if not share <= lam / (24 * n):
        raise Missing(f"D2's certified rate asks for p(R') <= lam/(24N) = {lam / (24 * n):.2g}; "
                      f"here p(R') = {share:.2g}: too narrow")
    path = run.constant("eta") * run.constant("tau")
    curvature = max(np.linalg.norm(start.inputs[s], 2) ** 2 / c
                    for s, c in zip(start.client_slices(), start.counts))
    if not path <= lam / (4 * values[-1] * curvature):
        raise Missing(f"D2 asks for eta tau <= {lam / (4 * values[-1] * curvature):.2g}; here it "
                      f"is {path:.2g}")
    return 1 - 0.75 * path * lam / n


def fl_ntk_factor(run, start):
    """1 - server_step eta tau lambda_0 / (2 N): the factor a round of ||r||^2 by FL-NTK, its
    unknown width and step taken as lemma check takes them. Theory 3(i), recalled."""
    _two_layers(run, "FL-NTK's rate")
    local_gd(run)
    if len(set(start.counts)) > 1:
        raise Missing("FL-NTK's rate is about clients of equal size")
    if not start.lambda_0 > 0:
        raise Missing("lambda_0 is zero as far as can be told")
    if start.eigen[0][0] < 0.75 * start.lambda_0:
        raise Missing("FL-NTK's rate: lambda_min(H(0)) is below (3/4) lambda_0")
    factor = 1 - (run.constant("server_step") * run.constant("eta") * run.constant("tau")
                  * start.lambda_0 / (2 * len(start.clients)))
    if round_factor(run, start, limit=True) ** 2 > factor:
        raise Missing("FL-NTK's rate: eta tau is too long even for the frozen kernel")
    return factor
