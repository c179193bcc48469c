"""lemma info: a record on a screen, and its tables as numbers."""

import json
import os

from cli import check, check_has, check_status, lemma, run_tests, Skip, TINY


def _record(folder):
    check_status(lemma("run", *TINY, "-q", "--force", "-o", "r.h5", folder=folder), 0)
    return folder / "r.h5"


def a_record_is_told_on_a_screen(folder):
    done = lemma("info", _record(folder))
    check_status(done, 0)
    check_has(done.stdout, "complete", "deep-relu", "m = 32", "Local GD", "K = 4",
              "loss/server", "gradient_gap/gap", "6 x 4 x 3", "6 of 6 steps are whole, 4 of 4 rows of rounds", "seed 1,")
    check(len(done.stdout.splitlines()) <= 60, done.stdout)


def the_largest_seed_is_shown_in_full(folder):
    done = lemma("run", *TINY, "--set", "seed=9007199254740991", "-q", "-o", "r.h5",
                 folder=folder)
    check_status(done, 0)
    check_has(lemma("info", "r.h5", folder=folder).stdout, "seed 9007199254740991,")
    whole = json.loads(lemma("info", "--json", "r.h5", folder=folder).stdout)
    check(whole["seed"] == 9007199254740991, whole["seed"])


def recorded_batches_are_shown(folder):
    check_status(lemma("run", *TINY, "--set", "train.batch=2", "--set", "record.batches=true",
                       "-q", "-o", "r.h5", folder=folder), 0)
    lines = lemma("info", "r.h5", folder=folder).stdout.splitlines()
    check([line.split()[1:6] for line in lines if line.startswith("  batches ")] ==
          [["6", "x", "4", "x", "2"]], lines)
    whole = json.loads(lemma("info", "--json", "r.h5", folder=folder).stdout)
    check(whole["tables"]["batches"] == [6, 4, 2], whole["tables"])
    check("batches" not in lemma("info", _record(folder)).stdout)


def axes_are_not_listed_as_tables(folder):
    done = lemma("info", _record(folder))
    check("loss/round" not in done.stdout and "loss/step" not in done.stdout, done.stdout)


def a_table_is_printed_with_its_axes(folder):
    done = lemma("info", _record(folder), "loss/server")
    check_status(done, 0)
    lines = [line.split("\t") for line in done.stdout.splitlines()]
    check(lines[0] == ["step", "round", "local_step", "server"], lines[0])
    check([line[0] for line in lines[1:]] == ["0", "2", "4", "6"], lines)
    check(float(lines[1][3]) > float(lines[4][3]) > 0, lines)


def a_row_of_several_numbers_has_a_column_for_each(folder):
    done = lemma("info", _record(folder), "activation/flips_initial")
    check_status(done, 0)
    lines = [line.split("\t") for line in done.stdout.splitlines()]
    check(lines[0][3:5] == ["flips_initial[0,0]", "flips_initial[0,1]"], lines[0])
    check(len(lines) == 7 and all(len(line) == 3 + 12 for line in lines), lines)
    check(all(line.isdigit() for line in lines[1][3:]), lines[1])


def every_table_is_printed_with_the_axes_of_its_group(folder):
    record = _record(folder)
    for table, axes in (("local_loss/local", ["step", "round", "local_step"]),
                        ("deviation/at_averaging", ["at_averaging_step", "at_averaging_round"]),
                        ("loss/step", ["round", "local_step"])):
        lines = lemma("info", record, table).stdout.splitlines()
        check(lines[0].split("\t")[:len(axes)] == axes, table, lines[0])


def head_and_tail_cut_a_table(folder):
    record = _record(folder)
    rows = lemma("info", record, "local_loss/local").stdout.splitlines()
    head = lemma("info", record, "local_loss/local", "--head=2").stdout.splitlines()
    tail = lemma("info", record, "local_loss/local", "--tail=1").stdout.splitlines()
    both = lemma("info", record, "local_loss/local", "--head=5", "--tail=5").stdout
    check(head == rows[:3] and tail == [rows[0], rows[-1]], head, tail)
    check(both.splitlines() == rows, both)


def json_holds_the_same_numbers(folder):
    record = _record(folder)
    text = lemma("info", record, "loss/server").stdout.splitlines()
    table = json.loads(lemma("info", "--json", record, "loss/server").stdout)
    check(table["rows"] == [float(line.split("\t")[3]) for line in text[1:]], table)
    check(table["step"] == [0, 2, 4, 6] and table["shape"] == [4], table)
    whole = json.loads(lemma("info", "--json", record).stdout)
    check(whole["m"] == 32 and whole["tables"]["loss/server"] == [4], whole)


def an_unknown_table_is_answered_with_the_nearest(folder):
    done = lemma("info", _record(folder), "loss/sever")
    check_status(done, 2)
    check_has(done.stderr, "loss/sever", 'did you mean "loss/server"?')


def a_table_that_is_not_read_says_why(folder):
    try:
        import h5py  # pylint: disable=import-outside-toplevel
    except ImportError as error:
        raise Skip("python3-h5py is not installed") from error
    with h5py.File(_record(folder), "r+") as file:
        del file["run/loss/server"]
        file["run/loss"].create_dataset("server", (5,), "f8", external=[("elsewhere", 0, 40)])
    done = lemma("info", folder / "r.h5", "loss/server")
    check_status(done, 2)
    check_has(done.stderr, "r.h5: loss/server is no table of lemma's: it is kept in another file")


def steps_that_cannot_be_whole_are_no_record_of_a_run(folder):
    try:
        import h5py  # pylint: disable=import-outside-toplevel
        import numpy as np  # pylint: disable=import-outside-toplevel
    except ImportError as error:
        raise Skip("python3-h5py is not installed") from error
    record = _record(folder)
    for committed, kind, status in ((2**64 - 1, np.uint64, 2), (8, np.int64, 2),
                                    (-1, np.int64, 2), (7, np.int64, 0), (0, np.int64, 0)):
        with h5py.File(record, "r+") as file:
            del file["run/committed"]
            file["run/committed"] = kind(committed)
        for words in (["info"], ["info", "--json"], ["check"]):
            done = lemma(*words, "r.h5", folder=folder)
            check_status(done, status)
            check((done.stdout == "") == (status == 2), words, done.stdout)
            if status:
                check_has(done.stderr, "r.h5: /run/committed is ", "not between 0 and 7")
    check_status(lemma("info", "r.h5", "loss/server", folder=folder), 0)


def what_is_no_record_is_refused(folder):
    (folder / "text.h5").write_text("not a record", encoding="utf-8")
    for name in ("text.h5", "nowhere.h5"):
        done = lemma("info", name, folder=folder)
        check_status(done, 2)
        check_has(done.stderr, name)
        check(done.stdout == "", done.stdout)


def no_file_is_a_usage_error(folder):
    check_status(lemma("info"), 2)
    check_status(lemma("info", "x.h5", "--head", "3"), 2)
    check(os.listdir(folder) == [])


run_tests(globals())
