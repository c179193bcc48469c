"""lemma check SWEEP: every quantity and exponent of claims of kind rate, worked out anew."""

import json
import math

from cli import check, check_has, check_status, lemma, run_tests
from sweeps import base, check_two, claim, judge, modules, sweep

EVERYTHING = ("{loss: {}, activation: {}, gradient_gap: {}, deviation: {}, distance: {}, "
              "gradient: {}, gram: {layers: true}, lazy: {}, asymmetric_gram: {}, remainder: {}, "
              "noise: {}, local_loss: {}}")


def _names():
    return [c["name"] for c in json.loads(lemma("list", "rates", "--json").stdout)]


def _check_numbers(folder, deep, names=None):
    """Claims' numbers at every point against the formula at the record's W(0) and data."""
    h5py, _, local_gd = modules()
    got = {name: claim(folder, name)[1] for name in names or _names()}
    check(not got.pop("scaling_accuracy", None), "a series has no number")
    for record in next(iter(got.values())):
        with h5py.File(folder / record) as file:
            run = local_gd.Run(file["run"]).train()
        expected = local_gd.quantities(run, deep)
        check(names or set(expected) == set(got), set(expected) ^ set(got))
        for name, values in got.items():
            a, b = values[record], expected[name]
            check(a == b or abs(a - b) <= 1e-11 * abs(b), record, name, a, "instead of", b)


def every_quantity_of_two_layer_nets_is_the_theorys(folder):
    sweep(folder, base(train="local_steps: 3, rounds: 60, step_rule: raw, step_size: 1",
                         probes=EVERYTHING, record="all") +
           "  - network.width: [16, 256]\nseeds: 2\n")
    _check_numbers(folder, deep=False)


def every_quantity_of_deep_nets_is_the_theorys(folder):
    sweep(folder, base("samples: 8, dimension: 6, targets: {kind: gaussian, outputs: 2}", 2,
                         "depth: 2", "local_steps: 3, rounds: 4", EVERYTHING, "all") +
           "  - network.width: [32, 96]\nseeds: 2\n")
    _check_numbers(folder, deep=True)


def clients_of_unequal_size_count_by_their_samples(folder):
    sweep(folder, base("samples: 13, dimension: 8", 3, probes=EVERYTHING, record="all") +
           "  - network.width: [16, 32]\nseeds: 1\n")
    _check_numbers(folder, False, [f"scaling_{name}" for name in (
        "speed", "deviation", "lipschitz_gap", "pattern_gap", "linearisation", "semi_smooth")])


def noise_is_that_of_the_theory_for_every_batch(folder):
    h5py, _, local_gd = modules()
    sweep(folder, base("samples: 64, dimension: 8", 2, train="local_steps: 1, rounds: 1, "
                         "step_rule: raw, step_size: 1, sampling: replacement",
                         network="preset: two-layer-relu, depth: 1, width: 16",
                         probes="{loss: {}, noise: {}, local_loss: {}}", record="all") +
           "  - train.batch: [1, 4, 32]\nseeds: 5\n")
    laws, values = claim(folder, "scaling_noise")
    for record, value in values.items():
        with h5py.File(folder / record) as file:
            run = local_gd.Run(file["run"])
            expected = local_gd.noise_at_start(run, int(file["run/train"].attrs["batch"]))
        check(abs(value - expected) <= 1e-11 * expected, record, value, expected)
    law = laws["<= batch^(-1), margin 0.05"]
    check(law["verdict"] == "holds" and abs(law["measured"] + 1) < 1e-9, law)
    check(laws["<= m^(0), margin 0.05, two layers"]["reason"] == "the sweep does not change m",
          laws)


def the_limits_eigenvalue_falls_with_the_closest_pair(folder):
    h5py, _, local_gd = modules()
    sweep(folder, base("samples: 5, dimension: 10, separation: 0.7", 1,
                         "preset: two-layer-relu, depth: 1, width: 8",
                         "local_steps: 1, rounds: 1", record="all") +
           "  - data.closest_pair: [0.0125, 0.05, 0.2, 0.6]\nseeds: 5\n")
    laws, values = claim(folder, "scaling_least_eigenvalue")
    for record, value in values.items():
        with h5py.File(folder / record) as file:
            expected = local_gd.least_eigenvalue(local_gd.Run(file["run"]), False)
        check(abs(value - expected) <= 1e-11 * expected, record, value, expected)
    for law in laws.values():
        check(law["decades"] > 1.6 and law["verdict"] != "not applicable", law)
        check(0.8 < law["measured"] < 1.2 and law["groups"] == 4, law)


def with_two_widths_the_exponent_is_that_of_the_seeds(folder):
    sweep(folder, base(probes="{loss: {}, deviation: {}}") +
           "  - network.width: [8, 256]\nseeds: 5\n")
    laws, values = claim(folder, "scaling_deviation")
    v = [values[k] for k in sorted(values)]
    law = laws["<= m^(0), margin 0.05, two layers"]
    check_two(law, v[:5], v[5:], 32)
    check(law["groups"] == 2 and law["values"] == 10 and law["seeds"] == 5, law)
    done = lemma("check", "d", "--claim", "scaling_deviation", "--explain", folder=folder)
    check_status(done, 0)
    check_has(done.stdout, "verdict", "<= m^(0), margin 0.05, two layers", "sqrt V",
              "deviation/at_averaging", "10 values, 2 m over 1.51 decades", "theory 3(f) (derived)")
    check("the sweep does not change tau" not in done.stdout, done.stdout)


def what_a_law_divides_by_is_divided_by(folder):
    sweep(folder, base("samples: 128, dimension: 8", train="local_steps: 3, rounds: 1",
                         network="preset: two-layer-relu, depth: 1, width: 16",
                         probes="{loss: {}, gradient_gap: {}, deviation: {}}") +
           "  - partition.clients: [2, 64]\nseeds: 5\n")
    for name, statement, power in (
            ("scaling_lipschitz_gap", "<= (K-1)^(1) K^(1/2), margin 0.05", 0.5),
            ("scaling_deviation", "<= (K-1)^(1/2), margin 0.05", 0)):
        laws, values = claim(folder, name)
        v = [values[k] for k in sorted(values)]
        check_two(laws[statement], [x / 2 ** power for x in v[:5]],
                   [x / 64 ** power for x in v[5:]], 63)
        check(abs(laws[statement]["decades"] - math.log10(63)) < 1e-6, laws)


def exponents_are_those_of_lemma_fit(folder):
    sweep(folder, base(train="local_steps: 3, rounds: 9, step_rule: raw, step_size: 1",
                         probes="{loss: {}, lazy: {}}") +
           "  - network.width: [8, 16, 64, 256]\nseeds: 5\n")
    for name, of, how, statement in (
            ("scaling_linearisation", "lazy/error", "max", "<= m^(-1/2), margin 0.05, two layers"),
            ("scaling_speed", "loss/server", "rate", ">= m^(0), margin 0.05, two layers")):
        law = claim(folder, name)[0][statement]
        done = lemma("fit", "d", "--of", of, "--reduce", how, "--against", "m", "--json",
                     folder=folder)
        check_status(done, 0)
        fit = json.loads(done.stdout)["exponents"][0]
        check(abs(law["measured"] - fit["exponent"]) <= 1e-10, law, fit)
        if law["curvature_p"] > 0.2:
            check(abs(law["low"] - fit["interval"][0]) <= 1e-9, law, fit)


def rounds_to_an_accuracy_lie_on_the_records_line(folder):
    h5py, numpy, _ = modules()
    sweep(folder, base(train="local_steps: 3, rounds: 400, step_rule: raw, step_size: 1") +
           "  - network.width: [256]\nseeds: [1]\n")
    law = judge(folder, "--claim", "scaling_accuracy")["laws"][0]
    with h5py.File(folder / "d/points/0000.h5") as file:
        log_loss = numpy.log(file["run/loss/server"][()])
    log_loss -= log_loss[0]

    def reached(goal):
        t = int(numpy.argmax(log_loss <= goal))
        return t - 1 + (log_loss[t - 1] - goal) / (log_loss[t - 1] - log_loss[t])

    u = [x for x in (0.125 * 2 ** (k / 2) for k in range(32))
         if math.log(0.05) - x >= log_loss.min()]
    y = [reached(math.log(0.05) - x) - reached(math.log(0.05)) for x in u]
    check(len(u) >= 8 and law["values"] == len(u), u, law)
    slope = numpy.polyfit(numpy.log(u), numpy.log(y), 1)[0]
    check(abs(law["measured"] - slope) <= 1e-6, law, slope)  # x to six digits
    check(law["verdict"] == "undecided" and "1 seeds at one" in law["reason"], law)


run_tests(globals())
