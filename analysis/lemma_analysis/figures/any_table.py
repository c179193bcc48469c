"""Any table of a record against step or round."""

import numpy as np

from ..chart import Chart, Panel, label, is_by_round
from ..errors import RecordError

LINES = 12  # more are drawn as a band with its median


def any_table(run, name, client=None, layer=None, log=None, against=None):
    """Chart of run[name]. client, layer: only that one (clients count from 0, layers from 1).
    log: 'x', 'y', 'xy' or '' (None: y where the record's own style says so). against: 'step'
    or 'round' (None: what the rows are)."""
    table = run[name]
    values, labels = _cells(table, client, layer)
    if log is None:
        is_signal = table.column == run.attributes(table.probe).get("signal")
        log = "y" if is_signal and _style_is_log(run, table) and np.any(values > 0) else ""
    if against is None:
        against = "round" if is_by_round(table) else "step"
    x = table.round if against == "round" else table.step
    chart = Chart(name.replace("/", "_"), name, caption=f"{table.long_name}. {table.formula}")
    panel = Panel("round r" if against == "round" else "global step t = r tau + s",
                  label(table), x_log="x" in log, y_log="y" in log)
    if len(labels) <= LINES:
        for place, words in enumerate(labels):
            panel.add(x, values[:, place], words, colour=place)
    else:
        panel.add_band(x, values.min(axis=1), values.max(axis=1),
                       f"{len(labels)} cells, least to largest")
        panel.add(x, np.median(values, axis=1), "median")
    chart.panels.append(panel)
    return chart


def _cells(table, client, layer):
    """(T, cells) the numbers of the cells chosen, and their names."""
    values, chosen = table[:], [slice(None)]
    for place, name in enumerate(table.cells):
        want = {"client": client, "layer": None if layer is None else layer - 1}.get(name)
        count = values.shape[place + 1]
        if want is not None and not 0 <= want < count:
            first = 1 if name == "layer" else 0
            raise RecordError(f"{table.name}: {name}s count from {first} to {count - 1 + first}, "
                              f"there is no {name} {want + first}")
        chosen.append(range(count) if want is None else [want])
    for name, want in (("client", client), ("layer", layer)):
        if want is not None and name not in table.cells:
            raise RecordError(f"{table.name} has no {name}s; its rows hold "
                              f"{' x '.join(table.cells) or 'one number'}")
    names = []
    for index in np.ndindex(*[len(c) for c in chosen[1:]]):
        parts = [f"{name} {chosen[k + 1][i] + (name == 'layer')}"
                 for k, (name, i) in enumerate(zip(table.cells, index))
                 if len(chosen[k + 1]) > 1 or len(values.shape) == 2]
        names.append(", ".join(parts))
    for place, own in enumerate(chosen[1:], 1):
        values = np.take(values, list(own), axis=place)
    return values.reshape(len(values), -1).astype(float), names


def _style_is_log(run, table):
    return '"log"' in str(run.attributes(table.probe).get("SILX_style", ""))
