"""Records of every kind under other people's eyes: silx, hdf5-tools, R and Octave open
them and find what `lemma info` prints. Those that are not installed are skipped.

Snippets are those of analysis/README.md, word for word."""

import json
import math
import os
import pathlib
import re
import shutil
import signal
import subprocess

from cli import TINY, Skip, check, check_has, check_status, lemma, run_tests, start

HERE = pathlib.Path(__file__).resolve().parent
README = HERE.parent.parent / "analysis/README.md"
SWEEP = """base:
  data: {samples: 8, dimension: 6}
  partition: {clients: 2}
  network: {width: 8, depth: 1, preset: two-layer-relu}
  train: {local_steps: 2, rounds: 3, step_rule: raw, step_size: 0.5}
  probes: {loss: {}, activation: {}}
axes:
  - network.width: [4, 8, 16]
  - train.local_steps: [1, 2, 3]
"""
FIT = ["--of", "loss/server", "--against", "network.width"]
LINEAR = {"activation", "remainder", "sweep", "exponents"}  # signals on no log axis
TABLES = ["loss/server", "gradient_gap/gap", "gradient_gap/gap_layer"]  # (T), (T,K), (T,K,L)
LOOKS = 500


def _run(*words, folder=None, program=""):
    """A viewer's output; Skip where it is not installed."""
    if not shutil.which(str(words[0])):
        raise Skip(f"{program or words[0]} is not installed")
    return subprocess.run(list(map(str, words)), cwd=folder, text=True, timeout=100,
                          capture_output=True, check=False)


def _quickstart(folder, *more):
    check_status(lemma("run", "--set", "train.rounds=3", *more, "-q", folder=folder), 0)
    return folder / "quickstart.h5"


def _full(folder):
    check_status(lemma("run", *TINY, "--observe", "full", "-q", "-o", "full.h5",
                       folder=folder), 0)
    return folder / "full.h5"


def _study(folder):
    check_status(lemma("gram", *TINY, "--widths", "32,64", "-q", "-o", "gram.h5",
                       folder=folder), 0)
    return folder / "gram.h5"


def _sweep(folder):
    (folder / "s.yaml").write_text(SWEEP, encoding="utf-8")
    check_status(lemma("sweep", "s.yaml", "-o", "d", "-q", folder=folder), 0)
    return folder / "d/sweep.h5"


def _fit(folder, *of_steps):
    of_steps = of_steps or ("--where", "train.local_steps=2")
    check_status(lemma("fit", "d", *FIT, *of_steps, "-o", "fit.h5", "--force", folder=folder), 0)
    return folder / "fit.h5"


def _every_kind(folder):
    return [_full(folder), _study(folder), _sweep(folder), _fit(folder)]


def _info(path, *table):
    done = lemma("info", "--json", path, *table)
    check_status(done, 0)
    return json.loads(done.stdout)


def _flat(cells):
    """Numbers of nested lists, row-major; missing ones as NaN."""
    if isinstance(cells, list):
        return [x for cell in cells for x in _flat(cell)]
    return [math.nan if cells is None else float(cells)]


def _same(ours, theirs):
    return len(ours) == len(theirs) and all(
        a == b or (a != a and b != b) for a, b in zip(ours, theirs))


def _plots(*paths):
    """What silx finds, by record."""
    python = os.environ.get("H5PY_PYTHON")
    if not python:
        raise Skip("python3-h5py is not installed")
    done = _run(python, "-B", HERE / "silx_plots.py", *paths)
    if done.returncode == 77:
        raise Skip("python3-silx is not installed")
    check(done.returncode == 0, done.stderr)
    return [json.loads(line) for line in done.stdout.splitlines()]


def _check_plot(path, name, plot):
    """Axes fit the signal, are labelled, and stand on what the rows stand on."""
    where = f"{path.name} {name}: {plot}"
    check(plot["issues"] == [], where)
    check(plot["shape"] == _info(path, f"{name}/{plot['signal']}")["shape"], where)
    check(len(plot["axes"]) == len(plot["shape"]), where)
    check(plot["axes"][0] and set(plot["axes"][1:]) <= {None}, where)
    check(plot["lengths"][0] == plot["shape"][0], where)
    check(plot["label"] not in (None, "", plot["signal"]), where)  # its long_name
    check(plot["axis_labels"][0] not in (None, "", plot["axes"][0]), where)
    check(plot["scale"] == (None if name in LINEAR else "log"), where)
    check(plot["kinds"], where)


def silx_plots_every_probe_of_a_run(folder):
    path = _full(folder)
    found = _plots(path)[0]
    check(found["default"] == "/run/loss/server", found["default"])
    probes = json.loads(lemma("explain", "--json", "probes").stdout)
    plotted = {p["name"]: p["plotted"] for p in probes if p.get("topic") == "probes"}
    check(len(plotted) >= 15 and plotted.keys() == found["plots"].keys(),
          sorted(plotted), sorted(found["plots"]))
    for name, plot in found["plots"].items():
        _check_plot(path, name, plot)
        check(plot["signal"] == plotted[name] and plot["axes"][0] == "step", name, plot)
        check_has(plot["axis_labels"][0], "global step t")
        check(set(plot["axis_scales"]) == {None}, name, plot)
    kinds = {name: plot["kinds"] for name, plot in found["plots"].items()}
    check("curve" in kinds["loss"] and "image" in kinds["gradient_gap"], kinds)
    check("stack" in kinds["activation"] and "curve" in kinds["gram"], kinds)


def silx_plots_studies_sweeps_and_fits(folder):
    study, sweep = _study(folder), _sweep(folder)
    fit = _fit(folder)
    found = dict(zip("gsf", _plots(study, sweep, fit)))
    check([f["default"] for f in found.values()] == [
        "/run/initial_gram/distance_relative", "/run/loss/server.final", "/run/fit/mean"], found)
    for path, record in zip((study, sweep, fit), found.values()):
        for name, plot in record["plots"].items():
            _check_plot(path, name, plot)
    loss, mean = found["s"]["plots"]["loss"], found["f"]["plots"]["fit"]
    check(loss["axes"] == mean["axes"] == ["network.width"], loss, mean)
    check_has(loss["axis_labels"][0], "network.width")  # labels say which key, of what
    check_has(mean["axis_labels"][0], "network.width")
    check_has(mean["label"], "loss/server")
    check(mean["axis_scales"] == ["log"], mean)  # a power law is a line
    fit = _fit(folder, "--against", "train.local_steps")
    mean = _plots(fit)[0]["plots"]["fit"]
    _check_plot(fit, "fit", mean)
    check(mean["axes"] == ["group"] and mean["axis_scales"] == [None], mean)


def _plots_of_rows(path):
    """silx's plots once the run has written rows; it may look between two tables."""
    for _ in range(LOOKS):
        found = _plots(path)[0]["plots"]
        if all(plot["issues"] == [] and min(plot["shape"]) > 0 for plot in found.values()):
            return found
    raise AssertionError(found)


class _Running:
    """A run that ends when it is killed."""
    def __init__(self, folder):
        self.path = folder / "live.h5"

    def __enter__(self):
        self.process = start("run", *TINY, "--set", "train.rounds=1000000", "-o", self.path)
        line = self.process.stderr.readline()
        while line and not line.startswith("round "):
            line = self.process.stderr.readline()
        check(line, "no progress line")
        return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGKILL)
        self.process.communicate(timeout=100)


def silx_plots_a_record_being_written_and_one_whose_writer_was_killed(folder):
    with _Running(folder) as run:
        found = _plots_of_rows(run.path)
        check(run.process.poll() is None, "the run ended")
        check(found["loss"]["axes"] == ["step"] and found["loss"]["scale"] == "log", found)
    check(_plots_of_rows(run.path)["loss"]["shape"] == _info(run.path, "loss/server")["shape"])


def every_reader_opens_a_record_being_written_and_one_whose_writer_was_killed(folder):
    with _Running(folder) as run:
        for _ in range(LOOKS):
            if _info(run.path, TABLES[0])["shape"][0]:
                break
        opened = _run("h5dump", "-H", run.path, program="hdf5-tools")
        check(opened.returncode == 0, opened.stderr)
        cleared = _run("h5clear", "-s", run.path)  # it would write: the run keeps it out
        check(cleared.returncode != 0, "h5clear wrote a record that is being written")
    for table in TABLES:
        dumped = _dumped(folder, run.path, table)
        check(dumped, "no rows in", table)
        check(_same(_flat(_info(run.path, table)["rows"]), dumped), table)


def h5ls_and_h5dump_find_every_table_of_every_kind(folder):
    for path in _every_kind(folder):
        listed = _run("h5ls", "-r", path, program="hdf5-tools")
        check(listed.returncode == 0 and listed.stderr == "", listed.stderr)
        shapes = {name.replace("\\", ""): [int(d.split("/")[0]) for d in shape.split(", ")]
                  for name, shape in re.findall(r"^/run/(\S+) +Dataset \{(.*/Inf.*)\}$",
                                                listed.stdout, re.M)}
        check(shapes == _info(path)["tables"], path.name, shapes, _info(path)["tables"])
        heads = _run("h5dump", "-H", path)
        check(heads.returncode == 0 and heads.stderr == "", heads.stderr)
        check_has(heads.stdout, "H5T_IEEE_F64LE", "H5T_STD_I64LE", "H5S_UNLIMITED",
                  "H5T_CSET_UTF8")
        check("H5T_STRING {\n      STRSIZE H5T_VARIABLE" not in heads.stdout)


def _dumped(folder, path, table):
    done = _run("h5dump", "-y", "-w", "0", "-m", "%.17g", "-d", "/run/" + table, "-o",
                folder / "cells", path, program="hdf5-tools")
    check(done.returncode == 0, done.stderr)
    return list(map(float, (folder / "cells").read_text(encoding="ascii").split(",")))


def h5dump_prints_the_numbers_of_lemma_info(folder):
    for path in _every_kind(folder):
        tables = [t for t in _info(path)["tables"] if not t.endswith(("round", "step"))]
        for table in tables[::7]:
            check(_same(_flat(_info(path, table)["rows"]), _dumped(folder, path, table)),
                  path.name, table)


def _snippet(language, place=0):
    """A block of code of analysis/README.md; of several in a language, the place-th."""
    found = re.findall(rf"^```{language}\n(.*?)^```$", README.read_text(encoding="utf-8"),
                       re.M | re.S)
    check(len(found) > place, "no snippet in", language)
    return found[place]


def _check_numbers(path, printed):
    """Lines `name shape... : cells...`, row-major, for loss, gap and layers."""
    lines = dict(line.split(" ", 1) for line in printed.splitlines()
                 if line.split(" ", 1)[0] in ("loss", "gap", "layers"))
    for name, table in zip(("loss", "gap", "layers"), TABLES):
        check(name in lines, name, "was not printed:", printed)
        shape, cells = lines[name].split(":")
        ours = _info(path, table)
        check(list(map(int, shape.split())) == ours["shape"], name, shape, ours["shape"])
        check(_same(_flat(ours["rows"]), list(map(float, cells.split()))), name)


R_PRINT = """
show <- function(name, x) {
  d <- if (is.null(dim(x))) length(x) else dim(x)
  cat(name, d, ":", sprintf("%.17g", as.vector(aperm(as.array(x)))), "\\n")
}
show("loss", loss); show("gap", gap); show("layers", layers)
"""
OCTAVE_PRINT = """
printf("loss %d:", numel(loss));  printf(" %.17g", loss);  printf("\\n");
printf("gap %d %d:", size(gap));  printf(" %.17g", gap.');  printf("\\n");
printf("layers %d %d %d:", size(layers));
printf(" %.17g", permute(layers, [3 2 1]));  printf("\\n");
"""
PYTHON_PRINT = """
for name, x in (("loss", loss), ("gap", gap), ("layers", layers)):
    print(name, *x.shape, ":", *(format(c, ".17g") for c in x.flat))
"""


def _r_reads(folder, package, place):
    asked = _run("Rscript", "-e", f'cat(requireNamespace("{package}", quietly = TRUE))',
                 program="R")
    if "TRUE" not in asked.stdout:
        raise Skip(f"R's {package} is not installed")
    path = _quickstart(folder)
    snippet = _snippet("r", place)
    check_has(snippet, package)
    (folder / "read.R").write_text(snippet + R_PRINT, encoding="utf-8")
    done = _run("Rscript", "--vanilla", "read.R", folder=folder)
    check(done.returncode == 0, done.stderr)
    _check_numbers(path, done.stdout)


def r_reads_the_quick_start_with_rhdf5(folder):
    _r_reads(folder, "rhdf5", 0)


def r_reads_the_quick_start_with_hdf5r(folder):
    _r_reads(folder, "hdf5r", 1)


def octave_reads_the_quick_start(folder):
    for program in ("octave-cli", "h5copy"):
        if not shutil.which(program):
            raise Skip(f"{program} is not installed")
    path = _quickstart(folder)
    (folder / "read.m").write_text(_snippet("octave") + OCTAVE_PRINT, encoding="utf-8")
    done = _run("octave-cli", "--norc", "--quiet", "--no-history", "read.m", folder=folder)
    _check_numbers(path, done.stdout + done.stderr)
    check(sorted(os.listdir(folder)) == ["quickstart.h5", "read.m"], os.listdir(folder))


def h5py_reads_the_quick_start(folder):
    python = os.environ.get("H5PY_PYTHON")
    if not python:
        raise Skip("python3-h5py is not installed")
    path = _quickstart(folder)
    (folder / "read.py").write_text(_snippet("python", 2) + PYTHON_PRINT, encoding="utf-8")
    done = _run(python, "-B", "read.py", folder=folder)
    check(done.returncode == 0, done.stderr)
    check_has(done.stdout, "complete")
    _check_numbers(path, done.stdout)


def a_shell_reads_the_quick_start(folder):
    if not shutil.which("h5dump"):
        raise Skip("hdf5-tools is not installed")
    _quickstart(folder)
    done = _run("sh", "-e", "-c", _snippet("sh"), folder=folder)
    check(done.returncode == 0 and done.stderr == "", done.stderr)
    check_has(done.stdout, "/run/loss/server ", "DATASPACE  SIMPLE { ( 4 )")


run_tests(globals())
