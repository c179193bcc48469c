"""The frozen kernel's prediction against what training did."""

import numpy as np

from .. import theory
from ..chart import Chart, Panel, label
from .common import wanted


def lazy(run):
    """||r(t)|| as it was and as the kernel H(0), frozen, predicts it (theory 2.4); the relative
    error of the prediction."""
    chart = Chart("lazy", "The lazy limit's prediction against training")
    with wanted(chart):
        (norm,) = theory.need(run, "lazy/predicted_norm")
        panel = Panel("round r", "norm of all residuals, ||r|| [output]", title="residuals",
                      y_log=True)
        chart.panels.append(panel)
        chart.caption = f"Predicted: {norm.formula}."
        with wanted(chart, "the measured residuals"):
            if run.has("residual/norm"):
                truth, values = run["residual/norm"], run["residual/norm"][:]
            else:
                (truth,) = theory.need(run, "loss/server")
                values = np.sqrt(2 * run.constant("N") * truth[:])
            panel.add(truth.round, values, "measured")
        panel.add(norm.round, norm[:], "predicted by the frozen kernel", "prediction", 1)
    with wanted(chart):
        (error,) = theory.need(run, "lazy/error")
        panel = Panel("round r", label(error), title="error", y_log=True)
        panel.add(error.round, error[:], "error", marker="o" if len(error) < 30 else "")
        chart.panels.append(panel)
        chart.caption += f" Error: {error.formula}."
    return chart
