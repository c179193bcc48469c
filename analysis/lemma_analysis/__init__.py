"""Reads what lemma records, draws it, and writes the report: see analysis/README.md."""

from . import figures
from .errors import MissingPackage, MissingTable, RecordError
from .record import Run, open_run
from .sweep import Sweep, open_sweep
from .table import Table

__version__ = "0.1.0"
__all__ = ["MissingPackage", "MissingTable", "RecordError", "Run", "Sweep", "Table", "figures",
           "open_run", "open_sweep"]
