"""Walks a record as a NeXus viewer does, and says where one would stumble.

check_nexus.py RECORD: exit status 1 and one line for each finding."""

import json
import sys

import h5py
import numpy as np

SCALE_ATTRIBUTES = {"DIMENSION_LIST", "REFERENCE_LIST", "DIMENSION_LABELS", "CLASS", "NAME"}
TABLE_ATTRIBUTES = ("long_name", "units", "formula", "source")
NUMBERS = {"<f8", "<i8", "<i4"}

findings = []


def expect(condition, *what):
    if not condition:
        findings.append(" ".join(map(str, what)))
    return condition


def text(thing, name):
    value = thing.attrs.get(name, b"")
    return value.decode() if isinstance(value, bytes) else str(value)


def check_attributes(thing):
    for name in thing.attrs:
        attribute = h5py.h5a.open(thing.id, name.encode())
        kind = attribute.get_type()
        expect(attribute.get_storage_size() <= 65536, thing.name, name, "is over 64 KiB")
        if name in SCALE_ATTRIBUTES:
            continue
        if isinstance(kind, h5py.h5t.TypeStringID):
            expect(not kind.is_variable_str(), thing.name, name, "has no fixed length")
            expect(kind.get_cset() == h5py.h5t.CSET_UTF8, thing.name, name, "is not UTF-8")
        else:
            expect(kind.dtype.str in NUMBERS, thing.name, name, "is of type", kind.dtype)


def check_dataset(data):
    plist = data.id.get_create_plist()
    filters = {plist.get_filter(i)[0] for i in range(plist.get_nfilters())}
    expect(filters <= {h5py.h5z.FILTER_DEFLATE, h5py.h5z.FILTER_SHUFFLE}, data.name,
           "has the filters", filters)
    kind = data.id.get_type()
    if isinstance(kind, h5py.h5t.TypeStringID):
        expect(not kind.is_variable_str() and kind.get_cset() == h5py.h5t.CSET_UTF8,
               data.name, "is not a UTF-8 text of fixed length")
    else:
        expect(data.dtype.str in NUMBERS, data.name, "is of type", data.dtype)
    if data.maxshape[:1] == (None,):
        for name in TABLE_ATTRIBUTES:
            expect(name in data.attrs, data.name, "has no", name)


def check_links(group):
    for name in group:
        link = group.get(name, getlink=True)
        expect(isinstance(link, h5py.HardLink), group.name, name, "is no hard link")


def check_scale(table):
    """An axis that h5py's .dims, xarray and netCDF tools find, as long as the table."""
    if h5py.h5ds.is_scale(table.id):
        return
    if not expect(len(table.dims[0]) == 1, table.name, "has no scale"):
        return
    axis = table.dims[0][0]
    expect(len(axis) == len(table), table.name, "and its axis differ in length")
    expect(axis.parent == table.parent, table.name, "has its axis elsewhere")
    expect(table.dims[0].keys() == [axis.name.split("/")[-1]], table.name,
           "knows its axis as", table.dims[0].keys())


def check_plot(group):
    """signal and axes resolve, and fit each other."""
    signal = group.get(text(group, "signal"))
    if not expect(isinstance(signal, h5py.Dataset), group.name, "has no signal"):
        return
    axes = [name.decode() for name in np.atleast_1d(group.attrs["axes"])]
    expect(len(axes) == signal.ndim, group.name, "has", len(axes), "axes for", signal.shape)
    for i, name in enumerate(axes):
        if name == ".":
            continue
        axis = group.get(name)
        if expect(axis is not None, group.name, "has no axis", name):
            expect(axis.shape == signal.shape[i:i + 1], group.name, name, "is of length",
                   axis.shape, "for", signal.shape)
            expect(group.attrs[name + "_indices"] == i, group.name, name, "has no index")
    expect(text(group, "title"), group.name, "has no title")
    for table in group.values():
        expect(not table.is_virtual and table.external is None, table.name, "is elsewhere")
        check_scale(table)
    if "SILX_style" in group.attrs:
        style = json.loads(text(group, "SILX_style"))
        expect(style.get("signal_scale_type") in ("log", "linear"), group.name, style)
        scales = style.get("axes_scale_types")
        expect(scales is None or (len(scales) == len(axes) and set(scales) <= {"log", "linear"}),
               group.name, style)


def check_file(file):
    expect(text(file, "NX_class") == "NXroot", "the root is no NXroot")
    entry = file[text(file, "default")]
    expect(text(entry, "NX_class") == "NXentry", "the root's default is no NXentry")
    plots = [g for g in entry.values() if text(g, "NX_class") == "NXdata"]
    if plots:
        default = entry.get(text(entry, "default"))
        expect(default in plots, "the entry's default is no NXdata")
    for group in plots:
        check_plot(group)

    def visit(_, thing):
        check_attributes(thing)
        if isinstance(thing, h5py.Dataset):
            check_dataset(thing)
        else:
            check_links(thing)

    check_attributes(file)
    check_links(file)
    file.visititems(visit)
    return len(plots)


with h5py.File(sys.argv[1], "r") as record:
    count = check_file(record)
for finding in findings:
    print(finding)
print(f"{count} plots, {len(findings)} findings")
sys.exit(1 if findings or not count else 0)
