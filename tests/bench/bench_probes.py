"""What watching costs: rounds with probes at every step against bare rounds, in turns.

    bench_probes.py STATION
"""

import sys

from drive import Program, ratio, size_text, take_turns, verdict

SMALL = ["probes.activation.every=1 steps", "probes.activation.average=false",
         "probes.local_loss.every=1 steps", "probes.local_loss.average=false"]
GAP = ["probes.gradient_gap.every=1 steps"]
ALL = GAP + ["probes.activation.every=1 steps", "probes.deviation.every=1 steps"]


def measure(station, size, watched, turns):
    """watched: (name, settings, limit, unit); the cost in % of a bare step, or in steps."""
    print(size_text(size), flush=True)
    bare = Program("bare", [station, *size])
    programs = [Program(name, [station, *size, *settings]) for name, settings, _, _ in watched]
    take_turns([bare, *programs], turns)
    print(f"  {'bare':<44} {bare.median() / size[-1]:7.3f} s a step")
    for program, (name, _, limit, unit) in zip(programs, watched):
        print(f"  {name:<44} {program.median() / size[-1]:7.3f} s a step")
        cost = ratio(program, bare)
        if program.losses != bare.losses:
            print("  watching changed the run: losses differ")
        if limit is None:
            print(f"  {'with / bare':<44} {cost:7.2f}")
        elif unit == "%":
            verdict("cost", 100 * (cost - 1), limit, False, unit)
        else:
            verdict("with / bare", cost, limit, False)
    for program in [bare, *programs]:
        program.stop()


GRAM = ["probes.gram.every=1 rounds", "probes.gram.spectrum=full"]


def main():
    station = sys.argv[1]
    small = ("activation from initial and previous, local_loss", SMALL, 5, "%")
    gap = ("gradient_gap", GAP, 1.8, "")
    measure(station, (16, 16, 4096, 3, 784, 1, 8), [small, gap], 3)
    measure(station, (16, 16, 4096, 3, 784, 10, 2), [gap], 3)
    measure(station, (8, 32, 2048, 3, 784, 1, 10),
            [gap, ("gradient_gap, activation, deviation", ALL, None, "")], 3)
    measure(station, (8, 64, 1024, 3, 784, 1, 10), [("gram every round", GRAM, 30, "%")], 5)


if __name__ == "__main__":
    main()
