"""A run that is killed, whenever, leaves a record that opens and goes on to the same bytes.

Arguments after the binary: mpirun's path or "" where lemma has no MPI; --kills N for more than
the moments that the suite has time for.
"""

import os
import random
import resource
import signal
import subprocess
import sys

from cli import (ENVIRONMENT, LEMMA, MPI_ENVIRONMENT, Skip, check, check_has, check_status,
                 lemma, run_tests, start)

try:
    import h5py
except ImportError:
    h5py = None

MPIRUN = sys.argv[2] if len(sys.argv) > 2 and not sys.argv[2].startswith("-") else ""
KILLS = int(sys.argv[sys.argv.index("--kills") + 1]) if "--kills" in sys.argv else 200
EXPERIMENT = """
data: {samples: 16, dimension: 4, separation: 0.05}
partition: {clients: 2}
network: {width: 12, depth: 2}
train: {local_steps: 2, rounds: 8, batch: 3}
record: {data: all, weights: all, batches: true}
run: {checkpoint: 2 rounds}
"""
PROBES = """
probes: {loss: {}, local_loss: {}, activation: {}, gram: {}, lazy: {}, preactivation: {}}
"""
ENDING = 16  # of the last things that are done to files, each is a moment
PROVEN = ("run/provenance", "run/start_time", "run/end_time", "run/config_source",
          "run/committed", "run/status")


def _tables(path):
    """Every data set's shape and bytes, times and provenance aside; committed; their steps."""
    found = {}

    def keep(name, item):
        if isinstance(item, h5py.Dataset) and not name.startswith(PROVEN):
            found[name] = (item.shape, item[()].tobytes() if item.dtype.kind != "O"
                           else bytes(item[()]))

    with h5py.File(path, "r") as file:
        file.visititems(keep)
        return found, int(file["run/committed"][()])


def _rows(path):
    """Rows of steps below committed, of every table that has a step."""
    found = {}
    with h5py.File(path, "r") as file:
        committed = int(file["run/committed"][()])
        for group in file["run"].values():
            if not isinstance(group, h5py.Group) or "step" not in group:
                continue
            count = int((group["step"][()] < committed).sum())
            for name, table in group.items():
                if not name.startswith("at_averaging"):
                    check(table.shape[0] >= count, "rows are missing from", table.name)
                    found[table.name] = table[:count].tobytes()
    return found, committed


def _needs_h5py():
    if not h5py:
        raise Skip("there is no h5py")


def _reference(folder, *settings):
    _needs_h5py()
    (folder / "t.yaml").write_text(EXPERIMENT, encoding="utf-8")
    check_status(lemma("run", "t.yaml", "-o", "reference.h5", "-q", "--observe", "full", *settings,
                       folder=folder), 0)
    return _tables(folder / "reference.h5")[0]


def _check_same(path, reference):
    found = _tables(path)[0]
    check(found.keys() == reference.keys(), found.keys() ^ reference.keys())
    for name, value in reference.items():
        check(found[name] == value, name, "differs")


def _command(first):
    return ["run", "t.yaml", "-o", "k.h5", "-q", "--observe", "full"] if first else \
        ["run", "--resume", "k.h5", "-q"]


def _hear(run, head):
    """Waits for a line of progress that begins so."""
    for line in run.stderr:
        if line.startswith(head):
            break


def _check_resumes(folder, reference):
    check_status(lemma(*_command(False), folder=folder), 0)
    _check_same(folder / "k.h5", reference)


def _dying(folder, first, at):
    """Runs, or goes on, killed at the at-th thing done to files."""
    done = lemma(*_command(first), folder=folder,
                 environment={"LD_PRELOAD": os.environ["DYING"], "LEMMA_DIE_AT": str(at)})
    check(done.returncode in (0, -signal.SIGKILL), done.returncode, done.stderr)
    return done.returncode != 0


def _count(folder, first):
    counted = folder / "count"
    check_status(lemma(*_command(first), folder=folder, environment={
        "LD_PRELOAD": os.environ["DYING"], "LEMMA_DIE_COUNT": str(counted)}), 0)
    return int(counted.read_text())


def _clean(folder):
    for path in folder.glob("k.h5*"):
        path.unlink()


def _die_late(folder):
    """A run killed at three quarters of what it does to files."""
    at = _count(folder, True) * 3 // 4
    _clean(folder)
    check(_dying(folder, True, at), "it lived")


def _check_remains(folder, reference, least=0):
    """What a killed run leaves opens and holds what it says, `least` steps, checkpoint or not."""
    path = folder / "k.h5"
    if not path.exists():
        return False
    check_status(lemma("info", "k.h5", folder=folder), 0)
    rows, committed = _rows(path)
    check(committed >= least, committed, "steps of", least)
    for name, value in rows.items():
        check(reference[name.lstrip("/")][1].startswith(value), name, "is not as it was")
    return True


def killed_at_any_moment_a_run_leaves_a_record_that_opens_and_goes_on_to_the_same_bytes(folder):
    reference = _reference(folder)
    total = _count(folder, True)
    _clean(folder)
    check(total > 100, total)
    killed = again = 0
    moments = random.Random(7)
    for k in range(KILLS):
        at = total - k if k < ENDING else moments.randint(1, total)
        _clean(folder)
        killed += _dying(folder, True, at)
        started = _check_remains(folder, reference)
        if started and k % 2:  # and killed once more while it goes on
            had = _rows(folder / "k.h5")[1]
            again += _dying(folder, False, moments.randint(1, total))
            check(_check_remains(folder, reference, had), "the record is gone")
        check_status(lemma(*_command(not started), folder=folder), 0)
        _check_same(folder / "k.h5", reference)
        left = [p.name for p in folder.glob("k.h5*")]
        check(left == ["k.h5"], left)
    check(killed == KILLS, killed, "of", KILLS)
    print(f"# {total} moments; killed at {killed}, while going on at {again}")


def killed_by_anybody_a_run_goes_on(folder):
    reference = _reference(folder)
    run = start("run", "t.yaml", "-o", "k.h5", "--observe", "full", folder=folder)
    _hear(run, "round 4")
    run.kill()
    run.communicate()
    started = _check_remains(folder, reference)
    check(started, "no record")
    _check_resumes(folder, reference)


def who_may_read_a_record_does_not_change_on_the_way(folder):
    reference = _reference(folder)
    _die_late(folder)
    dies = _count(folder, False)
    _clean(folder)
    _die_late(folder)
    (folder / "k.h5").chmod(0o600)
    (folder / "k.h5.checkpoint").unlink()
    check(_dying(folder, False, dies * 3 // 4), "it lived")
    for path in folder.glob("k.h5*"):
        check(path.stat().st_mode & 0o777 == 0o600, path, oct(path.stat().st_mode))
    check(len(list(folder.glob("k.h5*"))) > 1, "nothing lies beside it")
    _check_resumes(folder, reference)
    check((folder / "k.h5").stat().st_mode & 0o777 == 0o600, "others may read it")


def sigterm_ends_after_the_step_and_resume_redoes_the_round(folder):
    reference = _reference(folder)
    run = start("run", "t.yaml", "-o", "k.h5", "--observe", "full", folder=folder)
    _hear(run, "round 3")
    run.send_signal(signal.SIGTERM)
    run.communicate()
    check(run.returncode in (0, 3), run.returncode)
    _check_resumes(folder, reference)


def stopped_long_before_a_checkpoint_is_due_a_run_goes_on_from_its_last_round(folder):
    _needs_h5py()
    (folder / "t.yaml").write_text(EXPERIMENT, encoding="utf-8")
    longer = ["run", "t.yaml", "-o", "k.h5", "--observe", "full", "--set",
              "run.checkpoint=60 minutes", "--set", "train.rounds=20000"]
    run = start(*longer, folder=folder)
    _hear(run, "round 0")
    _hear(run, "round 2000")
    run.send_signal(signal.SIGTERM)
    run.communicate(timeout=100)
    check(run.returncode == 3, run.returncode)
    steps = _rows(folder / "k.h5")[1]
    check(steps >= 2, steps)
    run = start("run", "--resume", "k.h5", folder=folder)
    said = run.stderr.readline()
    run.send_signal(signal.SIGTERM)
    run.communicate(timeout=100)
    check_has(said, f"going on with k.h5 from round {steps // 2}")


def going_on_without_a_checkpoint_no_row_is_lost_on_the_way(folder):
    reference = _reference(folder)
    total = _count(folder, True)
    _clean(folder)
    check(_dying(folder, True, total * 9 // 10), "it lived")
    had = _rows(folder / "k.h5")[1]
    check(had > 4, had)
    (folder / "k.h5.checkpoint").unlink()
    check(_dying(folder, False, total // 2), "it lived")
    check(_check_remains(folder, reference, had), "the record is gone")
    _check_resumes(folder, reference)


def a_link_is_gone_on_with_where_it_points(folder):
    reference = _reference(folder)
    _die_late(folder)
    (folder / "link.h5").symlink_to("k.h5")
    done = lemma("run", "--resume", "link.h5", folder=folder)
    check_status(done, 0)
    check("from round 0" not in done.stderr, done.stderr)
    check((folder / "link.h5").is_symlink(), "the link is gone")
    _check_same(folder / "k.h5", reference)


def closed_standard_streams_take_nothing_from_a_record(folder):
    reference = _reference(folder)
    done = subprocess.run(["sh", "-c", f"exec {LEMMA} run t.yaml -o k.h5 --observe full "
                           "<&- >&- 2>&-"], cwd=folder, env=ENVIRONMENT, check=False)
    check(done.returncode == 0, done.returncode)
    _check_same(folder / "k.h5", reference)


def info_tells_a_running_record_from_a_killed_one(folder):
    _needs_h5py()
    (folder / "t.yaml").write_text(EXPERIMENT, encoding="utf-8")
    run = start("run", "t.yaml", "-o", "k.h5", "--set", "train.rounds=100000000", folder=folder)
    _hear(run, "round ")
    said = lemma("info", "k.h5", folder=folder).stdout
    run.kill()
    run.communicate()
    check_has(said, "k.h5: running")
    check("killed" not in said, said)
    check_has(lemma("info", "k.h5", folder=folder).stdout, "k.h5: running", "killed",
              "lemma run --resume k.h5")
    check_has(lemma("info", "--json", "k.h5", folder=folder).stdout, '"killed": true')


def nothing_is_left_to_do_for_a_record_that_is_over(folder):
    _reference(folder)
    before = (folder / "reference.h5").read_bytes()
    done = lemma("run", "--resume", "reference.h5", folder=folder)
    check_status(done, 0)
    check_has(done.stderr, "reference.h5 is complete: there is nothing to go on with")
    check((folder / "reference.h5").read_bytes() == before, "the record has changed")
    diverging = ["run", "t.yaml", "-o", "d.h5", "-q", "--set", "train.step_size=1e200"]
    check_status(lemma(*diverging, folder=folder), 0)
    done = lemma("run", "--resume", "d.h5", folder=folder)
    check_status(done, 0)
    check_has(done.stderr, "d.h5 is diverged: there is nothing to go on with")


def a_record_that_is_of_no_run_is_not_gone_on_with(folder):
    check_status(lemma("gram", "-q", "-o", "g.h5", "--set", "data.samples=8",
                       "--set", "network.width=8", folder=folder), 0)
    (folder / "g.h5.checkpoint").write_bytes(b"")
    done = lemma("run", "--resume", "g.h5", folder=folder)
    check_status(done, 2)
    check_has(done.stderr, "g.h5: expected a record of `lemma run`")
    check((folder / "g.h5.checkpoint").exists(), "a file that is not ours is gone")


def resume_is_refused_without_a_record_and_with_other_settings(folder):
    done = lemma("run", "--resume", "none.h5", folder=folder)
    check_status(done, 2)
    check_has(done.stderr, "none.h5: No such file")
    for more in (["--set", "seed=2"], ["x.yaml"], ["-o", "y.h5"], ["--observe", "full"]):
        done = lemma("run", "--resume", "none.h5", *more, folder=folder)
        check_status(done, 2)
        check_has(done.stderr, "--resume goes on with the record's own experiment")


def _write_idx(path, sizes, numbers):
    head = bytes([0, 0, 8, len(sizes)]) + b"".join(n.to_bytes(4, "big") for n in sizes)
    path.write_bytes(head + bytes(n % 256 for n in numbers))


def _interrupted_csv(folder):
    """c.h5, of d.csv; stopped when it had come some way."""
    (folder / "d.csv").write_text("".join(f"{i % 5},{i % 3},1,{i}\n" for i in range(12)), encoding="utf-8")
    (folder / "c.yaml").write_text("data: {kind: csv, path: d.csv, samples: 0, targets: {kind: column}}\n"
                                   "network: {width: 16, depth: 2}\npartition: {clients: 2}\n"
                                   "probes: {loss: {}}\n", encoding="utf-8")
    run = start("run", "c.yaml", "-o", "c.h5", "--set", "train.rounds=50000", folder=folder)
    _hear(run, "round ")
    _hear(run, "round ")
    run.send_signal(signal.SIGTERM)
    run.communicate(timeout=100)
    check(run.returncode == 3, run.returncode)


def other_data_are_not_gone_on_with_checkpoint_or_not(folder):
    _needs_h5py()
    _interrupted_csv(folder)
    before = (folder / "c.h5").read_bytes()
    with open(folder / "d.csv", "a", encoding="utf-8") as file:
        file.write("9,9,9,9\n")
    done = lemma("run", "--resume", "c.h5", folder=folder)
    check_status(done, 2)
    check_has(done.stderr, "c.h5.checkpoint: it is of a run with another data")
    (folder / "c.h5.checkpoint").unlink()
    done = lemma("run", "--resume", "c.h5", folder=folder)
    check_status(done, 2)
    check_has(done.stderr, "c.h5: it was made of other data (checksums: ")
    check((folder / "c.h5").read_bytes() == before, "the record has changed")


def a_run_that_has_not_come_as_far_again_says_so(folder):
    _needs_h5py()
    _interrupted_csv(folder)
    (folder / "c.h5.checkpoint").unlink()
    before = (folder / "c.h5").read_bytes()
    with h5py.File(folder / "c.h5") as file:
        check(file["run/committed"][()] > 5, "it came nowhere")
    run = start("run", "--resume", "c.h5", folder=folder)
    _hear(run, "round 0")
    run.send_signal(signal.SIGSTOP)
    said = lemma("info", "c.h5", folder=folder).stdout
    seen = lemma("watch", "--once", "c.h5", folder=folder).stdout
    run.send_signal(signal.SIGTERM)
    run.send_signal(signal.SIGCONT)
    _, talk = run.communicate(timeout=100)
    check_has(said, "a run goes on with it, and has not come as far yet")
    check_has(seen, "a run goes on with it, and has not come as far yet")
    check(run.returncode == 3, run.returncode)
    check_has(talk, "before it had come as far as c.h5, which stays as it was")
    check((folder / "c.h5").read_bytes() == before, "the record has changed")


def other_test_data_are_not_gone_on_with(folder):
    for part, lines in (("train", 30), ("t10k", 30)):
        _write_idx(folder / f"{part}-images-idx3-ubyte", (lines, 2, 2), range(1, 4 * lines + 1))
        _write_idx(folder / f"{part}-labels-idx1-ubyte", (lines,), [i % 10 for i in range(lines)])
    (folder / "i.yaml").write_text(
        "data: {kind: idx, path: ., samples: 24, test_samples: 30, targets: {kind: one-hot}}\n"
        "network: {width: 16, depth: 2}\npartition: {clients: 2}\n"
        "train: {rounds: 50000}\nprobes: {loss: {}}\n", encoding="utf-8")
    run = start("run", "i.yaml", "-o", "i.h5", folder=folder)
    _hear(run, "round ")
    _hear(run, "round ")
    run.send_signal(signal.SIGTERM)
    run.communicate(timeout=100)
    check(run.returncode == 3, run.returncode)
    _write_idx(folder / "t10k-images-idx3-ubyte", (30, 2, 2), range(2, 122))
    done = lemma("run", "--resume", "i.h5", folder=folder)
    check_status(done, 2)
    check_has(done.stderr, "i.h5.checkpoint: it is of a run with another data")


def the_kernel_that_goes_on_is_named(folder):
    _needs_h5py()
    _interrupted_csv(folder)
    then = lemma("info", "c.h5", "--json", folder=folder).stdout
    other = "Prescott" if "Prescott" not in then else "Nehalem"
    done = lemma("run", "--resume", "c.h5", folder=folder, environment={"OPENBLAS_CORETYPE": other})
    if done.returncode != 2:
        raise Skip(f"OpenBLAS has no other kernel here ({other})")
    check_has(done.stderr, "c.h5.checkpoint: it was computed by OpenBLAS's kernel ", "OPENBLAS_CORETYPE=")


def a_signal_while_a_run_is_prepared_leaves_nothing_half_made(folder):
    run = start("run", "-o", "k.h5", "--set", "data.samples=4000", "--set", "data.separation=0",
                "--set", "network.width=8", folder=folder)
    while not list(folder.glob("k.h5*")):
        check(run.poll() is None, "it has ended")
    run.send_signal(signal.SIGTERM)
    run.communicate(timeout=100)
    check(run.returncode == 3, run.returncode)
    check(not (folder / "k.h5.part").exists(), os.listdir(folder))
    check_has(lemma("info", "k.h5", folder=folder).stdout, "k.h5: interrupted")


def a_record_that_is_being_written_is_not_gone_on_with(folder):
    _needs_h5py()
    (folder / "t.yaml").write_text(EXPERIMENT, encoding="utf-8")
    run = start("run", "t.yaml", "-o", "k.h5", "--set", "train.rounds=100000000",
                "--observe", "full", folder=folder)
    try:
        _hear(run, "round 0")
        done = lemma("run", "--resume", "k.h5", folder=folder)
        check_status(done, 2)
        check_has(done.stderr, "k.h5: another run is writing it")
        check(run.poll() is None, "the run has ended")
    finally:
        run.kill()
        run.communicate()


def a_full_disk_loses_nothing_that_was_flushed(folder):
    reference = _reference(folder)
    size = (folder / "reference.h5").stat().st_size
    for share in (0.7, 0.9, 0.97):
        _clean(folder)
        limit = int(size * share)
        done = subprocess.run(
            [LEMMA, *_command(True)], cwd=folder, text=True, capture_output=True, check=False,
            env=ENVIRONMENT, timeout=100,
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)))
        check_status(done, 3)
        check_has(done.stderr, "File too large")
        started = _check_remains(folder, reference)
        check_status(lemma(*_command(not started), folder=folder), 0)
        _check_same(folder / "k.h5", reference)


def a_record_that_vanishes_ends_the_run_and_keeps_its_rows_where_it_went(folder):
    reference = _reference(folder)
    for away in ("moved.h5", None):
        _clean(folder)
        run = start("run", "t.yaml", "-o", "k.h5", "--observe", "full", "--set",
                    "train.rounds=100000000", "--force", folder=folder)
        _hear(run, "round ")
        if away:
            (folder / "k.h5").rename(folder / away)
        else:
            (folder / "k.h5").unlink()
        _, said = run.communicate(timeout=100)
        check(run.returncode == 3, run.returncode, said)
        check_has(said, "k.h5: the file was removed, moved or replaced while it was being written")
    check_status(lemma("info", "moved.h5", folder=folder), 0)
    check(_rows(folder / "moved.h5")[1] > 0, "no step is committed")
    check(reference.keys() == _tables(folder / "moved.h5")[0].keys(), "tables are missing")


def a_file_system_without_locks_is_told_with_what_helps(folder):
    reference = _reference(folder)
    without = {"LD_PRELOAD": os.environ["NO_LOCKS"]}
    done = lemma(*_command(True), folder=folder, environment=without)
    check_status(done, 3)
    check_has(done.stderr, "No locks available", "HDF5_USE_FILE_LOCKING=FALSE")
    without["HDF5_USE_FILE_LOCKING"] = "FALSE"
    check_status(lemma(*_command(True), folder=folder, environment=without), 0)
    check_status(lemma("info", "k.h5", folder=folder, environment=without), 0)
    _check_same(folder / "k.h5", reference)


def a_second_signal_ends_at_once(folder):
    reference = _reference(folder)
    run = start("run", "t.yaml", "-o", "k.h5", "--observe", "full", folder=folder)
    _hear(run, "round 2")
    run.send_signal(signal.SIGSTOP)  # so that both are there before a step is taken
    os.waitpid(run.pid, os.WUNTRACED)
    run.send_signal(signal.SIGINT)
    run.send_signal(signal.SIGTERM)
    run.send_signal(signal.SIGCONT)
    run.communicate(timeout=100)
    check(run.returncode in (-signal.SIGINT, -signal.SIGTERM), run.returncode)
    check(_check_remains(folder, reference), "no record")
    _check_resumes(folder, reference)


def a_damaged_checkpoint_is_refused_and_named(folder):
    reference = _reference(folder)
    _die_late(folder)
    checkpoint = folder / "k.h5.checkpoint"
    whole = checkpoint.read_bytes()
    for position in range(0, len(whole), max(len(whole) // 9, 1)):
        checkpoint.write_bytes(whole[:position] + bytes([whole[position] ^ 1]) +
                               whole[position + 1:])
        done = lemma("run", "--resume", "k.h5", folder=folder)
        check_status(done, 2)
        check_has(done.stderr, "k.h5.checkpoint: ", "remove it to run from the beginning")
    checkpoint.write_bytes(whole)
    _check_resumes(folder, reference)


def a_sweep_goes_on_with_a_point_that_has_a_checkpoint(folder):
    _needs_h5py()
    (folder / "t.yaml").write_text(EXPERIMENT + PROBES, encoding="utf-8")
    (folder / "s.yaml").write_text("base: t.yaml\naxes:\n  - seed: [3]\n", encoding="utf-8")
    done = lemma("sweep", "s.yaml", "-o", "whole", "-j", "1", folder=folder)
    check_status(done, 0)
    reference = _tables(folder / "whole/points/0000.h5")[0]
    lemma("sweep", "s.yaml", "-o", "s", "-j", "1", folder=folder, environment={
        "LD_PRELOAD": os.environ["DYING"], "LEMMA_DIE_AT": "400"})
    check((folder / "s/points/0000.h5.checkpoint").exists(),
          [str(p) for p in folder.glob("s/**/*")])
    done = lemma("sweep", "s.yaml", "-o", "s", "-j", "1", folder=folder)
    check_status(done, 0)
    with h5py.File(folder / "s/points/0000.h5") as file:
        check_has(file["run/provenance/command_line"][()].decode(), "--resume")
    _check_same(folder / "s/points/0000.h5", reference)


def two_processes_go_on_to_the_bytes_of_one(folder):
    if not MPIRUN:
        raise Skip("there is no mpirun, or lemma was built without MPI")
    reference = _reference(folder)
    _die_late(folder)
    done = subprocess.run([MPIRUN, "-n", "2", LEMMA, *_command(False)], cwd=folder, text=True,
                          timeout=200, capture_output=True, check=False,
                          env=MPI_ENVIRONMENT)
    check_status(done, 0)
    _check_same(folder / "k.h5", reference)


def interrupted_on_two_processes_a_run_goes_on_on_two(folder):
    if not MPIRUN:
        raise Skip("there is no mpirun, or lemma was built without MPI")
    reference = _reference(folder)

    def ranks(*words):
        return subprocess.Popen([MPIRUN, "-n", "2", LEMMA, *words], cwd=folder, text=True,
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                env=MPI_ENVIRONMENT)

    run = ranks("run", "t.yaml", "-o", "k.h5", "--observe", "full")
    _hear(run, "round 3")
    run.send_signal(signal.SIGTERM)
    run.communicate(timeout=200)
    check(_check_remains(folder, reference), "no record")
    run = ranks("run", "--resume", "k.h5", "-q")
    _, said = run.communicate(timeout=200)
    check(run.returncode == 0, run.returncode, said)
    _check_same(folder / "k.h5", reference)


if __name__ == "__main__":
    run_tests(globals())
