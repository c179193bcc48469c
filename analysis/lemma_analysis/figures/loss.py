"""The loss, with the rates that theory proves or predicts."""

import numpy as np

from .. import theory
from ..chart import Chart, Panel, label
from .common import add_clients, begin, wanted


def loss(run):
    """Loss of the server model over rounds, clients as a band; the lazy limit's own curve and
    rate (theory 2.4), the certified rate D2 (2.5) and FL-NTK's (3(i), recalled)."""
    chart = Chart("loss", "Loss, and the rates of the theory")
    with wanted(chart):
        (server,) = theory.need(run, "loss/server")
        panel = Panel("round r", label(server), y_log=True)
        chart.panels.append(panel)
        chart.caption = f"Measured: {server.formula}."
        if run.has("loss/server_client"):
            per_client = run["loss/server_client"][:]
            if per_client.shape[1] > 1:
                panel.add_band(server.round, per_client.min(axis=1), per_client.max(axis=1),
                               "clients, least to largest")
        panel.add(server.round, server[:], "measured, L(W(r))", marker="o" if len(server) < 30
                  else "")
        if run.has("loss/test_loss"):
            test = run["loss/test_loss"]
            panel.add(test.round, test[:], "test loss", colour=5)
        _predictions(run, chart, panel, server)
    _local(run, chart)
    return chart


def _predictions(run, chart, panel, server):
    start, first = begin(run), float(server[0])
    rounds = np.arange(int(server.round[-1]) + 1)
    with wanted(chart, "the lazy limit's loss"):
        (norm,) = theory.need(run, "lazy/predicted_norm")
        panel.add(norm.round, norm[:] ** 2 / (2 * run.constant("N")), "lazy limit, frozen H(0)",
                  "prediction", 1)
        chart.caption += " Lazy limit: ||M^r r(0)||^2 / 2N, theory 2.4."
    with wanted(chart, "the lazy limit's rate"):
        rho = theory.round_factor(run, start)
        panel.add(rounds, first * rho ** (2 * rounds), f"its rate, rho^2r, rho = {rho:.4g}",
                  "prediction", 2)
        chart.caption += " rho: the largest |eigenvalue| of M, its slowest direction."
    with wanted(chart, "a proven rate"):
        factor = theory.certified_factor(run, start)
        panel.add(rounds, first * factor ** (2 * rounds),
                  "D2, proven: (1 - 3/4 eta tau lam/N)^2r", "bound", 3)
        chart.caption += " D2: theory 2.5, its hypotheses are met."
    with wanted(chart, "FL-NTK's rate"):
        factor = theory.fl_ntk_factor(run, start)
        panel.add(rounds, first * factor ** rounds,
                  "FL-NTK, recalled: (1 - eta tau lambda_0/2N)^r", "bound", 4)
        chart.caption += (" FL-NTK: theory 3(i), recalled; its width has an unknown constant and "
                          "is taken to be met.")
    if run.constant("preset") != "two-layer-relu":
        chart.leave_out("the main theorem's rate exp(-r/R_0)", "its constants are unknown")


def _local(run, chart):
    with wanted(chart):
        local, average = theory.need(run, "local_loss/local", "local_loss/average")
        panel = Panel("global step t = r tau + s", "local loss L_c [loss]", y_log=True,
                      title="inside the rounds")
        chart.panels.append(panel)
        add_clients(panel, local.step, local[:], "at its own W_c(t)")
        panel.add(average.step, np.median(average[:], axis=1), "at the average, median client",
                  "prediction", 1)
