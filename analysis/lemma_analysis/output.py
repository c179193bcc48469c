"""Where something is to be written: a file, or the place for one."""

import os
import stat

from .errors import RecordError, WriteError


def destination(path):
    """The file that path names, behind links, and no other thing than a file or the room for one.

    Raises RecordError where a device, a folder or a record is there.
    """
    path = os.fspath(path)
    try:
        mode = os.stat(path).st_mode
    except OSError:  # nothing is there, or writing will tell
        if os.path.islink(path):
            raise RecordError(f"{path}: expected a file to write, found a link to nothing") from None
        return path
    if not stat.S_ISREG(mode):
        kind = "a folder" if stat.S_ISDIR(mode) else "a device"
        raise RecordError(f"{path}: expected a file to write, found {kind}")
    with open(path, "rb") as old:
        if old.read(8) == b"\x89HDF\r\n\x1a\n":
            raise RecordError(f"{path}: is a record; what is drawn of it does not overwrite it, "
                              f"name another file")
    return os.path.realpath(path)


def failed(path, error):
    """What is raised where writing to path failed."""
    return WriteError(f"{path}: cannot be written: {error.strerror or error}")
