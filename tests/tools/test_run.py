"""lemma run: what it takes, what it refuses, what it leaves behind."""

import json
import os
import pathlib
import re
import resource
import shutil
import signal
import subprocess
import time

from cli import (ENVIRONMENT, LEMMA, Skip, TINY, check, check_has, check_status, lemma,
                 run_tests, start)

ENDLESS = [*TINY, "--set", "train.rounds=1000000"]


def _write(path, text):
    path.write_text(text, encoding="utf-8")
    return path


def _status(folder, name):
    return json.loads(lemma("info", "--json", name, folder=folder).stdout)["status"]


def the_quick_start_needs_no_file_and_leaves_a_record(folder):
    done = lemma("run", *TINY, folder=folder)
    check_status(done, 0)
    check_has(done.stdout, "loss at the start", "loss at the end", "gradient_gap",
              "lemma info", "quickstart.h5")
    check(os.listdir(folder) == ["quickstart.h5"], os.listdir(folder))
    check(_status(folder, "quickstart.h5") == "complete")


def the_record_takes_its_name_from_the_experiment(folder):
    text = lemma("run", "--print-config", *TINY).stdout
    _write(folder / "mine.yaml", text)
    check_status(lemma("run", "mine.yaml", "-q", folder=folder), 0)
    check((folder / "mine.h5").exists(), os.listdir(folder))


def the_printed_experiment_reads_back_the_same(folder):
    first = lemma("run", "--print-config", "--set", "network.width=48", "--set",
                  "probes.activation.every=5 steps")
    check_status(first, 0)
    check_has(first.stdout, "48", "5 steps")
    _write(folder / "again.yaml", first.stdout)
    second = lemma("run", "--print-config", folder / "again.yaml")
    check_status(second, 0)
    check(first.stdout == second.stdout, first.stdout, second.stdout)


def later_settings_win(_):
    done = lemma("run", "--print-config", "--set", "network.width=31", "--set",
                 "network.width=33")
    check_status(done, 0)
    check("31" not in done.stdout and "33" in done.stdout, done.stdout)


def each_observe_preset_is_known_and_others_are_refused(_):
    texts = set()
    for name in ("economy", "standard", "full"):
        done = lemma("run", "--print-config", "--observe", name)
        check_status(done, 0)
        check_has(done.stdout, "probes:\n  loss: {}")
        texts.add(done.stdout)
    check(len(texts) == 3, texts)
    done = lemma("run", "--print-config", "--observe", "ful")
    check_status(done, 2)
    check_has(done.stderr, "ful")


def an_unknown_key_is_answered_with_file_line_and_nearest(folder):
    file = _write(folder / "bad.yaml", "seed: 1\nnetwork:\n  widht: 64\n")
    done = lemma("run", file)
    check_status(done, 2)
    check_has(done.stderr, "bad.yaml:3", "widht", "width")


def an_unknown_setting_is_a_usage_error(folder):
    done = lemma("run", "--set", "network.widht=64", folder=folder)
    check_status(done, 2)
    check_has(done.stderr, "network.widht", "network.width")
    check(os.listdir(folder) == [], os.listdir(folder))


def a_value_of_the_wrong_type_is_refused(folder):
    done = lemma("run", "--set", "network.width=wide", folder=folder)
    check_status(done, 2)
    check_has(done.stderr, "network.width", "wide")


def what_the_quick_start_says_is_not_blamed_on_a_file(folder):
    done = lemma("run", "--set", "data.kind=csv", folder=folder)
    check_status(done, 2)
    check_has(done.stderr, "built-in quick start:", "data.targets.kind: expected column, "
              "one-hot or sign with data.kind csv, got \"teacher\"; override it with "
              "--set data.targets.kind=VALUE")
    check("quickstart.yaml" not in done.stderr, done.stderr)
    done = lemma("run", "--set", "data.kind=csv", "--set", "data.targets.kind=sgin",
                 folder=folder)
    check_status(done, 2)
    check_has(done.stderr, "--set data.targets.kind=sgin: ", 'did you mean "sign"?')
    check("VALUE" not in done.stderr and os.listdir(folder) == [], done.stderr)


def families_answer_unknown_names_with_the_nearest(folder):
    for key, word, near in (("data.kind", "spere", "sphere"),
                            ("partition.kind", "dirichelt", "dirichlet"),
                            ("network.preset", "deep-rely", "deep-relu"),
                            ("data.targets.kind", "teachr", "teacher"),
                            ("probes.los", "{}", "loss")):
        done = lemma("run", *TINY, "--set", f"{key}={word}", folder=folder)
        check_status(done, 2)
        check_has(done.stderr, f"--set {key}={word}: expected ", f'did you mean "{near}"?')


CSV = ["--set", "data.kind=csv", "--set", "data.targets.kind=one-hot", "--set",
       "data.samples=0", "--set", "data.path=points.csv", "--set", "network.width=16",
       "--set", "train.rounds=2", "--set", "train.local_steps=2", "--set",
       "partition.clients=3"]


def samples_and_classes_are_told_by_the_names_of_their_source(folder):
    rows = [(1, i * i, 3 if i % 3 else 7) for i in range(12)]
    _write(folder / "points.csv", "x,y,class\n# said\n" +
           "".join(f"{x},{y},{k}\n" for x, y, k in rows))
    check_status(lemma("run", *CSV, "-q", "-o", "r.h5", folder=folder), 0)
    index, label, classes, inputs = (
        json.loads(lemma("info", "--json", "r.h5", f"data/{name}", folder=folder).stdout)["rows"]
        for name in ("index", "label", "classes", "inputs"))
    check(sorted(index) == list(range(12)) and index != sorted(index), index)
    check(classes == [3, 7], classes)
    check([classes[k] for k in label] == [rows[i][2] for i in index], label, index)
    check(all(abs(y / x - rows[i][1]) < 1e-9 for (x, y), i in zip(inputs, index)), inputs)


def doubled_and_parallel_samples_are_named_by_their_rows(folder):
    points = [[1, i * i] for i in range(14)]
    points[9], points[11], points[12], points[5] = points[2], points[2], [1, 169], [-1, -36]
    _write(folder / "points.csv", "".join(f"{x},{y},{i % 2}\n" for i, (x, y) in
                                          enumerate(points)))
    done = lemma("run", *CSV, "-q", folder=folder)
    check_status(done, 0)
    check_has(done.stderr, "4 pairs of inputs are equal (samples 2 and 9, 2 and 11, 9 and 11, "
              "12 and 13, from 0)", "1 pair of inputs is parallel (samples 5 and 6, from 0)")


def of_many_doubled_samples_ten_pairs_are_named(folder):
    _write(folder / "points.csv", "".join(f"1,2,{i % 2}\n" for i in range(6)))
    done = lemma("run", *CSV, "-q", folder=folder)
    check_status(done, 0)
    check_has(done.stderr, "15 pairs of inputs are equal (samples 0 and 1, ",
              ", 2 and 3, and 5 more, from 0)")
    check(done.stderr.count("\n") == 1, done.stderr)


def a_missing_experiment_is_refused(folder):
    done = lemma("run", "nowhere.yaml", folder=folder)
    check_status(done, 2)
    check_has(done.stderr, "nowhere.yaml")


def threads_must_be_a_positive_number(folder):
    for value in ("0", "-1", "two", "1x", "99999"):
        done = lemma("run", f"--threads={value}", folder=folder)
        check_status(done, 2)
        check_has(done.stderr, "--threads")


def an_existing_record_is_kept_unless_forced(folder):
    check_status(lemma("run", *TINY, "-q", "-o", "out.h5", folder=folder), 0)
    kept = (folder / "out.h5").read_bytes()
    done = lemma("run", *TINY, "-o", "out.h5", folder=folder)
    check_status(done, 2)
    check_has(done.stderr, "out.h5", "--force")
    check((folder / "out.h5").read_bytes() == kept)
    check(os.listdir(folder) == ["out.h5"], os.listdir(folder))
    check_status(lemma("run", *TINY, "--set", "seed=2", "-q", "-o", "out.h5", "--force",
                       folder=folder), 0)
    check((folder / "out.h5").read_bytes() != kept and _status(folder, "out.h5") == "complete")


def force_replaces_records_only(folder):
    (folder / "mine.yaml").write_text("seed: 3\n", encoding="utf-8")
    done = lemma("run", "mine.yaml", *TINY, "-q", "-o", "mine.yaml", "--force", folder=folder)
    check_status(done, 2)
    check_has(done.stderr, "mine.yaml: exists already, and is no record")
    check((folder / "mine.yaml").read_text(encoding="utf-8") == "seed: 3\n")
    (folder / "empty.h5").touch()
    check_status(lemma("run", *TINY, "-q", "-o", "empty.h5", "--force", folder=folder), 0)


def an_output_that_cannot_be_written_leaves_nothing(folder):
    done = lemma("run", *TINY, "-o", folder / "no" / "such" / "folder.h5")
    check(done.returncode in (2, 3), done.returncode)
    check_has(done.stderr, "folder.h5")
    check(os.listdir(folder) == [], os.listdir(folder))


def a_disk_without_room_is_trouble_and_no_crash(folder):
    def small_files():
        resource.setrlimit(resource.RLIMIT_FSIZE, (20000, 20000))

    done = subprocess.run([LEMMA, "run", *TINY, "-o", "out.h5"], cwd=folder, text=True,
                          env=ENVIRONMENT, preexec_fn=small_files, capture_output=True,
                          timeout=100, check=False)
    check_status(done, 3)
    check_has(done.stderr, "out.h5")
    check(os.listdir(folder) == [], os.listdir(folder))


def quiet_says_nothing(folder):
    done = lemma("run", *TINY, "--quiet", folder=folder)
    check_status(done, 0)
    check(done.stdout == "" and done.stderr == "", done.stdout, done.stderr)


def progress_is_bounded_and_without_colours(folder):
    done = lemma("run", *TINY, "--set", "train.rounds=300", folder=folder)
    check_status(done, 0)
    lines = [line for line in done.stderr.splitlines() if line.startswith("round ")]
    check(2 <= len(lines) <= 12, done.stderr)
    check("\x1b" not in done.stderr and "\r" not in done.stderr, repr(done.stderr))


def the_summary_is_json_on_demand(folder):
    done = lemma("run", *TINY, "--json", "-q", folder=folder)
    check_status(done, 0)
    summary = json.loads(done.stdout)
    check(summary["status"] == "complete" and summary["steps"] == 6, summary)
    check(summary["record"] == "quickstart.h5", summary)
    check(summary["headlines"]["loss_last"] < summary["headlines"]["loss_first"], summary)
    check(0 <= summary["headlines"]["flips_initial"] <= 1, summary)
    check(set(summary["probe_seconds"]) >= {"loss", "gradient_gap"}, summary)


def a_diverged_run_is_a_finding_said_loudly(folder):
    done = lemma("run", *TINY, "--set", "train.step_size=1e200", "--set",
                 "train.step_rule=raw", folder=folder)
    check_status(done, 0)
    check_has(done.stderr, "DIVERGED")
    check(_status(folder, "quickstart.h5") == "diverged")


def _interrupt(folder, number, *more):
    run = start("run", *ENDLESS, *more, folder=folder)
    first = run.stderr.readline()
    while first and not first.startswith("round "):
        first = run.stderr.readline()
    check(first, "no progress line")
    run.send_signal(number)
    _, talk = run.communicate(timeout=100)
    return run.returncode, talk


def ctrl_c_leaves_a_whole_record(folder):
    status, talk = _interrupt(folder, signal.SIGINT)
    check(status == 3, status, talk)
    check_has(talk, "interrupted")
    # the checkpoint: where the step happened to be a round's last
    check(set(os.listdir(folder)) - {"quickstart.h5.checkpoint"} == {"quickstart.h5"},
          os.listdir(folder))
    check(_status(folder, "quickstart.h5") == "interrupted")


def _rows_of(folder, record, table):
    """Steps of a table's rows: whose they are, steps, rounds, whole rounds, averagings."""
    rows = json.loads(lemma("info", "--json", record, table, folder=folder).stdout)
    if "step" not in rows:
        return rows[table.split("/")[1] + "_step"], "averagings"
    if table.split("/")[0] in ("asymmetric_gram", "remainder"):
        return rows["step"], "whole rounds"
    return rows["step"], "rounds" if set(rows["local_step"]) == {0} else "steps"


def an_interrupted_record_holds_every_row_before_its_last_step(folder):
    for tau in (1, 3):
        name = f"tau{tau}.h5"
        status, talk = _interrupt(folder, signal.SIGINT, "-o", name, "--observe", "full",
                                  "--set", f"train.local_steps={tau}",
                                  "--set", "probes.asymmetric_gram.every=1",
                                  "--set", "probes.preactivation.every=1",
                                  "--set", "probes.noise.every=1",
                                  "--set", "probes.ensemble.every=1")
        check(status == 3, status, talk)
        overview = json.loads(lemma("info", "--json", name, folder=folder).stdout)
        committed = int(overview["committed"])
        rounds = list(range(0, committed, tau))
        expected = {"steps": list(range(committed)), "rounds": rounds,
                    "whole rounds": [t for t in rounds if t + tau <= committed],
                    "averagings": [t + tau - 1 for t in rounds if t + tau <= committed]}
        axes = re.compile("(^|_)(step|round)$")
        tables = [t for t in overview["tables"] if not axes.search(t.split("/")[1])]
        seen = set()
        for table in tables:
            steps, kind = _rows_of(folder, name, table)
            check([t for t in steps if t < committed] == expected[kind], table, tau,
                  committed, steps[-3:])
            seen.add(kind)
        check(len(tables) > 15 and seen >= {"rounds", "averagings"}, tables)


def a_scheduler_that_ends_the_run_leaves_a_whole_record(folder):
    status, talk = _interrupt(folder, signal.SIGTERM)
    check(status == 3, status, talk)
    check(_status(folder, "quickstart.h5") == "interrupted")


def the_record_opens_in_h5py(folder):
    try:
        import h5py  # pylint: disable=import-outside-toplevel
    except ImportError as error:
        raise Skip("python3-h5py is not installed") from error
    check_status(lemma("run", *TINY, "-q", folder=folder), 0)
    with h5py.File(folder / "quickstart.h5", "r") as f:
        check(f["run/loss/server"].shape == (4,), f["run/loss/server"].shape)
        check(f["run/activation/flips_initial"].shape[0] == 6)
        check(f["run/network"].attrs["m"] == 32)


def talk_to_a_reader_that_left_ends_no_run(folder):
    read, write = os.pipe()
    os.close(read)
    done = subprocess.run([LEMMA, "run", *TINY], cwd=folder, env=ENVIRONMENT, stderr=write,
                          stdout=subprocess.DEVNULL, timeout=100, check=False)
    os.close(write)
    check(done.returncode == 0, done.returncode)
    check(_status(folder, "quickstart.h5") == "complete")


# One line each: a key, a value that nothing can hold, finish or mean.
ABSURD = """
network.width=0 network.width=1000000000 network.width=1000000000000000 network.width=-1
network.depth=0 network.depth=1000000000 network.depth=1000000000000000
train.rounds=0 train.rounds=1000000000000000 train.local_steps=1000000000000000
train.local_steps=0 train.step_size=0 train.step_size=-1 train.step_size=nan
train.step_size=.inf train.step_size=1e400 train.server_step=0 train.server_step=-1
train.batch=-1 train.batch=1.5 seed=18446744073709551616 seed=-1
data.samples=0 data.samples=1000000000000000 data.samples=100000000000
data.dimension=1000000000000000 data.test_samples=1000000000000000
data.targets.outputs=1000000000000000 data.separation=1.5 partition.clients=0
partition.clients=17 partition.clients=1000000000000000 probes.activation.every=0
probes.activation.every=1000000000000000000000
"""


def an_estimate_starts_nothing_and_writes_nothing(folder):
    done = lemma("run", "--estimate", "-o", "e.h5", folder=folder)
    check_status(done, 0)
    check_has(done.stdout, "memory\n", "  gram ", "all, with the program",
              "floating point operations\n", "a guess: products run at", "disk: e.h5",
              "record, likely", "checkpoint", "at most")
    check(not os.listdir(folder), os.listdir(folder))
    long = lemma("run", "--estimate", "--json", "--set", "train.rounds=600000", folder=folder)
    short = lemma("run", "--estimate", "--json", *TINY, folder=folder)
    check_status(long, 0)
    long, short = json.loads(long.stdout), json.loads(short.stdout)
    check(long["record"]["path"] == "quickstart.h5", long)
    check(long["guess"]["seconds"] > short["guess"]["seconds"] > 0, long, short)
    for which in ("least", "likely", "most"):
        check(long["record"][which] > short["record"][which], which, long, short)
    check(long["probes"]["gram"]["memory"] >= 3 * 8 * 256 ** 2, long["probes"])
    check(short["fits"] == long["fits"] == 1)


def the_estimated_memory_is_what_a_run_takes(folder):
    """Some 300 MB; within a factor of 1.5 either way."""
    if b"__asan_init" in pathlib.Path(LEMMA).read_bytes():
        raise Skip("a sanitizer takes memory of its own")
    large = ["--set", "network.width=1536", "--set", "train.rounds=1", "--set",
             "train.local_steps=2", "--set", "data.samples=1024", "--set",
             "data.separation=0.05", "--set", "probes.gradient_gap=off"]
    says = json.loads(lemma("run", "--estimate", "--json", *large, folder=folder).stdout)
    with subprocess.Popen([LEMMA, "run", "-q", *large], cwd=folder,
                          env={**ENVIRONMENT, "OMP_NUM_THREADS": "1"}) as run:
        _, status, used = os.wait4(run.pid, 0)
        run.returncode = os.waitstatus_to_exitcode(status)
    check(run.returncode == 0)
    ratio = 1024 * used.ru_maxrss / says["memory"]["all"]
    print(f"# {used.ru_maxrss / 1024:.0f} MB, estimated / {ratio:.2f}")
    check(1 / 1.5 < ratio < 1.5, used.ru_maxrss, says["memory"])


def _with_little(*words, folder):
    """Runs where some 1.5 GB may be mapped, of which OpenBLAS takes 0.5."""
    return subprocess.run(["sh", "-c", 'ulimit -v 1500000; exec "$@"', "sh", LEMMA, "run", *words],
                          cwd=folder, text=True, env={**ENVIRONMENT, "OMP_NUM_THREADS": "1"},
                          capture_output=True, check=False)


def what_does_not_fit_is_estimated_and_refused(folder):
    if b"__asan_init" in pathlib.Path(LEMMA).read_bytes():
        raise Skip("a sanitizer maps more than any limit")
    done = _with_little("--estimate", "--set", "network.width=8192", folder=folder)
    check_status(done, 2)
    check_has(done.stdout, "all, with the program")
    check_has(done.stderr, "--set network.width=8192: ", "GB of memory here")
    done = lemma("run", "--estimate", "--set", "network.width=1000000000000000", folder=folder)
    check_status(done, 2)
    check_has(done.stderr, "--set network.width=1000000000000000: ", "GB of memory here")
    check(not os.listdir(folder), os.listdir(folder))


# What is refused before anything is made, by one key alone.
REFUSED = """
network.width=1000000000000000 network.depth=1000000000000 network.depth=9007199254740992
data.dimension=1000000000000 data.targets.outputs=1000000000000 data.test_samples=1000000000000
data.samples=0 data.samples=100000000000 partition.clients=17 partition.clients=0
data.separation=1.5 train.rounds=1000000000000000 data.kind=spere network.preset=deep
"""


def the_estimate_says_where_no_record_can_be_made(folder):
    done = lemma("run", *TINY, "--estimate", "-o", "nowhere/r.h5", folder=folder)
    check_status(done, 3)
    check_has(done.stderr, "nowhere/r.h5: cannot be made: No such file or directory")


def the_estimate_and_the_run_refuse_with_one_sentence(folder):
    for setting in REFUSED.split():
        said = [lemma("run", *TINY, "--set", setting, *how, folder=folder)
                for how in (["--estimate"], [])]
        for done in said:
            check_status(done, 2)
        check(said[0].stderr == said[1].stderr, said[0].stderr, said[1].stderr)
        check_has(said[0].stderr, setting.split("=", maxsplit=1)[0] + "=")
        check(os.listdir(folder) == [], os.listdir(folder))


def a_size_whose_data_alone_would_fit_is_refused_before_they_are_made(folder):
    """One GB may be taken; data and weights are 0.8 GB, training some copies more."""
    if b"__asan_init" in pathlib.Path(LEMMA).read_bytes():
        raise Skip("a sanitizer maps more than any limit")
    for how in ("--estimate", "-q"):
        done = _with_little(how, *TINY, "--set", "data.dimension=2000000", folder=folder)
        check_status(done, 3)
        check_has(done.stderr, "--set data.dimension=2000000: expected a run that fits",
                  "GB of memory here", "--force tries it")
        check(os.listdir(folder) == [], os.listdir(folder))


def a_size_too_large_for_the_data_of_a_file_is_refused_before_training(folder):
    """Weights and data are 0.8 GB, of the 0.9 that may be taken; training is more."""
    if b"__asan_init" in pathlib.Path(LEMMA).read_bytes():
        raise Skip("a sanitizer maps more than any limit")
    (folder / "points.csv").write_text("".join(
        f"{i % 2},{','.join(str((i * j) % 7 - 3) for j in range(1, 401))}\n" for i in range(40)))
    wide = [*TINY, "--set", "data.kind=csv", "--set", "data.path=points.csv",
            "--set", "data.targets.kind=column", "--set", "data.samples=0",
            "--set", "train.local_steps=64", "--set", "network.width=4000"]
    for how in ("--estimate", "-q"):
        done = _with_little(how, *wide, folder=folder)
        check_status(done, 3)
        check_has(done.stderr, "--set network.width=4000: expected a run that fits",
                  "GB of memory here", "--force tries it")
        check(os.listdir(folder) == ["points.csv"], os.listdir(folder))


def a_record_larger_than_the_disk_is_refused_unless_forced(folder):
    """A thousand million rounds: terabytes."""
    endless = [*TINY, "--set", "train.rounds=1000000000", "-o", "endless.h5"]
    done = lemma("run", *endless, "--estimate", folder=folder)
    check_status(done, 3)
    check_has(done.stdout, "free there")
    check_has(done.stderr, "the record needs at least", "are free where it would lie",
              "train.rounds", "--force")
    done = lemma("run", *endless, folder=folder)
    check_status(done, 3)
    check_has(done.stderr, "the record needs at least", "--force")
    check(not os.listdir(folder), os.listdir(folder))
    with start("run", *endless, "--force", folder=folder) as run:
        while not (folder / "endless.h5").exists() and run.poll() is None:
            time.sleep(0.05)
        run.send_signal(signal.SIGINT)
        run.communicate(timeout=60)
    check(run.returncode == 3 and _status(folder, "endless.h5") == "interrupted")


def kernels_that_do_not_fit_are_refused_before_the_run(folder):
    """Ten outputs of 8000 samples: a full Gram matrix of 51 GB."""
    many = ["--set", "data.samples=8000", "--set", "data.separation=0.01", "--set",
            "data.targets.outputs=10", "--set", "probes.gram.kernel=full"]
    done = lemma("run", *many, folder=folder)
    check_status(done, 3)
    check_has(done.stderr, "--set data.samples=8000: expected probes that fit the",
              "kernel: mean", "--force tries it")
    check(not os.listdir(folder), os.listdir(folder))
    done = lemma("run", *many, "--set", "probes.gram=off", "--set", "train.step_rule=lazy-limit",
                 "--set", "partition.clients=1", folder=folder)
    check_status(done, 2)
    check_has(done.stderr, "train.step_rule", "kernel blocks fit")


def sizes_beyond_reason_are_refused_with_their_key(folder):
    for setting in ABSURD.split():
        done = lemma("run", *TINY, "--set", setting, folder=folder)
        check_status(done, 2)
        check_has(done.stderr, "lemma run: --set " + setting.split("=", maxsplit=1)[0])
        check(len(done.stderr.splitlines()) == 1, done.stderr)
        check(os.listdir(folder) == [], os.listdir(folder))


def factors_beyond_this_machine_name_the_local_steps(folder):
    done = lemma("run", *TINY, "--set", "train.local_steps=100000000000", "--set",
                 "train.local_models=factored", folder=folder)
    check_status(done, 3)
    check_has(done.stderr, "--set train.local_steps=", "GB", "--force tries it")


def a_size_beyond_reason_in_a_file_is_told_with_its_line(folder):
    _write(folder / "wide.yaml", "seed: 1\nnetwork:\n  width: 1000000000\n")
    done = lemma("run", "wide.yaml", folder=folder)
    check_status(done, 2)
    check_has(done.stderr, "wide.yaml:3: network.width: ", "GB")
    check(os.listdir(folder) == ["wide.yaml"], os.listdir(folder))


def a_process_without_room_for_openblas_is_told_and_does_not_wait_for_ever(folder):
    def little_memory():
        resource.setrlimit(resource.RLIMIT_AS, (400 << 20, 400 << 20))

    done = subprocess.run([LEMMA, "run", *TINY], cwd=folder, text=True,
                          env={**ENVIRONMENT, "OPENBLAS_NUM_THREADS": "1"},
                          preexec_fn=little_memory, capture_output=True, timeout=100,
                          check=False)
    if "Sanitizer" in done.stderr:
        raise Skip("AddressSanitizer maps more than that")
    check_status(done, 3)
    check_has(done.stderr, "ulimit -v", "OpenBLAS")
    check(os.listdir(folder) == [], os.listdir(folder))


def the_largest_seed_and_a_batch_beyond_the_samples_are_fine(folder):
    check_status(lemma("run", *TINY, "-q", "--set", "seed=9007199254740992", "--set",
                       "train.batch=1000000000000000", folder=folder), 0)


def a_locale_with_a_decimal_comma_changes_nothing(folder):
    if not shutil.which("localedef"):
        raise Skip("there is no localedef to make a locale with")
    subprocess.run(["localedef", "--no-archive", "-i", "de_DE", "-f", "UTF-8",
                    folder / "de_DE.UTF-8"], capture_output=True, check=False)
    if not (folder / "de_DE.UTF-8").exists():
        raise Skip("localedef has no de_DE here")
    # p11-kit, which HDF5's libraries load, never frees the locale it makes by LOCPATH.
    german = {"LC_ALL": "de_DE.UTF-8", "LOCPATH": str(folder),
              "ASAN_OPTIONS": "exitcode=66:detect_leaks=0"}
    texts, losses = [], []
    for name, environment in (("c.h5", {"LC_ALL": "C"}), ("de.h5", german)):
        settings = [*TINY, "--set", "train.step_size=0.25"]
        texts.append(lemma("run", "--print-config", *settings, environment=environment).stdout)
        done = lemma("run", *settings, "-q", "--json", "-o", name, folder=folder,
                     environment=environment)
        check_status(done, 0)
        losses.append(json.loads(done.stdout)["headlines"])
    check_has(texts[0], "step_size: 0.25")
    check(texts[0] == texts[1], *texts)
    check(losses[0] == losses[1], *losses)


run_tests(globals())
