"""The Gram matrix against PyTorch, in turns: bench_torch_gram.py GRAM_STATION.

The same weights and inputs; passes are part of the time. Matrices are compared by their
trace, norm and a sum with waves.
"""

import importlib.util
import os
import sys
import tempfile

from drive import Program, ratio, take_turns, verdict

HERE = os.path.dirname(os.path.abspath(__file__))
N, M, L, D_X = 512, 1024, 3, 784
NEEDED = 18e9  # bytes, for the gradients of all samples


def available():
    with open("/proc/meminfo", encoding="ascii") as f:
        return next(1024 * int(line.split()[1]) for line in f if line.startswith("MemAvail"))


def compare(lemma, other):
    worst = max(abs(a[name] - b[name]) / abs(a["norm"])
                for a, b in zip(lemma.sums, other.sums) for name in a)
    print(f"  {'matrices apart (sums, relative to the norm)':<44} {worst:7.0e}   "
          f"{'the same work' if worst < 1e-10 else 'NOT THE SAME WORK'}")


def main():
    if importlib.util.find_spec("torch") is None:
        print("skipped: there is no torch for this python (Debian: python3-torch)")
        sys.exit(77)
    versions = [("structured", 1, 15), ("functorch", 100, 2)]
    if available() < NEEDED:
        print(f"  functorch is left out: its gradients need {NEEDED / 1e9:.0f} GB")
        versions.pop()
    with tempfile.TemporaryDirectory(prefix="lemma-bench-") as folder:
        problem = os.path.join(folder, "problem")
        # Spinning threads of one program would cost the other, and threads that wake for a
        # twentieth of a second may find themselves on one core: both are faster so.
        sleep = {"OMP_WAIT_POLICY": "passive", "OMP_PROC_BIND": "true"}
        lemma = Program("lemma", [sys.argv[1], N, M, L, D_X, problem], sleep)
        env = {"OPENBLAS_CORETYPE": lemma.ready[1], "OPENBLAS_NUM_THREADS": "2", **sleep}
        print(f"N={N} m={M} L={L} d_x={D_X} d=1, BLAS kernel {lemma.ready[1]}", flush=True)
        for version, target, turns in versions:
            other = Program(f"torch, {version}",
                            [sys.executable, os.path.join(HERE, "torch_gram.py"), version,
                             problem], env)
            lemma.seconds, lemma.losses, lemma.sums = [], [], []
            take_turns([lemma, other], turns)
            print(f"  {'lemma':<44} {lemma.median():8.4f} s   {lemma.peak / 1e9:.2f} GB")
            print(f"  {other.name:<44} {other.median():8.4f} s   {other.peak / 1e9:.2f} GB")
            verdict(other.name + " / lemma", ratio(other, lemma), target, True)
            compare(lemma, other)
            other.stop()
        lemma.stop()


if __name__ == "__main__":
    main()
