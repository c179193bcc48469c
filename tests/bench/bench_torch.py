"""The same work in PyTorch, in turns with lemma: bench_torch.py STATION train|watch.

All programs start from the same weights, V and data, and the losses of every round are
compared; with `watch` so are the sums of the tables.
"""

import importlib.util
import os
import sys
import tempfile

from drive import Program, ratio, size_text, take_turns, verdict

HERE = os.path.dirname(os.path.abspath(__file__))
WATCH = ["probes.gradient_gap.every=1 steps", "probes.activation.every=1 steps",
         "probes.deviation.every=1 steps"]
# Size, settings of lemma, programs with (target, turns).
CASES = {
    "train": ((16, 16, 4096, 3, 784, 1, 8), [],
              [("expert", "train", 2.5), ("expert", "rounds", 2.5), ("fluent", "train", 10),
               ("fluent", "rounds", 10)], 1),
    "watch": ((8, 32, 2048, 3, 784, 1, 10), WATCH,
              [("expert", "watch", 3), ("expert", "watch-gram", None), ("fluent", "watch", 8)],
              2),
}


def apart(a, b):
    return abs(a - b) / max(abs(a), abs(b), 1e-300)


def compare(lemma, other):
    """The losses of all rounds both took, and every sum both told."""
    worst = max(apart(a, b) for a, b in zip(lemma.losses, other.losses))
    print(f"  {'losses apart (relative)':<44} {worst:7.0e}   "
          f"{'the same work' if worst < 1e-8 else 'NOT THE SAME WORK'}")
    for name in sorted(set(lemma.sums[0]) & set(other.sums[0])):
        worst = max(apart(a[name], b[name]) for a, b in zip(lemma.sums, other.sums))
        if not worst < 1e-6:
            print(f"  {name:<44} {worst:7.0e}   apart")


def main():
    station, case = sys.argv[1:3]
    if importlib.util.find_spec("torch") is None:
        print("skipped: there is no torch for this python (Debian: python3-torch)")
        sys.exit(77)
    size, settings, versions, turns = CASES[case]
    with tempfile.TemporaryDirectory(prefix="lemma-bench-") as folder:
        dump = os.path.join(folder, "problem")
        lemma = Program("lemma", [station, *size, "--dump", dump, *settings])
        env = {"OPENBLAS_CORETYPE": lemma.ready[1], "OPENBLAS_NUM_THREADS": "2"}
        others = [
            Program(f"torch, {style}'s {version}",
                    [sys.executable, os.path.join(HERE, f"torch_{style}.py"), version, dump],
                    env)
            for style, version, _ in versions
        ]
    print(f"{size_text(size)}, BLAS kernel {lemma.ready[1]}, torch {others[0].ready[2]}",
          flush=True)
    take_turns([lemma, *others], turns)
    print(f"  {'lemma':<44} {lemma.median():7.2f} s a round")
    for other, (_, _, target) in zip(others, versions):
        print(f"  {other.name:<44} {other.median():7.2f} s a round")
        if target is None:
            print(f"  {other.name + ' / lemma':<44} {ratio(other, lemma):7.2f}")
        else:
            verdict(other.name + " / lemma", ratio(other, lemma), target, True)
        compare(lemma, other)
    for program in [lemma, *others]:
        program.stop()


if __name__ == "__main__":
    main()
