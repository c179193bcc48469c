"""The program as a whole: help, version, unknown commands, exit statuses."""

import os
import pathlib
import re
import shutil
import subprocess

from cli import check, check_has, check_status, lemma, run_tests, Skip


def lemma_alone_prints_the_commands(_):
    done = lemma()
    check_status(done, 0)
    check_has(done.stdout, "Usage:", "run", "info", "list", "explain", "Exit status")
    check(done.stderr == "", done.stderr)


def help_is_the_same_on_stdout(_):
    for word in ("--help", "-h", "-?", "help"):
        done = lemma(word)
        check_status(done, 0)
        check(done.stdout == lemma().stdout and done.stderr == "", word, done.stderr)


def every_command_has_help_with_examples(_):
    for command in ("run", "gram", "sweep", "fit", "check", "report", "compare", "watch", "plot",
                    "info", "list", "explain"):
        done = lemma(command, "--help")
        check_status(done, 0)
        check_has(done.stdout, f"Usage: lemma {command}", "Examples:", "--version")
        check(lemma(command, "-h").stdout == done.stdout)


MAN = pathlib.Path(__file__).resolve().parents[2] / "tools/lemma.1"


def the_manual_names_every_command_option_and_exit_status(_):
    text = MAN.read_text(encoding="utf-8").replace("\\-", "-")
    told = re.findall(r"^  (\w+)  +\w", lemma("--help").stdout.split("First steps")[0], re.M)
    check(told == ["run", "gram", "sweep", "fit", "check", "report", "compare", "watch", "plot",
                   "info", "list", "explain"], told)
    for command in told:
        check_has(text, f".B lemma {command}\n", f".TP\n.B {command}\n")
        for option in set(re.findall(r"--[a-z][a-z-]+", lemma(command, "--help").stdout)):
            if option not in ("--usage"):
                check(re.search(rf"{option}\b", text), option)
    for status in "0123":
        check_has(text, f".TP\n.B {status}\n")
    for name in ("LEMMA_KEEP_BLAS_CORE", "OPENBLAS_CORETYPE", "OMP_NUM_THREADS",
                 "LEMMA_PYTHON"):
        check_has(text, name)
    version = lemma("--version").stdout.split("\n")[0]
    check_has(text, f'"{version}"')


def the_manual_is_a_page_that_groff_takes(_):
    if not shutil.which("groff"):
        raise Skip("groff is not installed")
    done = subprocess.run(["groff", "-man", "-Tutf8", "-ww", "-P-c", MAN], capture_output=True,
                          text=True, check=False)
    check(done.returncode == 0 and done.stderr == "", done.stderr)
    # eleven commands: about a screen of twenty lines each, and what they share
    check(len(done.stdout.splitlines()) < 290, len(done.stdout.splitlines()))


def version_names_what_the_program_stands_on(_):
    for words in (["--version"], ["run", "--version"]):
        done = lemma(*words)
        check_status(done, 0)
        check_has(done.stdout, "lemma 0.", "HDF5 1.", "GSL ", "OpenBLAS", "kernel")


def an_unknown_command_is_answered_with_the_nearest(_):
    done = lemma("explan")
    check_status(done, 2)
    check(done.stdout == "", done.stdout)
    check_has(done.stderr, '"explan"', 'did you mean "explain"?')


def an_unknown_option_is_a_usage_error(_):
    done = lemma("run", "--treads=2")
    check_status(done, 2)
    check_has(done.stderr, "lemma run:", "--treads")


def what_a_file_says_is_shown_and_not_obeyed(folder):
    """On stderr, wherever it stands: a key, an axis, a table's name, a cell, a value."""
    for name, text in (("k.yaml", b'"\\e[31mhello\\a": 1\n'),
                       ("s.yaml", b'base: {}\naxes:\n  - "data.\\e[31mx": [1, 2]\n'),
                       ("t.yaml", b'"\\e[31mx": {}\n'),
                       ("e.csv", b"1,\xff\xfe\x1b]0;pwn\a,2\n")):
        (folder / name).write_bytes(text)
    csv = ["--set", "data.kind=csv", "--set", "data.path=e.csv", "--set", "data.samples=0",
           "--set", "data.targets.kind=column"]
    for words, said in ((["run", "k.yaml"], "k.yaml:1: \\x1B[31mhello\\x07: expected"),
                        (["sweep", "s.yaml"], "s.yaml:3: data.\\x1B[31mx: expected"),
                        (["compare", "a.h5", "b.h5", "--tolerances", "t.yaml"], "\\x1B[31mx: "),
                        (["run", *csv], 'found "\\xFF\\xFE\\x1B]0;pwn\\x07"')):
        done = lemma(*words, folder=folder)
        check_status(done, 2)
        check_has(done.stderr, said)
        check(done.stderr.replace("\n", "").isprintable(), repr(done.stderr))


def a_full_disk_under_stdout_is_trouble(_):
    if not os.path.exists("/dev/full"):
        raise Skip("no /dev/full")
    with open("/dev/full", "w", encoding="utf-8") as full:
        done = lemma("list", "keys", stdout=full)
    check_status(done, 3)
    check_has(done.stderr, "standard output")


def _version_under_slow_blas(**more):
    """`lemma --version` over an OpenBLAS that takes its Prescott kernel for this CPU."""
    environment = {"LD_PRELOAD": os.environ["SLOW_BLAS"], "LEMMA_KEEP_BLAS_CORE": "0"}
    done = lemma("--version", environment={**environment, **more})
    check_status(done, 0)
    return done


def a_blas_kernel_that_is_too_low_is_raised_once_and_said(_):
    if not set(open("/proc/cpuinfo", encoding="utf-8").read().split()) & {"avx2"}:
        raise Skip("this CPU deserves no better kernel")
    done = _version_under_slow_blas()
    check("Prescott" not in done.stdout, done.stdout)
    check(done.stderr.count("\n") == 1, done.stderr)
    check_has(done.stderr, "Prescott", "raised to", "LEMMA_KEEP_BLAS_CORE=1")


def the_kernel_stays_where_the_user_says_so(_):
    done = _version_under_slow_blas(LEMMA_KEEP_BLAS_CORE="1")
    check_has(done.stdout, "Prescott")
    check(done.stderr == "", done.stderr)


def a_kernel_that_the_user_chose_is_kept(_):
    done = _version_under_slow_blas(OPENBLAS_CORETYPE="Nehalem")
    check_has(done.stdout, "Nehalem")
    check(done.stderr == "", done.stderr)


run_tests(globals())
