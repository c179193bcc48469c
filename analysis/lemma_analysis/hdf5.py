"""Opening lemma's HDF5 files: records, sweeps and studies, running or complete."""

import os

import h5py
import numpy as np

from .errors import RecordError

SCHEMA = 1  # the newest version of the layout that is understood here


def text(value):
    """An attribute or a scalar data set as str; numbers as they are."""
    if isinstance(value, h5py.Dataset):
        value = value[()]
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace").rstrip("\0")
    if isinstance(value, np.generic):
        return value.item()
    return value


def attributes(item):
    """An object's attributes as a dict of str and numbers; HDF5's own are left out."""
    own = ("REFERENCE_LIST", "DIMENSION_LIST", "DIMENSION_LABELS", "CLASS", "NAME")
    return {name: text(value) for name, value in item.attrs.items() if name not in own}


def kind_of(file):
    """'sweep', 'study' (of lemma gram) or 'run'."""
    run = file["run"]
    if "sweep" in run and "records" in run:
        return "sweep"
    return "run" if "train" in run else "study"


def open_file(path):
    """The h5py.File at path, opened so that a running writer is no hindrance.

    Raises RecordError where there is none, or it is not lemma's, or newer than this.
    """
    path = os.fspath(path)
    if os.path.isdir(path):
        raise RecordError(f"{path}: expected a file, found a folder; a sweep's folder is opened "
                          f"with open_sweep")
    if not os.path.exists(path):
        raise RecordError(f"{path}: there is no such file")
    try:
        file = h5py.File(path, "r", swmr=True, libver="latest")
    except OSError as error:
        raise RecordError(f"{path}: {_why(path, error)}") from error
    try:
        _check_ours(path, file)
    except BaseException:
        file.close()
        raise
    return file


def _why(path, error):
    if isinstance(error, PermissionError):
        return "there is no permission to read it"
    with open(path, "rb") as raw:
        if raw.read(8) != b"\x89HDF\r\n\x1a\n":
            return ("expected an HDF5 file (lemma run writes them), found something else; "
                    "an experiment in YAML is run first: lemma run FILE.yaml")
    return f"an HDF5 file that is damaged or cut short: {error}"


def _check_ours(path, file):
    try:
        creator = text(file.attrs.get("creator", b""))
        schema = text(file.attrs.get("schema_version", -1))
        has_run = isinstance(file.get("run"), h5py.Group)
    except (OSError, RuntimeError) as error:
        raise RecordError(f"{path}: an HDF5 file that is damaged: {error}") from error
    if creator != "lemma" or not isinstance(schema, int):
        raise RecordError(f"{path}: expected a record of lemma (lemma run, lemma sweep), found "
                          f"an HDF5 file made by {creator or 'somebody else'}")
    if schema > SCHEMA:
        raise RecordError(f"{path}: has schema version {schema}, this lemma_analysis reads up to "
                          f"{SCHEMA}: use the one of the lemma that wrote it, or a newer one")
    if not has_run:
        raise RecordError(f"{path}: has no group /run: not a whole record")
