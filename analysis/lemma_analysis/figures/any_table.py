"""Any table of a record against step or round; any column of a sweep against what changes."""

import numpy as np

from ..chart import Chart, Panel, is_by_round, label
from ..errors import RecordError
from .exponents import LETTERS

LINES = 12  # more are drawn as a band with its median


def any_table(run, name, client=None, layer=None, log=None, against=None, lines=False):
    """Chart of run[name]. client, layer: only that one (clients count from 0, layers from 1).
    log: 'x', 'y', 'xy' or '' (None: y where the record's own style says so). against: 'step'
    or 'round' (None: what the rows are). Clients are a mean and a band; lines: a line each."""
    table = run[name]
    if against not in (None, "step", "round"):
        raise RecordError(f"--against: a record's tables run over step or round, not {against!r}")
    values, cells = _chosen(table, client, layer)
    if log is None:
        is_signal = table.column == run.attributes(table.probe).get("signal")
        log = "y" if is_signal and _style_is_log(run, table) and np.any(values > 0) else ""
    if against is None:
        against = "round" if is_by_round(table) else "step"
    x = table.round if against == "round" else table.step
    chart = Chart(name.replace("/", "_"), name, caption=f"{table.long_name}. {table.formula}")
    panel = Panel("round r" if against == "round" else "global step t = r tau + s",
                  label(table), x_log="x" in log, y_log="y" in log)
    if "client" in cells and not lines and len(cells["client"]) > 1:
        _with_clients(panel, x, values, cells)
    else:
        flat = values.reshape(len(values), -1)
        _add(panel, x, flat, _names(cells), lines)
    chart.panels.append(panel)
    return chart


def any_column(sweep, name, layer=None, log=None, against=None):
    """Chart of a sweep's column: points, and their means at each value of what it runs over
    (against: a key that changes or a constant; None: the first key)."""
    values, about = sweep[name], sweep.describe(name)
    against = against or next(iter(k for k in sweep.keys if k != "seed"), "seed")
    x = sweep[against]
    if x.dtype.kind not in "if":
        raise RecordError(f"--against: {against} has words for values, a picture needs numbers")
    if values.ndim == 1 and layer is not None:
        raise RecordError(f"{name} has no layers")
    values = values.reshape(len(values), -1).astype(float)
    if layer is not None and not 1 <= layer <= values.shape[1]:
        raise RecordError(f"{name}: layers count from 1 to {values.shape[1]}, there is no layer "
                          f"{layer}")
    chart = Chart(name.replace("/", "_"), name, caption=about.get("formula", ""))
    units = about.get("units", "")
    panel = Panel(LETTERS.get(against, against), about.get("long_name", name).split(";")[0]
                  + (f" [{units}]" if units not in ("", "1") else ""),
                  x_log="x" in (log or ""), y_log="y" in (log or ""))
    for place in range(values.shape[1]) if layer is None else (layer - 1,):
        words = f"layer {place + 1}, " if values.shape[1] > 1 else ""
        panel.add(x, values[:, place], words + "records", "points", place)
        at = np.unique(x[np.isfinite(values[:, place])])
        panel.add(at, [np.nanmean(values[x == p, place]) for p in at], words + "mean",
                  colour=place)
    chart.panels.append(panel)
    return chart


def _chosen(table, client, layer):
    """(T, ...) the cells chosen, and {name of an axis: its places}."""
    values, cells = table[:].astype(float), {}
    for name, want in (("client", client), ("layer", layer)):
        if want is not None and name not in table.cells:
            raise RecordError(f"{table.name} has no {name}s; its rows hold "
                              f"{' x '.join(table.cells) or 'one number'}")
    for axis, name in enumerate(table.cells, 1):
        first, count = int(name == "layer"), values.shape[axis]
        want = {"client": client, "layer": layer}.get(name)
        if want is not None and not first <= want < count + first:
            raise RecordError(f"{table.name}: {name}s count from {first} to {count - 1 + first}, "
                              f"there is no {name} {want}")
        places = range(count) if want is None else [want - first]
        values = np.take(values, list(places), axis=axis)
        cells[name] = [place + first for place in places]
    return values, cells


def _names(cells):
    """'client 1, layer 2' of each cell; what is the same for all is not told."""
    found = []
    for index in np.ndindex(*[len(places) for places in cells.values()]):
        parts = [f"{name} {places[i]}" for (name, places), i in zip(cells.items(), index)
                 if len(places) > 1 or len(cells) == 1]
        found.append(", ".join(parts))
    return found


def _with_clients(panel, x, values, cells):
    """Mean over clients and a band, for each of the other cells."""
    axis = 1 + list(cells).index("client")
    parts = {"low": values.min(axis=axis), "mean": values.mean(axis=axis),
             "high": values.max(axis=axis)}
    others = {name: places for name, places in cells.items() if name != "client"}
    flat = {name: part.reshape(len(x), -1) for name, part in parts.items()}
    for place, words in enumerate(_names(others)[:LINES]):
        words = words + ", " if words else ""
        panel.add_band(x, flat["low"][:, place], flat["high"][:, place],
                       words + "least to largest client", colour=place)
        panel.add(x, flat["mean"][:, place], words + "mean over clients", colour=place)


def _add(panel, x, values, names, lines):
    if len(names) <= LINES or lines:
        for place, words in enumerate(names):
            panel.add(x, values[:, place], words, colour=place)
    else:
        panel.add_band(x, values.min(axis=1), values.max(axis=1),
                       f"{len(names)} cells, least to largest")
        panel.add(x, np.median(values, axis=1), "median")


def _style_is_log(run, table):
    return '"log"' in str(run.attributes(table.probe).get("SILX_style", ""))
