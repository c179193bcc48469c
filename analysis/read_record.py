#!/usr/bin/python3
"""Prints what a lemma record holds: read_record.py RECORD. Works while it is being written.

The shortest example, for records of your own: h5py follows links into other files.
"""

import sys

import h5py


def show(table):
    """Shape, units, first and last value (of a row with several cells: its first)."""
    line = f"  {table.name.removeprefix('/run/'):36} {str(table.shape):16}"
    if len(table):
        first, last = table[0].flat[0], table[-1].flat[0]
        line += f" {first:<12.6g} -> {last:<12.6g}"
    print(line, table.attrs["units"].decode())


def main(path):
    with h5py.File(path, "r") as file:
        run = file["run"]
        committed = run["committed"][()]  # rows with step < committed are complete
        print(f"{path}: {run['status'][()].decode()}, {committed} steps committed, "
              f"lemma {run['provenance/version'][()].decode()}")
        for group in run.values():
            if group.attrs.get("NX_class") == b"NXdata":
                print(f"{group.name.removeprefix('/run/')}: {group.attrs['title'].decode()}")
                for table in group.values():
                    show(table)


if len(sys.argv) != 2:
    sys.exit("Usage: read_record.py RECORD")
try:
    main(sys.argv[1])
except OSError as error:
    sys.exit(f"{sys.argv[1]}: {error}")
