"""lemma check SWEEP: what laws of kind rate say of real sweeps, and what is refused."""

import shutil
import xml.etree.ElementTree

from cli import check, check_has, check_status, lemma, run_tests
from sweeps import base, check_two, claim, judge, plant, sweep


def another_constants_laws_are_not_applicable(folder):
    sweep(folder, base() + "  - network.width: [8, 16]\nseeds: 2\n")
    for law in judge(folder)["laws"]:
        applies = law["against"] in ("m", "log(eps_0/eps)") and "deep" not in law["law"]
        check((law["verdict"] != "not applicable") == applies, law)
        check(law["reason"], law)
    laws = claim(folder, "scaling_rounds")[0]
    check(laws["<= K^(1), margin 0.05"]["reason"] == "the sweep does not change K", laws)
    check(laws["<= m^(0), margin 0.05, deep, eta ~ m^(-1)"]["reason"] ==
          "the networks are not deep-relu", laws)
    width = claim(folder, "scaling_least_width")[0]
    check(all(law["reason"] == "the sweep does not search for a least width"
              for law in width.values()), width)


def nothing_holds_where_updates_vanished(folder):
    probes = "{loss: {}, deviation: {}, gradient_gap: {}, gram: {}, distance: {}}"
    sweep(folder, base(probes=probes, train="local_steps: 3, rounds: 2, step_rule: raw, "
                       "step_size: 1, server_step: 1.0e-25") +
          "  - network.width: [8, 24, 80, 256]\nseeds: 5\n")
    laws = judge(folder)["laws"]
    check("holds" not in [law["verdict"] for law in laws], laws)
    law = claim(folder, "scaling_deviation")[0]["<= m^(0), margin 0.05, two layers"]
    check(law["verdict"] == "undecided" and law["vanished"] == law["left_out"] == 20, law)
    check(law["reason"] ==
          "no point is left, without 20 whose updates vanished in rounding", law)


def where_losses_grew_points_are_left_out_and_told(folder):
    sweep(folder, base(probes="{loss: {}, deviation: {}}") +
          "  - network.width: [8, 24, 80, 256]\n  - train.step_size: [0.5, 1.0e+12]\nseeds: 5\n")
    law = claim(folder, "scaling_deviation")[0]["<= m^(0), margin 0.05, two layers"]
    check(law["grown"] == law["left_out"] == 20, law)
    check_has(lemma("check", "d", "--claim", "scaling_deviation", "--explain",
                    folder=folder).stdout,
              "left out", "20 points: 20 whose loss grew past 1/epsilon times its first")


def too_little_is_undecided(folder):
    probes = "{loss: {}, deviation: {}, distance: {}}"
    for axis, seeds, part in (("[8, 128]", 5, "m spans 1.2 decades, 1.5 are needed"),
                              ("[8, 256]", 4, "4 seeds at one m, 5 are needed")):
        shutil.rmtree(folder / "d", ignore_errors=True)
        sweep(folder, base(probes=probes) + f"  - network.width: {axis}\nseeds: {seeds}\n")
        law = claim(folder, "scaling_deviation")[0]["<= m^(0), margin 0.05, two layers"]
        check(law["verdict"] == "undecided" and law["reason"] == part, law)
    statement = "<= m^(0), margin 0.05, two layers, near interpolation"
    law = claim(folder, "scaling_distance")[0][statement]
    check(law["verdict"] == "undecided", law)
    check_has(law["reason"], "not near interpolation: the loss fell to", "at m =",
              "0.001 is needed")
    laws = claim(folder, "scaling_linearisation")[0]
    law = laws["<= m^(-1/2), margin 0.05, two layers"]
    check(law["reason"] == "lazy/error is not recorded", law)
    law = claim(folder, "scaling_lipschitz_gap")[0]["<= m^(0), margin 0.05, two layers"]
    check(law["verdict"] == "undecided", law)
    check_has(law["reason"], "no positive value; it reads gradient_gap/lipschitz")


def a_product_of_axes_gives_slices(folder):
    sweep(folder, base(probes="{loss: {}, deviation: {}}") +
           "  - network.width: [8, 256]\n  - train.local_steps: [2, 6]\nseeds: 5\n")
    laws, values = claim(folder, "scaling_deviation")
    width, steps = laws["<= m^(0), margin 0.05, two layers"], laws["<= tau^(1)"]
    check(width["slices"] == 2 and width["values"] == 10, width)
    check(width["slice"].startswith("train.local_steps = "), width)
    held = [2, 6].index(int(width["slice"].split(" = ")[1]))
    v = [values[k] for k in sorted(values)]  # a point's number: width, then steps, then seed
    check_two(width, v[5 * held:5 * held + 5], v[10 + 5 * held:15 + 5 * held], 32)
    check(steps["slices"] == 2 and steps["values"] == 10 and
          steps["slice"].startswith("network.width = "), steps)
    both = laws["<= eta^(1)"]
    check(both["verdict"] == "not applicable", both)
    text = lemma("check", "d", "--claim", "scaling_deviation", folder=folder).stdout
    check_has(text, "the worst of 2 slices: train.local_steps = ")


def a_zip_is_judged_by_the_law_that_says_so(folder):
    sweep(folder, base("samples: 6, dimension: 12", 2,
                         "preset: two-layer-relu, depth: 1, width: 64",
                         "rounds: 300, step_rule: raw",
                         "{loss: {}, deviation: {every: 60 rounds}}") +
           "  - zip:\n      train.local_steps: [1, 4, 8, 32]\n"
           "      train.step_size: [0.4, 0.1, 0.05, 0.0125]\nseeds: 5\n")
    laws = claim(folder, "scaling_rounds")[0]
    law = laws["<= tau^(0), margin 0.05, eta ~ tau^(-1)"]
    check(law["verdict"] == "holds" and law["values"] == 20, law)
    for fixed in (laws[">= tau^(-1)"], laws[">= eta^(-1)"],
                  claim(folder, "scaling_deviation")[0]["<= tau^(1)"]):
        check(fixed["verdict"] == "not applicable", fixed)


def a_product_is_no_zip(folder):
    sweep(folder, base() + "  - train.local_steps: [1, 4]\n"
           "  - train.step_size: [0.1, 0.4]\nseeds: 2\n")
    law = claim(folder, "scaling_rounds")[0]["<= tau^(0), margin 0.05, eta ~ tau^(-1)"]
    check(law["verdict"] == "not applicable" and
          law["reason"] == "eta does not move as tau^-1 here", law)


def _check_junit(folder):
    done = lemma("check", "d", "--junit", "j.xml", folder=folder)
    check_status(done, 1)
    suite = xml.etree.ElementTree.parse(folder / "j.xml").getroot().find("testsuite")
    laws = judge(folder, status=1)["laws"]
    kinds = {c.get("name"): [child.tag for child in c] for c in suite}
    check(len(kinds) == len(laws) == int(suite.get("tests")), len(kinds), suite.attrib)
    check(suite.get("name") == "d" and suite.get("failures") == "1", suite.attrib)
    for law in laws:
        expected = {"holds": [], "violated": ["failure"]}.get(law["verdict"], ["skipped"])
        check(kinds[f"{law['claim']} {law['law']}"] == expected, law)


def what_is_violated_decides_the_exit_status_and_junit_reports(folder):
    sweep(folder, base(probes="{loss: {}, distance: {}}") +
           "  - network.width: [8, 64, 256]\nseeds: 5\n")
    plant(folder, "loss/server.final", lambda m, i: 1e-9)
    statement = "<= m^(0), margin 0.05, two layers, near interpolation"
    for exponent, verdict, status in ((-0.5, "holds", 0), (0.5, "violated", 1)):
        plant(folder, "distance/frobenius.final",
               lambda m, i, a=exponent: m ** a * (1 + 0.01 * (i % 5 - i % 3)))
        law = claim(folder, "scaling_distance", status)[0][statement]
        check(law["verdict"] == verdict and abs(law["measured"] - exponent) < 0.02, law)
        check((law["p"] < 1e-3) == (status == 1), law)
    _check_junit(folder)
    plant(folder, "loss/server.final", lambda m, i: 1)
    check_status(lemma("check", "d", folder=folder), 0)


def recalled_laws_decide_under_strict_alone(folder):
    sweep(folder, base(network="depth: 2", train="local_steps: 1, rounds: 1",
                         probes="{loss: {}, activation: {}, distance: {}}") +
           "  - network.width: [8, 64, 256]\nseeds: 5\n")
    plant(folder, "activation/flips_initial_max.max",
           lambda m, i: m ** 2 * (1 + 0.01 * (i % 5 - i % 3)))
    plant(folder, "distance/spectral.max", lambda m, i: 1)
    words = ["check", "d", "--claim", "scaling_flips_constant"]
    done = lemma(*words, folder=folder)
    check_status(done, 0)
    check_has(done.stdout, "recalled from the literature", "violated", "--strict")
    check_status(lemma(*words, "--strict", folder=folder), 1)


def claims_of_the_other_kind_are_refused(folder):
    sweep(folder, base() + "  - network.width: [8, 16]\nseeds: 1\n")
    for words, parts in (
            (["d", "--claim", "gap_split"],
             ["d is a sweep", "lemma check d/points/*.h5 --claim gap_split"]),
            (["d/sweep.h5", "--claim", "gap_split"],
             ["lemma check d/points/*.h5 --claim gap_split"]),
            (["d/points/0000.h5", "--claim", "scaling_speed"],
             ["is no sweep", "lemma check SWEEP --claim scaling_speed"]),
            (["nowhere", "--claim", "scaling_speed"], ["nowhere: No such file"]),
            (["d", "--claim", "scaling_sped"], ['did you mean "scaling_speed"?']),
            (["d", "--claim", "scaling_speed", "--claim", "scaling_rounds"], ["one --claim"])):
        done = lemma("check", *words, folder=folder)
        check_status(done, 2)
        check(done.stdout == "", done.stdout)
        check_has(done.stderr, *parts)


def what_is_missing_is_told(folder):
    sweep(folder, base() + "  - network.width: [8, 16]\nseeds: 1\n")
    (folder / "empty").mkdir()
    (folder / "alone").mkdir()
    shutil.copy(folder / "d/sweep.h5", folder / "alone/sweep.h5")
    for name, parts in (("nowhere", ["nowhere: No such file"]),
                        ("empty", ["empty: expected a sweep's folder", "no sweep.h5"]),
                        ("alone", ["alone/points/0000.h5", "beside its sweep.h5"])):
        done = lemma("check", name, folder=folder)
        check_status(done, 2)
        check_has(done.stderr, *parts)
    done = lemma("check", "d/sweep.h5", folder=folder)
    check_status(done, 0)


run_tests(globals())
