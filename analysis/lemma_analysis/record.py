"""A run's record: its tables, constants, samples and weights."""

import h5py
import numpy as np

from .errors import MissingTable, RecordError, nearest, need
from .hdf5 import attributes, kind_of, open_file, read, text
from .table import AXES, Table

# Constants by the letters that the theory gives them: where they stand in the file.
LETTERS = {"m": ("network", "m"), "L": ("network", "L"), "d_x": ("network", "d_x"),
           "d": ("network", "d"), "preset": ("network", "preset"), "K": ("train", "K"),
           "tau": ("train", "tau"), "R": ("train", "R"), "eta": ("train", "eta"),
           "batch": ("train", "batch"), "server_step": ("train", "server_step"),
           "seed": ("train", "seed"), "algorithm": ("train", "algorithm"),
           "N": ("data", "samples"), "phi": ("data", "phi")}
LAYERS = 65536  # a network of more is none: what goes through its layers would not end


def open_run(path):
    """Opens a record: complete, diverged, interrupted, or being written right now."""
    file = open_file(path)
    kind = kind_of(file)
    if kind == "run":
        return Run(path, file)
    file.close()
    if kind == "sweep":
        raise RecordError(f"{path}: is a sweep's file, not a run's: open_sweep({str(path)!r})")
    raise RecordError(f"{path}: is a study of the kernel at W(0) (lemma gram), without training; "
                      f"h5py reads its group /run/initial_gram")


class Run:
    """An open record. run["loss/server"] is a Table; `with open_run(path) as run:` closes."""

    def __init__(self, path, file):
        self.path = str(path)
        self.file = file
        self.refresh()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        """Closes the file; tables can no longer be read."""
        self.file.close()

    def refresh(self):
        """Sees what a running writer has added since. Returns the run."""
        run = self.file["run"]
        self._tables = {}
        for name in ("committed", "status"):
            if name in run and hasattr(run[name], "refresh"):
                run[name].refresh()
        self.committed = text(run["committed"]) if "committed" in run else 0
        self.status = text(run["status"]) if "status" in run else "running"
        for item in run.values():
            if isinstance(item, h5py.Group) and item.attrs.get("NX_class") == b"NXdata":
                for data in item.values():
                    if isinstance(data, h5py.Dataset):
                        data.refresh()
        return self

    @property
    def is_whole(self):
        """Whether the writer has finished: all rows of all tables count."""
        return self.status in ("complete", "diverged")

    @property
    def probes(self):
        """Names of the probes that were on, in the order of the file."""
        return [name for name, item in self.file["run"].items()
                if isinstance(item, h5py.Group) and item.attrs.get("NX_class") == b"NXdata"]

    def tables(self):
        """Names of all tables, axes aside: ["activation/flips_average", ...]."""
        found = []
        for probe in self.probes:
            group = self.file["run/" + probe]
            for name in group:
                is_axis = name in AXES or name.endswith(("_step", "_round"))
                if not is_axis and group[name].shape:
                    found.append(f"{probe}/{name}")
        return found

    def __contains__(self, name):
        if isinstance(name, str) and "/" in name and name not in self._tables:
            item = self.file.get("run/" + name)
            return isinstance(item, h5py.Dataset) and name.split("/")[0] in self.probes
        return name in self._tables

    def has(self, *names):
        """Whether all these tables are there, with a whole row at least."""
        return all(name in self and len(self[name]) > 0 for name in names)

    def __getitem__(self, name):
        if name not in self._tables:
            if name not in self:
                raise MissingTable(self._no_table(name))
            self._tables[name] = Table(self, name)
        return self._tables[name]

    def _no_table(self, name):
        probe = name.split("/")[0]
        said = f"{self.path}: there is no table {name!r}"
        hint = nearest(name, self.tables())
        if hint and (probe in self.probes or f'"{probe[:3]}' in hint):
            return said + hint
        return f"{said}: the probe {probe!r} was not on (lemma run --observe full turns all on)"

    def constant(self, letter):
        """K, N, m, L, d, d_x, tau, R, eta, batch, server_step, seed, phi, preset, algorithm."""
        if letter not in LETTERS:
            raise MissingTable(f"there is no constant {letter!r}; there are {', '.join(LETTERS)}")
        group, name = LETTERS[letter]
        try:
            value = text(self.file[f"run/{group}"].attrs[name])
        except KeyError as error:
            raise MissingTable(f"{self.path}: /run/{group} has no attribute {name!r}") from error
        if letter == "L" and not (isinstance(value, int) and 1 <= value <= LAYERS):
            raise RecordError(f"{self.path}: L = {value}, expected 1 to {LAYERS} layers")
        return value

    def attributes(self, group):
        """Attributes of /run/<group> as a dict: "train", "network", "data", or a probe."""
        if group not in self.file["run"]:
            raise MissingTable(f"{self.path}: there is no group /run/{group}")
        return attributes(self.file["run/" + group])

    @property
    def config(self):
        """The resolved experiment, YAML text."""
        return text(self.file["run/config"]) if "run/config" in self.file else ""

    @property
    def provenance(self):
        """Program, libraries, kernel, machine, times: a dict of str and numbers."""
        found = {name: text(self.file[f"run/{name}"]) for name in ("start_time", "end_time")
                 if f"run/{name}" in self.file}
        group = self.file.get("run/provenance", {})
        for name, item in group.items():
            found[name] = text(item) if isinstance(item, h5py.Dataset) else {
                inner: text(value) for inner, value in item.items()}
        return found

    def array(self, name):
        """What stands under /run as a whole array ("data/inputs"), or None where it was not
        recorded (record.data, record.weights choose)."""
        item = self.file.get("run/" + name)
        return np.asarray(read(item)) if isinstance(item, h5py.Dataset) else None

    def to_dataframe(self, *names):
        """A pandas data frame of several tables, joined where their steps agree."""
        need("pandas", "python3-pandas", "a data frame")
        frame = None
        for name in names or self.tables():
            table = self[name]
            own = table.to_dataframe().set_index(list(AXES))
            own.columns = [f"{table.probe}/{column}" for column in own.columns]
            frame = own if frame is None else frame.join(own, how="outer")
        return frame.reset_index() if frame is not None else frame
