"""A figure as data: panels of lines, bands and heat maps, with labels and a caption.

Figures are made once, as a Chart, and drawn twice: on paper by matplotlib (draw.py), in the
report by the page's own script (page/chart.js).
"""

from dataclasses import dataclass, field
import textwrap

import numpy as np

# Okabe and Ito (2008): told apart by colour-blind readers; lines differ in dashes too.
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
MARKERS = ("o", "s", "^", "D", "v", "P", "X")


@dataclass
class Line:
    """y over x, equal lengths; NaN breaks the line. role: 'measured', 'bound' (dashed),
    'prediction' (dash-dotted), 'points' (markers alone). colour: a place in COLOURS."""

    x: np.ndarray
    y: np.ndarray
    label: str
    role: str = "measured"
    colour: int = 0
    marker: str = ""
    names: list = None  # what the reader is told of each point, or None

    def __post_init__(self):
        self.x = np.asarray(self.x, dtype=float)
        self.y = np.asarray(self.y, dtype=float)

    @property
    def dash(self):
        """'solid', 'dashed', 'dashdot', or 'none' of points."""
        return {"bound": "dashed", "prediction": "dashdot", "points": "none",
                "level": "dotted"}.get(self.role, "solid")


@dataclass
class Band:
    """The area between low and high over x."""

    x: np.ndarray
    low: np.ndarray
    high: np.ndarray
    label: str
    colour: int = 0

    def __post_init__(self):
        self.x, self.low, self.high = (np.asarray(v, dtype=float)
                                       for v in (self.x, self.low, self.high))


@dataclass
class Panel:
    """One pair of axes. row_names: y counts these rows instead of measuring something."""

    x_label: str
    y_label: str
    title: str = ""
    x_log: bool = False
    y_log: bool = False
    lines: list = field(default_factory=list)
    bands: list = field(default_factory=list)
    row_names: list = None

    def add(self, *args, **kwargs):
        """Adds a Line of these, where it has a number to show."""
        line = Line(*args, **kwargs)
        if self.shows(line.x, line.y):
            self.lines.append(line)
        return self

    def add_band(self, *args, **kwargs):
        """Adds a Band of these, where it has a number to show. On a log axis what is not above
        zero begins at the least number that is."""
        band = Band(*args, **kwargs)
        if self.shows(band.x, band.high):
            if self.y_log:
                above = [v[v > 0].min() for v in (band.low, band.high) if np.any(v > 0)]
                band.low = np.where(band.low > 0, band.low, min(above))
            self.bands.append(band)
        return self

    def shows(self, x, y):
        """Whether any of these points can be drawn on these axes."""
        good = np.isfinite(x) & np.isfinite(y)
        if self.x_log:
            good &= x > 0
        if self.y_log:
            good &= y > 0
        return bool(good.any())


@dataclass
class Chart:
    """A figure: panels side by side, a caption, and what had to be left out, with reasons."""

    name: str
    title: str
    panels: list = field(default_factory=list)
    caption: str = ""
    missing: list = field(default_factory=list)

    def leave_out(self, what, why):
        """Notes that a curve is not drawn."""
        said = f"{what}: {why}" if what else str(why)
        if said not in self.missing:
            self.missing.append(said)

    @property
    def is_empty(self):
        """Whether there is nothing to draw."""
        return not any(panel.lines or panel.bands for panel in self.panels)

    @property
    def full_caption(self):
        """The caption, and what is left out."""
        parts = [self.caption] if self.caption else []
        if self.missing:
            parts.append("Left out: " + "; ".join(self.missing) + ".")
        return " ".join(parts)

    def draw(self, **options):
        """A matplotlib Figure (options: draw.draw)."""
        from .draw import draw  # pylint: disable=import-outside-toplevel

        return draw(self, **options)

    def save(self, path, **options):
        """Writes PNG, SVG or PDF, by the ending of path."""
        from .draw import save  # pylint: disable=import-outside-toplevel

        save(self, path, **options)


def label(table, width=44):
    """An axis label of a table's own words: 'long_name [units]', folded."""
    name = table.long_name.split(";")[0]
    if name.startswith("the same"):
        name = table.run.attributes(table.probe).get("title", "") + name.removeprefix("the same")
    units = f" [{table.units}]" if table.units not in ("", "1") else ""
    return "\n".join(textwrap.wrap(name + units, width))


def is_by_round(table):
    """Whether the rows stand a round or more apart."""
    return len(table) < 2 or not np.any(table.local_step)
