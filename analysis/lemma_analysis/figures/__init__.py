"""The figures: one function each, from an open record or sweep to a Chart.

    from lemma_analysis import open_run, figures
    figures.loss(open_run("quickstart.h5")).save("loss.pdf")

A curve is left out, and the caption says so, where the record lacks what it is worked out from.
"""

from .any_table import any_column, any_table
from .deviation import deviation
from .distance import distance
from .exponents import exponents
from .flips import flips
from .frontier import frontier
from .gap import gap
from .gram import gram
from .lazy import lazy
from .loss import loss
from .slack import slack

OF_A_RUN = (loss, flips, gap, deviation, gram, distance, lazy)
OF_VERDICTS = (slack,)
OF_A_SWEEP = (exponents, frontier)

__all__ = ["OF_A_RUN", "OF_A_SWEEP", "OF_VERDICTS", "any_column", "any_table",
           "deviation", "distance",
           "exponents", "flips", "frontier", "gap", "gram", "lazy", "loss", "slack"]
