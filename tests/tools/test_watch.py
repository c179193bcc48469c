"""lemma watch: a run on the terminal while it goes on, its end, and what is no run."""

import datetime
import os
import random
import re
import signal

from cli import TINY, check, check_has, check_status, lemma, run_tests, start
from pseudo import Terminal, plain

ENDLESS = [*TINY, "--set", "train.rounds=1000000", "--observe", "economy", "--set",
           "probes.activation.every=1 rounds"]
UTF8, ASCII = {"LC_ALL": "C.UTF-8"}, {"LC_ALL": "C"}
LOOKS = 5000  # until a run that records nothing is called stuck


def _record(folder, *more, name="r.h5"):
    check_status(lemma("run", *TINY, "-q", *more, "-o", name, folder=folder), 0)
    return name


class _Run:
    """An endless run in the background, whose record has rounds."""

    def __init__(self, folder):
        self.folder = folder

    def __enter__(self):
        self.process = start("run", *ENDLESS, "-o", "live.h5", folder=self.folder)
        for _ in range(LOOKS):
            done = lemma("watch", "--once", "live.h5", folder=self.folder)
            if re.search(r"round [1-9][0-9]* of 1000000", done.stdout):
                return self
            check(self.process.poll() is None, "the run ended:", done.stderr)
        self.end(signal.SIGKILL)
        raise AssertionError("no rounds are seen")

    def __exit__(self, *_):
        self.end(signal.SIGKILL)

    def end(self, number):
        """Ends the run by a signal, waits for it."""
        if self.process.poll() is None:
            self.process.send_signal(number)
            self.process.communicate(timeout=100)


def one_frame_of_a_finished_run(folder):
    done = lemma("watch", "--once", _record(folder), folder=folder, environment=UTF8)
    check_status(done, 0)
    lines = done.stdout.splitlines()
    check(lines[0] == "r.h5: complete, round 3 of 3", lines[0])
    check(lines[1].startswith("deep-relu: m = 32, L = 3, K = 4, tau = 2, eta = 0.0"), lines[1])
    names = [line[:20].strip() for line in lines[3:]]
    check(names[0] == "loss" and "gap / gradient" in names and "flips of a sample" in names and
          "client deviation" in names and "lambda_min" in names and "lazy error" in names, names)
    check(max(map(len, lines)) <= 80, done.stdout)
    check("\x1b" not in done.stdout and done.stderr == "", done.stdout)


def first_and_last_values_are_those_of_the_table(folder):
    _record(folder)
    rows = lemma("info", "r.h5", "loss/server", folder=folder).stdout.splitlines()[1:]
    first, last = (f"{float(row.split()[-1]):.4g}" for row in (rows[0], rows[-1]))
    line = lemma("watch", "--once", "r.h5", folder=folder, environment=UTF8).stdout.splitlines()[3]
    check(line.split()[0] == "loss" and line.split()[1] == first and line.split()[-1] == last,
          line, first, last)
    check(line.split()[2][0] == "█" and line.split()[2][-1] == "▁", line)


def ascii_stands_in_where_the_locale_has_no_blocks(folder):
    _record(folder)
    for environment in (ASCII, {**UTF8, "TERM": "dumb"}):
        done = lemma("watch", "r.h5", folder=folder, environment=environment)
        check_status(done, 0)
        check(done.stdout.isascii() and "#" in done.stdout, done.stdout)


def only_recorded_quantities_are_shown(folder):
    _record(folder, "--observe", "economy")
    text = lemma("watch", "--once", "r.h5", folder=folder).stdout
    check("loss " in text and "lambda_min" not in text and "lazy" not in text, text)


def a_diverged_run_is_said_to_be_one(folder):
    _record(folder, "--set", "train.step_size=1e200", "--set", "train.step_rule=raw")
    done = lemma("watch", "r.h5", folder=folder)
    check_status(done, 0)
    check_has(done.stdout.splitlines()[0], "diverged")


def a_run_is_seen_while_it_goes_on_and_when_it_is_interrupted(folder):
    with _Run(folder) as run:
        done = lemma("watch", "--once", "live.h5", folder=folder)
        check_status(done, 0)
        check_has(done.stdout.splitlines()[0], "running", "of 1000000")
        check("no process" not in done.stdout, done.stdout)
        run.end(signal.SIGINT)
        done = lemma("watch", "live.h5", folder=folder)
        check_has(done.stdout.splitlines()[0], "interrupted")


def a_killed_run_is_told_from_a_running_one(folder):
    with _Run(folder) as run:
        run.end(signal.SIGKILL)
        done = lemma("watch", "--once", "live.h5", folder=folder)
        check_status(done, 0)
        check_has(done.stdout, "running", "no process here is writing it")
        long_ago = os.stat(folder / "live.h5").st_mtime - 7200
        os.utime(folder / "live.h5", (long_ago, long_ago))
        done = lemma("watch", "--once", "live.h5", folder=folder)
        check(re.search(r"no new rows for 2 h", done.stdout), done.stdout)


def speed_and_time_left_are_told_from_the_files_own_times(folder):
    with _Run(folder) as run:
        run.end(signal.SIGKILL)
        whole = lemma("info", "--json", "live.h5", folder=folder).stdout
        started = re.search(r'"start_time": "([^"]*)"', whole).group(1)
        done = float(re.search(r'"committed": ([0-9.e+]*)', whole).group(1))
        started = datetime.datetime.fromisoformat(started.replace("Z", "+00:00")).timestamp()
        os.utime(folder / "live.h5", (started + 10, started + 10))
        text = lemma("watch", "--once", "live.h5", folder=folder).stdout
        check_has(text, f"  {done / 10:.3g} steps/s  ", " left")


def a_terminal_is_redrawn_in_place_until_ctrl_c(folder):
    with _Run(folder) as run, Terminal("watch", "live.h5", "--interval", "0.2",
                                       folder=folder) as terminal:
        place = terminal.until("\x1b\\[\\?25l")
        for _ in range(2):
            place = terminal.until("\x1b\\[[0-9]+A\r", place)
        terminal.process.send_signal(signal.SIGINT)
        check(terminal.end() == 0, terminal.text)
        check(terminal.text.endswith("\x1b[?25h"), repr(terminal.text[-40:]))
        check(run.process.poll() is None, "the run ended too")
        check_has(terminal.text, "steps/s", "running", "▁")


def sigterm_restores_the_cursor(folder):
    with _Run(folder), Terminal("watch", "live.h5", folder=folder) as terminal:
        terminal.until("loss")
        terminal.process.send_signal(signal.SIGTERM)
        check(terminal.end() == 0 and terminal.text.endswith("\x1b[?25h"), terminal.text)


def ctrl_z_gives_the_cursor_back_and_watching_goes_on(folder):
    with _Run(folder), Terminal("watch", "live.h5", "--interval", "0.2",
                                folder=folder) as terminal:
        terminal.until("loss")
        terminal.process.send_signal(signal.SIGTSTP)
        place = terminal.until("\x1b\\[\\?25h")
        _, status = os.waitpid(terminal.process.pid, os.WUNTRACED)
        check(os.WIFSTOPPED(status), status)
        terminal.process.send_signal(signal.SIGCONT)
        place = terminal.until("\x1b\\[\\?25l", place)
        terminal.until("loss", place)


def watching_ends_with_the_run(folder):
    with _Run(folder) as run, Terminal("watch", "live.h5", "--interval", "0.2",
                                       folder=folder) as terminal:
        terminal.until("running")
        run.end(signal.SIGINT)
        check(terminal.end() == 0, terminal.text)
        check_has(plain(terminal.text), "The run is over: interrupted. Next: lemma info live.h5")


def frames_fit_the_terminal_whatever_its_size(folder):
    _record(folder)
    for rows, columns in ((24, 80), (9, 40), (6, 12), (2, 2), (50, 300)):
        with Terminal("watch", "r.h5", folder=folder, rows=rows, columns=columns) as terminal:
            check(terminal.end() == 0, terminal.text)
        frame = plain(terminal.text).split("\nThe run is over")[0].split("\n")[:-1]
        check(0 < len(frame) < rows and max(map(len, frame)) < columns, frame)


def a_dumb_terminal_gets_one_plain_frame(folder):
    _record(folder)
    with Terminal("watch", "r.h5", folder=folder, term="dumb") as terminal:
        check(terminal.end() == 0 and "\x1b" not in terminal.text, terminal.text)
        check_has(terminal.text, "complete")


def a_record_that_is_not_there_yet_is_waited_for(folder):
    _record(folder, name="other.h5")
    with Terminal("watch", "r.h5", "--interval", "0.2", folder=folder) as terminal:
        place = terminal.until("waiting for r.h5: there is no such file yet")
        (folder / "r.h5.part").write_text("", encoding="utf-8")
        terminal.until("waiting for r.h5: a run is being set up", place)
        os.rename(folder / "other.h5", folder / "r.h5")
        check(terminal.end() == 0, terminal.text)
        check_has(terminal.text, "complete")


def scripts_are_told_at_once_that_it_is_not_there(folder):
    done = lemma("watch", "r.h5", folder=folder)
    check_status(done, 2)
    check_has(done.stderr, "r.h5: there is no such file yet")
    (folder / "r.h5.part").write_text("", encoding="utf-8")
    done = lemma("watch", "--once", "r.h5", folder=folder)
    check_status(done, 2)
    check_has(done.stderr, "a run is being set up")


def what_is_no_record_of_a_run_is_refused(folder):
    (folder / "text.h5").write_text("not a record", encoding="utf-8")
    check_status(lemma("gram", "-q", *TINY[:8], "-o", "gram.h5", folder=folder), 0)
    for name in ("text.h5", "gram.h5", "."):
        done = lemma("watch", "--once", name, folder=folder)
        check_status(done, 2)
        check_has(done.stderr, name)
        check(done.stdout == "", done.stdout)
    with Terminal("watch", "text.h5", folder=folder) as terminal:
        check(terminal.end() == 2, terminal.text)
        check_has(terminal.text, "\x1b[?25h", "expected a record")


def damaged_files_are_no_crash(folder):
    whole = (folder / _record(folder)).read_bytes()
    draw = random.Random(7)
    for trial in range(30):
        damaged = bytearray(whole)
        if trial % 3 == 0:
            del damaged[draw.randrange(len(whole)):]
        for _ in range(draw.choice((1, 10, 200)) if trial % 3 else 0):
            damaged[draw.randrange(len(damaged))] = draw.randrange(256)
        (folder / "d.h5").write_bytes(damaged)
        done = lemma("watch", "--once", "d.h5", folder=folder, environment=UTF8)
        check(done.returncode in (0, 2), trial, done.returncode, done.stderr)
        check(done.returncode == 0 or "d.h5" in done.stderr, trial, done.stderr)
        check((done.returncode == 0) == (done.stderr == ""), trial, done.stderr)
        check("\x1b" not in done.stdout, done.stdout)


def usage_is_checked(folder):
    for words in ((), ("a.h5", "b.h5"), ("--interval", "0", "a.h5"),
                  ("--interval", "nan", "a.h5"), ("--interval", "1x", "a.h5")):
        check_status(lemma("watch", *words, folder=folder), 2)


run_tests(globals())
