"""python3 -m lemma_analysis plot, figures; the package as it is installed; the tutorial."""

import os
import pathlib
import re
import subprocess
import sys

from cli import LEMMA, Skip, check, check_has, check_status, lemma, run_tests
from records import changed, h5py, record, sweep, two_layers

try:
    import matplotlib
    import numpy as np
    import lemma_analysis
    matplotlib.use("agg")
    WHY = ""
except ImportError as missing:
    WHY = str(missing)

ROOT = pathlib.Path(__file__).resolve().parents[2]


def _need():
    if WHY:
        raise Skip(f"a Python package is not installed: {WHY}")


def _do(*words, folder, **environment):
    words = [word if isinstance(word, bytes) else str(word) for word in words]
    return subprocess.run([sys.executable, "-m", "lemma_analysis", *words],
                          cwd=folder, capture_output=True, text=True, check=False,
                          env={**os.environ, **environment})


def a_table_is_plotted_in_every_format(folder):
    _need()
    path = record(folder)
    for ending, head in ((".png", b"\x89PNG"), (".svg", b"<?xml"), (".pdf", b"%PDF")):
        done = _do("plot", path, "gradient_gap/gap", "-o", "x" + ending, "--client", 1, "--log",
                   "y", "--against", "step", folder=folder)
        check_status(done, 0)
        check((folder / ("x" + ending)).read_bytes().startswith(head), ending)
    check_status(_do("plot", path, "activation/flips_initial", "--layer", 2, "--dpi", 40,
                     folder=folder), 0)
    check((folder / "activation_flips_initial.png").exists())
    check_status(_do("plot", sweep(folder), "loss/server.final", "-o", "s.png", "--log", "xy",
                     folder=folder), 0)
    check((folder / "s.png").exists())


def every_table_can_be_plotted(folder):
    _need()
    with lemma_analysis.open_run(two_layers(folder)) as run:
        for name in run.tables():
            chart = lemma_analysis.figures.any_table(run, name)
            if np.isfinite(run[name][:]).any():
                chart.draw()
            else:
                check(chart.is_empty, name)


def what_cannot_be_plotted_is_answered(folder):
    _need()
    path = record(folder)
    for words, said in (((path, "loss/sever"), 'did you mean "loss/server"?'),
                        ((path, "loss/server", "-o", "x.gif"), ".png, .svg, .pdf"),
                        ((path, "gradient_gap/gap", "--client", 9), "clients count from 0 to 3"),
                        (("nowhere.h5", "loss/server"), "no such file"),
                        ((path,), "TABLE"), ((path, "loss/server", "--log", "z"), "choose from"),
                        ((path, "loss/server", "--dpi", 1), "10 to 2400")):
        done = _do("plot", *words, folder=folder)
        check_status(done, 2)
        check_has(done.stderr, said)
        check("Traceback" not in done.stderr, done.stderr)


def pictures_are_written_to_files_alone(folder):
    _need()
    path = record(folder)
    for ending in ("png", "svg", "pdf"):
        os.mkfifo(folder / f"fifo.{ending}")
        (folder / f"real.{ending}").write_text("old", encoding="utf-8")
        (folder / f"link.{ending}").symlink_to(f"real.{ending}")
        done = _do("plot", path, "loss/server", "-o", f"fifo.{ending}", folder=folder)
        check_status(done, 2)
        check_has(done.stderr, f"fifo.{ending}: expected a file to write, found a device")
        done = _do("plot", path, "loss/server", "-o", f"link.{ending}", folder=folder)
        check_status(done, 0)
        check((folder / f"link.{ending}").is_symlink(), "the link is gone")
        check((folder / f"real.{ending}").read_bytes() != b"old", ending)
    done = _do("plot", path, "loss/server", "-o", "nowhere/x.png", folder=folder)
    check_status(done, 3)
    check_has(done.stderr, "nowhere/x.png: cannot be written: No such file or directory")


def _by_lemma(*words, folder):
    home = pathlib.Path(lemma_analysis.__file__).parents[1]
    done = lemma(*words, folder=folder, environment={
        "LEMMA_PYTHON": sys.executable, "LEMMA_ANALYSIS": str(home)})
    check("Traceback" not in done.stderr, done.stderr)
    return done


def what_leads_out_of_a_file_is_in_no_picture_and_on_no_page(folder):
    _need()

    def leave(file):
        del file["run/loss/server"]
        file["run/loss/server"] = h5py.ExternalLink("r.h5", "/run/loss/server")

    def leave_sweep(file):
        del file["run/sweep/m"]
        file["run/sweep/m"] = h5py.ExternalLink("../r.h5", "/run/loss/server")

    path, swept = changed(record(folder), leave), sweep(folder)
    os.replace(changed(swept / "sweep.h5", leave_sweep), swept / "sweep.h5")
    for name, table, place in ((path, "loss/server", "/run/loss/server"),
                               (swept, "loss/server.final", "/run/sweep/m"),
                               (swept / "sweep.h5", "loss/server.final", "/run/sweep/m")):
        for words in (("report", name, "-o", "x.html"), ("report", name, "--no-check", "-o",
                      "x.html"), ("plot", name, table, "-o", "x.png")):
            done = _by_lemma(*words, folder=folder)
            check_status(done, 2)
            check_has(done.stderr, f"lemma {words[0]}: ", f"{place} is a link to another file")
        done = _do("figures", name, "-o", "f", folder=folder)
        check_status(done, 2)
        check_has(done.stderr, f"{place} is a link to another file")
    check(not list(folder.glob("x.*")) and not (folder / "f").exists(), os.listdir(folder))


def a_file_that_nobody_thought_of_ends_in_a_sentence(folder):
    _need()

    def confuse(file):
        del file["run/loss/server"], file["run/config"]
        file["run/loss/server"] = np.bytes_(b"none")
        file.create_group("run/config")

    path = changed(record(folder, observe="economy"), confuse)
    for words in (("report", path, "--no-check"), ("plot", path, "loss/server", "-o", "x.png")):
        done = _by_lemma(*words, folder=folder)
        check_status(done, 2)
        check_has(done.stderr, f"lemma {words[0]}: ", "changed.h5: ", "not as lemma writes it")
        check(len(done.stderr.splitlines()) == 1, done.stderr)


def what_a_file_says_is_shown_and_not_obeyed(folder):
    _need()

    def leave(file):
        file["run/a\x1b[31m\u009b\u202e\u2066\n\u00e9"] = h5py.SoftLink("/run/\x07")

    done = _do("figures", changed(record(folder), leave), folder=folder)
    check_status(done, 2)
    check_has(done.stderr, "/run/a\\x1B[31m\\xC2\\x9B\\xE2\\x80\\xAE\\xE2\\x81\\xA6 \u00e9")
    done = _do("report", os.fsencode(folder) + b"/\x1b\xff.h5", folder=folder)
    check_status(done, 2)
    check_has(done.stderr, "/\\x1B\\xFF.h5: there is no such file")
    done = _do("plot", record(folder), "loss/server", "-o", "x\x1b[2J\u202e.png", "--dpi", 40,
               folder=folder)
    check_status(done, 0)
    check(done.stdout == "Plot: x\\x1B[2J\\xE2\\x80\\xAE.png\n", repr(done.stdout))


def all_figures_are_written_a_file_each(folder):
    _need()
    path = two_layers(folder)
    check_status(_do("figures", path, "-o", "f", "--lemma", LEMMA, "--dpi", 40, folder=folder), 0)
    check(sorted(os.listdir(folder / "f")) == sorted(
        n + ".png" for n in ("loss", "flips", "gap", "deviation", "gram", "distance", "lazy",
                             "slack")))
    done = _do("figures", path, "-o", "g", "--only", "loss", "--format", "svg", folder=folder)
    check(os.listdir(folder / "g") == ["loss.svg"], done.stderr)
    done = _do("figures", path, "--only", "los", folder=folder)
    check_status(done, 2)
    check_has(done.stderr, "loss, flips, gap")


def a_sweep_s_figures_need_the_binary_or_say_so(folder):
    _need()
    made = sweep(folder)
    done = _do("figures", made, "-o", "f", folder=folder, PATH="/nowhere", LEMMA="")
    check_status(done, 0)
    check_has(done.stderr, "the binary lemma was not found")
    check_has(done.stdout, "frontier: not drawn", "no search")
    done = _do("figures", made, "--lemma", "no-such-lemma", folder=folder)
    check_status(done, 2)
    check_has(done.stderr, "no-such-lemma: expected the lemma binary")


def the_package_names_all_its_parts(_):
    """What pip installs is what is there, in the version of lemma."""
    _need()
    project = (ROOT / "analysis/pyproject.toml").read_text(encoding="utf-8")
    home = pathlib.Path(lemma_analysis.__file__).parent
    parts = sorted(".".join(p.parent.relative_to(home.parent).parts)
                   for p in home.rglob("__init__.py"))
    named = re.search(r"^packages = (\[.*\])$", project, re.M)[1]
    check(sorted(re.findall(r'"([^"]+)"', named)) == parts, named, parts)
    version = re.search(r"version: '([^']+)'", (ROOT / "meson.build").read_text())[1]
    check(f'version = "{version}"' in project and lemma_analysis.__version__ == version, version)
    files = {p.suffix for p in (home / "page").iterdir() if p.is_file()} - {".py"}
    check(all(f"*{ending}" in project for ending in files), files)


def functions_that_users_call_are_documented(_):
    _need()
    import inspect  # pylint: disable=import-outside-toplevel

    from lemma_analysis import chart, draw, judge, report, start, theory  # pylint: disable=C0415

    for module in (lemma_analysis, lemma_analysis.figures, theory, start, chart, draw, judge,
                   report):
        for name, item in vars(module).items():
            ours = getattr(item, "__module__", "") or ""
            if ours.startswith("lemma_analysis") and not name.startswith("_") and \
                    (inspect.isfunction(item) or inspect.isclass(item)):
                check(inspect.getdoc(item), module.__name__, name)


def the_tutorial_s_words_and_commands_are_those_of_the_script(folder):
    done = subprocess.run([sys.executable, ROOT / "analysis/tutorial", "--check"], text=True,
                          cwd=folder, capture_output=True, check=False)
    check_status(done, 0)


def the_tutorial_s_commands_run(folder):
    _need()
    done = subprocess.run([sys.executable, ROOT / "analysis/tutorial", "--quick", "--lemma", LEMMA],
                          text=True, cwd=folder, capture_output=True, check=False)
    check_status(done, 0)
    check(os.listdir(folder) == [], "it cleans up")


def bad_words_are_answered_with_the_usage(folder):
    _need()
    for words in ((), ("nonsense",), ("report",), ("figures",)):
        done = _do(*words, folder=folder)
        check_status(done, 2)
        check_has(done.stderr, "usage:")


run_tests(globals())
