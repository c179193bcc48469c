"""Records of `lemma run`: h5py and the example script read them, and trouble with the
disk ends in one clear sentence."""

import os
import pathlib
import resource
import subprocess

from cli import (ENVIRONMENT, LEMMA, Skip, TINY, check, check_has, check_status, lemma,
                 run_tests)

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
FULL = [*TINY, "--observe", "full"]
LONG = [*FULL, "--set", "train.rounds=100"]  # more rows than weights


def _h5py(script, *words):
    python = os.environ.get("H5PY_PYTHON")
    if not python:
        raise Skip("python3-h5py is not installed")
    return subprocess.run([python, "-B", script, *map(str, words)], text=True, timeout=100,
                          capture_output=True, check=False)


def _run_limited(folder, size):
    """lemma run where no file can grow past `size` bytes."""
    def limit():
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))

    return subprocess.run([LEMMA, "run", *LONG, "-q", "-o", "out.h5"], cwd=folder,
                          text=True, env=ENVIRONMENT, preexec_fn=limit,
                          capture_output=True, timeout=100, check=False)


def _check_one_sentence(done, *words):
    lines = done.stderr.splitlines()
    check(len(lines) == 1 and lines[0].startswith("lemma run: "), done.stderr)
    check_has(lines[0], *words)


def viewers_find_their_way_in_a_run(folder):
    check_status(lemma("run", *FULL, "-q", "-o", "out.h5", folder=folder), 0)
    done = _h5py(HERE / "check_nexus.py", folder / "out.h5")
    check(done.returncode == 0, done.stdout, done.stderr)
    check(int(done.stdout.split()[0]) >= 7, done.stdout)


def the_example_script_prints_a_run(folder):
    check_status(lemma("run", *FULL, "-q", "-o", "out.h5", folder=folder), 0)
    done = _h5py(ROOT / "analysis/read_record.py", folder / "out.h5")
    check(done.returncode == 0, done.stderr)
    check_has(done.stdout, "complete", "loss/server", "(4,)", "activation/flips_initial")


def the_example_script_says_what_it_needs(folder):
    done = _h5py(ROOT / "analysis/read_record.py")
    check(done.returncode != 0 and "read_record.py RECORD" in done.stderr, done.stderr)
    done = _h5py(ROOT / "analysis/read_record.py", folder / "nowhere.h5")
    check(done.returncode != 0 and "nowhere.h5" in done.stderr, done.stderr)


def a_disk_without_room_ends_in_one_sentence(folder):
    before = during = 0
    size = 1024  # LLVM's OpenMP aborts where it cannot write as much for itself
    while True:
        done = _run_limited(folder, size)
        check(sorted(os.listdir(folder)) in ([], ["out.h5"]), os.listdir(folder))
        there = (folder / "out.h5").exists()
        if done.returncode == 0:
            break
        check_status(done, 3)
        _check_one_sentence(done, "out.h5", "File too large")
        if there:
            during += 1
            check_status(lemma("info", "out.h5", folder=folder), 0)
            (folder / "out.h5").unlink()
        else:
            before += 1
        size = size * 3 // 2
    check(there and before and during, there, before, during)


def outputs_that_cannot_be_written_end_in_one_sentence(folder):
    for name, word in ((folder, "a folder"), ("/dev/full", "a device"),
                       (folder / "no/out.h5", "No such file"),
                       ("/proc/out.h5", "cannot be made")):
        done = lemma("run", *TINY, "-q", "--force", "-o", name)
        check(done.returncode in (2, 3), done.returncode)
        _check_one_sentence(done, str(name), word)
    check(os.listdir(folder) == [], os.listdir(folder))


run_tests(globals())
