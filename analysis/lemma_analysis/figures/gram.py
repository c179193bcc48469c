"""The tangent kernel's spectrum over time."""

import numpy as np

from .. import theory
from ..chart import Chart, Panel, is_by_round, label
from .common import begin, wanted

FAN = ((0, 100, "all eigenvalues"), (10, 90, "10 to 90 %"), (25, 75, "25 to 75 %"))


def gram(run):
    """The spectrum as a fan, lambda_min with lambda_0 and lambda_0 / 2 (theory 3(g)), and the
    kernel's change."""
    chart = Chart("gram", "Spectrum of the tangent kernel")
    _spectrum(run, chart)
    _least(run, chart)
    _change(run, chart)
    return chart


def _time(table):
    return (table.round, "round r") if is_by_round(table) else (
        table.step, "global step t = r tau + s")


def _spectrum(run, chart):
    with wanted(chart):
        (table,) = theory.need(run, "gram/eigenvalues")
        x, words = _time(table)
        panel = Panel(words, label(table), title="spectrum", y_log=True)
        values = table[:]
        if values.shape[1] > 2:
            for low, high, name in FAN:
                panel.add_band(x, np.percentile(values, low, axis=1),
                               np.percentile(values, high, axis=1), name)
        panel.add(x, np.median(values, axis=1), "median")
        panel.add(x, values[:, -1], "lambda_max", colour=1)
        panel.add(x, values[:, 0], "lambda_min", colour=2)
        chart.panels.append(panel)
        chart.caption = f"Eigenvalues of {run.attributes('gram').get('kernel', '')} kernel " \
                        f"H = J J^T, {values.shape[1]} of them."


def _least(run, chart):
    with wanted(chart):
        (table,) = theory.need(run, "gram/lambda_min")
        x, words = _time(table)
        panel = Panel(words, label(table), title="least eigenvalue")
        panel.add(x, table[:], "lambda_min(H(t))", colour=2)
        chart.panels.append(panel)
        with wanted(chart, "lambda_0"):
            limit = begin(run).lambda_0
            ends = [x[0], x[-1]]
            panel.add(ends, [limit, limit], "lambda_0 of the infinite-width kernel",
                      "prediction", 1)
            panel.add(ends, [limit / 2, limit / 2], "lambda_0 / 2", "bound", 3)
            chart.caption += (" lambda_0/2: what the proofs of two layers keep lambda_min above, "
                              "theory 3(g).")


def _change(run, chart):
    with wanted(chart):
        change, most = theory.need(run, "gram/change_spectral", "gram/lambda_max")
        x, words = _time(change)
        panel = Panel(words, "relative to lambda_max(H(t)) [1]", title="change", y_log=True)
        panel.add(x, change[:] / most[:], "||H(t) - H(0)||_2")
        if run.has("gram/limit_distance_spectral"):
            panel.add(x, run["gram/limit_distance_spectral"][:] / most[:],
                      "||H(t) - H^inf||_2", "prediction", 1)
        chart.panels.append(panel)
