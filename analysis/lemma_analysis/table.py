"""A table of a record: rows first, read when asked for, with the axes of its rows."""

import numpy as np

from .errors import RecordError, need
from .hdf5 import attributes, read

AXES = ("step", "round", "local_step")


class Table:
    """One table, shape (T, ...): row k was made at step[k] of round[k].

    Slicing reads from the file: t[:] everything, t[-1] the last row, t[:, c] of a client.
    Rows of a run that is going on, or was killed, count where they are whole in every table.
    Attributes: name ("gradient_gap/gap"), long_name, units, formula, source, cells (the
    names of what a row holds: ("client", "layer")).
    """

    def __init__(self, run, name):
        self.run = run
        self.name = name
        self.probe, _, self.column = name.rpartition("/")
        self._data = run.file["run/" + name]
        for key, value in {"long_name": name, "units": "", "formula": "", "source": "",
                           **attributes(self._data)}.items():
            if key in ("long_name", "units", "formula", "source"):
                setattr(self, key, value)
        self.cells = self._cell_names()

    def _cell_names(self):
        labels = [d.label for d in self._data.dims][1:]
        return tuple(label or f"cell{i + 1}" for i, label in enumerate(labels))

    def _axis_prefix(self):
        """'at_averaging_' of a table with axes of its own, else ''."""
        own = self.column + "_round"
        return self.column + "_" if f"{self.probe}/{own}" in self.run.file["run"] else ""

    def _axis(self, name):
        group, prefix = self.run.file["run/" + self.probe], self._axis_prefix()
        if prefix + name not in group:
            if name == "local_step" and prefix:  # the last step of each round
                return self.step - self.round * self.run.constant("tau")
            raise RecordError(f"{self.run.path}: {self.name} has no axis {prefix + name}; "
                              f"the file is damaged")
        return read(group[prefix + name], slice(0, len(self)))

    @property
    def step(self):
        """(T) int64, global step t = round * tau + local_step."""
        return self._axis("step")

    @property
    def round(self):
        """(T) int64."""
        return self._axis("round")

    @property
    def local_step(self):
        """(T) int64, step within the round."""
        return self._axis("local_step")

    def __len__(self):
        group, prefix = self.run.file["run/" + self.probe], self._axis_prefix()
        rows = self._data.shape[0]
        if prefix + "step" not in group:
            return rows
        rows = min(rows, group[prefix + "step"].shape[0])
        if self.run.is_whole:
            return rows
        step = read(group[prefix + "step"], slice(0, rows))
        return int(np.count_nonzero(step < self.run.committed))

    @property
    def shape(self):
        """(T, ...), T the rows that are whole."""
        return (len(self), *self._data.shape[1:])

    @property
    def dtype(self):
        """float64, int64 or int32."""
        return self._data.dtype

    def __getitem__(self, key):
        first, *rest = key if isinstance(key, tuple) else (key,)
        rows = range(len(self))
        if isinstance(first, (int, np.integer)):
            if not -len(rows) <= first < len(rows):
                raise IndexError(f"{self.name} has {len(rows)} rows, there is no row {first}")
            return read(self._data, (rows[first], *rest))
        if isinstance(first, slice):
            chosen = rows[first]
            if chosen.step < 0:
                back = read(self._data, (slice(0, len(rows)), *rest))
                return back[first]
            return read(self._data, (slice(chosen.start, chosen.stop, chosen.step), *rest))
        return read(self._data, (slice(0, len(rows)), *rest))[first]

    def __array__(self, dtype=None, copy=None):
        del copy  # always one
        return np.asarray(self[:], dtype=dtype)

    def __repr__(self):
        return f"<table {self.name} {self.shape}, {self.units}: {self.long_name}>"

    def columns(self):
        """Names of a row's cells as `lemma info` prints them: 'gap[0]', 'gap[1]', ..."""
        shape = self._data.shape[1:]
        if not shape:
            return [self.column]
        return [f"{self.column}[{','.join(map(str, index))}]" for index in np.ndindex(*shape)]

    def to_dataframe(self, tidy=False):
        """A pandas data frame: step, round, local_step and a column a cell.

        tidy: a row a number instead, with columns named as the cells (client and layer
        count from 0) and `value`.
        """
        pandas = need("pandas", "python3-pandas", "a data frame")
        rows = self[:].reshape(len(self), -1)
        frame = pandas.DataFrame({name: getattr(self, name) for name in AXES})
        values = pandas.DataFrame(rows, columns=self.columns())
        frame = pandas.concat([frame, values], axis=1)
        frame.attrs.update(name=self.name, units=self.units, formula=self.formula)
        if not tidy:
            return frame
        cells = list(np.ndindex(*self._data.shape[1:]))
        long = frame.melt(list(AXES), self.columns(), var_name="cell", value_name="value")
        for place, name in enumerate(self.cells):
            long[name] = np.repeat([cell[place] for cell in cells], len(self))
        return long[[*AXES, *self.cells, "value"]]
