"""Opening lemma's HDF5 files: records, sweeps and studies, running or complete."""

import ctypes
import os

import h5py
import numpy as np
from h5py import h5f, h5p

from . import foreign
from .errors import RecordError, shown

SCHEMA = 1  # the newest version of the layout that is understood here
# HDF5 reads again what does not fit its checksum, since a writer may be at it, after 1, 2, 4, ...
# ns: this ends in 0.1 s, its own 100 attempts never do where the file is damaged.
READ_ATTEMPTS = 27
TROUBLE = (OSError, RuntimeError, KeyError, ValueError, TypeError)  # that h5py makes of HDF5's


def read(item, key=()):
    """What item[key] is of a data set. Raises RecordError where the file cannot give it."""
    try:
        return item[key]
    except (OSError, RuntimeError) as error:
        raise RecordError(f"{item.file.filename}: {item.name} cannot be read, the file is "
                          f"damaged or cut short: {error}") from error


def text(value):
    """An attribute or a scalar data set as str; numbers as they are."""
    if isinstance(value, h5py.Dataset):
        value = read(value)
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace").rstrip("\0")
    if isinstance(value, np.generic):
        return value.item()
    return value


def attributes(item):
    """An object's attributes as a dict of str and numbers; HDF5's own are left out."""
    own = ("REFERENCE_LIST", "DIMENSION_LIST", "DIMENSION_LABELS", "CLASS", "NAME")
    return {name: text(item.attrs[name]) for name in item.attrs if name not in own}


def kind_of(file):
    """'sweep', 'study' (of lemma gram) or 'run'."""
    run = file["run"]
    if "sweep" in run and "records" in run:
        return "sweep"
    return "run" if "train" in run else "study"


def open_file(path):
    """The h5py.File at path, opened so that a running writer is no hindrance.

    Raises RecordError where there is none, or it is not lemma's, or newer than this, or it has
    what lemma never writes (foreign.py): links out of it, data kept elsewhere.
    """
    path = os.fspath(path)
    if os.path.isdir(path):
        raise RecordError(f"{path}: expected a file, found a folder; a sweep's folder is opened "
                          f"with open_sweep")
    if not os.path.exists(path):
        raise RecordError(f"{path}: there is no such file")
    if not os.path.isfile(path):
        raise RecordError(f"{path}: expected a file")
    try:
        file = _opened(path)
    except OSError as error:
        raise RecordError(f"{path}: {_why(path, error)}") from error
    try:
        _check_ours(path, file)
    except BaseException:
        file.close()
        raise
    return file


def _opened(path):
    access = h5p.create(h5p.FILE_ACCESS)
    try:  # h5py has no call for it
        set_attempts = ctypes.CDLL(h5p.__file__).H5Pset_metadata_read_attempts
        set_attempts(ctypes.c_int64(access.id), ctypes.c_uint(READ_ATTEMPTS))
    except (AttributeError, OSError):  # HDF5 is elsewhere: whole files are read all the same
        pass
    flags = h5f.ACC_RDONLY | h5f.ACC_SWMR_READ
    return h5py.File(h5f.open(os.fsencode(path), flags, fapl=access))


def _why(path, error):
    if isinstance(error, PermissionError):
        return "there is no permission to read it"
    try:
        with open(path, "rb") as raw:
            head = raw.read(8)
    except OSError:
        head = b""
    if head != b"\x89HDF\r\n\x1a\n":
        return ("expected an HDF5 file (lemma run writes them), found something else; "
                "an experiment in YAML is run first: lemma run FILE.yaml")
    return f"an HDF5 file that is damaged or cut short: {error}"


def _check_ours(path, file):
    try:
        creator = text(file.attrs.get("creator", b""))
        schema = text(file.attrs.get("schema_version", -1))
        if isinstance(creator, str) and creator == "lemma" and isinstance(schema, int):
            _check_layout(path, file, schema)
            return
    except TROUBLE as error:
        why = error.args[0] if isinstance(error, KeyError) else error  # without its quotes
        raise RecordError(f"{path}: an HDF5 file that is damaged: {why}") from error
    maker = creator if isinstance(creator, str) and creator else "somebody else"
    raise RecordError(f"{path}: expected a record of lemma (lemma run, lemma sweep), found an "
                      f"HDF5 file made by {shown(maker)}")


def _check_layout(path, file, schema):
    if schema > SCHEMA:
        raise RecordError(f"{path}: has schema version {schema}, this lemma_analysis reads up to "
                          f"{SCHEMA}: use the one of the lemma that wrote it, or a newer one")
    foreign.check_all(path, file)
    if not isinstance(file.get("run"), h5py.Group):
        raise RecordError(f"{path}: has no group /run: not a whole record")
