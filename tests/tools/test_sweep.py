"""lemma sweep: points as records, one file of them all, and going on after anything."""

import json
import os
import signal
import subprocess
import time

import one_node_slurm
from cli import (ENVIRONMENT, Skip, check, check_has, check_status, lemma,
                 refuses_what_is_no_file, run_tests, start)

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


def one_point_that_cannot_be_run_stops_all_before_the_first(folder):
    _write(folder, BASE + "axes:\n  - partition.clients: [2, 4, 9]\n")
    done = lemma("sweep", "s.yaml", "-o", "d", folder=folder)
    check_status(done, 2)
    check_has(done.stderr, "s.yaml:9: partition.clients=9: expected 1 to 8",
              "(point 2: partition.clients = 9)")
    check(not _ages(folder))


def a_value_is_shown_and_not_obeyed(folder):
    _write(folder, BASE + 'axes:\n  - data.path: ["a\\e[31m\\u00e9", "b"]\n')
    said = lemma("sweep", "s.yaml", "--dry-run", folder=folder).stdout
    done = lemma("sweep", "s.yaml", folder=folder)
    check_status(done, 0)
    for text in (said, done.stderr):
        check_has(text, "data.path = a\\x1B[31m\u00e9")
        check("\x1b" not in text, repr(text))


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
              "d/points/0001.h5: cannot be read as a record; remove it to run the point")
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


def _kill_and_wait(run):
    children = _children(run.pid)
    os.kill(run.pid, signal.SIGKILL)
    run.communicate(timeout=100)
    deadline = time.monotonic() + 60
    while any(os.path.exists(f"/proc/{pid}/exe") for pid in children):
        check(time.monotonic() < deadline, "runs outlive their sweep")
        time.sleep(0.02)


def runs_end_with_a_sweep_that_is_killed(folder):
    _write(folder, LONG.replace("rounds: 1500", "rounds: 100000000"))
    _kill_and_wait(_start_and_wait(folder))


def the_checkpoint_of_a_point_that_runs_elsewhere_stays(folder):
    _write(folder, LONG.replace("rounds: 1500", "rounds: 100000000")
           .replace("axes:", "  run: {checkpoint: 100 rounds}\naxes:").replace("[8, 16]", "[8]")
           .replace("seeds: 2", "seeds: 1"))
    run = start("sweep", "s.yaml", "-o", "d", folder=folder)
    checkpoint = folder / "d/points/0000.h5.checkpoint"
    while run.poll() is None and not checkpoint.exists():
        time.sleep(0.02)
    _kill_and_wait(run)
    with start("run", "--resume", "d/points/0000.h5", folder=folder) as elsewhere:
        while not (line := elsewhere.stderr.readline()).startswith("round"):
            check(line, "it does not go on")
        done = lemma("sweep", "s.yaml", "-o", "d", "-q", folder=folder)
        elsewhere.kill()
        check_status(done, 3)
        check_has(done.stderr, "another run is writing it")
        check(checkpoint.exists(), os.listdir(folder / "d/points"))


def two_sweeps_of_one_folder_are_refused(folder):
    _write(folder, LONG.replace("rounds: 1500", "rounds: 100000000"))
    run = _start_and_wait(folder)
    done = lemma("sweep", "s.yaml", "-o", "d", folder=folder)
    run.send_signal(signal.SIGTERM)
    run.communicate(timeout=100)
    check_status(done, 2)
    check_has(done.stderr, "d: another sweep is at work in it")


def a_sweep_is_written_to_files_behind_links(folder):
    _write(folder, SMALL)
    refuses_what_is_no_file("sweep", "s.yaml", "-o", folder=folder, said="expected a folder")
    (folder / "d").mkdir()
    os.mkfifo(folder / "d/sweep.h5")
    done = lemma("sweep", "s.yaml", "-o", "d", folder=folder)
    check_status(done, 2)
    check_has(done.stderr, "d/sweep.h5: expected a file to write, found a device")
    check(not _ages(folder), "points were run all the same")
    (folder / "d/sweep.h5").unlink()
    (folder / "real.h5").write_text("old", encoding="utf-8")
    (folder / "d/sweep.h5").symlink_to("../real.h5")
    check_status(lemma("sweep", "s.yaml", "-o", "d", "-q", folder=folder), 0)
    check((folder / "d/sweep.h5").is_symlink(), "the link is gone")
    check((folder / "real.h5").read_bytes().startswith(b"\x89HDF"), "nothing behind it")
    check(not list(folder.glob("**/*.new")), "more than that is left")


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


RUNS = """base:
  data: {samples: 6, dimension: 6, targets: {kind: random-sign}}
  partition: {clients: 2}
  network: {preset: two-layer-relu, depth: 1}
  train: {local_steps: 3, rounds: 60, step_rule: raw, step_size: 0.5}
  probes: {loss: {}}
  record: {data: none, weights: none}
"""
SEARCH = RUNS + """seeds: 2
search: {network.width: {from: 2, to: 24}, until: loss/server rounds-to<=1e-2, ratio: 1}
"""


def _tries(folder, point):
    lines = (folder / f"d/points/{point:04}.log").read_text(encoding="utf-8").split("\n")
    return [line.split()[:2] for line in lines if line and line[0].isdigit()]


def _found(folder, *words):
    done = lemma("sweep", "s.yaml", "-o", "d", "--dry-run", "--json", *words, folder=folder)
    check_status(done, 0)
    return [(p["state"], p["least"]) for p in json.loads(done.stdout)["points"]]


def a_search_finds_the_least_width_that_all_widths_show(folder):
    _write(folder, RUNS + "axes: [network.width: {linear: {from: 2, to: 24, points: 23}}]\n"
                          "seeds: 2\n", "all.yaml")
    check_status(lemma("sweep", "all.yaml", "-o", "all", "-q", "-j", "2", folder=folder), 0)
    first, lowest = (json.loads(lemma("info", "all/sweep.h5", f"loss/server.{how}", "--json",
                                      folder=folder).stdout)["rows"] for how in ("first", "min"))
    done = [{width: lowest[2 * width - 4 + seed] <= 1e-2 * first[2 * width - 4 + seed]
             for width in range(2, 25)} for seed in range(2)]
    _write(folder, SEARCH)
    run = lemma("sweep", "s.yaml", "-o", "d", "-j", "2", folder=folder)
    check_status(run, 0)
    check_has(run.stdout, "2 of 2 points finished")
    for seed, (state, width) in enumerate(_found(folder)):
        turns = [w for w in range(3, 25) if done[seed][w] and not done[seed][w - 1]]
        check(state == "complete" and width in turns, state, width, turns)
        check(len(turns) > 1 or width == turns[0], width, turns)
        tries = _tries(folder, seed)
        check([t[0] for t in tries[:2]] == ["24", "2"] and len(tries) <= 7, tries)
        check(all(done[seed][int(w)] == (how == "reached") for w, how in tries), tries)
        check_status(lemma("run", f"d/points/{seed:04}.yaml", "-q", "-o", f"{seed}.h5",
                           folder=folder), 0)
        check(_content(folder / f"{seed}.h5") == _content(folder / f"d/points/{seed:04}.h5"))
    check(sorted({name.split(".", 1)[1] for name in os.listdir(folder / "d/points")}) ==
          ["h5", "log", "yaml"], os.listdir(folder / "d/points"))
    check_has(lemma("info", "d/sweep.h5", folder=folder).stdout,
              "least     network.width from 2 to 24 until loss/server rounds-to<=0.01")
    widths = lemma("info", "d/sweep.h5", "sweep/m", "--json", folder=folder).stdout
    check(json.loads(widths)["rows"] == [w for _, w in _found(folder)], widths)


def a_finished_search_is_known_by_its_content(folder):
    _write(folder, SEARCH.replace("ratio: 1}", "ratio: 2}"))
    words = ["sweep", "s.yaml", "-o", "d"]
    check_status(lemma(*words, "-q", folder=folder), 0)
    before, coarse = _ages(folder), [_tries(folder, i) for i in range(2)]
    done = lemma(*words, folder=folder)
    check_has(done.stdout, "0 were run now")
    check(_ages(folder) == before)
    _write(folder, SEARCH)  # finer: it goes on
    check_status(lemma(*words, "-q", folder=folder), 0)
    fine = [_tries(folder, i) for i in range(2)]
    check(all(f[:len(c)] == c for f, c in zip(fine, coarse)) and fine != coarse, fine, coarse)
    _write(folder, SEARCH.replace("<=1e-2", "<=2e-2"))
    check(_states(folder) == ["other"] * 2, _states(folder))
    check(_states(folder, "--set", "train.rounds=50") == ["other"] * 2)
    _write(folder, SEARCH)
    check(_states(folder) == ["complete"] * 2)


def a_search_that_ends_at_a_bound_is_a_finding(folder):
    axes = "axes:\n  - data.samples: [6, 8]\nseeds: 2\n"
    _write(folder, RUNS + axes + "search: {network.width: {from: 2, to: 40}, until: "
                                 "loss/server rounds-to<=1e-9}\n")
    done = lemma("sweep", "s.yaml", "-o", "d", folder=folder)
    check_status(done, 0)
    check_has(done.stdout, "4 of 4 points finished, 4 of them without a least network.width "
                           "up to 40")
    check_has(done.stderr, "point 3 has NO least network.width (data.samples = 8, seed = 2): 40, "
                           "the greatest, does not bring loss/server to 1e-09 of its start")
    check(_found(folder) == [("unreached", None)] * 4, _found(folder))
    words = ["fit", "d", "--of", "sweep/m", "--against", "N"]
    none = lemma(*words, folder=folder)
    check_status(none, 2)
    check_has(none.stderr, "no point is left", "4 searches ended at a bound")
    _write(folder, RUNS + axes + "search: {network.width: {from: 2, to: 40}, until: "
                                 "loss/server rounds-to<=0.99}\n")
    done = lemma("sweep", "s.yaml", "-o", "d", "--force", folder=folder)
    check_status(done, 0)
    check_has(done.stdout, "4 of them do at 2 already")
    check(_found(folder) == [("censored", None)] * 4, _found(folder))
    check_has(lemma("sweep", "s.yaml", "-o", "d", "--dry-run", folder=folder).stdout,
              "least network.width <= 2")


def least_widths_are_fitted_without_those_at_a_bound(folder):
    h5py = _h5py()
    _write(folder, RUNS + "axes:\n  - data.samples: [6, 8, 10, 12]\nseeds: 2\nsearch: "
                          "{network.width: {from: 2, to: 40}, until: loss/server "
                          "rounds-to<=0.3}\n")
    check_status(lemma("sweep", "s.yaml", "-o", "d", "-q", folder=folder), 0)
    with h5py.File(folder / "d/sweep.h5", "r+") as file:  # planted: m = 2 N, two at a bound
        file["run/sweep/m"][:] = 2 * file["run/sweep/N"][:]
        file["run/sweep/search"][:] = [0, 0, 0, 1, 0, 0, 0, 2]
    words = ["fit", "d", "--of", "sweep/m", "--against", "N"]
    found = json.loads(lemma(*words, "--json", folder=folder).stdout)
    check(abs(found["exponents"][0]["exponent"] - 1) < 1e-9, found)
    check(found["points"]["unreached"] == 1 and found["points"]["censored"] == 1, found)
    check_has(lemma(*words, folder=folder).stdout, "d: sweep/m, over 6 of 8 points",
              "1 have no least value", "1 have theirs where the search begins")
    for extra, part in ((["--reduce", "max"], "one number a point"),
                        (["--of", "sweep/mm"], "expected a table of this sweep")):
        done = lemma(*words, *extra, folder=folder)
        check_status(done, 2)
        check_has(done.stderr, part)


def a_killed_search_goes_on_where_it_was(folder):
    _write(folder, LONG.replace("axes:\n  - network.width: [8, 16]\nseeds: 2", "seeds: 2") +
           "search: {network.width: {from: 2, to: 64}, until: loss/server rounds-to<=0.999}\n")
    run = _start_and_wait(folder)
    victims = _children(run.pid)
    for pid in [run.pid, *victims]:
        os.kill(pid, signal.SIGKILL)
    run.communicate(timeout=100)
    check("complete" not in _states(folder), _states(folder))
    before = [_tries(folder, i) for i in range(2)]
    time.sleep(0.2)  # until the kernel has let go of the dead ones' locks
    check_status(lemma("sweep", "s.yaml", "-o", "d", "-q", "-j", "2", folder=folder), 0)
    check_status(lemma("sweep", "s.yaml", "-o", "e", "-q", folder=folder), 0)
    check(all(_tries(folder, i)[:len(b)] == b for i, b in enumerate(before)), before)
    check(_content(folder / "d/sweep.h5") == _content(folder / "e/sweep.h5"))


def one_index_searches_at_one_point(folder):
    _write(folder, SEARCH)
    for i in range(2):
        check_status(lemma("sweep", "s.yaml", "-o", "d", "-q", "--index", i, folder=folder), 0)
    check_status(lemma("sweep", "s.yaml", "-o", "d", "-q", "--collect", folder=folder), 0)
    check_status(lemma("sweep", "s.yaml", "-o", "e", "-q", "-j", "2", folder=folder), 0)
    check(_content(folder / "d/sweep.h5") == _content(folder / "e/sweep.h5"))


def a_failed_try_fails_its_point(folder):
    _write(folder, SEARCH)
    (folder / "d/points/0001.try.h5").mkdir(parents=True)
    done = lemma("sweep", "s.yaml", "-o", "d", folder=folder)
    check_status(done, 3)
    check_has(done.stderr, "point 1 failed (seed = 2): ", "expected a file to write, found a folder")
    check_has(done.stdout, "1 of 2 points finished, 1 failed")


def the_paper_s_sizes_are_another_sweep_of_the_same_file(folder):
    _write(folder, SMALL + "paper:\n  base: {train: {rounds: 2}}\n  seeds: 3\n")
    done = lemma("sweep", "s.yaml", "--paper", "--dry-run", folder=folder)
    check_status(done, 0)
    check_has(done.stdout, "0005   missing     network.width = 16, seed = 3",
              "6 points, 0 finished; records s-paper/points/")
    check_has(lemma("sweep", "s.yaml", "--dry-run", folder=folder).stdout,
              "4 points, 0 finished; records s/points/")
    check_status(lemma("sweep", "s.yaml", "--paper", "-q", "--index", "4", folder=folder), 0)
    check_has((folder / "s-paper/points/0004.yaml").read_text(encoding="utf-8"), "rounds: 2")
    script = lemma("sweep", "s.yaml", "--paper", "--slurm", folder=folder).stdout
    check_has(script, "#SBATCH --array=0-5", " --paper --index")
    _write(folder, SMALL)
    done = lemma("sweep", "s.yaml", "--paper", folder=folder)
    check_status(done, 2)
    check_has(done.stderr, "s.yaml:1: paper: expected a map of the sizes for --paper, got nothing")
    _write(folder, SMALL + "paper: {seed: 3}\n")
    done = lemma("sweep", "s.yaml", folder=folder)
    check_status(done, 2)
    check_has(done.stderr, "s.yaml:11: paper: ", 'did you mean "seeds"?')


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
