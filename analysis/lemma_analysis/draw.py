"""Charts on paper, by matplotlib: PNG, SVG and PDF."""

import os
import textwrap

import numpy as np

from .chart import COLOURS
from .errors import RecordError, need
from .output import destination, failed

ENDINGS = (".png", ".svg", ".pdf")
STYLE = {
    "font.size": 8, "axes.titlesize": 8, "axes.labelsize": 8, "legend.fontsize": 7,
    "xtick.labelsize": 7, "ytick.labelsize": 7, "lines.linewidth": 1.2, "lines.markersize": 3.5,
    "axes.spines.top": False, "axes.spines.right": False, "axes.grid": True,
    "grid.color": "#dddddd", "grid.linewidth": 0.5, "figure.dpi": 100, 
    "svg.fonttype": "none", "pdf.fonttype": 42, "svg.hashsalt": "lemma",
    "axes.formatter.useoffset": False,
}
WIDTH, HEIGHT = 3.6, 2.9  # inches of a panel


def draw(chart, caption=True, columns=3):
    """A matplotlib Figure of a Chart: its panels in rows of `columns`, its caption below."""
    need("matplotlib", "python3-matplotlib", "a figure")
    import matplotlib  # pylint: disable=import-outside-toplevel
    from matplotlib.figure import Figure  # pylint: disable=import-outside-toplevel

    panels = [p for p in chart.panels if p.lines or p.bands]
    if not panels:
        raise RecordError(f"figure {chart.name}: nothing to draw. {chart.full_caption}")
    columns = min(columns, len(panels))
    rows = -(-len(panels) // columns)
    width = max(WIDTH * columns, 5)
    heights = [max(_height(p) for p in panels[r * columns:(r + 1) * columns])
               for r in range(rows)]
    words = textwrap.wrap(chart.full_caption, int(width * 19)) if caption else []
    below = 0.14 * len(words) + (0.1 if words else 0)
    with matplotlib.rc_context({**STYLE}):
        figure = Figure(figsize=(width, sum(heights) + 0.35 + below), layout="constrained")
        figure.get_layout_engine().set(
            rect=(0, below / figure.get_figheight(), 1, 1 - below / figure.get_figheight()))
        figure.suptitle(chart.title, fontsize=9, fontweight="bold")
        grid = figure.add_gridspec(rows, columns, height_ratios=heights)
        for place, panel in enumerate(panels):
            _panel(figure.add_subplot(grid[place // columns, place % columns]), panel)
        if words:
            figure.text(0.01, 0.05 / figure.get_figheight(), "\n".join(words), fontsize=7,
                        va="bottom", color="#444444")
    return figure


def save(chart, path, dpi=200, **options):
    """Writes a Chart to path; the ending chooses PNG, SVG or PDF. The same chart gives the same
    bytes. dpi: of PNG."""
    path = os.fspath(path)
    ending = os.path.splitext(path)[1].lower()
    if ending not in ENDINGS:
        raise RecordError(f"{path}: expected a name that ends in {', '.join(ENDINGS)}")
    import matplotlib  # pylint: disable=import-outside-toplevel

    real = destination(path)
    figure = draw(chart, **options)
    times = {".png": {"Software": None}, ".svg": {"Date": None}, ".pdf": {"CreationDate": None}}
    try:
        with matplotlib.rc_context(STYLE):
            figure.savefig(real, format=ending[1:], metadata=times[ending], dpi=dpi)
    except OSError as error:
        raise failed(path, error) from error


def _height(panel):
    """Inches: rows of names want room, and so does the legend under the axes."""
    legend = sum(len(fold(item.label)) for item in [*panel.bands, *panel.lines] if item.label)
    inner = 0.15 * len(panel.row_names) + 0.7 if panel.row_names else HEIGHT
    return max(HEIGHT, inner) + 0.13 * legend


def fold(words):
    """A legend's words in lines."""
    return textwrap.wrap(words, 52)


def _inches(axes):
    """About how tall the axes will be."""
    rows = axes.get_yticks()
    return max(HEIGHT, 0.15 * len(rows) + 0.7) if len(rows) > 15 else HEIGHT


def _panel(axes, panel):
    from matplotlib import ticker  # pylint: disable=import-outside-toplevel

    class Words(ticker.LogFormatterSciNotation):
        """Numbers of middling size as they are, others as powers of ten."""

        def __call__(self, x, pos=None):
            said = super().__call__(x, pos)
            return f"{x:g}" if said and 1e-2 <= abs(x) < 1e5 else said

    for axis, log, scale in ((axes.xaxis, panel.x_log, axes.set_xscale),
                             (axes.yaxis, panel.y_log, axes.set_yscale)):
        if log:
            scale("log")
            axis.set_major_formatter(Words())
            axis.set_minor_formatter(Words(minor_thresholds=(1.5, 0.5)))
    for band in panel.bands:
        axes.fill_between(band.x, _on_axis(band.low, panel.y_log), _on_axis(
            band.high, panel.y_log), color=COLOURS[band.colour % len(COLOURS)], alpha=0.18,
            linewidth=0, label=band.label)
    for line in panel.lines:
        colour = COLOURS[line.colour % len(COLOURS)]
        thin = {"bound": 1.4, "level": 1.0}.get(line.role, 1.2)
        marker = line.marker or ("o" if line.role == "points" else _lonely(line, panel))
        axes.plot(line.x, _on_axis(line.y, panel.y_log), linestyle=line.dash, color=colour,
                  marker=marker, linewidth=thin, label=line.label or "_",
                  markerfacecolor="none" if line.role == "points" else colour)
    if not panel.x_log:
        axes.xaxis.set_major_locator(ticker.MaxNLocator(integer=True))
    axes.set_xlabel(panel.x_label)
    axes.set_ylabel(panel.y_label)
    if panel.title:
        axes.set_title(panel.title)
    if panel.row_names:
        axes.set_yticks(range(len(panel.row_names)), panel.row_names)
        axes.set_ylim(len(panel.row_names) - 0.4, -0.6)
    handles, labels = axes.get_legend_handles_labels()
    if len(labels) > 1 or (labels and panel.bands):
        axes.legend(handles, ["\n".join(fold(word)) for word in labels], frameon=False,
                    loc="upper left", bbox_to_anchor=(-0.05, -0.16 * HEIGHT / _inches(axes)),
                    handlelength=2.6, borderaxespad=0, labelspacing=0.3)


def _on_axis(values, log):
    return np.where(values > 0, values, np.nan) if log else values


def _lonely(line, panel):
    """A marker where a line would not be seen: points that have no neighbour."""
    good = np.isfinite(_on_axis(line.y, panel.y_log))
    return "o" if good.sum() and not np.any(good[1:] & good[:-1]) else ""
