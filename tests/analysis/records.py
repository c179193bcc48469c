"""Records that the tests of lemma_analysis read: made by the binary, small, each in its way."""

import shutil

from cli import Skip, TINY, check_status, lemma

try:
    import h5py
    import numpy  # noqa: F401  pylint: disable=unused-import
except ImportError as missing:  # told by every test
    h5py = None
    WHY = str(missing)

TWO_LAYERS = ["--set", "network.preset=two-layer-relu", "--set", "network.depth=1", "--set",
              "train.step_rule=raw", "--set", "train.step_size=1"]
SWEEP = """base:
  data: {samples: 8, dimension: 6}
  partition: {clients: 2}
  network: {width: 8, depth: 2}
  train: {local_steps: 3, rounds: 3}
  probes: {loss: {}, activation: {}, gradient_gap: {}}
  record: {data: none, weights: none}
axes:
  - network.width: [8, 16, 32]
seeds: 2
"""


def need_h5py():
    if h5py is None:
        raise Skip(f"python3-h5py or python3-numpy is not installed: {WHY}")


def record(folder, *words, name="r.h5", observe="full"):
    """Runs a tiny deep network, changed by words; returns the record's path."""
    need_h5py()
    done = lemma("run", *TINY, *words, "--observe", observe, "-q", "--force", "-o", name,
                 folder=folder)
    check_status(done, 0)
    return folder / name


def two_layers(folder, *words, **more):
    """The same, two layers."""
    return record(folder, *TWO_LAYERS, *words, **more)


def sweep(folder, text=SWEEP):
    """Runs a tiny sweep over the width; returns its folder."""
    need_h5py()
    (folder / "s.yaml").write_text(text, encoding="utf-8")
    check_status(lemma("sweep", "s.yaml", "-o", "d", "-q", folder=folder), 0)
    return folder / "d"


def changed(path, change, name="changed.h5"):
    """A copy of a record, changed by change(file): a file opened for writing."""
    copy = path.parent / name
    shutil.copy(path, copy)
    with h5py.File(copy, "r+", libver="latest") as file:
        change(file)
    return copy


def without(path, *groups):
    """A copy without these things of /run."""

    def drop(file):
        for group in groups:
            del file["run/" + group]

    return changed(path, drop, "without.h5")
