"""lemma fit: exponents that were planted, conditions, and what is no power law."""

import json
import math
import random

from cli import Skip, check, check_has, check_status, lemma, refuses_what_is_no_file, run_tests

SMALL = """base:
  data: {samples: 8, dimension: 6}
  partition: {clients: 2}
  network: {width: 8, depth: 1, preset: two-layer-relu}
  train: {local_steps: 2, rounds: 6, step_rule: raw, step_size: 0.5}
  probes: {loss: {}, activation: {}}
  record: {data: none, weights: none}
"""
WIDTHS = SMALL + "axes:\n  - network.width: [4, 8, 16, 32, 64, 128]\nseeds: 3\n"
THREE = SMALL + "axes:\n  - network.width: [4, 8, 16]\nseeds: 2\n"
GRID = SMALL + "axes:\n  - network.width: [4, 8, 16]\n  - train.local_steps: [1, 2, 3]\nseeds: 2\n"
FLIPS = ["--of", "activation/flips_initial_max"]
WIDTH = ["--against", "network.width"]


def _h5py():
    try:
        import h5py  # pylint: disable=import-outside-toplevel
    except ImportError as error:
        raise Skip("python3-h5py is not installed") from error
    return h5py


def _sweep(folder, text):
    (folder / "s.yaml").write_text(text, encoding="utf-8")
    check_status(lemma("sweep", "s.yaml", "-o", "d", "-q", folder=folder), 0)


def _plant(folder, law, noise=0.02):
    """Puts C x^a of the planted law, with noise of the seeds, where a table's last rows stand."""
    draw = random.Random(1)
    with _h5py().File(folder / "d/sweep.h5", "r+") as file:
        run = file["run"]
        table = run["activation/flips_initial_max.final"]
        keys = [k for k in run["sweep"] if "." in k]
        for i in range(table.shape[0]):
            at = {k: float(run["sweep"][k][i]) for k in keys}
            table[i] = law(at) * math.exp(noise * draw.gauss(0, 1))


def _fit(folder, *words):
    done = lemma("fit", "d", *words, "--json", folder=folder)
    check_status(done, 0)
    return json.loads(done.stdout)


def _refused(folder, words, *parts):
    done = lemma("fit", "d", *words, folder=folder)
    check_status(done, 2)
    check(done.stdout == "", done.stdout)
    check_has(done.stderr, *parts)


def a_planted_exponent_is_found(folder):
    _sweep(folder, WIDTHS)
    _plant(folder, lambda at: 3 * at["network.width"] ** 0.5)
    found = _fit(folder, *FLIPS, *WIDTH)
    exponent = found["exponents"][0]
    check(abs(exponent["exponent"] - 0.5) < 0.03, exponent)
    check(exponent["interval"][0] <= 0.5 <= exponent["interval"][1], exponent)
    check(abs(found["c"] - 3) < 0.3 and found["r2"] > 0.99, found)
    check([g["x"] for g in found["groups"]] == [[4], [8], [16], [32], [64], [128]], found)
    check(all(g["values"] == 3 and g["used"] == "yes" for g in found["groups"]), found)
    check(abs(found["range"]["decades"] - math.log10(32)) < 1e-12, found)
    text = lemma("fit", "d/sweep.h5", *FLIPS, *WIDTH, folder=folder)
    check_status(text, 0)
    check_has(text.stdout, "final, over 18 of 18 points", "network.width", "exponent    0.",
              "95 %:", "1.51 decades, all 6 different x", "dropped     nothing", "verdict     ")


def a_curved_law_is_no_power_law_and_a_straight_range_is_found(folder):
    _sweep(folder, WIDTHS)
    _plant(folder, lambda at: min(at["network.width"], 32) ** 1.0, noise=0.01)
    found = _fit(folder, *FLIPS, *WIDTH)
    check(found["curvature"]["verdict"] == "curved" and found["curvature"]["p"] < 0.05, found)
    text = lemma("fit", "d", *FLIPS, *WIDTH, folder=folder).stdout
    check_has(text, "not a power law: curved", "--range straight looks for a part that is")
    found = _fit(folder, *FLIPS, *WIDTH, "--range", "straight")
    check(found["range"]["left_out_above"] == 2 and found["range"]["to"] == 32, found["range"])
    check(abs(found["exponents"][0]["exponent"] - 1) < 0.03, found["exponents"])
    text = lemma("fit", "d", *FLIPS, *WIDTH, "--range", "straight", folder=folder).stdout
    check_has(text, "0 different x left out below, 2 above", "  left out\n")


def several_exponents_are_found_at_once(folder):
    _sweep(folder, GRID)
    _plant(folder, lambda at: 2 * at["network.width"] ** -0.5 * at["train.local_steps"] ** 1.5)
    found = _fit(folder, *FLIPS, *WIDTH, "--against", "train.local_steps")
    first, second = found["exponents"]
    check(abs(first["exponent"] + 0.5) < 0.05 and abs(second["exponent"] - 1.5) < 0.05, found)
    check(len(found["groups"]) == 9 and abs(found["c"] - 2) < 0.3, found)
    one = _fit(folder, *FLIPS, *WIDTH, "--where", "train.local_steps=2")
    check(abs(one["exponents"][0]["exponent"] + 0.5) < 0.05, one)
    check(one["points"]["elsewhere"] == 12 and len(one["groups"]) == 3, one)


def other_keys_must_be_held_named_or_pooled(folder):
    _sweep(folder, GRID)
    _refused(folder, [*FLIPS, *WIDTH, "--reduce", "max"],
             "train.local_steps varies too (1, 2, 3)", "--where train.local_steps=3",
             "--against train.local_steps", "--pool train.local_steps")
    pooled = _fit(folder, "--of", "loss/server", *WIDTH, "--pool", "train.local_steps")
    check([g["values"] for g in pooled["groups"]] == [6, 6, 6], pooled)


def a_key_of_a_zip_goes_along_and_is_told(folder):
    _sweep(folder, SMALL + "axes:\n  - zip:\n      train.local_steps: [1, 2, 4]\n"
           "      train.step_size: [0.4, 0.2, 0.1]\nseeds: 2\n")
    found = _fit(folder, "--of", "loss/server", "--against", "tau")
    check(found["along"] == "train.step_size", found)
    text = lemma("fit", "d", "--of", "loss/server", "--against", "tau", folder=folder).stdout
    check_has(text, "along       train.step_size")


def _series(folder, point):
    done = lemma("info", f"d/points/{point:04}.h5", "loss/server", folder=folder)
    rows = [line.split("\t") for line in done.stdout.strip().split("\n")]
    at = rows[0].index("round")
    return [(float(r[at]), float(r[-1])) for r in rows[1:]]


def _slope(rows):
    x = sum(r for r, _ in rows) / len(rows)
    y = sum(math.log(v) for _, v in rows) / len(rows)
    return (sum((r - x) * (math.log(v) - y) for r, v in rows) /
            sum((r - x) ** 2 for r, _ in rows))


def _numbers(row):
    """The largest number of a row, whatever its shape."""
    return max(map(_numbers, row)) if isinstance(row, list) else row


def rates_and_rounds_are_those_of_the_records(folder):
    _sweep(folder, WIDTHS.replace("seeds: 3", "seeds: [1]"))
    series = [_series(folder, i) for i in range(6)]
    rate = _fit(folder, "--of", "loss/server", "--reduce", "rate", *WIDTH)
    for group, rows in zip(rate["groups"], series):
        check(abs(group["mean"] + _slope(rows)) < 1e-12, group, rows)
    fraction = sorted(rows[3][1] / rows[0][1] for rows in series)[-2] * 1.0000001
    expected = [next((r for r, v in rows if v <= fraction * rows[0][1]), None)
                for rows in series]
    reached = _fit(folder, "--of", "loss/server", "--reduce",
                   f"rounds-to loss<={fraction!r}*initial", *WIDTH)
    check([round(g["mean"], 9) if g["mean"] else None for g in reached["groups"]] == expected,
          reached, expected)
    check(reached["points"]["not_finite"] == expected.count(None), reached)
    step = _fit(folder, *FLIPS, "--reduce", "first-step", *WIDTH)
    rows = json.loads(lemma("info", "d/points/0005.h5", FLIPS[1], "--json",
                            folder=folder).stdout)["rows"]
    most, found = _numbers(rows[1]), step["groups"][-1]["mean"]
    check(found is None if most == 0 else abs(found - most) < 1e-9, step, rows)


def diverged_points_are_dropped_and_told(folder):
    _sweep(folder, SMALL + "axes:\n  - train.step_size: [0.1, 0.2, 0.4, 1.0e+300]\nseeds: 2\n")
    words = ["--of", "loss/server", "--against", "eta"]
    found = _fit(folder, *words)
    check(found["points"]["diverged"] == 2 and len(found["groups"]) == 3, found)
    check_has(lemma("fit", "d", *words, folder=folder).stdout, "over 6 of 8 points",
              "dropped     2 diverged")


def points_beside_the_theory_are_dropped_and_told(folder):
    h5py = _h5py()
    _sweep(folder, SMALL + "axes:\n  - train.step_size: [1.0e-25, 0.1, 0.2, 0.4, 1.0e+9]\n"
           "seeds: 2\n")
    words = ["--of", "loss/server", "--against", "train.step_size", "--reduce", "max"]
    points = _fit(folder, *words)["points"]
    check((points["vanished"], points["grown"], points["diverged"]) == (2, 2, 0), points)
    check_has(lemma("fit", "d", *words, folder=folder).stdout, "over 6 of 10 points",
              "dropped     2 had updates that vanished in rounding, 2 had a loss that grew")
    lost = ["--of", "loss/server", "--against", "seed", "--where", "train.step_size=1e-25"]
    _refused(folder, lost, "no point is left", "2 had updates that vanished in rounding")
    _refused(folder, [*words[:1], "sweep/beside_theory", *words[2:4]], "expected a table")
    with h5py.File(folder / "d/sweep.h5", "r+") as file:  # as sweeps were before
        del file["run/sweep/beside_theory"]
    check(_fit(folder, *words)["points"]["vanished"] == 0)
    check_has(lemma("fit", "d", *words, folder=folder).stdout, "over 10 of 10 points")


def layers_are_chosen(folder):
    _sweep(folder, THREE.replace("depth: 1, preset: two-layer-relu", "depth: 3"))
    words = [*FLIPS, *WIDTH, "--reduce", "max"]
    _refused(folder, words, "has 3 layers", "--layer 1 to 3", "--layer largest")
    _refused(folder, [*words, "--layer", "4"], "--layer 4", "has 3")
    most = _fit(folder, *words, "--layer", "largest")
    single = [_fit(folder, *words, "--layer", str(i)) for i in (1, 2, 3)]
    check(most["groups"][-1]["mean"] >= max(s["groups"][-1]["mean"] for s in single) - 1e-9)


def a_record_holds_the_fit(folder):
    h5py = _h5py()
    _sweep(folder, GRID)
    _plant(folder, lambda at: 2 * at["network.width"] ** -0.5 * at["train.local_steps"] ** 1.5)
    two = [*FLIPS, *WIDTH, "--against", "train.local_steps"]
    one = [*FLIPS, *WIDTH, "--where", "train.local_steps=2"]
    told = _fit(folder, *two, "-o", "two.h5")
    with h5py.File(folder / "two.h5") as file:
        fit, exponents = file["run/fit"], file["run/exponents"]
        check(fit.attrs["NX_class"] == b"NXdata" and fit.attrs["signal"] == b"mean", fit.attrs)
        check(list(fit["network.width"][:]) == [g["x"][0] for g in told["groups"]])
        check(list(fit["train.local_steps"][:]) == [g["x"][1] for g in told["groups"]])
        check(list(fit["mean"][:]) == [g["mean"] for g in told["groups"]])
        check(list(fit["fit"][:]) == [g["fit"] for g in told["groups"]])
        check(list(fit["values"][:]) == [2] * 9 and list(fit["used"][:]) == [1] * 9)
        check(list(exponents["exponent"][:]) == [e["exponent"] for e in told["exponents"]])
        check(list(exponents["high"][:]) == [e["interval"][1] for e in told["exponents"]])
        check(fit.attrs["against"] == b"network.width\ntrain.local_steps\n", fit.attrs["against"])
        check(fit.attrs["lack_of_fit_p"] == told["lack_of_fit_p"] and "curvature_p" not in fit.attrs)
        check(file["run/status"][()] == b"complete" and b"depth: 1" in file["run/config"][()])
        for table in fit.values():
            check(table.attrs["long_name"] and "units" in table.attrs, table)
    told = _fit(folder, *one, "-o", "one.h5", "--level", "0.9")
    with h5py.File(folder / "one.h5") as file:
        fit = file["run/fit"]
        check(fit.attrs["axes"][0] == b"network.width", dict(fit.attrs))
        check(fit.attrs["of"] == FLIPS[1].encode() and fit.attrs["reduce"] == b"final")
        check(fit.attrs["where"] == b"train.local_steps=2\n" and not fit.attrs["pool"])
        check(fit.attrs["level"] == 0.9 and fit.attrs["elsewhere"] == 12, dict(fit.attrs))
        check(fit.attrs["curvature_p"] == told["curvature"]["p"], told)
        check(fit.attrs["verdict"].decode() == told["verdict"], told)
    check_has(lemma("info", "one.h5", folder=folder).stdout, "one.h5: a fit, lemma",
              "of        activation/flips_initial_max", "against   network.width", "verdict   ")
    _refused(folder, [*one, "-o", "one.h5"], "one.h5")
    check_status(lemma("fit", "d", *one, "-o", "one.h5", "--force", folder=folder), 0)
    check_status(lemma("fit", "d", *one, "-o", "no/such/folder.h5", folder=folder), 3)
    (folder / "link.h5").symlink_to("one.h5")
    check_status(lemma("fit", "d", *one, "-o", "link.h5", "--force", folder=folder), 0)
    check((folder / "link.h5").is_symlink(), "the link is gone")
    refuses_what_is_no_file("fit", "d", *one, "--force", "-o", folder=folder)


def means_off_the_line_are_told_in_words(folder):
    _sweep(folder, WIDTHS)
    bend = {4: 1, 8: 1.3, 16: 0.8, 32: 0.8, 64: 1.3, 128: 1}  # no curvature, yet no line
    _plant(folder, lambda at: at["network.width"] * bend[at["network.width"]], noise=0.01)
    found = _fit(folder, *FLIPS, *WIDTH)
    check(found["lack_of_fit_p"] < 0.05, found)
    text = lemma("fit", "d", *FLIPS, *WIDTH, folder=folder).stdout
    check_has(text, "  lack of fit the means are off the line by more than their seeds explain (p = ")
    _plant(folder, lambda at: at["network.width"] ** 0.5)
    text = lemma("fit", "d", *FLIPS, *WIDTH, folder=folder).stdout
    check("lack of fit" not in text, text)


def points_that_never_get_there_are_told(folder):
    _sweep(folder, WIDTHS)
    shares = []
    for i in range(18):
        rows = _series(folder, i)
        shares.append(rows[-1][1] / rows[0][1])
    fraction = sorted(shares)[11] * 1.0000001  # twelve get there
    words = ["--of", "loss/server", "--reduce", f"rounds-to<={fraction!r}", *WIDTH]
    found = _fit(folder, *words)
    check(found["points"]["never_reached"] == 6, found["points"])
    check_has(lemma("fit", "d", *words, folder=folder).stdout, "6 never got there",
              "  never       6 of 18 points did not get to ", "the fit is of those that did")


def unknown_names_are_answered_with_the_nearest(folder):
    _sweep(folder, THREE)
    _refused(folder, ["--of", "loss/servr", *WIDTH], 'did you mean "loss/server"?')
    _refused(folder, ["--of", "server", *WIDTH], "expected a table of this sweep", "loss/server")
    _refused(folder, ["--of", "loss/servr", "--reduce", "rate", *WIDTH],
             'did you mean "loss/server"?')
    _refused(folder, [*FLIPS, "--against", "network.widht"], "constant of its runs (m, L,",
             'did you mean "network.width"?')
    _refused(folder, [*FLIPS, "--against", "seed"], "seeds are replicates")
    _refused(folder, [*FLIPS, "--against", "K"], "network.width varies too")
    _refused(folder, [*FLIPS, "--against", "K", "--pool", "network.width"],
             "two different x at least")
    _refused(folder, [*FLIPS, *WIDTH, *WIDTH], "named twice")
    _refused(folder, [*FLIPS, *WIDTH, "--where", "network.width=5"], "is one of 4, 8, 16")
    _refused(folder, [*FLIPS, *WIDTH, "--where", "seed"], "expected KEY=VALUE")
    _refused(folder, [*FLIPS, *WIDTH, "--pool", "seeed"], 'did you mean "seed"?')
    _refused(folder, ["--of", "loss/server", *WIDTH, "--reduce", "rounds-to<=1e-9"],
             "none of 6 points brings loss/server to 1e-09 of its first value")
    _refused(folder, [*FLIPS, *WIDTH, "--reduce", "fnal"], 'did you mean "final"?')


def usage_is_explained(folder):
    for words, part in (([], "name a sweep"), (["a", "b"], "one sweep at a time"),
                        (["a"], "name a table with --of"),
                        (["a", "--of", "loss/server"], "name a key with --against"),
                        (["a", "--range", "strait"], 'did you mean "straight"?'),
                        (["a", "--layer", "0"], "--layer"), (["a", "--level", "1"], "--level"),
                        (["a", "--of", "b", *WIDTH, "--against", "x", "--range", "straight"],
                         "one --against alone")):
        done = lemma("fit", *words, folder=folder)
        check_status(done, 2)
        check_has(done.stderr, part)
    _refused(folder, [*FLIPS, *WIDTH], "No such file")


run_tests(globals())
