"""A run with every probe, watched from outside: its memory stays flat, its file is within what was predicted.

    soak.py LEMMA [--minutes 60 | --rounds 400] [--json FILE] [KEY=VALUE ...]

Without --rounds the run is asked to end (SIGTERM) after the minutes. Memory is the private
part of what is resident (/proc/PID/smaps_rollup): pages of the file that the kernel keeps are
not the process's. It is flat where its median in every later window is within 2 % of that
of the first, which begins after --settle rounds. Exit status 1 where one of the two fails.
"""

import argparse
import json
import os
import pathlib
import re
import signal
import statistics
import subprocess
import sys
import tempfile
import time

EXPERIMENT = pathlib.Path(__file__).with_name("soak.yaml")
FLAT = 0.02        # of the first window's median
SIZE = 0.03        # above the predicted most
MANY_ROUNDS = 100_000_000
INTERRUPTED = 3    # lemma's exit status
ENVIRONMENT = {**os.environ, "OMP_NUM_THREADS": "1", "LEMMA_KEEP_BLAS_CORE": "1"}


def memory(pid):
    """Bytes resident; None where the process is gone. (What is private of it depends on who
    else maps the same libraries.)"""
    try:
        text = pathlib.Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    except OSError:
        return None
    found = re.search(r"^VmRSS:\s+(\d+) kB", text, re.M)
    return 1024 * int(found[1]) if found else None


def command(args, rounds, output):
    words = [args.lemma, "run", str(EXPERIMENT), "-o", str(output), "--force", "--quiet",
             "--set", f"train.rounds={rounds}"]
    for setting in args.settings:
        words += ["--set", setting]
    return words


def watch(args, rounds, output):
    """Runs to the end, or for the minutes: [(seconds, bytes)], one a period; seconds in all."""
    samples, begin, asked = [], time.monotonic(), False
    with subprocess.Popen(command(args, rounds, output), env=ENVIRONMENT) as run:
        while run.poll() is None:
            time.sleep(args.period)
            now, seconds = memory(run.pid), time.monotonic() - begin
            if now:
                samples.append((seconds, now))
            if not args.rounds and not asked and seconds > 60 * args.minutes:
                run.send_signal(signal.SIGTERM)
                asked = True
    if run.returncode != (INTERRUPTED if asked else 0):
        sys.exit(f"soak: lemma ended with status {run.returncode}")
    return samples, time.monotonic() - begin


def rounds_done(args, output):
    told = subprocess.run([args.lemma, "info", "--json", str(output)], text=True,
                          stdout=subprocess.PIPE, check=True)
    told = json.loads(told.stdout)
    return told["committed"] // told["tau"]


def windows(samples, settle, count):
    """Medians of `count` windows of the samples behind a share `settle` of them."""
    sizes = [size for _, size in samples[int(settle * len(samples)):-1]]
    each = len(sizes) // count
    return [statistics.median(sizes[i * each:(i + 1) * each]) for i in range(count)] if each else []


def predicted(args, rounds, output):
    """What `lemma run --estimate` says of the record's bytes: likely, at most."""
    done = subprocess.run([*command(args, rounds, output), "--estimate", "--json"], text=True,
                          env=ENVIRONMENT, stdout=subprocess.PIPE, check=False)
    if done.returncode != 0:
        return None
    record = json.loads(done.stdout)["record"]
    return record["likely"], record["most"]


def soak(args, folder):
    output = pathlib.Path(folder) / "soak.h5"
    samples, seconds = watch(args, args.rounds or MANY_ROUNDS, output)
    rounds = rounds_done(args, output)
    size = output.stat().st_size
    medians = windows(samples, args.settle, args.windows)
    drift = max(abs(m / medians[0] - 1) for m in medians) if len(medians) > 1 else None
    says = predicted(args, rounds, output)
    print(f"{rounds} rounds, {seconds:.0f} s, {len(samples)} looks at memory")
    print("resident memory, MB: " + " ".join(f"{m / 1e6:.2f}" for m in medians[::max(1, len(medians) // 20)]))
    flat = drift is not None and drift <= FLAT
    print(f"farthest from the first window: {drift if drift is None else f'{100 * drift:.2f} %'}"
          f" (2 % allowed): {'flat' if flat else 'NOT FLAT'}")
    fits = says is not None and says[0] * 0.5 <= size <= says[1] * (1 + SIZE)
    print(f"file: {size} bytes, predicted: {says} likely, at most:"
          f" {'as predicted' if fits else 'NOT AS PREDICTED'}")
    if args.json:
        pathlib.Path(args.json).write_text(json.dumps({
            "rounds": rounds, "seconds": seconds, "samples": samples, "size": size,
            "predicted": says, "drift": drift}), encoding="ascii")
    return flat and fits


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("lemma")
    parser.add_argument("settings", nargs="*")
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--rounds", type=int)
    parser.add_argument("--period", type=float, default=1)
    parser.add_argument("--settle", type=float, default=0.02)
    parser.add_argument("--windows", type=int, default=50)
    parser.add_argument("--json")
    parser.add_argument("--folder")
    args = parser.parse_intermixed_args()
    args.lemma = os.path.abspath(args.lemma)
    with tempfile.TemporaryDirectory(prefix="lemma-soak-", dir=args.folder) as folder:
        sys.exit(0 if soak(args, folder) else 1)


if __name__ == "__main__":
    main()
