"""A sweep: one row a finished point, and the record behind each row."""

import os
import re

import h5py
import numpy as np

from .errors import MissingTable, RecordError, nearest, need
from .hdf5 import attributes, kind_of, open_file, read, text
from .record import open_run


def open_sweep(path):
    """Opens a sweep by its folder or its sweep.h5."""
    path = os.fspath(path)
    if os.path.isdir(path):
        path = os.path.join(path, "sweep.h5")
        if not os.path.exists(path):
            raise RecordError(f"{path}: there is no such file; lemma sweep FILE.yaml writes it "
                              f"when its points are done")
    file = open_file(path)
    if kind_of(file) != "sweep":
        file.close()
        raise RecordError(f"{path}: is a record of one run, not a sweep's file: "
                          f"open_run({path!r})")
    return Sweep(path, file)


def is_sweep(path):
    """Whether path is a sweep's folder or file; False where it cannot be read."""
    if os.path.isdir(path):
        return True
    try:
        with open_file(path) as file:
            return kind_of(file) == "sweep"
    except RecordError:
        return False


class Sweep:
    """An open sweep. sweep["K"], sweep["network.width"], sweep["gradient_gap/gap.max"]: (P)
    or (P, L) arrays, a row a finished point."""

    def __init__(self, path, file):
        self.path = str(path)
        self.file = file
        self.status = text(file["run/status"])
        self.attributes = attributes(file["run/sweep"])
        self.keys = [key for key in self.attributes.get("keys", "").split("\n") if key]
        self.records = text(file["run/records"]).split()
        for name in self.records:
            if not re.fullmatch(r"points/[0-9]+\.h5", name):
                raise RecordError(f"{path}: names the record {name!r}, expected points/NNNN.h5: a "
                                  f"sweep's records lie beside its file")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        """Closes the file."""
        self.file.close()

    def __len__(self):
        return len(self.records)

    @property
    def config(self):
        """The base experiment, resolved, YAML text."""
        return text(self.file["run/config"])

    @property
    def source(self):
        """The sweep file as it was given, YAML text."""
        return text(self.file["run/config_source"])

    def names(self):
        """Names of all columns: keys and constants, then "probe/table.reduction"."""
        found = list(self.file["run/sweep"])
        for name, group in self.file["run"].items():
            if name != "sweep" and isinstance(group, h5py.Group) and \
                    group.attrs.get("NX_class") == b"NXdata":
                found += [f"{name}/{column}" for column in group
                          if "." in column and column not in self.keys]
        return found

    def _item(self, name):
        place = f"run/{name}" if "/" in name else f"run/sweep/{name}"
        item = self.file.get(place)
        if not isinstance(item, h5py.Dataset):
            hint = nearest(name, self.names())
            if not hint and "/" in name and "." not in name.split("/")[1]:
                hint = " (tables have a reduction: .first .round0 .final .max .min .mean)"
            raise MissingTable(f"{self.path}: there is no column {name!r}{hint}")
        return item

    def __getitem__(self, name):
        values = read(self._item(name))
        return np.array([text(v) for v in values]) if values.dtype.kind in "SO" else values

    def __contains__(self, name):
        try:
            return self._item(name) is not None
        except MissingTable:
            return False

    def describe(self, name):
        """A column's long_name, units, formula, source."""
        return attributes(self._item(name))

    def record_path(self, row):
        """The path of a row's record."""
        return os.path.join(os.path.dirname(self.path), self.records[row])

    def run(self, row):
        """The record of a row, opened."""
        return open_run(self.record_path(row))

    def to_dataframe(self, *names):
        """A pandas data frame: keys and constants, then the columns named (all, if none)."""
        pandas = need("pandas", "python3-pandas", "a data frame")
        found = {}
        for name in [*self.file["run/sweep"], *(names or [n for n in self.names() if "/" in n])]:
            values = self[name]
            if values.ndim == 1:
                found[name] = values
            else:
                for place, column in enumerate(values.reshape(len(values), -1).T):
                    found[f"{name}[{place}]"] = column
        return pandas.DataFrame(found)
