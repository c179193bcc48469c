"""Times several programs in turns: each takes one round while the others wait.

Every program speaks bench_station's protocol (see bench_station.c): "ready ..." once, then
"SECONDS LOSS PEAK [NAME=SUM ...]" per line it is sent.
"""

import os
import statistics
import subprocess
import sys


class Program:
    def __init__(self, name, command, env=None):
        self.name, self.seconds, self.losses, self.sums = name, [], [], []
        self.peak = 0
        self.process = subprocess.Popen(
            [str(word) for word in command], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            text=True, env={**os.environ, **(env or {})},
        )
        self.ready = self.answer()

    def answer(self):
        line = self.process.stdout.readline().split()
        if not line:
            sys.exit(f"{self.name} stopped: status {self.process.wait()}")
        return line

    def round(self):
        self.process.stdin.write("go\n")
        self.process.stdin.flush()
        seconds, loss, peak, *sums = self.answer()
        self.seconds.append(float(seconds))
        self.losses.append(float(loss))
        self.sums.append({k: float(v) for k, v in (s.split("=") for s in sums)})
        self.peak = float(peak)

    def stop(self):
        """Without its input it ends; what it was doing is of no use any more."""
        self.process.terminate()
        self.process.communicate()

    def median(self):
        return statistics.median(self.seconds[1:])


def take_turns(programs, turns):
    """The first turn warms up and does not count."""
    for _ in range(turns + 1):
        for program in programs:
            program.round()


def ratio(a, b):
    """Median over turns of a's seconds / b's: neighbours in time see the same machine."""
    return statistics.median(x / y for x, y in zip(a.seconds[1:], b.seconds[1:]))


def verdict(what, value, target, at_least, unit=""):
    good = value >= target if at_least else value <= target
    print(f"  {what:<44} {value:7.2f}{unit}   target {'>=' if at_least else '<='} "
          f"{target:g}{unit}: {'ok' if good else 'below' if at_least else 'above'}", flush=True)


def size_text(size):
    names = ("K", "n", "m", "L", "d_x", "d", "tau")
    return " ".join(f"{name}={value}" for name, value in zip(names, size))
