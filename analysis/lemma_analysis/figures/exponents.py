"""Exponents of a sweep: points, the line through them with its interval, what theory says."""

import math
import textwrap

import numpy as np

from ..chart import Chart, Panel
from ..errors import MissingTable

LETTERS = {"m": "width m", "L": "trained layers L", "K": "clients K", "tau": "local steps tau",
           "eta": "step size eta", "N": "samples N", "phi": "separation phi", "batch": "batch B",
           "B": "batch B", "d": "outputs d"}


def exponents(sweep, laws):
    """A panel a law that was judged and has a number a record. laws: judge.check_sweep(...)."""
    chart = Chart("exponents", "Exponents: measured, predicted, and the theory's side",
                  caption="Points: records; squares: geometric means over seeds; line and band: "
                          "the weighted fit with the 95 % interval of its slope; dash-dotted: the "
                          "slope predicted by the lazy limit; dashed: the steepest (or flattest) "
                          "slope the law allows; both drawn through the middle of the points.")
    for law in laws:
        if law["verdict"] == "not applicable" or law.get("measured") is None:
            continue
        title = f"{law['claim'].removeprefix('scaling_')}: {law['verdict']}"
        if not law.get("quantity"):
            chart.leave_out(title, "it has no number a record")
            continue
        try:
            x, y = points(sweep, law)
        except MissingTable:
            chart.leave_out(title, f"the sweep has no column {law['against']}")
            continue
        if len(x):
            chart.panels.append(_panel(title, law, x, y))
    return chart


def points(sweep, law):
    """(x, y) of a law's records: its constant, and its quantity, positive and finite."""
    x, values = against(sweep, law["against"]), law.get("quantity", {})
    by_record = {record.rsplit("/", 1)[-1]: value for record, value in values.items()}
    y = np.array([by_record.get(r.rsplit("/", 1)[-1]) for r in sweep.records], dtype=float)
    good = np.isfinite(y) & (y > 0) & (x > 0) & _in_slice(sweep, law.get("slice"))
    for left_out in ("diverged", "beside_theory"):
        if left_out in sweep:
            good &= sweep[left_out] == 0
    return x[good], y[good]


def against(sweep, letter):
    """The column that a law names: "m", "tau-1", "K-1"; or a key of the sweep."""
    letter = letter.strip("()")
    name, _, less = letter.partition("-")
    if less and less.isdigit():
        return sweep[name].astype(float) - float(less)
    name = {"B": "batch"}.get(letter, letter)
    return sweep[name].astype(float)


def _in_slice(sweep, words):
    """Rows of the slice that a law was judged on: "network.width = 64, ...", or all."""
    kept = np.ones(len(sweep), dtype=bool)
    for part in (words or "").split(","):
        name, _, value = (piece.strip() for piece in part.partition("="))
        if name in sweep and value:
            column = sweep[name]
            kept &= (np.isclose(column.astype(float), float(value), rtol=1e-6)
                     if column.dtype.kind in "if" else column == value)
    return kept


def means(x, y):
    """Geometric means of y at each x: (x, mean)."""
    places = np.unique(x)
    return places, np.array([np.exp(np.log(y[x == p]).mean()) for p in places])


def _panel(title, law, x, y):
    quantity = "\n".join(textwrap.wrap(law.get("title") or law["claim"], 40))
    panel = Panel(LETTERS.get(law["against"], law["against"]), quantity, x_log=True, y_log=True,
                  title=f"{title}\n{law['law'].split(', margin')[0]}")
    panel.add(x, y, "records", "points", 5)
    at, mean = means(x, y)
    panel.add(at, mean, "means over seeds", "points", 0, "s")
    ends = np.geomspace(at[0], at[-1], 60)
    a, middle = law["measured"], math.exp(np.log(at).mean())
    height = (law["constant"] * middle ** a if law.get("constant") else
              math.exp(np.log(mean).mean()))

    def line(slope):
        return height * (ends / middle) ** slope

    if law.get("low") is not None and law.get("high") is not None:
        low, high = line(law["low"]), line(law["high"])
        panel.add_band(ends, np.minimum(low, high), np.maximum(low, high), "95 % interval", 0)
    error = f" +- {law['error']:.2g}" if law.get("error") is not None else ""
    panel.add(ends, line(a), f"measured {a:.3g}{error}")
    if law.get("predicted") is not None:
        panel.add(ends, line(law["predicted"]), f"predicted {law['predicted']:.3g}",
                  "prediction", 1)
    sign = "<=" if law["side"] == "at most" else ">="
    steep = line(law["exponent"])  # of N^4 only what is near the points
    near = (steep > y.min() / 5) & (steep < y.max() * 5)
    panel.add(ends, np.where(near, steep, np.nan), f"law {sign} {law['exponent']:.3g}", "bound", 3)
    return panel
