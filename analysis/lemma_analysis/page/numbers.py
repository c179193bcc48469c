"""Charts as JSON for the page: short numbers, long curves thinned so that no peak is lost."""

import math

import numpy as np

POINTS = 1200  # of one curve


def short(value):
    """A number in 6 digits; None for what is not finite."""
    value = float(value)
    if not math.isfinite(value):
        return None
    return int(value) if value == int(value) and abs(value) < 1e15 else float(f"{value:.6g}")


def thin(keys, count=POINTS):
    """Places of a long curve to keep, ascending: of each of count/2 stretches its least and
    largest point, the ends, and where the curve breaks. keys (n): NaN breaks."""
    n = len(keys)
    if n <= count:
        return np.arange(n)
    kept = {0, n - 1}
    broken = ~np.isfinite(keys)
    for part in np.array_split(np.arange(n), count // 2):
        whole = part[~broken[part]]
        if len(whole):
            kept.add(int(whole[np.argmin(keys[whole])]))
            kept.add(int(whole[np.argmax(keys[whole])]))
        kept.update(int(k) for k in part[broken[part]][:1])
    return np.array(sorted(kept))


def _line(line):
    at = thin(line.y)
    told = {"x": [short(v) for v in line.x[at]], "y": [short(v) for v in line.y[at]],
            "label": line.label, "role": line.role, "dash": line.dash, "colour": line.colour,
            "marker": line.marker}
    if line.names:
        told["names"] = [line.names[k] for k in at]
    return told


def _band(band):
    at = np.union1d(thin(band.low, POINTS // 2), thin(band.high, POINTS // 2))
    return {"x": [short(v) for v in band.x[at]], "low": [short(v) for v in band.low[at]],
            "high": [short(v) for v in band.high[at]], "label": band.label,
            "colour": band.colour}


def chart_json(chart):
    """A Chart as the page's script reads it."""
    return {"name": chart.name, "title": chart.title, "panels": [
        {"title": p.title, "x_label": p.x_label, "y_label": p.y_label, "x_log": p.x_log,
         "y_log": p.y_log, "row_names": p.row_names, "lines": [_line(line) for line in p.lines],
         "bands": [_band(band) for band in p.bands]}
        for p in chart.panels if p.lines or p.bands]}
