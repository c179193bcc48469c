"""The frontier of a search: the least width that still trains, over what changes."""

import numpy as np

from ..chart import Chart, Panel
from .exponents import LETTERS, means

COLUMNS = {"network.width": "m", "partition.clients": "K", "network.depth": "L",
           "data.samples": "N", "train.local_steps": "tau", "train.step_size": "eta"}


def frontier(sweep):
    """m* of each point of a sweep with a `search:`, against every key that changes; points that
    the search could not settle (censored, unreached) are told apart."""
    chart = Chart("frontier", "The least value that trains")
    if "search" not in sweep:
        chart.leave_out("", "this sweep has no search: (lemma sweep --help)")
        return chart
    state = sweep["search"]
    asked = sweep.attributes.get("search", "")
    key = (asked.split() or ["network.width"])[0]
    column = COLUMNS.get(key, key if key in sweep else "m")
    words = f"least {LETTERS.get(column, column)} that trains"
    y = sweep[column].astype(float)
    chart.caption = (f"Search: {asked}. " if asked else "") + \
        "Means are of the points that the search settled."
    for name in sweep.keys:
        if name in ("seed", key) or sweep[name].dtype.kind not in "if":
            continue
        x = sweep[name].astype(float)
        panel = Panel(name, words, x_log=bool((x > 0).all()), y_log=True)
        for colour, (code, said, marker) in enumerate(((0, "found", "o"), (1, "at most, the "
                                                       "search's least already trains", "v"),
                                                       (2, "above, its largest does not", "^"))):
            at = state == code
            panel.add(x[at], y[at], said, "points", colour, marker)
        found = state == 0
        if found.any():
            panel.add(*means(x[found], y[found]), "geometric mean of those found")
        chart.panels.append(panel)
    if not np.any(state == 0):
        chart.leave_out("the mean", "no search found a value inside its range")
    return chart

