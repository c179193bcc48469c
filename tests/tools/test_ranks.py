"""Several processes share a run: the same record, clear refusals, no hang.

Arguments after the binary: "mpi" or "alone", as it was built; mpirun's path or "".
"""

import json
import os
import pathlib
import platform
import resource
import signal
import subprocess
import sys

from cli import (LEMMA, MPI_ENVIRONMENT, Skip, TINY, check, check_has, check_status, lemma,
                 run_tests)

try:
    import h5py
except ImportError:
    h5py = None

NOT_HERE = "there is no mpirun, or lemma was built without MPI"
HAS_MPI = sys.argv[2] == "mpi"
MPIRUN = sys.argv[3] if HAS_MPI else ""
PROBES = ["--observe", "full", "--set", "probes.gram={}", "--set", "probes.lazy={}", "--set",
          "probes.asymmetric_gram={}", "--set", "probes.remainder={}", "--set",
          "probes.residual={}", "--set", "probes.preactivation={}", "--set",
          "probes.ensemble={}", "--set", "probes.noise={}"]
FULL, BATCHES = [], ["--set", "train.batch=5", "--set", "record.batches=true"]


def _mpirun(ranks, *words, folder, environment=None):
    if not MPIRUN:
        raise Skip(NOT_HERE)
    return subprocess.run([MPIRUN, "-n", str(ranks), LEMMA, *map(str, words)], cwd=folder,
                          text=True, timeout=200, capture_output=True, check=False,
                          env={**MPI_ENVIRONMENT, **(environment or {})})


def _points(folder, classes=3):
    """51 points on a circle in 3 classes of 30, 14 and 7: uneven clients by label."""
    lines = ["a,b,class"]
    for i in range(51):
        lines.append(f"{(i * 37 % 51 - 25) / 8},{(i * 11 % 51 - 20) / 8},"
                     f"{0 if i < 30 else 1 if i < 44 else classes - 1}")
    (folder / "points.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return ["--set", "data.kind=csv", "--set", "data.path=points.csv", "--set",
            "data.samples=0", "--set", "network.width=24", "--set", "train.rounds=2", "--set", "train.local_steps=2"]


def _datasets(path):
    """Everything in a record but times and where it comes from."""
    found = {}

    def keep(name, item):
        if isinstance(item, h5py.Dataset) and "/provenance/" not in name and \
                name.rsplit("/", 1)[-1] not in ("start_time", "end_time"):
            found[name] = (item.dtype.str, item.shape, item[()].tobytes()
                           if item.shape or item.dtype.kind != "O" else item[()])

    with h5py.File(path) as file:
        file.visititems(keep)
        found["ranks"] = int(file["run/provenance/ranks"][()])
    return found


def _check_same(folder, words, ranks=(1, 2, 3, 4)):
    if not MPIRUN:
        raise Skip(NOT_HERE)
    check_status(lemma("run", *words, "-q", "-o", "alone.h5", folder=folder), 0)
    for size in ranks:
        name = f"{size}.h5"
        check_status(_mpirun(size, "run", *words, "-q", "-o", name, folder=folder), 0)
        done = lemma("compare", "alone.h5", name, folder=folder)
        check_status(done, 0)
        check_has(done.stdout, " 0 close, 0 ignored, 0 different")
        if h5py:
            alone, shared = _datasets(folder / "alone.h5"), _datasets(folder / name)
            check((alone.pop("ranks"), shared.pop("ranks")) == (1, size))
            check(len(alone) > 30 and alone.keys() == shared.keys(), alone.keys())
            for key, value in alone.items():
                check(shared[key] == value, key, "differs with", size, "ranks")


def factored_models_leave_the_same_bytes(folder):
    for batch in (FULL, BATCHES):
        _check_same(folder, [*TINY, *PROBES, *batch, "--set", "data.samples=33", "--set",
                             "train.local_models=factored"])
        for file in folder.glob("*.h5"):
            file.unlink()


def dense_models_leave_the_same_bytes(folder):
    for batch in (FULL, BATCHES):
        _check_same(folder, [*TINY, *PROBES, *batch, "--set", "data.samples=33", "--set",
                             "train.local_models=dense"])
        for file in folder.glob("*.h5"):
            file.unlink()


def uneven_clients_and_several_outputs_leave_the_same_bytes(folder):
    words = [*_points(folder), *PROBES]
    for more in (["data.targets.kind=one-hot", "partition.kind=dirichlet",
                  "partition.alpha=0.5", "partition.clients=4"],
                 ["data.targets.kind=one-hot", "partition.kind=label",
                  "partition.clients=3", "train.batch=4"]):
        sets = [word for setting in more for word in ("--set", setting)]
        _check_same(folder, [*words, *sets], (2, 3))
        for file in folder.glob("*.h5"):
            file.unlink()


def tiles_that_clients_share_leave_the_same_bytes(folder):
    _check_same(folder, ["--set", "data.samples=301", "--set", "data.dimension=8", "--set",
                         "network.width=270", "--set", "train.rounds=2", "--set",
                         "train.local_steps=2", "--set", "partition.clients=5", "--set",
                         "probes.gram.kernel=full", "--set", "probes.gram.layers=true"], (2, 3))


def more_ranks_than_clients_are_refused_once(folder):
    done = _mpirun(5, "run", *TINY, folder=folder)
    check_status(done, 2)
    check_has(done.stderr, "partition.clients=4: expected a client at least for each rank, "
              "got 5 ranks for 4 clients; use at most 4")
    check(done.stderr.count("lemma run:") == 1, done.stderr)
    check(os.listdir(folder) == [], os.listdir(folder))


def one_rank_talks(folder):
    done = _mpirun(3, "run", *TINY, "--json", folder=folder)
    check_status(done, 0)
    check("loss" in json.dumps(json.loads(done.stdout)), done.stdout)
    lines = [line for line in done.stderr.splitlines() if line.startswith("round ")]
    check(lines and len(lines) == len(set(lines)), done.stderr)
    (folder / "quickstart.h5").unlink()
    for words, status, said in ((["--set", "network.widht=1"], 2, "did you mean"),
                                (["--nonsense"], 2, "unrecognized option"),
                                (["missing.yaml"], 2, "missing.yaml"),
                                (["--set", "data.samples=0"], 2, "data.samples"),
                                ([*TINY, "-o", "nowhere/a.h5"], 3, "nowhere/a.h5")):
        done = _mpirun(3, "run", *words, folder=folder)
        check_status(done, status)
        check(done.stderr.count(said) == 1, done.stderr)
    done = _mpirun(2, "run", "--print-config", folder=folder)
    check_status(done, 0)
    check(done.stdout.count("seed:") == 1, done.stdout)


def what_one_process_does_is_refused_of_several(folder):
    for command in ("gram", "sweep", "check", "info", "list", "explain", "compare", "fit"):
        done = _mpirun(2, command, "loss", folder=folder)
        check_status(done, 2)
        check(done.stderr.count(f"lemma {command} is done by one process, and 2 were "
                                "started") == 1, done.stderr)
        check(not done.stdout and not os.listdir(folder), done.stdout)
    check_status(_mpirun(1, "list", folder=folder), 0)


def ranks_with_different_experiments_are_refused(folder):
    (folder / "a.yaml").write_text(lemma("run", "--print-config", *TINY).stdout,
                                   encoding="utf-8")
    text = (folder / "a.yaml").read_text(encoding="utf-8")
    (folder / "b.yaml").write_text(text.replace("seed: 1", "seed: 2"), encoding="utf-8")
    if not MPIRUN:
        raise Skip(NOT_HERE)
    done = subprocess.run([MPIRUN, "-n", "1", LEMMA, "run", "a.yaml", ":", "-n", "1", LEMMA,
                           "run", "b.yaml"], cwd=folder, text=True, timeout=100,
                          capture_output=True, check=False, env=MPI_ENVIRONMENT)
    check_status(done, 2)
    check(done.stderr.count("expected the same experiment on all 2 ranks") == 1, done.stderr)
    check(sorted(os.listdir(folder)) == ["a.yaml", "b.yaml"], os.listdir(folder))


def ranks_with_different_blas_kernels_are_refused(folder):
    if not MPIRUN or platform.machine() != "x86_64":
        raise Skip(NOT_HERE if not MPIRUN else "kernels are chosen by x86 names here")
    words = [word for kernel in ("Prescott", "Nehalem") for word in (
        ":", "-n", "1", "env", f"OPENBLAS_CORETYPE={kernel}", LEMMA, "run", *TINY)]
    done = subprocess.run([MPIRUN, *words[1:]], cwd=folder, text=True, timeout=100,
                          capture_output=True, check=False, env=MPI_ENVIRONMENT)
    check_status(done, 2)
    check(done.stderr.count("expected the same BLAS kernel") == 1, done.stderr)
    check(not os.listdir(folder), os.listdir(folder))


def _endless(folder, ranks):
    """A run without end that is on its way."""
    if not MPIRUN:
        raise Skip(NOT_HERE)
    words = ["run", *TINY, "--set", "train.rounds=100000000", "--set",
             "probes.loss.every=1000 rounds", "--observe", "economy", "-o", "a.h5"]
    run = subprocess.Popen([MPIRUN, "-n", str(ranks), LEMMA, *words], cwd=folder, text=True,
                           env=MPI_ENVIRONMENT, stdout=subprocess.PIPE,
                           stderr=subprocess.PIPE)
    line = run.stderr.readline()
    while line and not line.startswith("round "):
        line = run.stderr.readline()
    check(line, "no progress was seen")
    return run


def _pid_of(run, rank):
    """The child of mpirun that has this rank."""
    for status in pathlib.Path("/proc").glob("[0-9]*/status"):
        try:
            mine = f"PPid:\t{run.pid}\n" in status.read_text(encoding="utf-8")
            words = (status.parent / "environ").read_bytes().split(b"\0") if mine else []
        except OSError:  # it has just ended
            continue
        if f"OMPI_COMM_WORLD_RANK={rank}".encode() in words:
            return int(status.parent.name)
    raise AssertionError(f"no process has rank {rank}")


def _check_whole(folder):
    done = lemma("info", "--json", "a.h5", folder=folder)
    check_status(done, 0)
    if h5py:
        with h5py.File(folder / "a.h5", "r") as file:
            check(file["run/committed"][()] >= 0)
    return json.loads(done.stdout)["status"]


def a_rank_that_dies_ends_all_and_leaves_the_record_whole(folder):
    run = _endless(folder, 3)
    os.kill(_pid_of(run, 2), signal.SIGKILL)
    _, said = run.communicate(timeout=60)
    check(run.returncode not in (0, None), run.returncode)
    check_has(said, "signal 9")
    closed = "rank 2 has died; a.h5 holds what was flushed before" in said
    check(_check_whole(folder) == ("interrupted" if closed else "running"), said)


def a_signal_to_one_rank_ends_all_in_the_same_step(folder):
    run = _endless(folder, 3)
    os.kill(_pid_of(run, 1), signal.SIGTERM)
    _, said = run.communicate(timeout=60)
    check(run.returncode == 3, run.returncode, said)
    check(said.count("interrupted after") == 1, said)
    check(_check_whole(folder) == "interrupted")


def a_signal_to_mpirun_leaves_the_record_whole(folder):
    run = _endless(folder, 2)
    run.send_signal(signal.SIGINT)
    _, said = run.communicate(timeout=60)
    check(run.returncode != 0, run.returncode, said)
    closed = "interrupted after" in said
    check(_check_whole(folder) == ("interrupted" if closed else "running"), said)


def a_full_disk_ends_all_ranks(folder):
    run = _endless(folder, 2)
    full = (folder / "a.h5").stat().st_size
    resource.prlimit(_pid_of(run, 0), resource.RLIMIT_FSIZE, (full, full))
    _, said = run.communicate(timeout=60)
    check(run.returncode == 3, run.returncode, said)
    check(said.count("lemma run: a.h5: ") == 1, said)
    check_status(lemma("info", "a.h5", folder=folder), 0)


def without_mpi_several_processes_are_refused(folder):
    """The launcher's environment, as it would be."""
    if HAS_MPI:
        raise Skip("lemma was built with MPI")
    for rank in ("0", "1"):
        done = lemma("run", *TINY, folder=folder, environment={
            "OMPI_COMM_WORLD_SIZE": "2", "OMPI_COMM_WORLD_RANK": rank})
        check_status(done, 2)
        check(("-Dmpi=enabled" in done.stderr) == (rank == "0"), done.stderr)
    check(os.listdir(folder) == [], os.listdir(folder))
    check_status(lemma("run", *TINY, "-q", folder=folder, environment={
        "OMPI_COMM_WORLD_SIZE": "1", "OMPI_COMM_WORLD_RANK": "0"}), 0)


run_tests(globals())
