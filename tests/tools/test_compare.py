"""lemma compare: what differs between two records, and what may."""

import json
import shutil

from cli import Skip, check, check_has, check_status, lemma, run_tests, TINY


def _record(folder, name, *words):
    check_status(lemma("run", *TINY, *words, "-q", "--force", "-o", name, folder=folder), 0)
    return name


def _h5py():
    try:
        import h5py  # pylint: disable=import-outside-toplevel
    except ImportError as error:
        raise Skip("python3-h5py is not installed") from error
    return h5py


def _tampered(folder, change):
    """b.h5: a copy of a.h5 that change(/run) was let loose on."""
    h5py = _h5py()
    if not (folder / "a.h5").exists():
        _record(folder, "a.h5")
    shutil.copy(folder / "a.h5", folder / "b.h5")
    with h5py.File(folder / "b.h5", "r+") as f:
        change(f["run"])


def _compare(folder, status, *words):
    """What `lemma compare a.h5 b.h5` finds, by name."""
    done = lemma("compare", "--json", "a.h5", "b.h5", *words, folder=folder)
    check_status(done, status)
    return {c["name"]: c for c in json.loads(done.stdout)["compared"]}


def _different(found):
    return {name for name, c in found.items() if c["verdict"] == "different"}


def a_record_is_the_same_as_itself_and_as_its_repetition(folder):
    _record(folder, "a.h5")
    shutil.copy(folder / "a.h5", folder / "b.h5")
    _record(folder, "c.h5", "--threads", "2")
    for other in ("a.h5", "b.h5", "c.h5"):
        done = lemma("compare", "a.h5", other, "--rtol", "0", folder=folder)
        check_status(done, 0)
        check_has(done.stdout, "A: a.h5", "B: " + other, " 0 close", " 0 different")
        check("DIFFERENT" not in done.stdout, done.stdout)
    lines = lemma("compare", "a.h5", "c.h5", "--all", folder=folder).stdout.splitlines()
    check(len([line for line in lines if line.startswith("  same ")]) > 90, lines)
    check(any(line.split()[:3] == ["same", "network/initial/W1", "32"] for line in lines), lines)
    check(not any("provenance" in line or "_time" in line for line in lines), lines)


def another_run_is_named_by_what_was_run(folder):
    _record(folder, "a.h5")
    _record(folder, "b.h5", "--set", "seed=2", "--set", "train.step_size=0.25")
    found = _compare(folder, 1)
    check({"train/seed", "train/eta", "data/checksums", "loss/server"} <= _different(found),
          _different(found))
    check((found["train/seed"]["a"], found["train/seed"]["b"]) == (1, 2), found["train/seed"])
    check(found["train/tau"]["verdict"] == "same", found["train/tau"])
    text = lemma("compare", "a.h5", "b.h5", folder=folder).stdout
    check_has(text, "DIFFERENT  train/seed", "A 1, B 2")
    check("train/tau" not in text, text)


def a_tampered_number_is_found_and_placed(folder):
    def change(run):
        cell = run["activation/flips_initial"]
        cell[5, 2, 1] = cell[5, 2, 1] + 3
        run["loss/server"][2] *= 1 + 1e-6
        run["train"].attrs["eta"] = run["train"].attrs["eta"] * (1 + 1e-12)

    _tampered(folder, change)
    found = _compare(folder, 1)
    check(_different(found) == {"loss/server", "activation/flips_initial"}, _different(found))
    flips, server = found["activation/flips_initial"], found["loss/server"]
    check((flips["row"], flips["step"], flips["index"]) == (5, 5, [2, 1]), flips)
    check(flips["b"] - flips["a"] == 3, flips)
    check((server["row"], server["step"], server["index"]) == (2, 4, []), server)
    check(0 < server["worst"] < 1e-6, server)  # of the table's largest, the first row
    check(found["train/eta"]["verdict"] == "close", found["train/eta"])
    text = lemma("compare", "a.h5", "b.h5", folder=folder).stdout
    check_has(text, "step 5 [2,1]", "2 different")
    done = lemma("compare", "a.h5", "b.h5", "--rtol", "1e-6", folder=folder)
    check_status(done, 1)
    check("loss/server " not in done.stdout, done.stdout)
    _compare(folder, 0, "--rtol", "1")


def noise_around_zero_at_the_start_does_not_count(folder):
    def change(run):
        gap = run["gradient_gap/gap"]
        check((gap[0] == 0).all(), gap[0])
        gap[0] = 1e-17

    _tampered(folder, change)
    found = _compare(folder, 0, "--rtol", "1e-14")["gradient_gap/gap"]
    check(found["verdict"] == "close" and 0 < found["worst"] < 1e-14, found)


def other_structures_are_named(folder):
    def change(run):
        gap = run["gradient_gap/gap"][:]
        del run["gradient_gap/gap"], run["loss/server"], run["network/final"]
        run["gradient_gap/gap"] = gap[:, :3]
        run["local_loss/local"].resize(4, axis=0)
        run["deviation/extra"] = [1.0]
        local = run["distance/spectral"][:].astype("i8")
        del run["distance/spectral"]
        run["distance/spectral"] = local

    _tampered(folder, change)
    found = _compare(folder, 1, "--rtol", "1e9")
    reasons = {"gradient_gap/gap": "6 x 4 in A, 6 x 3 in B", "loss/server": "only in A",
               "local_loss/local": "6 rows in A, 4 in B", "deviation/extra": "only in B",
               "distance/spectral": "real numbers in A, 64-bit integer numbers in B",
               "network/final/W1": "only in A"}
    for name, reason in reasons.items():
        check(found[name]["verdict"] == "different" and found[name]["reason"] == reason,
              found[name])
    check(found["local_loss/local"]["rows"] == 4 and found["local_loss/local"]["worst"] == 0,
          found["local_loss/local"])
    check({n for n in _different(found) if "network/final" not in n} ==
          set(reasons) - {"network/final/W1"}, _different(found))


def rows_of_other_steps_are_not_compared_in_silence(folder):
    def change(run):
        run["gram/step"][1] += 1

    _tampered(folder, change)
    found = _compare(folder, 1, "--rtol", "1")
    check(found["gram/step"]["verdict"] == "different", found["gram/step"])
    check_has(found["gram/eigenvalues"]["reason"], "other steps: gram/step differs")
    check(all(name.startswith("gram/") for name in _different(found)), _different(found))


def nan_is_equal_to_nan_alone(folder):
    def change(run):
        run["loss/server"][1] = float("nan")
        run["activation/flips_initial"][2, 0, 0] = -1

    _tampered(folder, change)
    found = _compare(folder, 1, "--rtol", "1e9")
    check(_different(found) == {"loss/server", "activation/flips_initial"}, _different(found))
    check(found["loss/server"]["reason"] == "missing (NaN) in B alone", found["loss/server"])
    check(found["loss/server"]["step"] == 2 and found["loss/server"]["b"] is None,
          found["loss/server"])
    check_has(found["activation/flips_initial"]["reason"], "missing (-1) in B alone")
    shutil.copy(folder / "b.h5", folder / "a.h5")
    _compare(folder, 0, "--rtol", "0")


def tolerances_of_a_file_are_kept_to(folder):
    def change(run):
        run["loss/server"][1] *= 1 + 1e-4
        run["activation/flips_initial"][3, 0, 0] += 2
        del run["lazy/error"]

    _tampered(folder, change)
    rules = folder / "t.yaml"
    rules.write_text("loss: 1e-3\nactivation/flips_initial: 2 absolute\nlazy/error: ignore\n",
                     encoding="utf-8")
    found = _compare(folder, 0, "--tolerances", "t.yaml", "--rtol", "0")
    check(found["loss/server"]["tolerance"] == 1e-3, found["loss/server"])
    flips = found["activation/flips_initial"]
    check((flips["measure"], flips["worst"]) == ("absolute", 2), flips)
    check(found["lazy/error"]["verdict"] == "ignored", found["lazy/error"])
    rules.write_text("loss: 1e-3\nloss/server: 1e-6\nactivation/flips_initial: 1 absolute\n",
                     encoding="utf-8")
    check(_different(_compare(folder, 1, "--tolerances", "t.yaml", "--rtol", "0")) ==
          {"loss/server", "activation/flips_initial", "lazy/error"})


def a_bad_file_of_tolerances_is_answered(folder):
    _record(folder, "a.h5")
    for text, parts in (("gram/eigenvaluess: 1\n",
                         ["t.yaml:1: gram/eigenvaluess", 'mean "gram/eigenvalues"?']),
                        ("loss: 1\n\ngram: -1\n", ["t.yaml:3: gram: ", 'got "-1"']),
                        ("loss: skip\n", ["t.yaml:1: loss", "ignore", 'got "skip"']),
                        ("config: ignore\n", ["t.yaml:1: config: expected a table"]),
                        ("- loss\n", ["t.yaml:1: ", "expected a map"]),
                        ("loss: [\n", ["t.yaml:2: ", "expected YAML"])):
        (folder / "t.yaml").write_text(text, encoding="utf-8")
        done = lemma("compare", "a.h5", "a.h5", "--tolerances", "t.yaml", folder=folder)
        check_status(done, 2)
        check_has(done.stderr, *parts)
        check(done.stdout == "", done.stdout)


def what_cannot_be_compared_is_answered(folder):
    _record(folder, "a.h5")
    (folder / "text.h5").write_text("not a record", encoding="utf-8")
    for words, part in ((["a.h5"], "name two records"), ([], "name two records"),
                        (["a.h5", "a.h5", "a.h5"], "third"),
                        (["a.h5", "no.h5"], "no.h5"), (["text.h5", "a.h5"], "text.h5"),
                        (["a.h5", "a.h5", "--rtol", "-1"], 'got "-1"'),
                        (["a.h5", "a.h5", "--rtol", "nan"], 'got "nan"'),
                        (["a.h5", "a.h5", "--tolerances", "no.yaml"], "no.yaml")):
        done = lemma("compare", *words, folder=folder)
        check_status(done, 2)
        check_has(done.stderr, part)
        check(done.stdout == "", done.stdout)


def a_table_that_cannot_be_read_is_named(folder):
    def change(run):
        del run["loss/server"]
        run.create_dataset("loss/server", data=[[[[[1.0]]]]])  # five ranks: not ours

    _tampered(folder, change)
    done = lemma("compare", "b.h5", "b.h5", folder=folder)
    check_status(done, 2)
    check_has(done.stderr, "b.h5: loss/server cannot be read")


def studies_of_the_kernel_are_compared_too(folder):
    for name, seed in (("a.h5", 1), ("b.h5", 2)):
        check_status(lemma("gram", *TINY, "--set", f"seed={seed}", "--seeds", "3", "-q", "-o",
                           name, folder=folder), 0)
    found = _compare(folder, 1)
    check(found["initial_gram/seed"]["reason"] is None and found["initial_gram/seed"]["b"] == 2,
          found["initial_gram/seed"])
    check_has(lemma("compare", "a.h5", "b.h5", folder=folder).stdout, "draw ")
    check_status(lemma("compare", "a.h5", "a.h5", folder=folder), 0)


def the_command_is_listed_and_explains_itself(_):
    check_has(lemma("--help").stdout, "compare")
    done = lemma("compare", "--help")
    check_status(done, 0)
    check_has(done.stdout, "--rtol", "--tolerances", "max |x|", "Exit status")


run_tests(globals())
