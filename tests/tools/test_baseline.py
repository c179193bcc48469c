"""The quick start against its stored baseline: the theory's quantities are what they were."""

import json
import pathlib

from cli import check, check_status, lemma, run_tests

ROOT = pathlib.Path(__file__).resolve().parents[2]
BASELINE = ROOT / "tests" / "baseline"
SETTINGS = ["--set", "train.rounds=3", "--set", "record.data=none", "--set",
            "record.weights=none", "-q", "-o", "new.h5"]  # those of tests/baseline/README.md


def _compare(folder, *settings):
    """What differs between the baseline and a new run, by name; and the exit status."""
    check_status(lemma("run", ROOT / "data" / "experiments" / "quickstart.yaml", *SETTINGS,
                       *settings, folder=folder), 0)
    done = lemma("compare", BASELINE / "quickstart.h5", "new.h5", "--rtol", "0", "--tolerances",
                 BASELINE / "tolerances.yaml", "--json", folder=folder)
    check(done.returncode in (0, 1), done.stderr)
    compared = json.loads(done.stdout)["compared"]
    check(len(compared) > 100, compared)
    return {c["name"]: c for c in compared if c["verdict"] == "different"}, done.returncode


def the_quick_start_is_what_it_was(folder):
    different, status = _compare(folder)
    check(status == 0 and not different, different)


def a_step_size_off_by_a_billionth_is_found(folder):
    different, status = _compare(folder, "--set", "train.step_size=0.5000000005")
    check(status == 1, status)
    moved = {"loss/server", "local_loss/local", "gradient_gap/gap", "gradient_gap/lipschitz",
             "deviation/frobenius", "distance/frobenius", "gradient/norm", "gram/lambda_min",
             "gram/change_frobenius", "lazy/error"}
    check(moved <= set(different), moved - set(different))


run_tests(globals())
