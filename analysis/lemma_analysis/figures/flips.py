"""Activation flips, layer by layer, with what theory allows."""

from .. import theory
from ..chart import Chart, Panel, label
from .common import add_clients, begin, cut_at_jumps, wanted


def flips(run):
    """Units that flip for one sample at most, a panel a layer: clients as a band, with the
    worst case of layer 1 (3(b1), 3(b5)) and the energy bound of every layer (3(b4))."""
    chart = Chart("flips", "Units that flip against W(0), largest over samples")
    with wanted(chart):
        (table,) = theory.need(run, "activation/flips_initial_max")
        values, start, m = table[:], begin(run), run.constant("m")
        chart.caption = (f"Measured: {table.formula}, of m = {m} units. A bound of m units says "
                         f"nothing. Rows of 0 flips are not drawn on the log axis.")
        for layer in range(values.shape[2]):
            panel = Panel("global step t = r tau + s", label(table),
                          title=f"layer {layer + 1}", y_log=True)
            chart.panels.append(panel)
            add_clients(panel, table.step, values[:, :, layer], "measured")
            with wanted(chart, "the energy bound"):
                step, bound = theory.flips_by_energy(run, start, layer)
                panel.add(*cut_at_jumps(step, bound), "energy bound 3(b4)", "bound", 1,
                          marker="s" if len(step) < 60 else "")
            if layer == 0:
                _first_layer(run, chart, panel, start)
            panel.add(table.step[[0, -1]], [m, m], "all m units", "level", 6)
    return chart


def _first_layer(run, chart, panel, start):
    with wanted(chart, "the worst case of layer 1"):
        step, bound = theory.flips_in_ball(run, start)
        panel.add(step, bound.max(axis=1), "#{|w_r(0).x| <= R}, 3(b1)", "bound", 2)
        chart.caption += " R: the client's farthest neuron (deviation/max_neuron)."
    with wanted(chart, "1.2904 m omega^(2/3)"):
        step, bound = theory.flips_uniform(run)
        panel.add(step, bound, "1.2904 m omega^2/3 + chance, 3(b5)", "bound", 3,
                  marker="^" if len(step) < 60 else "")
        chart.caption += (" omega: ||W_1(r) - W_1(0)||_2 at the deep scale; chance: "
                          f"sqrt(m log(N/delta)/2), delta = {theory.DELTA:g}.")
