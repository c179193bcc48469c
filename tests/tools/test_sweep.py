"""lemma sweep: points as records, one file of them all, and going on after anything."""

import json
import os
import signal
import subprocess
import time

import one_node_slurm
from cli import (ENVIRONMENT, Skip, check, check_has, check_status, lemma, run_tests,
                 start)

BASE = """base:
  data: {samples: 8, dimension: 6}
  partition: {clients: 2}
  network: {width: 8, depth: 2}
  train: {local_steps: 3, rounds: 3}
  probes: {loss: {}, activation: {}, gradient_gap: {}}
  record: {data: none, weights: none}
"""
SMALL = BASE + "axes:\n  - network.width: [8, 16]\nseeds: 2\n"
# What tells one call from another: not of the sweep.
OUTSIDE = ("start_time", "end_time", "config_source", "provenance")


def _write(folder, text, name="s.yaml"):
    (folder / name).write_text(text, encoding="utf-8")


def _h5py():
    try:
        import h5py  # pylint: disable=import-outside-toplevel
    except ImportError as error:
        raise Skip("python3-h5py is not installed") from error
    return h5py


def _content(path):
    """Names, bytes and attributes of all but what is told by each call anew."""
    h5py, found = _h5py(), {}

    def see(name, item):
        if name.startswith(OUTSIDE):
            return
        attributes = sorted((k, str(v)) for k, v in item.attrs.items()
                            if k not in ("REFERENCE_LIST", "DIMENSION_LIST"))
        found[name] = (attributes, bytes(item[()].tobytes() if item.shape else item[()])
                       if isinstance(item, h5py.Dataset) else None)

    with h5py.File(path, "r") as file:
        file["run"].visititems(see)
    return found


def _states(folder, *words):
    done = lemma("sweep", "s.yaml", "-o", "d", "--dry-run", "--json", *words, folder=folder)
    check_status(done, 0)
    return [p["state"] for p in json.loads(done.stdout)["points"]]


def _ages(folder):
    return {p.name: p.stat().st_mtime_ns for p in (folder / "d/points").glob("*.h5")}


def every_point_leaves_a_record_and_the_sweep_a_file(folder):
    _write(folder, SMALL)
    done = lemma("sweep", "s.yaml", "-o", "d", folder=folder)
    check_status(done, 0)
    check_has(done.stdout, "4 of 4 points finished; 4 were run now", "lemma info d/sweep.h5")
    check_has(done.stderr, "1/4 points", "4/4 points  0003 complete", "network.width = 16, seed = 2")
    check(sorted(os.listdir(folder / "d/points")) ==
          sorted(f"{i:04}{end}" for i in range(4) for end in (".h5", ".yaml")),
          os.listdir(folder / "d/points"))
    info = lemma("info", "d/sweep.h5", folder=folder)
    check_has(info.stdout, "a sweep, complete", "4 of 4", "changes   network.width, seed",
              "gradient_gap/pattern.round0")
    table = lemma("info", "d/sweep.h5", "loss/server.final", folder=folder).stdout.split("\n")
    check(table[0] == "network.width\tseed\tserver.final", table)
    check([row.split("\t")[:2] for row in table[1:5]] ==
          [["8", "1"], ["8", "2"], ["16", "1"], ["16", "2"]], table)


def a_point_is_what_lemma_run_makes_of_its_experiment(folder):
    _write(folder, SMALL)
    check_status(lemma("sweep", "s.yaml", "-o", "d", "-q", folder=folder), 0)
    check_status(lemma("run", "d/points/0002.yaml", "-q", "-o", "again.h5", folder=folder), 0)
    check(_content(folder / "again.h5") == _content(folder / "d/points/0002.h5"))


def reductions_are_those_of_the_records(folder):
    h5py = _h5py()
    _write(folder, SMALL)
    check_status(lemma("sweep", "s.yaml", "-o", "d", "-q", folder=folder), 0)
    with h5py.File(folder / "d/sweep.h5") as file:
        run, lines = file["run"], file["run/records"][()].decode().split()
        for i, line in enumerate(lines):
            with h5py.File(folder / "d" / line) as record:
                gap = record["run/gradient_gap/gap"][:]
                flips = record["run/activation/flips_initial"][:]
            check(run["gradient_gap/gap.max"][i] == gap.max())
            check(run["gradient_gap/gap.min"][i] == gap.min())
            check(run["gradient_gap/gap.first"][i] == gap[0].max())
            check(run["gradient_gap/gap.final"][i] == gap[-1].max())
            check(run["gradient_gap/gap.round0"][i] == gap[:3].max())
            check(abs(run["gradient_gap/gap.mean"][i] - gap.max(axis=1).mean()) < 1e-15)
            check((run["activation/flips_initial.max"][i] == flips.max(axis=(0, 1))).all())
        loss = run["loss"].attrs
        check(loss["signal"] == b"server.final" and list(loss["axes"]) == [b"network.width"],
              dict(loss))
        check(list(run["sweep/network.width"][:]) == [8, 8, 16, 16] and
              list(run["sweep/m"][:]) == [8, 8, 16, 16])


def jobs_change_no_byte(folder):
    _write(folder, SMALL)
    for jobs in ("1", "3"):
        check_status(lemma("sweep", "s.yaml", "-o", jobs, "-j", jobs, "-q", folder=folder), 0)
    check(_content(folder / "1/sweep.h5") == _content(folder / "3/sweep.h5"))


def finished_points_are_not_run_again(folder):
    _write(folder, SMALL)
    check_status(lemma("sweep", "s.yaml", "-o", "d", "-q", folder=folder), 0)
    before = _ages(folder)
    done = lemma("sweep", "s.yaml", "-o", "d", folder=folder)
    check_status(done, 0)
    check_has(done.stdout, "0 were run now")
    check(_ages(folder) == before)


def only_points_that_changed_are_run_again(folder):
    _write(folder, SMALL)
    check_status(lemma("sweep", "s.yaml", "-o", "d", "-q", folder=folder), 0)
    before = _ages(folder)
    _write(folder, SMALL.replace("[8, 16]", "[8, 24, 16]"))
    check(_states(folder) == ["complete"] * 2 + ["other"] * 2 + ["missing"] * 2)
    done = lemma("sweep", "s.yaml", "-o", "d", folder=folder)
    check_status(done, 0)
    check_has(done.stdout, "6 of 6 points finished; 4 were run now")
    check({k: v for k, v in _ages(folder).items() if k < "0002"} ==
          {k: v for k, v in before.items() if k < "0002"})
    _write(folder, SMALL.replace("[8, 16]", "[8]"))
    done = lemma("sweep", "s.yaml", "-o", "d", folder=folder)
    check_has(done.stdout, "2 of 2 points finished; 0 were run now")
    check(len(_ages(folder)) == 6, "points out of the file are left alone")
    check_has(lemma("info", "d/sweep.h5", folder=folder).stdout, "2 of 2")


def one_point_that_cannot_be_run_stops_all_before_the_first(folder):
    _write(folder, BASE + "axes:\n  - partition.clients: [2, 4, 9]\n")
    done = lemma("sweep", "s.yaml", "-o", "d", folder=folder)
    check_status(done, 2)
    check_has(done.stderr, "s.yaml:9: partition.clients=9: expected 1 to 8",
              "(point 2: partition.clients = 9)")
    check(not _ages(folder))


def a_bad_sweep_file_is_told_with_line_and_key(folder):
    _write(folder, BASE + "axes:\n  - network.widht: [2]\n")
    done = lemma("sweep", "s.yaml", folder=folder)
    check_status(done, 2)
    check_has(done.stderr, 'lemma sweep: s.yaml:9: network.widht: expected a key of network',
              'did you mean "network.width"?')
    check(os.listdir(folder) == ["s.yaml"], os.listdir(folder))


def a_failed_point_is_told_and_the_rest_finished(folder):
    _write(folder, SMALL)
    (folder / "d/points/0001.h5").mkdir(parents=True)
    done = lemma("sweep", "s.yaml", "-o", "d", folder=folder)
    check_status(done, 3)
    check_has(done.stderr, "lemma sweep: point 1 failed (network.width = 8, seed = 2): ",
              "d/points/0001.h5: expected a file to write, found a folder")
    check_has(done.stdout, "3 of 4 points finished, 1 failed; 4 were run now")
    check_has(lemma("info", "d/sweep.h5", folder=folder).stdout, "interrupted", "3 of 4")
    (folder / "d/points/0001.h5").rmdir()
    check_status(lemma("sweep", "s.yaml", "-o", "d", "-q", folder=folder), 0)
    check(not (folder / "d/points/0001.log").exists())


def a_diverged_point_is_a_finding(folder):
    _write(folder, BASE + "axes:\n  - train.step_size: [0.5, 1.0e+300]\n")
    done = lemma("sweep", "s.yaml", "-o", "d", folder=folder)
    check_status(done, 0)
    check_has(done.stderr, "point 1 DIVERGED (train.step_size = 1e+300): a finding")
    check_has(done.stdout, "2 of 2 points finished, 1 of them diverged")
    rows = lemma("info", "d/sweep.h5", "sweep/diverged", "--json", folder=folder).stdout
    check(json.loads(rows)["rows"] == [0, 1], rows)


# Long enough to be interrupted, short enough to be finished.
LONG = BASE.replace("rounds: 3", "rounds: 1500") + "axes:\n  - network.width: [8, 16]\nseeds: 2\n"


def _start_and_wait(folder, *words):
    run = start("sweep", "s.yaml", "-o", "d", "-j", "2", *words, folder=folder)
    deadline = time.monotonic() + 60
    while not (folder / "d/points/0001.h5").exists():
        check(time.monotonic() < deadline and run.poll() is None, "no point was started")
        time.sleep(0.02)
    return run


def ctrl_c_leaves_everything_whole_and_a_rerun_goes_on(folder):
    _write(folder, LONG)
    run = _start_and_wait(folder)
    run.send_signal(signal.SIGINT)
    _, talk = run.communicate(timeout=100)
    check(run.returncode == 3, run.returncode, talk)
    check_has(talk, "stopping", "run it again to go on")
    check("failed" not in talk, talk)
    check("unfinished" in _states(folder), _states(folder))
    for record in (folder / "d/points").glob("*.h5"):
        status = json.loads(lemma("info", "--json", record).stdout)["status"]
        check(status in ("complete", "interrupted"), record, status)
    check_status(lemma("sweep", "s.yaml", "-o", "d", "-q", folder=folder), 0)
    check(_states(folder) == ["complete"] * 4)


def _children(pid):
    with open(f"/proc/{pid}/task/{pid}/children", encoding="ascii") as file:
        return [int(word) for word in file.read().split()]


def a_killed_sweep_resumes_to_the_same_file(folder):
    _write(folder, LONG)
    run = _start_and_wait(folder)
    victims = _children(run.pid)
    check(len(victims) == 2, victims)
    for pid in [run.pid, *victims]:
        os.kill(pid, signal.SIGKILL)
    run.communicate(timeout=100)
    check(not (folder / "d/sweep.h5").exists())
    states = _states(folder)
    check("complete" not in states and "unfinished" in states, states)
    time.sleep(0.2)  # until the kernel has let go of the dead ones' locks
    check_status(lemma("sweep", "s.yaml", "-o", "d", "-q", "-j", "2", folder=folder), 0)
    check_status(lemma("sweep", "s.yaml", "-o", "e", "-q", folder=folder), 0)
    check(_content(folder / "d/sweep.h5") == _content(folder / "e/sweep.h5"))
    for i in range(4):
        check(_content(folder / f"d/points/{i:04}.h5") ==
              _content(folder / f"e/points/{i:04}.h5"), i)


def runs_end_with_a_sweep_that_is_killed(folder):
    _write(folder, LONG.replace("rounds: 1500", "rounds: 100000000"))
    run = _start_and_wait(folder)
    children = _children(run.pid)
    os.kill(run.pid, signal.SIGKILL)
    run.communicate(timeout=100)
    deadline = time.monotonic() + 60
    while any(os.path.exists(f"/proc/{pid}/exe") for pid in children):
        check(time.monotonic() < deadline, "runs outlive their sweep")
        time.sleep(0.02)


def two_sweeps_of_one_folder_are_refused(folder):
    _write(folder, LONG.replace("rounds: 1500", "rounds: 100000000"))
    run = _start_and_wait(folder)
    done = lemma("sweep", "s.yaml", "-o", "d", folder=folder)
    run.send_signal(signal.SIGTERM)
    run.communicate(timeout=100)
    check_status(done, 2)
    check_has(done.stderr, "d: another sweep is at work in it")


def one_index_runs_one_point_and_collect_sums_up(folder):
    _write(folder, SMALL)
    for i in (2, 0):
        check_status(lemma("sweep", "s.yaml", "-o", "d", "-q", "--index", i, folder=folder), 0)
    check(sorted(_ages(folder)) == ["0000.h5", "0002.h5"] and
          not (folder / "d/sweep.h5").exists())
    done = lemma("sweep", "s.yaml", "-o", "d", "--collect", folder=folder)
    check_status(done, 3)
    check_has(done.stdout, "2 of 4 points finished; 0 were run now")
    check_has(lemma("info", "d/sweep.h5", folder=folder).stdout, "2 of 4")
    done = lemma("sweep", "s.yaml", "-o", "d", "--index", "4", folder=folder)
    check_status(done, 2)
    check_has(done.stderr, "expected a point of s.yaml, 0 to 3, got 4")


def a_dry_run_lists_points_and_makes_nothing(folder):
    _write(folder, SMALL)
    done = lemma("sweep", "s.yaml", "-o", "d", "--dry-run", folder=folder)
    check_status(done, 0)
    check_has(done.stdout, "0003   missing     network.width = 16, seed = 2",
              "4 points, 0 finished")
    check(os.listdir(folder) == ["s.yaml"], os.listdir(folder))


def settings_override_the_base_alone(folder):
    _write(folder, SMALL)
    words = ["sweep", "s.yaml", "-o", "d", "--set", "train.rounds=2"]
    check_status(lemma(*words, "-q", folder=folder), 0)
    check_has((folder / "d/points/0000.yaml").read_text(encoding="utf-8"), "rounds: 2")
    check(_states(folder) == ["other"] * 4)
    check(_states(folder, "--set", "train.rounds=2") == ["complete"] * 4)
    done = lemma(*words, "--set", "network.width=4", folder=folder)
    check_status(done, 2)
    check_has(done.stderr, "expected a key that stays, got one that changes (s.yaml:9)")


def usage_is_explained(folder):
    _write(folder, SMALL)
    for words, part in (([], "name a sweep file"), (["a", "b"], "one sweep at a time"),
                        (["s.yaml", "-j", "0"], "--jobs"), (["s.yaml", "--index", "x"], "--index"),
                        (["s.yaml", "--collect", "--dry-run"], "one of them")):
        done = lemma("sweep", *words, folder=folder)
        check_status(done, 2)
        check_has(done.stderr, part)
    help_text = lemma("sweep", "--help")
    check_status(help_text, 0)
    check_has(help_text.stdout, "base: two-layer.yaml", "    - zip:", "Exit status")


def the_slurm_script_runs_as_an_array_would(folder):
    _write(folder, SMALL)
    done = lemma("sweep", "s.yaml", "-o", "it's", "--slurm", "-j", "3", "--threads", "6",
                 "--set", "train.rounds=2", folder=folder)
    check_status(done, 0)
    check_has(done.stdout, "#SBATCH --array=0-3%3", "#SBATCH --cpus-per-task=2")
    _write(folder, done.stdout, "sweep.sh")
    for i in range(4):
        subprocess.run(["sh", "sweep.sh"], cwd=folder, check=True, timeout=100,
                       env={**ENVIRONMENT, "SLURM_ARRAY_TASK_ID": str(i),
                            "SLURM_CPUS_PER_TASK": "2"})
    collect = subprocess.run(["sh", "sweep.sh", "collect"], cwd=folder, check=True, timeout=100,
                             env=ENVIRONMENT, capture_output=True, text=True)
    check_has(collect.stdout, "4 of 4 points finished")


def a_real_slurm_runs_the_array(folder):
    missing = one_node_slurm.what_is_missing()
    if missing:
        raise Skip(missing)
    (folder / "slurm").mkdir()
    _write(folder, SMALL)
    script = lemma("sweep", "s.yaml", "-o", "d", "--slurm", "-j", "2", "--threads", "2",
                   folder=folder).stdout
    _write(folder, script, "sweep.sh")
    with one_node_slurm.one_node_slurm(folder / "slurm") as cluster:
        def sbatch(*words):
            return subprocess.run(["sbatch", *words], cwd=folder, check=True, text=True,
                                  capture_output=True, timeout=100,
                                  env={**ENVIRONMENT, **cluster}).stdout

        job = sbatch("--parsable", "sweep.sh").strip()
        sbatch("--wait", f"--dependency=afterany:{job}", "--wrap=sh sweep.sh collect")
    check_has(lemma("info", "d/sweep.h5", folder=folder).stdout, "4 of 4 are finished")
    check_status(lemma("sweep", "s.yaml", "-o", "e", "-q", folder=folder), 0)
    check(_content(folder / "d/sweep.h5") == _content(folder / "e/sweep.h5"))


run_tests(globals())
