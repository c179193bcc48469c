"""What the figures of a record share."""

import contextlib

import numpy as np

from ..errors import MissingTable
from ..start import Missing, Start

__all__ = ["Missing", "add_clients", "begin", "cut_at_averaging", "cut_at_jumps", "round_ends",
           "wanted"]


@contextlib.contextmanager
def wanted(chart, what=""):
    """A curve that is left out, and told, where the record lacks what it needs."""
    try:
        yield
    except Missing as why:
        chart.leave_out(what, why.args[0])
    except MissingTable as why:
        chart.leave_out(what, why.args[0].split(": ", 1)[-1])


class _Nowhere:
    """In place of a Start: asking it for anything raises the reason."""

    def __init__(self, why):
        self._why = why

    def __getattr__(self, name):
        raise Missing(self._why)


def begin(run):
    """The record's Start, or what raises Missing as soon as it is asked. One a record."""
    if not hasattr(run, "_start"):
        try:
            run._start = Start(run)  # pylint: disable=protected-access
        except (Missing, MissingTable) as why:
            run._start = _Nowhere(why.args[0])  # pylint: disable=protected-access
    return run._start  # pylint: disable=protected-access


def add_clients(panel, x, values, label, colour=0):
    """Clients (T, K): the median as a line, least to largest as a band (K > 1)."""
    values = np.asarray(values, dtype=float)
    if values.shape[1] > 1:
        panel.add_band(x, values.min(axis=1), values.max(axis=1),
                       f"{label}: least to largest client", colour=colour)
    words = f"{label}, median client" if values.shape[1] > 1 else label
    panel.add(x, np.median(values, axis=1), words, colour=colour)


def round_ends(step, round_, values, most=30):
    """Only the last row of each round, where there are more than `most` rounds: dashes of
    many short pieces cannot be read. values (T)."""
    step, round_, values = (np.asarray(v) for v in (step, round_, values))
    if len(np.unique(round_)) <= most:
        return step, values
    last = np.append(np.diff(round_) > 0, True)
    return step[last], values[last]


def cut_at_jumps(step, values):
    """(x, y) with a NaN where rows are missing between rows that follow each other."""
    step, values = np.asarray(step, dtype=float), np.asarray(values, dtype=float)
    gaps = np.diff(step)
    if len(gaps) == 0 or gaps.min() == gaps.max():
        return step, values
    places = np.flatnonzero(gaps > gaps.min()) + 1
    return np.insert(step, places, np.nan), np.insert(values, places, np.nan)


def cut_at_averaging(step, round_, values):
    """The same with a NaN between two rounds, so that no line joins what averaging parts:
    (x, y). values (T)."""
    values = np.asarray(values, dtype=float)
    ends = np.flatnonzero(np.diff(round_) > 0) + 1
    return np.insert(np.asarray(step, dtype=float), ends, np.nan), np.insert(values, ends, np.nan)
