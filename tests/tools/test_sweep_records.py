"""lemma sweep and the records that its folder has already: gone on with, kept, or replaced."""

import json
import os
import re

from cli import Skip, check, check_has, check_status, lemma, run_tests

try:
    import h5py
except ImportError:
    h5py = None

BASE = """
data: {samples: 12, dimension: 4, separation: 0.05}
partition: {clients: 2}
network: {width: 8, depth: 2}
train: {local_steps: 2, rounds: 12}
record: {data: none, weights: none}
probes: {loss: {}, local_loss: {}}
run: {checkpoint: 2 rounds}
"""
CSV = """
data: {kind: csv, path: d.csv, samples: 0, targets: {kind: column}}
partition: {clients: 2}
network: {width: 8, depth: 1}
train: {local_steps: 2, rounds: 12}
probes: {loss: {}}
run: {checkpoint: 2 rounds}
"""
DYING = {"LD_PRELOAD": os.environ["DYING"]}
PROVEN = ("provenance", "start_time", "end_time", "config_source")


def _write(folder, axes, base=BASE):
    (folder / "b.yaml").write_text(base, encoding="utf-8")
    (folder / "s.yaml").write_text("base: b.yaml\n" + axes, encoding="utf-8")


def _write_csv(folder, last):
    rows = [f"{i % 5},{i % 3},1,{i}\n" for i in range(11)] + [f"4,2,1,{last}\n"]
    (folder / "d.csv").write_text("".join(rows), encoding="utf-8")


def _sweep(folder, *words, status=0, environment=None):
    done = lemma("sweep", "s.yaml", "-o", "d", *words, folder=folder, environment=environment)
    check_status(done, status)
    return done


def _states(folder, *words):
    return [p["state"] for p in json.loads(_sweep(folder, "--dry-run", "--json",
                                                  *words).stdout)["points"]]


def _bytes(folder):
    """Every file of the points, but what runs said."""
    return {p.name: p.read_bytes() for p in (folder / "d/points").iterdir()
            if p.suffix in (".h5", ".checkpoint")}


def _tables(path):
    if not h5py:
        raise Skip("python3-h5py is not installed")
    found = {}

    def keep(name, item):
        if isinstance(item, h5py.Dataset) and not name.startswith(PROVEN):
            found[name] = item[()].tobytes() if item.shape else bytes(item[()])

    with h5py.File(path, "r") as file:
        file["run"].visititems(keep)
    return found


def _command(folder, point=0):
    if not h5py:
        raise Skip("python3-h5py is not installed")
    with h5py.File(folder / f"d/points/{point:04}.h5", "r") as file:
        return file["run/provenance/command_line"][()].decode()


def _kill_late(folder):
    """Point 0's run, killed at three quarters of what it does to files: how much that is."""
    (folder / "d/points").mkdir(parents=True, exist_ok=True)
    words = ["run", "b.yaml", "-q", "-o"]
    check_status(lemma(*words, "count.h5", "--force", folder=folder, environment={
        **DYING, "LEMMA_DIE_COUNT": str(folder / "count")}), 0)
    moments = int((folder / "count").read_text(encoding="ascii"))
    done = lemma(*words, "d/points/0000.h5", folder=folder,
                 environment={**DYING, "LEMMA_DIE_AT": str(3 * moments // 4)})
    check(done.returncode == -9, done.returncode, done.stderr)
    check((folder / "d/points/0000.h5.checkpoint").exists(), os.listdir(folder / "d/points"))
    return moments


def an_unfinished_point_goes_on_from_its_checkpoint_or_its_beginning(folder):
    _write(folder, "axes:\n  - seed: [1]\n")
    check_status(lemma("sweep", "s.yaml", "-o", "whole", "-q", folder=folder), 0)
    for keep in (True, False):
        _kill_late(folder)
        check(_states(folder) == ["unfinished"], _states(folder))
        if not keep:
            (folder / "d/points/0000.h5.checkpoint").unlink()
        _sweep(folder, "-q")
        check_has(_command(folder), "run --resume d/points/0000.h5")
        check("--force" not in _command(folder), _command(folder))
        check(_tables(folder / "d/points/0000.h5") == _tables(folder / "whole/points/0000.h5"))
        (folder / "d/points/0000.h5").unlink()


def an_unfinished_record_stays_until_there_is_as_much_again(folder):
    _write(folder, "axes:\n  - seed: [1]\n")
    moments = _kill_late(folder)
    (folder / "d/points/0000.h5.checkpoint").unlink()
    before = _bytes(folder)
    done = _sweep(folder, status=3, environment={**DYING, "LEMMA_DIE_AT": str(moments // 2)})
    check_has(done.stderr, "point 0 failed (seed = 1): killed by signal 9")
    check({k: v for k, v in _bytes(folder).items() if k in before} == before)


def without_a_checkpoint_it_is_the_same_data_or_nothing(folder):
    _write(folder, "axes:\n  - seed: [1]\n", CSV)
    _write_csv(folder, 3)
    _kill_late(folder)
    (folder / "d/points/0000.h5.checkpoint").unlink()
    before = _bytes(folder)
    _write_csv(folder, 4)
    done = _sweep(folder, status=3)
    check_has(done.stderr, "point 0 failed (seed = 1): ", "it was made of other data")
    check(_bytes(folder) == before)
    _write_csv(folder, 3)
    _sweep(folder)


def a_point_whose_checkpoint_is_damaged_fails_and_keeps_it(folder):
    _write(folder, "axes:\n  - seed: [1, 2]\n")
    _kill_late(folder)
    checkpoint = folder / "d/points/0000.h5.checkpoint"
    whole = checkpoint.read_bytes()
    checkpoint.write_bytes(whole[:len(whole) // 2])
    before = _bytes(folder)
    done = _sweep(folder, status=3)
    check_has(done.stderr, "point 0 failed (seed = 1): d/points/0000.h5.checkpoint: ",
              "remove it to run from the beginning")
    check_has(done.stdout, "1 of 2 points finished, 1 failed")
    check({k: v for k, v in _bytes(folder).items() if k in before} == before)
    checkpoint.unlink()
    _sweep(folder)
    check(_states(folder) == ["complete"] * 2, _states(folder))


def _kernel(core):
    return re.search(r"\S+ kernel", lemma("--version", environment={
        "OPENBLAS_CORETYPE": core} if core else {}).stdout)[0]


def a_point_begun_with_another_kernel_fails_and_says_what_to_do(folder):
    _write(folder, "axes:\n  - seed: [1]\n")
    _kill_late(folder)
    before = _bytes(folder)
    other = next((k for k in ("Prescott", "Nehalem") if _kernel(k) != _kernel("")), None)
    if not other:
        raise Skip("OpenBLAS has no other kernel here")
    done = _sweep(folder, status=3, environment={"OPENBLAS_CORETYPE": other})
    check_has(done.stderr, "point 0 failed (seed = 1): d/points/0000.h5.checkpoint: it was "
                           "computed by OpenBLAS's kernel ", "OPENBLAS_CORETYPE=", "goes on")
    check(_bytes(folder) == before)
    _sweep(folder)
    check_has(_command(folder), "--resume")


def records_of_other_experiments_are_replaced_with_force_alone(folder):
    _write(folder, "axes:\n  - network.width: [8, 16]\nseeds: 2\n")
    _sweep(folder, "-q")
    before, sums = _bytes(folder), (folder / "d/sweep.h5").read_bytes()
    _write(folder, "axes:\n  - network.width: [8, 24, 16]\nseeds: 2\n")
    check(_states(folder) == ["complete"] * 2 + ["other"] * 2 + ["missing"] * 2)
    refused = ("d: 2 of its records are of other experiments than this sweep's, the first "
               "d/points/0002.h5; name another folder with -o, or replace them with --force")
    check_has(_sweep(folder, "--dry-run").stderr, "without --dry-run this is refused: " + refused)
    for words in ([], ["--index", "2"], ["--slurm"], ["--index", "0", "--set", "train.rounds=3"]):
        done = _sweep(folder, *words, status=2)
        check_has(done.stderr, "lemma sweep: d: ", "replace them with --force" if "--index" in words
                  else refused)
        check(done.stdout == "", done.stdout)
    check(_bytes(folder) == before and (folder / "d/sweep.h5").read_bytes() == sums)
    _sweep(folder, "-q", "--index", "0")
    _sweep(folder, "-q", "--collect", status=3)
    check(_bytes(folder) == before)
    done = _sweep(folder, "--force")
    check_has(done.stdout, "6 of 6 points finished; 4 were run now")
    after = _bytes(folder)
    check(all(after[name] == before[name] for name in ("0000.h5", "0001.h5")))
    _write(folder, "axes:\n  - network.width: [8]\nseeds: 2\n")
    check_has(_sweep(folder).stdout, "2 of 2 points finished; 0 were run now")
    check(_bytes(folder) == after, "points out of the file are left alone")


def another_sweep_is_refused_a_folder_with_unfinished_records(folder):
    _write(folder, "axes:\n  - seed: [2, 3]\n")
    _kill_late(folder)
    before = _bytes(folder)
    done = _sweep(folder, status=2)
    check_has(done.stderr, "d: 1 of its records is of other experiments than this sweep's, the "
                           "first d/points/0000.h5")
    check(_bytes(folder) == before and len(list((folder / "d/points").glob("*.yaml"))) == 0)
    _sweep(folder, "--force", "-q")
    check(_states(folder) == ["complete"] * 2, _states(folder))
    check_has(_command(folder), "--force")
    check("--force" not in _command(folder, 1), _command(folder, 1))
    check_has(_sweep(folder, "--slurm", "--force").stdout, " --force --index")


def what_is_no_record_fails_its_point_and_stays(folder):
    search = ("seeds: 2\nsearch: {network.width: {from: 2, to: 24}, until: loss/server "
              "rounds-to<=0.9999}\n")
    for axes in ("axes:\n  - seed: [1, 2]\n", search):
        _write(folder, axes)
        (folder / "d/points").mkdir(parents=True)
        strange = folder / "d/points/0000.h5"
        strange.write_text("my notes", encoding="utf-8")
        check(_states(folder) == ["unreadable", "missing"], _states(folder))
        for words in ([], ["--force"]):
            done = _sweep(folder, *words, status=3)
            check_has(done.stderr, "point 0 failed (seed = 1): d/points/0000.h5: cannot be read as "
                                   "a record; remove it to run the point")
            check_has(done.stdout, "1 of 2 points finished, ", "1 failed; ")
        check(strange.read_text(encoding="utf-8") == "my notes")
        strange.unlink()
        _sweep(folder, "-q")
        check(_states(folder) == ["complete"] * 2 or axes == search, _states(folder))
        (folder / "d").rename(folder / f"d{len(axes)}")


SEARCH = """seeds: 1
search: {network.width: {from: 2, to: 64}, until: loss/server rounds-to<=0.5, ratio: 1}
"""
SEARCHED = BASE.replace("rounds: 12", "rounds: 40").replace("separation: 0.05",
                                                            "targets: {kind: random-sign}")


def another_search_is_refused_the_folder_and_its_own_goes_on(folder):
    _write(folder, SEARCH, SEARCHED)
    _sweep(folder, "-q")
    log = folder / "d/points/0000.log"
    found = log.read_text(encoding="utf-8")
    before = _bytes(folder)
    _write(folder, SEARCH.replace("<=0.5", "<=0.4"), SEARCHED)
    done = _sweep(folder, status=2)
    check_has(done.stderr, "d: 1 of its records is of other experiments, or searches, than this")
    check(_bytes(folder) == before and log.read_text(encoding="utf-8") == found)
    _write(folder, SEARCH, SEARCHED)
    tries = [line for line in found.splitlines() if line[0].isdigit()]
    kept = max(i for i, line in enumerate(tries) if "reached" in line)
    # as it is when a kill comes between the record's and the trail's renaming
    log.write_text("\n".join(found.splitlines()[:1 + kept]) + "\n", encoding="utf-8")
    check(_states(folder) == ["unfinished"], _states(folder), found)
    _sweep(folder, "-q")
    check(log.read_text(encoding="utf-8") == found)


def points_of_files_that_were_rewritten_are_not_summed_up(folder):
    _write(folder, "axes:\n  - data.samples: [0, 8]\nseeds: [1, 2]\n", CSV)
    _write_csv(folder, 3)
    _sweep(folder, "-q")
    sums = (folder / "d/sweep.h5").read_bytes()
    _write(folder, "axes:\n  - data.samples: [0, 8, 9]\nseeds: [1, 2]\n", CSV)
    _write_csv(folder, 4)
    for words in ([], ["--collect"]):
        done = _sweep(folder, *words, status=2)
        check_has(done.stderr, "d: points 0003 and 0004 were made of different files of the same "
                               "name, d.csv (CRC-32: file ", "put the old files back")
        check((folder / "d/sweep.h5").read_bytes() == sums, "sweep.h5 has changed")
    check(_states(folder) == ["complete"] * 6, _states(folder))
    for point in (4, 5):
        (folder / f"d/points/{point:04}.h5").unlink()
    _write_csv(folder, 3)
    check_has(_sweep(folder).stdout, "6 of 6 points finished; 2 were run now")
    (folder / "e.csv").write_text((folder / "d.csv").read_text(encoding="utf-8") + "9,9,9,9\n",
                                  encoding="utf-8")
    _write(folder, "axes:\n  - data.path: [d.csv, e.csv]\n", CSV)
    check_status(lemma("sweep", "s.yaml", "-o", "e", "-q", folder=folder), 0)


run_tests(globals())
