"""How far local models are from their average inside the rounds."""

from .. import theory
from ..chart import COLOURS, Chart, Panel, label
from .common import begin, cut_at_averaging, round_ends, wanted

ROUNDS = 4  # of the close-up


def deviation(run):
    """sqrt V over steps, a saw-tooth, with its bound (theory 3(f)); its first rounds close up;
    and each layer just before averaging."""
    chart = Chart("deviation", "Deviation of local models from their average")
    start = begin(run)
    with wanted(chart):
        (table,) = theory.need(run, "deviation/frobenius")
        step, v = theory.deviation(run, start)
        panel = Panel("global step t = r tau + s", "sqrt V [weight]",
                      title="sqrt V = sqrt(sum_c (n_c/N) ||W_c - Wbar||^2)", y_log=True)
        close = Panel("global step t = r tau + s", "sqrt V [weight]",
                      title=f"the first {ROUNDS} rounds")
        chart.panels += [panel, close]
        chart.caption = "Averaging puts every client back to the average: V = 0 as a round starts."
        early = table.round < ROUNDS
        panel.add(*cut_at_averaging(step, table.round, v), "measured")
        close.add(*cut_at_averaging(step[early], table.round[early], v[early]), "measured",
                  marker="o")
        with wanted(chart, "the bound on sqrt V"):
            at, bound = theory.deviation_bound(run, start)
            turn = run["gradient_gap/local"].round
            early = turn < ROUNDS
            words = "eta sqrt(s sum_{s'<s} sum_c w_c ||g_c||^2), 3(f)"
            _, places = theory.rows_at(table, at)
            panel.add(*round_ends(at[places], turn[places], bound[places], 0),
                      words + ", last row of a round", "bound", 1)
            close.add(*cut_at_averaging(at[early], turn[early], bound[early]), words, "bound", 1)
    _layers(run, chart)
    return chart


def _layers(run, chart):
    with wanted(chart):
        (table,) = theory.need(run, "deviation/at_averaging")
        panel = Panel("round r", label(table), title="just before averaging, largest client",
                      y_log=True)
        for layer in range(table.shape[2]):
            panel.add(table.round, table[:].max(axis=1)[:, layer], f"layer {layer + 1}",
                      colour=layer % len(COLOURS))
        chart.panels.append(panel)
