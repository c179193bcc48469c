"""How far the model travels from its initialisation."""

import numpy as np

from .. import theory
from ..chart import Chart, Panel, label
from .common import begin, wanted


def distance(run):
    """||W(r) - W(0)||_F in all and by layers, with the path's length (theory 3(e)) and where
    the lazy limit ends (2.4, L6); spectral norms; the farthest neuron."""
    chart = Chart("distance", "Distance from initialisation")
    start = begin(run)
    with wanted(chart):
        (table,) = theory.need(run, "distance/frobenius")
        panel = Panel("round r", "||W(r) - W(0)||_F [weight]", title="all layers together")
        chart.panels.append(panel)
        chart.caption = f"Layers: {table.formula}."
        panel.add(table.round, np.sqrt((table[:] ** 2).sum(axis=1)), "measured",
                  marker="o" if len(table) < 60 else "")
        with wanted(chart, "the path's length"):
            step, path = theory.path_length(run, start)
            panel.add(step / run.constant("tau"), path, "path: sum of steps' lengths, 3(e)",
                      "bound", 1)
        with wanted(chart, "where the lazy limit ends"):
            theory.local_gd(run)
            end = theory.final_distance(start)
            panel.add(table.round[[0, -1]], [end, end], "lazy limit, r -> inf: "
                      "sqrt(r0^T H^-1 r0), L6", "prediction", 2)
    for name, title in (("frobenius", "by layer"), ("spectral", "spectral norm"),
                        ("max_neuron", "farthest neuron")):
        with wanted(chart):
            (table,) = theory.need(run, "distance/" + name)
            if name == "frobenius" and table.shape[1] == 1:
                continue
            panel = Panel("round r", label(table), title=title)
            for layer in range(table.shape[1]):
                panel.add(table.round, table[:, layer], f"layer {layer + 1}", colour=layer)
            chart.panels.append(panel)
    return chart
