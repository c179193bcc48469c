"""lemma check: theorems judged on records."""

import json

from cli import Skip, check, check_has, check_status, lemma, run_tests, TINY

TWO_LAYER = [*TINY, "--set", "network.preset=two-layer-relu", "--set", "network.depth=1",
             "--set", "train.step_rule=raw"]


def _verdicts(record, folder):
    done = lemma("check", "--json", record, folder=folder)
    check(done.returncode in (0, 1), done.stderr)
    return {c["claim"]: c for c in json.loads(done.stdout)[0]["claims"]}, done.returncode


def _record(folder, *words):
    check_status(lemma("run", *words, "--observe", "full", "--set",
                       "probes.asymmetric_gram.every=1", "-q", "--force", "-o", "r.h5",
                       folder=folder), 0)
    return "r.h5"


def everything_that_applies_holds_on_true_records(folder):
    for words in (TWO_LAYER, [*TINY, "--set", "train.batch=2"], TINY,
                  [*TINY, "--set", "data.targets.outputs=3"],
                  [*TWO_LAYER, "--set", "train.server_step=0.5"]):
        found, status = _verdicts(_record(folder, *words), folder)
        check(status == 0, found)
        check(not [c for c in found.values() if c["verdict"] == "violated"], found)
        if words is TWO_LAYER:
            held = {n for n, c in found.items() if c["verdict"] == "holds"}
            check(held == set(found) - {"eigenvalue_bounds", "lazy_noise_stability"}, held)
            check(all(0 <= found[n]["slack"] <= 1 for n in held), found)
        check(found["gap_split"]["verdict"] == "holds", found)


def a_study_of_the_kernel_is_judged_too(folder):
    check_status(lemma("gram", *TWO_LAYER, "-q", "-o", "g.h5", folder=folder), 0)
    found, status = _verdicts("g.h5", folder)
    check(status == 0 and found["eigenvalue_bounds"]["verdict"] == "holds", found)
    check(found["gap_split"]["verdict"] == "undecided", found)


def a_tampered_record_is_not_believed(folder):
    try:
        import h5py  # pylint: disable=import-outside-toplevel
    except ImportError as error:
        raise Skip("python3-h5py is not installed") from error
    guarded = {"gradient_gap/gap": "gap_split", "gradient_gap/pattern": "gap_split",
               "gradient/norm": "gradient_eigenvalues", "distance/frobenius": "path_length",
               "deviation/frobenius": "deviation_bound",
               "remainder/second_order": "semi_smooth",
               "asymmetric_gram/identity_residual": "fl_ntk_identity",
               "lazy/predicted_norm": "lazy_prediction",
               "residual/projection": "residual_decomposition"}
    for table, claim in guarded.items():
        record = _record(folder, *TWO_LAYER)
        with h5py.File(folder / record, "r+") as f:
            f["run/" + table][...] = 1e6 * (1 + f["run/" + table][...])
        found, status = _verdicts(record, folder)
        check(status == 1 and found[claim]["verdict"] == "violated", table, found)


def a_table_of_verdicts_is_printed(folder):
    done = lemma("check", _record(folder, *TWO_LAYER), folder=folder)
    check_status(done, 0)
    check_has(done.stdout, "holds", "gap_two_layer", "slack", "eigenvalue_bounds",
              "the table initial_gram/limit_lambda_min is missing", " hold, 0 violated, 1 not applicable, 1 undecided")
    done = lemma("check", "r.h5", "r.h5", "--claim", "gap_split", folder=folder)
    check_has(done.stdout, "2 hold, 0 violated, 0 not applicable, 0 undecided")


def what_cannot_be_judged_is_answered(folder):
    for words, part in ((["nosuch.h5"], "nosuch.h5"), ([], "name a record"),
                        (["--claim", "gap_spilt", "x.h5"], "did you mean \"gap_split\"?")):
        done = lemma("check", *words, folder=folder)
        check_status(done, 2)
        check_has(done.stderr, part)


def claims_are_listed_and_explained(_):
    check_has(lemma("list", "claims").stdout, "gap_split", "path_length")
    done = lemma("explain", "path_length")
    check_status(done, 0)
    check_has(done.stdout, "states", "assumes", "proof", "theory 3(e)", "derived")
    entry = json.loads(lemma("explain", "--json", "path_length").stdout)[0]
    check(entry["topic"] == "claims" and entry["status"] == "derived", entry)


run_tests(globals())
