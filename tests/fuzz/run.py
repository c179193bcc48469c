"""Runs one libFuzzer target for some time and says how many inputs it tried.

HDF5 itself dies of some damaged files (crash.c tells, status 9): the input is kept, the
target is started again. Whatever else ends it is a finding, and fails.
"""
import argparse
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time

HDF5_DIED = 9
# Bytes that one allocation may take: the stated limit of README.md.
MALLOC_MB = 64
SAMPLE = 30


def arguments():
    p = argparse.ArgumentParser(description=__doc__)
    p.add_argument("target")
    p.add_argument("corpus")
    p.add_argument("--seconds", type=float, default=60)
    p.add_argument("--runs", type=int, help="start anew after so many inputs (HDF5 leaks)")
    p.add_argument("--work", help="folder that keeps new inputs and findings")
    p.add_argument("--max-len", type=int, default=1024)
    p.add_argument("--leaks", action="store_true", help="look for leaks too")
    p.add_argument("--go-on", action="store_true", help="after findings too")
    return p.parse_args()


def sample(work):
    """A folder with some of what was kept: a start would else try all of it."""
    folder = tempfile.mkdtemp(prefix="lemma-fuzz-")
    kept = os.listdir(work + "/corpus")
    for name in random.sample(kept, min(SAMPLE, len(kept))):
        shutil.copy(f"{work}/corpus/{name}", folder)
    return folder


def run_once(a, work, seconds, seed):
    """(status, what it printed, inputs)"""
    folder = sample(work)
    env = dict(os.environ, OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1", FUZZ_HDF5_DIR=work + "/hdf5",
               ASAN_OPTIONS="allocator_may_return_null=1:handle_abort=2:quarantine_size_mb=1"
                                  ":thread_local_quarantine_size_kb=16:malloc_context_size=3:allocator_release_to_os_interval_ms=-1",
               UBSAN_OPTIONS="print_stacktrace=1")
    if not a.leaks:  # HDF5 keeps lists of its own
        env["ASAN_OPTIONS"] += ":detect_leaks=0"
    command = [a.target, folder, a.corpus, f"-max_total_time={max(1, int(seconds))}", f"-seed={seed}",
               f"-malloc_limit_mb={MALLOC_MB}", "-rss_limit_mb=3000", "-timeout=20", "-print_final_stats=1",
               f"-artifact_prefix={work}/found/", f"-max_len={a.max_len}"]
    if a.runs:
        command.append(f"-runs={a.runs}")
    log = subprocess.run(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace")
    for name in os.listdir(folder):
        shutil.copy(f"{folder}/{name}", f"{work}/corpus/{name}")
    shutil.rmtree(folder)
    counts = re.findall(r"stat::number_of_executed_units: (\d+)|hdf5 died after (\d+) inputs", log.stdout)
    return log.returncode, log.stdout, sum(int(x or y) for x, y in counts[-1:])


def main():
    a = arguments()
    work = a.work or tempfile.mkdtemp(prefix="lemma-fuzz-")
    for name in ("corpus", "found", "hdf5", "logs"):
        os.makedirs(f"{work}/{name}", exist_ok=True)
    end = time.monotonic() + a.seconds
    inputs = died = found = starts = 0
    while time.monotonic() < end - 1 or starts == 0:
        starts += 1
        status, log, count = run_once(a, work, end - time.monotonic(), time.time_ns() % 2**31)
        inputs += count
        if status == HDF5_DIED:
            died += 1
        elif status:
            found += 1
            with open(f"{work}/logs/{time.time_ns()}", "w", encoding="utf8") as f:
                f.write(log)
            if not a.go_on:
                print(log[-6000:])
                break
        if a.work:
            with open(f"{work}/counts", "a", encoding="utf8") as f:
                f.write(f"{time.strftime('%H:%M:%S')} {os.path.basename(a.target)} inputs {count} status {status}\n")
    print(f"{os.path.basename(a.target)}: {inputs} inputs, {starts} starts, {died} deaths of HDF5, {found} findings")
    if not a.work:
        shutil.rmtree(work)
    return 1 if found else 0


sys.exit(main())
