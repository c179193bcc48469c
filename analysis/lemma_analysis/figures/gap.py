"""The gap between local and averaged gradients: its two parts, and their bounds."""

from .. import theory
from ..chart import Chart, Panel
from .common import add_clients, begin, round_ends, wanted


def gap(run):
    """||grad L_c(W_c) - grad L_c(Wbar)||, its Lipschitz and its pattern part over steps: clients
    as a band; for two layers with the bounds of theory 3(a)."""
    chart = Chart("gap", "Gap between local and averaged gradients")
    with wanted(chart):
        whole, lip, pat = theory.need(run, "gradient_gap/gap", "gradient_gap/lipschitz",
                                      "gradient_gap/pattern")
        chart.caption = (f"Gap: {whole.formula}; Lip: {lip.formula}; Pat: {pat.formula}. All are "
                         f"0 where a round starts.")
        if run.constant("K") == 1:
            chart.caption += " With one client the average is the client, and the gap is 0."
        panels = {}
        for colour, (table, title) in enumerate((
                (whole, "gap"), (lip, "Lipschitz part, Lip"), (pat, "pattern part, Pat"))):
            panel = Panel("global step t = r tau + s", f"{title} [{table.units}]", title=title,
                          y_log=True)
            add_clients(panel, table.step, table[:], "measured", colour)
            chart.panels.append(panel)
            panels[table.column] = panel
        _relative(run, panels["gap"], chart)
        _bounds(run, chart, panels)
    return chart


def _relative(run, panel, chart):
    with wanted(chart, "the gradient's own size"):
        (average,) = theory.need(run, "gradient_gap/average")
        panel.add(average.step, average[:].max(axis=1), "||grad L_c(Wbar)||, largest client",
                  "prediction", 6)


def _bounds(run, chart, panels):
    start = begin(run)
    with wanted(chart, "the bound on Lip"):
        step, bound = theory.lipschitz_bound(run, start)
        turn = step // run.constant("tau")
        panels["lipschitz"].add(*round_ends(step, turn, bound.max(axis=1)),
                                "(||X_c||^2/n_c) ||W_c - Wbar||, largest client", "bound", 3)
    with wanted(chart, "the bound on Pat"):
        step, bound = theory.pattern_bound(run)
        turn = step // run.constant("tau")
        panels["pattern"].add(*round_ends(step, turn, bound.max(axis=1)),
                              "sqrt(2 L_c max fl / m), largest client", "bound", 3)
