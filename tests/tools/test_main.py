"""The program as a whole: help, version, unknown commands, exit statuses."""

import os

from cli import check, check_has, check_status, lemma, run_tests, Skip


def lemma_alone_prints_the_commands(_):
    done = lemma()
    check_status(done, 0)
    check_has(done.stdout, "Usage:", "run", "info", "list", "explain", "Exit status")
    check(done.stderr == "", done.stderr)


def help_is_the_same_on_stdout(_):
    check(lemma("--help").stdout == lemma().stdout)


def every_command_has_help_with_examples(_):
    for command in ("run", "info", "list", "explain"):
        done = lemma(command, "--help")
        check_status(done, 0)
        check_has(done.stdout, f"Usage: lemma {command}", "Examples:", "--version")


def version_names_what_the_program_stands_on(_):
    for words in (["--version"], ["run", "--version"]):
        done = lemma(*words)
        check_status(done, 0)
        check_has(done.stdout, "lemma 0.", "HDF5 1.", "GSL ", "OpenBLAS", "kernel")


def an_unknown_command_is_answered_with_the_nearest(_):
    done = lemma("explan")
    check_status(done, 2)
    check(done.stdout == "", done.stdout)
    check_has(done.stderr, "'explan'", "did you mean 'explain'?")


def an_unknown_option_is_a_usage_error(_):
    done = lemma("run", "--treads=2")
    check_status(done, 2)
    check_has(done.stderr, "lemma run:", "--treads")


def a_full_disk_under_stdout_is_trouble(_):
    if not os.path.exists("/dev/full"):
        raise Skip("no /dev/full")
    with open("/dev/full", "w", encoding="utf-8") as full:
        done = lemma("list", "keys", stdout=full)
    check_status(done, 3)
    check_has(done.stderr, "standard output")


def a_blas_kernel_that_was_chosen_is_kept(_):
    done = lemma("--version", environment={"LEMMA_KEEP_BLAS_CORE": "0",
                                           "OPENBLAS_CORETYPE": "Haswell"})
    check_status(done, 0)
    check("raised" not in done.stderr, done.stderr)


def raising_the_blas_kernel_is_said_in_one_line(_):
    asis = lemma("--version").stdout
    done = lemma("--version", environment={"LEMMA_KEEP_BLAS_CORE": "0"})
    check_status(done, 0)
    if done.stderr:
        check(done.stderr.count("\n") == 1, done.stderr)
        check_has(done.stderr, "raised to", "LEMMA_KEEP_BLAS_CORE=1")
        check(done.stdout != asis, done.stdout)
    else:
        check(done.stdout == asis, done.stdout)


run_tests(globals())
