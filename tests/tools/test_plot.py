"""lemma plot: charts of characters, checked character by character; and the way to Python."""

import math
import os
import pathlib
import random
import re

from cli import Skip, TINY, check, check_has, check_status, lemma, run_tests
from pseudo import Terminal

UTF8, ASCII = {"LC_ALL": "C.UTF-8"}, {"LC_ALL": "C"}
ROWS, COLUMNS, LEFT = 19, 65, 12  # of the chart in 80 x 24; where it begins

SWEEP = """base:
  data: {samples: 8, dimension: 6}
  partition: {clients: 2}
  network: {width: 8, depth: 2}
  train: {local_steps: 3, rounds: 3}
  probes: {loss: {}, gradient_gap: {}}
axes:
  - network.width: [8, 16]
seeds: 2
"""


def _record(folder, *more):
    check_status(lemma("run", *TINY, "-q", "--force", *more, "-o", "r.h5", folder=folder), 0)
    return "r.h5"


def _made(folder, tables, committed=1000, names=(), kind="f8"):
    """A record whose group `made` has these tables, rows at steps 0, 1, 2, ..."""
    try:
        import h5py
        import numpy as np
    except ImportError as error:
        raise Skip("there is no h5py") from error
    with h5py.File(folder / "m.h5", "w") as file:
        file.attrs.update(creator=np.bytes_("lemma"), schema_version=1)
        run = file.create_group("run")
        run["status"], run["committed"] = np.bytes_("running"), committed
        group = run.create_group("made")
        group.attrs["NX_class"] = np.bytes_("NXdata")
        group["step"] = np.arange(max(len(t) for t in tables.values()))
        group["round"] = group["step"][:] // 10
        for name, cells in tables.items():
            group[name] = np.array(cells, dtype=kind)
            group[name].attrs.update(long_name=np.bytes_("numbers of " + name),
                                     units=np.bytes_("unit"))
            for place, label in enumerate(names):
                group[name].dims[place + 1].label = label
    return "m.h5"


def _plot(*words, folder, environment=None):
    done = lemma("plot", *words, folder=folder, environment=environment or ASCII)
    check_status(done, 0)
    check(done.stderr == "", done.stderr)
    return done.stdout


def _grid(text):
    """The chart's characters, row by row, without axes."""
    rows = [line[LEFT:].ljust(COLUMNS)[:COLUMNS] for line in text.splitlines()
            if re.match(r".{11}[|+](?!-)", line)]
    check(len(rows) == ROWS, text)
    return rows


def _at(text, row):
    return text.splitlines()[2 + row].split()[0]


def the_extremes_of_a_table_are_the_ends_of_the_axes(folder):
    file = _made(folder, {"a": [3.0, 7.5, -1.25, 2.0, 4.0]})
    text = _plot(file, "made/a", folder=folder)
    check(text.startswith("made/a\nnumbers of a [unit]\n"), text)
    check(_at(text, 0) == "7.5" and _at(text, ROWS - 1) == "-1.25", text)
    check(text.splitlines()[-1].split() == ["0", "step", "4"], text)
    grid = _grid(text)
    check(grid[0][16] == "*" and grid[-1][32] == "*", text)
    check(len(text.splitlines()) == 23, text)


def an_exponential_is_straight_on_a_log_axis(folder):
    file = _made(folder, {"a": [10.0 ** k for k in range(-9, 10)]})
    grid = _grid(_plot(file, "made/a", "--log", "y", folder=folder))
    for row, line in enumerate(grid):
        middle = (COLUMNS - 1) * (1 - row / (ROWS - 1))
        places = [i for i, c in enumerate(line) if c == "*"]
        check(places and min(places) - 2.5 <= middle <= max(places) + 2.5, row, line)
        check(len(places) <= 5, row, line)
    linear = _grid(_plot(file, "made/a", folder=folder))
    check(linear[-1].count("*") > COLUMNS * 0.8, linear)


def a_power_law_is_straight_on_two_log_axes(folder):
    file = _made(folder, {"a": [k ** -2.0 if k else math.nan for k in range(1001)]})
    text = _plot(file, "made/a", "--log", "xy", folder=folder)
    for row, line in enumerate(_grid(text)):
        middle = (COLUMNS - 1) * row / (ROWS - 1)
        places = [i for i, c in enumerate(line) if c == "*"]
        check(places and min(places) - 2.5 <= middle <= max(places) + 2.5, row, line)
    check(_at(text, 0) == "1" and text.splitlines()[-1].split() == ["1", "step,", "log", "999"],
          text)


def what_has_no_place_on_a_log_axis_is_counted(folder):
    file = _made(folder, {"a": [1.0, 0.0, -1.0, 100.0], "b": [0.0, -1.0]})
    text = _plot(file, "made/a", "--log", "y", folder=folder)
    check_has(text, "(2 points at or below 0 have no place on a log axis)")
    check(sum(row.count("*") for row in text.splitlines()) == 2, text)
    text = _plot(file, "made/b", "--log", "y", folder=folder)
    check(text == "made/b has nothing above 0 to show on a log axis\n", text)


def missing_numbers_leave_a_gap(folder):
    file = _made(folder, {"a": [1.0, 1.0, math.nan, math.nan, 2.0, 2.0, math.inf, 2.0]})
    grid = _grid(_plot(file, "made/a", folder=folder))
    check([i for i, c in enumerate(grid[-1]) if c == "*"] == list(range(0, 10)), grid[-1])
    check([i for i, c in enumerate(grid[0]) if c == "*"] == [*range(37, 47), 64], grid[0])
    check(not any("*" in row for row in grid[1:-1]), grid)


def missing_integers_are_no_numbers(folder):
    file = _made(folder, {"a": [5, -1, 9]}, kind="i8")
    text = _plot(file, "made/a", folder=folder)
    check(_at(text, 0) == "9" and _at(text, ROWS - 1) == "5", text)


def one_row_is_a_point_in_the_middle(folder):
    for value in (3.0, 0.0, -2.0, 1e300):
        file = _made(folder, {"a": [value]})
        grid = _grid(_plot(file, "made/a", folder=folder))
        check([(r, row.index("*")) for r, row in enumerate(grid) if "*" in row] == [(9, 32)], grid)


def huge_ranges_overflow_nowhere(folder):
    file = _made(folder, {"a": [-1.7e308, 1.7e308]})
    grid = _grid(_plot(file, "made/a", folder=folder))
    check(grid[-1][0] == "*" and grid[0][-1] == "*", grid)


def empty_tables_and_tables_without_numbers_say_so(folder):
    file = _made(folder, {"a": [], "b": [math.nan, math.nan]})
    check(_plot(file, "made/a", folder=folder) == "made/a has no rows yet\n")
    check(_plot(file, "made/b", folder=folder) ==
          "made/b has no numbers to show: all are missing\n")


def rows_that_are_not_committed_are_not_drawn(folder):
    file = _made(folder, {"a": [1.0, 2.0, 3.0, 50.0]}, committed=3)
    text = _plot(file, "made/a", folder=folder)
    check(_at(text, 0) == "3" and text.splitlines()[-1].split()[-1] == "2", text)


def clients_are_a_band_around_their_mean(folder):
    file = _made(folder, {"a": [[0.0, 2.0, 10.0], [0.0, 2.0, 10.0]]}, names=["client"])
    text = _plot(file, "made/a", folder=folder)
    check_has(text, "(mean of 3 clients, shaded from least to largest)")
    grid = _grid(text)
    check(grid[11] == "*" * COLUMNS, grid)
    check(all(set(row) == {"."} for r, row in enumerate(grid) if r != 11), grid)


def clients_can_be_lines_or_one(folder):
    file = _made(folder, {"a": [[0.0, 2.0, 10.0], [0.0, 2.0, 10.0]]}, names=["client"])
    text = _plot(file, "made/a", "--lines", folder=folder)
    grid = _grid(text)
    check_has(text, "(a line a client)")
    check(grid[0] == "2" * COLUMNS and grid[-1] == "0" * COLUMNS and "1" in grid[14], text)
    text = _plot(file, "made/a", "--client", "2", folder=folder)
    check(_grid(text)[9] == "*" * COLUMNS and "made/a, client 2\n" in text, text)


def layers_are_lines_with_their_numbers(folder):
    cells = [[[1.0, 5.0], [3.0, 7.0]]] * 2  # two clients, two layers
    file = _made(folder, {"a": cells}, names=["client", "layer"])
    text = _plot(file, "made/a", folder=folder)
    check_has(text, "(a line a layer: mean of 2 clients)")
    check(_at(text, 0) == "6" and _at(text, ROWS - 1) == "2", text)
    check(_grid(text)[0] == "2" * COLUMNS and text.splitlines()[2].endswith("2 2"), text)
    text = _plot(file, "made/a", "--layer", "1", "--client", "1", folder=folder)
    check(_grid(text)[9] == "*" * COLUMNS and "layer 1" in text, text)


def a_spectrum_is_a_band(folder):
    file = _made(folder, {"a": [list(map(float, range(100)))] * 3})
    check_has(_plot(file, "made/a", folder=folder), "(mean of 100 numbers, shaded")


def rounds_can_run_to_the_right(folder):
    text = _plot(_record(folder), "gradient_gap/gap", "--against", "round", folder=folder)
    check(text.splitlines()[-1].split() == ["0", "round", "2"], text)
    text = _plot("r.h5", "deviation/at_averaging", "--against", "round", folder=folder)
    check(text.splitlines()[-1].split() == ["0", "at_averaging_round", "2"], text)


def braille_has_eight_dots_a_character(folder):
    file = _made(folder, {"a": list(map(float, range(200)))})
    text = _plot(file, "made/a", folder=folder, environment=UTF8)
    grid = [line[LEFT:].ljust(COLUMNS) for line in text.splitlines()[2:2 + ROWS]]
    check(set(map(len, grid)) == {COLUMNS} and all(
        c == " " or "\u2800" < c <= "\u28ff" for row in grid for c in row), text)
    check(grid[0][-1] != " " and grid[-1][0] != " ", text)
    dots = [sum(ord(row[i]) & bits != 0 for row in grid if row[i] != " ")
            for i in range(COLUMNS) for bits in (0x47, 0xb8)]
    check(min(dots) == 1 and max(dots) <= 2, dots)  # each column of dots has the line
    check_has(text, "┤", "└─")


def every_table_of_a_record_is_drawn(folder):
    _record(folder, "--observe", "full")
    groups = re.findall(r"^  (\w+/\w+) ", lemma("info", "r.h5", folder=folder).stdout, re.M)
    check(len(groups) > 40, groups)
    for table in random.Random(1).sample(groups, 25):
        check_has(_plot("r.h5", table, "--log", "y", folder=folder), table)


def a_sweep_is_drawn_as_points_against_its_keys(folder):
    (folder / "s.yaml").write_text(SWEEP, encoding="utf-8")
    check_status(lemma("sweep", "s.yaml", "-o", "s", "-q", folder=folder), 0)
    text = _plot("s/sweep.h5", "gradient_gap/gap.max", "--log", "xy", folder=folder)
    check(text.splitlines()[-1].split() == ["8", "network.width,", "log", "16"], text)
    check(text.count("*") == 4, text)
    done = lemma("plot", "s/sweep.h5", "gradient_gap/gap.max", "--against", "width",
                 folder=folder)
    check_status(done, 2)
    check_has(done.stderr, 'no axis "width"')


def the_chart_has_the_terminals_size(folder):
    _record(folder)
    for rows, columns in ((24, 80), (40, 132), (5, 10)):
        with Terminal("plot", "r.h5", "loss/server", folder=folder, rows=rows,
                      columns=columns) as terminal:
            check(terminal.end() == 0, terminal.text)
        lines = terminal.text.replace("\r", "").splitlines()
        chart = [line for line in lines if "│" in line or "┤" in line]
        if rows >= 24:
            check(len(lines) == rows - 1 and max(map(len, lines)) <= columns, terminal.text)
        check(len(chart) == max(8, rows - 5), terminal.text)


def wrong_words_are_answered(folder):
    _record(folder)
    for words, told in (
            (["loss/sever"], 'did you mean "loss/server"?'),
            (["gradient_gap/gap", "--client", "4"], "--client: expected 0 to 3"),
            (["gradient_gap/gap", "--client", "-1"], "--client: expected 0 to 3"),
            (["gradient_gap/gap", "--client", "one"], "--client: expected 0 to 3"),
            (["activation/flips_initial", "--layer", "0"], "--layer: expected 1 to 3"),
            (["loss/server", "--client", "0"], "loss/server has no number a client"),
            (["distance/spectral", "--client", "0"], "has no number a client"),
            (["loss/server", "--against", "rounds"], 'no axis "rounds"'),
            (["loss/server", "--log", "z"], "expected x, y, xy or none"),
            ([], "name a table of r.h5")):
        done = lemma("plot", "r.h5", *words, folder=folder)
        check_status(done, 2)
        check_has(done.stderr, told)
        check(done.stdout == "", done.stdout)
    for name in ("nowhere.h5", "."):
        check_status(lemma("plot", name, "loss/server", folder=folder), 2)
    check_status(lemma("plot", folder=folder), 2)


def damaged_files_are_no_crash(folder):
    whole = (folder / _record(folder)).read_bytes()
    draw = random.Random(11)
    for trial in range(30):
        damaged = bytearray(whole)
        if trial % 3 == 0:
            del damaged[draw.randrange(len(whole)):]
        for _ in range(draw.choice((1, 10, 200)) if trial % 3 else 0):
            damaged[draw.randrange(len(damaged))] = draw.randrange(256)
        (folder / "d.h5").write_bytes(damaged)
        done = lemma("plot", "d.h5", draw.choice(("loss/server", "gradient_gap/gap_layer")),
                     folder=folder, environment=UTF8)
        check(done.returncode in (0, 2), trial, done.returncode, done.stderr)
        check(done.returncode == 0 or "d.h5" in done.stderr, trial, done.stderr)
        check((done.returncode == 0) == (done.stderr == ""), trial, done.stderr)


def _python(folder, text):
    path = folder / "python"
    path.write_text("#!/bin/sh\n" + text, encoding="utf-8")
    path.chmod(0o755)
    return {"LEMMA_PYTHON": str(path)}


def pictures_without_python_say_what_to_install(folder):
    words = ["plot", "r.h5", "loss/server", "-o", "x.png"]
    done = lemma(*words, folder=folder, environment={"LEMMA_PYTHON": str(folder / "none")})
    check_status(done, 3)
    check_has(done.stderr, "install python3", "LEMMA_PYTHON")
    done = lemma(*words, folder=folder, environment=_python(folder, "echo h5py; exit 1\n"))
    check_status(done, 3)
    check_has(done.stderr, "does not find: h5py", "python3-h5py", "pip install")
    done = lemma(*words, folder=folder, environment=_python(folder, "exit 5\n"))
    check_status(done, 3)
    check_has(done.stderr, "does not work")


def pictures_are_handed_over_with_all_options(folder):
    words = ["plot", "r.h5", "a/b", "-o", "x.png", "--client", "1", "--layer", "2", "--log",
             "xy", "--against", "round", "--lines"]
    environment = _python(folder, 'test "$1" = -c && exit 0\n'
                          'printf "%s\\n" "$@" "$LEMMA" "$PYTHONPATH"\nexit 7\n')
    done = lemma(*words, folder=folder, environment={**environment, "PYTHONPATH": "/mine"})
    if done.returncode == 3:
        check_has(done.stderr, "lemma_analysis was not found")
        raise Skip("the package is not here")
    check_status(done, 7)
    lines = done.stdout.splitlines()
    check(lines[:3] == ["-m", "lemma_analysis", "plot"] and lines[3:-2] == words[1:], lines)
    check(os.access(lines[-2], os.X_OK) and pathlib.Path(lines[-2]).name == "lemma", lines)
    check(re.fullmatch(r"/.*:/mine", lines[-1]), lines)


run_tests(globals())
