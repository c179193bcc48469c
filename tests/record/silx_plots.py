"""What silx would plot of each record given: a line of JSON a record, NXdata groups by name.

silx_plots.py RECORD...: exit status 77 where there is no silx."""

import json
import sys

try:
    from silx.io import nxdata, open as silx_open
except ImportError:
    sys.exit(77)


def plot(group):
    found = nxdata.NXdata(group)
    if not found.is_valid:
        return {"issues": found.issues}
    kinds = [k for k in ("curve", "image", "stack") if getattr(found, "is_" + k)]
    return {
        "issues": found.issues,
        "kinds": kinds,
        "signal": found.signal_dataset_name,
        "shape": list(found.signal.shape),
        "label": found.signal_name,
        "axes": found.axes_dataset_names,
        "lengths": [None if a is None else len(a) for a in found.axes],
        "axis_labels": found.axes_names,
        "scale": found.plot_style.signal_scale_type,
        "axis_scales": list(found.plot_style.axes_scale_types),
    }


for path in sys.argv[1:]:
    with silx_open(path) as file:
        usual = nxdata.get_default(file)
        run = file["run"]
        print(json.dumps({
            "default": usual and usual.is_valid and usual.signal.name,
            "plots": {name: plot(item) for name, item in run.items()
                      if item.attrs.get("NX_class") in ("NXdata", b"NXdata")}}))
