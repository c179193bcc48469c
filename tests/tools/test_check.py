"""lemma check: theorems judged on records."""

import json
import xml.etree.ElementTree

from cli import (Skip, check, check_has, check_status, lemma, refuses_what_is_no_file,
                 run_tests, TINY)

TWO_LAYER = [*TINY, "--set", "network.preset=two-layer-relu", "--set", "network.depth=1",
             "--set", "train.step_rule=raw"]


def _verdicts(record, folder, *words):
    done = lemma("check", "--json", record, *words, folder=folder)
    check(done.returncode in (0, 1), done.stderr)
    return {c["claim"]: c for c in json.loads(done.stdout)[0]["claims"]}, done.returncode


def _record(folder, *words, name="r.h5"):
    check_status(lemma("run", *words, "--observe", "full", "--set",
                       "probes.asymmetric_gram.every=1", "-q", "--force", "-o", name,
                       folder=folder), 0)
    return name


def everything_that_applies_holds_on_true_records(folder):
    for words in (TWO_LAYER, [*TINY, "--set", "train.batch=2"], TINY,
                  [*TINY, "--set", "data.targets.outputs=3"],
                  [*TWO_LAYER, "--set", "train.server_step=0.5"]):
        found, status = _verdicts(_record(folder, *words), folder)
        check(status == 0, found)
        broken = [n for n, c in found.items()
                  if c["verdict"] == "violated" and c["status"] != "recalled"]
        check(not broken, words, broken)
        check(found["gap_split"]["verdict"] == "holds", found)
        held = [c for c in found.values() if c["verdict"] == "holds"]
        check(all(c["slack"] <= 1 for c in held), held)


def curves_hold_the_tightest_row_of_every_step(folder):
    record = _record(folder, *TWO_LAYER)
    plain, _ = _verdicts(record, folder)
    found, _ = _verdicts(record, folder, "--curves")
    check("curve" not in plain["path_length"])
    for name, claim in found.items():
        curve = claim["curve"]
        check(len({len(part) for part in curve.values()}) == 1, name)
        check(curve["step"] == sorted(set(curve["step"])), name)
        if claim["kind"] != "in mean" and claim["slack"] is not None:
            worst = max(s for s in curve["slack"] if s is not None)
            check(worst == claim["slack"] and claim["step"] in curve["step"], name, claim)
    check(found["gap_split"]["curve"]["step"] == [0, 1, 2, 3, 4, 5])
    done = lemma("check", record, "--curves", folder=folder)
    check_status(done, 2)
    check_has(done.stderr, "--json")


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
        done = lemma("check", record, "--claim", claim, "--explain", folder=folder)
        check_status(done, 1)
        check_has(done.stdout, "violated", " > ")


def nothing_holds_by_a_broken_array(folder):
    try:
        import h5py  # pylint: disable=import-outside-toplevel
    except ImportError as error:
        raise Skip("python3-h5py is not installed") from error
    sound, _ = _verdicts(_record(folder, *TWO_LAYER), folder)
    cases = {"network/initial/W1": (float("nan"), "not finite", "lazy_rate gram_hoeffding"),
             "network/initial/V": (float("nan"), "not finite", "gram_ball pattern_energy"),
             "network/final/W1": (float("nan"), "not finite", "distance_definition"),
             "data/inputs": (float("inf"), "not finite", "gram_hoeffding"),
             "data/targets": (float("nan"), "not finite", "lazy_rate"),
             "data/client": (-7, "none of the K = 4 clients'", "path_length deviation_two_layer"),
             "data/client ": (4, "none of the K = 4 clients'", "path_length neuron_path")}
    for path, (value, why, claims) in cases.items():
        record = _record(folder, *TWO_LAYER, name="n.h5")
        with h5py.File(folder / record, "r+") as f:
            array = f["run/" + path.strip()]
            array[(-1,) * array.ndim] = value
        found, _ = _verdicts(record, folder)
        check(not [n for n in found if found[n]["verdict"] == "violated"], path, found)
        for claim in claims.split():
            check(sound[claim]["verdict"] == "holds", claim, sound[claim])
            check(found[claim]["verdict"] == "undecided", path, found[claim])
            check_has(found[claim]["reason"], path.strip(), why)
        for claim, was in sound.items():
            check(path.strip() not in was["tables"] or found[claim]["verdict"] != "holds",
                  path, found[claim])


def rows_count_as_far_as_they_are_committed(folder):
    try:
        import h5py  # pylint: disable=import-outside-toplevel
    except ImportError as error:
        raise Skip("python3-h5py is not installed") from error
    rows = _verdicts(_record(folder, *TWO_LAYER), folder)[0]["gap_split"]["rows"]
    for committed, share in ((7, 1), (3, 0.5), (0, 0)):
        with h5py.File(folder / "r.h5", "r+") as f:
            f["run/committed"][...] = committed
        found = _verdicts("r.h5", folder)[0]["gap_split"]
        check(found["rows"] == share * rows, committed, found)
        check(found["verdict"] == ("holds" if share else "undecided"), committed, found)
    for committed in (-7, 8, 100):
        with h5py.File(folder / "r.h5", "r+") as f:
            f["run/committed"][...] = committed
        done = lemma("check", "r.h5", folder=folder)
        check_status(done, 2)
        check_has(done.stderr, f"r.h5: /run/committed is {committed}, not between 0 and 7")


def a_table_of_verdicts_is_printed(folder):
    done = lemma("check", _record(folder, *TWO_LAYER), folder=folder)
    check_status(done, 0)
    check_has(done.stdout, "holds", "gap_two_layer", "slack", "0 violated",
              "the main theorems", "nearest in width", "two_layer_local_gd")
    done = lemma("check", "r.h5", "r.h5", "--claim", "gap_split", folder=folder)
    check_has(done.stdout, "2 hold, 0 violated, 0 not applicable, 0 undecided")


def a_claim_is_explained_with_the_numbers_of_the_run(folder):
    done = lemma("check", _record(folder, *TWO_LAYER), "--claim", "neuron_path", "--explain",
                 folder=folder)
    check_status(done, 0)
    check_has(done.stdout, "states", "assumes", "N = 16", "m = 32", "tightest", "<=",
              "source", "proof")
    found = _verdicts("r.h5", folder)[0]["neuron_path"]
    check(found["constants"]["network/m"] == 32, found)
    check("local_loss/local" in found["tables"], found)
    check(found["measured"] <= found["bound"], found)
    check(abs(found["measured"] / found["bound"] - found["slack"]) < 1e-12, found)


def the_theorems_distance_is_told_in_json(folder):
    done = lemma("check", _record(folder, *TINY), "--json", folder=folder)
    theorems = {t["theorem"]: t for t in json.loads(done.stdout)[0]["theorems"]}
    width = [r for r in theorems["local_gd"]["requirements"] if r["what"] == "width"][0]
    check(width["meets"] == "missed" and width["log10_missed_by"] > 5, width)
    check(abs(width["log10_need"] - width["log10_have"] - width["log10_missed_by"]) < 1e-9,
          width)


def a_junit_report_says_the_same(folder):
    done = lemma("check", _record(folder, *TWO_LAYER), "--junit", "j.xml", folder=folder)
    check_status(done, 0)
    root = xml.etree.ElementTree.parse(folder / "j.xml").getroot()
    suite = root.find("testsuite")
    found = _verdicts("r.h5", folder)[0]
    cases = {c.get("name"): c for c in suite}
    check(suite.get("name") == "r.h5" and suite.get("failures") == "0", suite.attrib)
    check(set(cases) == set(found), set(cases) ^ set(found))
    for name, case in cases.items():
        kinds = [child.tag for child in case]
        check(kinds == ([] if found[name]["verdict"] == "holds" else ["skipped"]), name, kinds)
    done = lemma("check", "r.h5", "--junit", "no/such/folder.xml", folder=folder)
    check_status(done, 3)
    check_has(done.stderr, "no/such/folder.xml")
    refuses_what_is_no_file("check", "r.h5", "--junit", folder=folder)
    before = (folder / "r.h5").read_bytes()
    done = lemma("check", "--junit", "r.h5", "r.h5", folder=folder)
    check_status(done, 2)
    check_has(done.stderr, "r.h5: is a record; a report does not overwrite it")
    check((folder / "r.h5").read_bytes() == before, "the record has changed")


def records_of_several_seeds_are_judged_together(folder):
    names = [_record(folder, *TWO_LAYER, "--set", f"seed={s}", name=f"s{s}.h5")
             for s in (1, 2, 3)]
    done = lemma("check", *names, "--json", "--delta", "0.05", folder=folder)
    last = json.loads(done.stdout)[-1]
    check(last["independent_records"] == 3, last)
    likely = [c for c in last["claims"] if c["kind"] == "high probability"]
    check(likely, last)
    for claim in likely:
        check(claim["draws"] <= 3 and claim["delta"] == 0.05, claim)
    done = lemma("check", names[0], names[0], folder=folder)
    check("independent records" not in done.stdout, done.stdout)


def nothing_holds_on_a_run_that_diverged(folder):
    done = lemma("run", "--set", "train.step_size=1e200", "--set", "network.width=32",
                 "--set", "train.rounds=3", "-o", "d.h5", "-q", "--observe", "full", folder=folder)
    check_has(done.stderr, "DIVERGED")
    info = lemma("info", "d.h5", folder=folder)
    check_has(info.stdout, "d.h5: diverged", "findings  step ", ": the loss is not finite")
    done = lemma("check", "--json", "d.h5", folder=folder)
    answer = json.loads(done.stdout)[0]
    verdicts = {claim["claim"]: claim["verdict"] for claim in answer["claims"]}
    check(len(verdicts) > 40 and "holds" not in verdicts.values(), verdicts)
    check_has(lemma("check", "d.h5", folder=folder).stdout, "the run diverged")


def nothing_holds_where_the_loss_grew_beyond_measure(folder):
    check_status(lemma("run", *TWO_LAYER, "--set", "train.step_size=1e12", "-o", "g.h5", "-q",
                       "--observe", "full", folder=folder), 0)
    check_has(lemma("info", "g.h5", folder=folder).stdout, "g.h5: complete",
              "findings  step 1, client 0: the loss has grown past 1/epsilon times its first")
    verdicts = [c["verdict"] for c in _verdicts("g.h5", folder)[0].values()]
    check(len(verdicts) > 40 and "holds" not in verdicts, verdicts)
    check_has(lemma("check", "g.h5", folder=folder).stdout, "the loss of the run grew past")


def what_cannot_be_judged_is_answered(folder):
    for words, part in ((["nosuch.h5"], "nosuch.h5"), ([], "name a record"),
                        (["--claim", "gap_spilt", "x.h5"], "did you mean \"gap_split\"?"),
                        (["--delta", "2", "x.h5"], "between 0 and 1"),
                        (["--json", "--explain", "x.h5"], "one of them")):
        done = lemma("check", *words, folder=folder)
        check_status(done, 2)
        check_has(done.stderr, part)


def claims_are_listed_and_explained(_):
    check_has(lemma("list", "claims").stdout, "gap_split", "path_length")
    done = lemma("explain", "path_length")
    check_status(done, 0)
    check_has(done.stdout, "states", "assumes", "reads", "proof", "theory 3(e)", "derived")
    entry = json.loads(lemma("explain", "--json", "path_length").stdout)[0]
    check(entry["topic"] == "claims" and entry["status"] == "derived", entry)
    check(entry["kind"] == "sure" and "distance/frobenius" in entry["reads"], entry)


run_tests(globals())
