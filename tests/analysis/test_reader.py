"""lemma_analysis: what open_run and open_sweep read, and what they say of bad files."""

import json
import os
import re
import stat

from cli import Skip, check, check_has, lemma, run_tests
from records import changed, h5py, record, sweep, two_layers, without

try:
    import numpy as np
    import lemma_analysis
    from lemma_analysis import RecordError, open_run, open_sweep
except ImportError:
    pass


def _refused(function, *arguments):
    """The message of the RecordError that is expected."""
    try:
        function(*arguments)
    except RecordError as error:
        return str(error)
    raise AssertionError(f"{function.__name__}{arguments} was not refused")


def tables_are_what_lemma_info_prints(folder):
    path = record(folder)
    with open_run(path) as run:
        told = json.loads(lemma("info", "--json", path).stdout)
        axes = ("step", "round", "local_step")
        names = [n for n in told["tables"] if n.split("/")[1] not in axes
                 and not n.endswith(("_step", "_round"))]
        check(sorted(run.tables()) == sorted(names), set(run.tables()) ^ set(names))
        for name in names:
            printed = json.loads(lemma("info", "--json", path, name).stdout)
            table = run[name]
            check(list(table.shape) == printed["shape"], name)
            rows = np.array(printed["rows"], dtype=float).reshape(table.shape)
            check(np.array_equal(rows, table[:], equal_nan=True), name)
            check(list(table.step) == printed.get("step", printed.get(
                table.column + "_step")), name)


def constants_and_attributes_are_there_by_their_letters(folder):
    with open_run(record(folder)) as run:
        check([run.constant(c) for c in ("m", "K", "L", "N", "tau", "R", "preset")] ==
              [32, 4, 3, 16, 2, 3, "deep-relu"])
        check(run.status == "complete" and run.is_whole and run.committed == 7)
        check(run.attributes("gram")["kernel"] == "full")
        check_has(run.config, "width: 32")
        check(run.provenance["seed"] == "1", run.provenance)
        table = run["activation/flips_initial"]
        check(table.cells == ("client", "layer") and table.units == "units")
        check_has(table.formula, "z_{l,r}")
        check_has(repr(table), "activation/flips_initial", "(6, 4, 3)")


def slices_read_as_those_of_an_array(folder):
    with open_run(record(folder)) as run:
        table = run["gradient_gap/gap"]
        whole = np.asarray(table)
        for key in (slice(None), -1, 0, slice(1, 4), slice(None, None, 2), slice(None, None, -1),
                    (slice(None), 2), (3, 1), (slice(2), slice(1, 3)), [0, 2], slice(5, 2)):
            check(np.array_equal(table[key], whole[key]), key)
        try:
            table[6]  # pylint: disable=pointless-statement
            raise AssertionError("there is no row 6")
        except IndexError as error:
            check_has(str(error), "6 rows")


def tables_with_axes_of_their_own_have_them(folder):
    with open_run(record(folder)) as run:
        table = run["deviation/at_averaging"]
        check(list(table.step) == [1, 3, 5] and list(table.round) == [0, 1, 2])
        check(list(table.local_step) == [1, 1, 1])


def what_was_not_recorded_is_none_and_a_missing_table_is_named(folder):
    path = record(folder, "--set", "record.weights=none", observe="economy")
    with open_run(path) as run:
        check(run.array("network/initial/W1") is None)
        check(not run.has("gram/lambda_min") and run.has("loss/server"))
        check_has(_refused(run.__getitem__, "loss/sever"), 'did you mean "loss/server"?')
        check_has(_refused(run.__getitem__, "gram/lambda_min"), "'gram' was not on", "--observe")
        check_has(_refused(run.constant, "kappa"), "there are m, L")
        check_has(_refused(run.attributes, "gram"), "/run/gram")


def rows_of_a_running_record_count_where_they_are_whole(folder):
    def stop_at_4(file):
        file["run/status"][()] = b"running".ljust(16, b"\0")
        file["run/committed"][()] = 4

    with open_run(changed(record(folder), stop_at_4)) as run:
        check(not run.is_whole and run.status == "running")
        check(list(run["gradient_gap/gap"].step) == [0, 1, 2, 3])
        check(list(run["loss/server"].step) == [0, 2])
        check(run["gradient_gap/gap"][:].shape == (4, 4) == run["gradient_gap/gap"].shape)


def a_record_is_followed_while_it_is_written(folder):
    def begin(file):
        file["run/status"][()] = b"running".ljust(16, b"\0")
        file["run/committed"][()] = 2
        for name in ("step", "round", "local_step", "server", "server_client"):
            file["run/loss"][name].resize(1, 0)

    path = changed(record(folder), begin)
    with h5py.File(path, "r+", libver="latest") as writer:
        writer.swmr_mode = True
        with open_run(path) as run:
            check(list(run["loss/server"].step) == [0])
            for name, value in (("step", 2), ("round", 1), ("local_step", 0), ("server", 0.5),
                                ("server_client", 0.5)):
                data = writer["run/loss"][name]
                data.resize(2, 0)
                data[1] = value
                data.flush()
            writer["run/committed"][()] = 3
            writer["run/committed"].flush()
            run.refresh()
            check(list(run["loss/server"].step) == [0, 2] and run["loss/server"][-1] == 0.5)


def data_frames_hold_the_tables(folder):
    try:
        import pandas  # noqa: F401  pylint: disable=unused-import,import-outside-toplevel
    except ImportError as error:
        raise Skip("python3-pandas is not installed") from error
    with open_run(record(folder)) as run:
        table = run["activation/flips_initial"]
        frame = table.to_dataframe()
        check(list(frame.columns[:4]) == ["step", "round", "local_step", "flips_initial[0,0]"])
        check(np.array_equal(frame.iloc[:, 3:].to_numpy().reshape(table.shape), table[:]))
        tidy = table.to_dataframe(tidy=True)
        one = tidy[(tidy.step == 5) & (tidy.client == 3) & (tidy.layer == 2)]
        check(one.value.tolist() == [table[5, 3, 2]] and len(tidy) == 6 * 4 * 3)
        both = run.to_dataframe("loss/server", "gradient_gap/gap")
        check(both.step.tolist() == [0, 1, 2, 3, 4, 5, 6], both)
        check(both["loss/server"].notna().sum() == 4)
        check(len(run.to_dataframe()) == 7)


def a_data_frame_without_pandas_says_what_to_install(folder):
    path = record(folder, observe="economy")
    import sys  # pylint: disable=import-outside-toplevel

    kept = {k: sys.modules.pop(k) for k in list(sys.modules) if k.split(".")[0] == "pandas"}
    sys.modules["pandas"] = None
    try:
        with open_run(path) as run:
            check_has(_refused(run["loss/server"].to_dataframe), "apt install python3-pandas")
    finally:
        del sys.modules["pandas"]
        sys.modules.update(kept)


def a_diverged_record_is_read_to_its_last_row(folder):
    with open_run(record(folder, "--set", "train.step_size=1e8")) as run:
        check(run.status == "diverged" and run.is_whole and len(run["loss/server"]) >= 1)


def what_is_no_record_is_refused_and_told(folder):
    path = two_layers(folder, observe="economy")
    (folder / "text.h5").write_text("not a record", encoding="utf-8")
    check_has(_refused(open_run, folder / "nowhere.h5"), "there is no such file")
    check_has(_refused(open_run, folder / "text.h5"), "expected an HDF5 file", "lemma run")
    check_has(_refused(open_run, folder), "found a folder", "open_sweep")
    cut = folder / "cut.h5"
    cut.write_bytes(path.read_bytes()[:2000])
    check_has(_refused(open_run, cut), "damaged or cut short")
    with h5py.File(folder / "other.h5", "w") as file:
        file["x"] = 1
    check_has(_refused(open_run, folder / "other.h5"), "expected a record of lemma",
              "somebody else")
    empty = changed(path, lambda f: f.__delitem__("run"), "empty.h5")
    check_has(_refused(open_run, empty), "no group /run")


def a_newer_schema_is_refused_with_both_versions(folder):
    newer = changed(record(folder, observe="economy"),
                    lambda f: f.attrs.modify("schema_version", lemma_analysis.hdf5.SCHEMA + 1))
    check_has(_refused(open_run, newer), "schema version 2", "reads up to 1", "newer")


def a_damaged_table_is_told_when_it_is_read(folder):
    path = record(folder)
    with h5py.File(path) as file:
        at = file["run/gram/eigenvalues"].id.get_chunk_info(0).byte_offset
    raw = bytearray(path.read_bytes())
    raw[at:at + 40] = b"\xff" * 40
    path.write_bytes(raw)
    with open_run(path) as run:
        check(run["loss/server"][:].shape == (4,))
        if run.file["run/gram/eigenvalues"].compression:
            check_has(_refused(run["gram/eigenvalues"].__getitem__, slice(None)),
                      "gram/eigenvalues cannot be read")


def _refused_with(path, change, *parts):
    """Refuses a copy that is changed by change(file), with these words."""
    message = _refused(open_run, changed(path, change))
    check_has(message, "changed.h5: ", *parts)
    check("\n" not in message, message)


def _other(folder):
    """A file whose numbers are nobody's business."""
    with h5py.File(folder / "other.h5", "w") as file:
        file["server"] = np.arange(4.0) + 777123
        file["run/loss/server"] = file["server"]
    return folder / "other.h5"


def _put(name, **made):
    """A change that makes the data set run/<name> anew."""

    def change(file):
        del file["run/" + name]
        file.create_dataset("run/" + name, **made)

    return change


def a_link_to_another_file_is_refused(folder):
    path, other = record(folder, observe="economy"), _other(folder)
    for name in ("run/loss/server", "run/loss", "run/config", "run/data/inputs", "run"):

        def leave(file, name=name):
            del file[name]
            file[name] = h5py.ExternalLink(str(other), name)

        _refused_with(path, leave, f"/{name} is a link to another file")
    _refused_with(path, lambda f: f.__setitem__("x", h5py.ExternalLink("gone.h5", "/")),
                  "/x is a link to another file")


def soft_links_and_their_loops_are_refused(folder):
    path = record(folder, observe="economy")

    def loop(file):
        del file["run/loss/server"]
        file["run/loss/server"] = h5py.SoftLink("/run/loss/server")

    _refused_with(path, loop, "/run/loss/server is a soft link")
    _refused_with(path, lambda f: f.__setitem__("run/loss/up", h5py.SoftLink("/run")),
                  "/run/loss/up is a soft link")
    _refused_with(path, lambda f: f.__setitem__("run/\x1b[2J", h5py.SoftLink("/run")),
                  "/run/\\x1B[2J is a soft link")


def a_group_that_holds_itself_is_refused(folder):
    path = record(folder, observe="economy")
    for inner in ("run", "run/loss", "/"):
        _refused_with(path, lambda f, inner=inner: f.__setitem__("run/loss/up", f[inner]),
                      "/run/loss/up leads back to a group that it is in")


def a_second_name_in_the_same_file_is_none_of_these(folder):
    def name_again(file):
        file["run/loss/again"] = file["run/loss/server"]
        file["run/again"] = file["run/loss"]

    with open_run(changed(record(folder, observe="economy"), name_again)) as run:
        check(run["loss/again"][-1] == run["loss/server"][-1])


def groups_without_end_are_refused(folder):
    path = record(folder, observe="economy")
    with open_run(changed(path, lambda f: f.create_group("run" + "/x" * 15))) as run:
        check(run.has("loss/server"))
    _refused_with(path, lambda f: f.create_group("run" + "/x" * 16), "16 levels")
    _refused_with(path, lambda f: [f.create_group(f"run/x/{i}") for i in range(1024)],
                  "one group too many", "1024")


def data_that_are_kept_elsewhere_are_refused(folder):
    path, other = record(folder, observe="economy"), _other(folder)
    (folder / "raw").write_bytes(np.arange(4.0).tobytes())

    def borrow(file):
        del file["run/loss/server"]
        layout = h5py.VirtualLayout(shape=(4,), dtype="f8")
        layout[:] = h5py.VirtualSource(str(other), "server", shape=(4,))
        file.create_virtual_dataset("run/loss/server", layout)

    _refused_with(path, borrow, "/run/loss/server is virtual")
    _refused_with(path, _put("loss/server", shape=(4,), dtype="f8",
                             external=[(str(folder / "raw"), 0, 32)]),
                  "/run/loss/server keeps its numbers in another file")


def filters_and_types_that_are_not_lemma_s_are_refused(folder):
    path = record(folder, observe="economy")
    for filter_name in ("lzf", "scaleoffset"):
        filtered = {"scaleoffset": 4} if filter_name == "scaleoffset" else {
            "compression": filter_name}
        _refused_with(path, _put("loss/server", data=np.arange(4.0), chunks=(4,), **filtered),
                      "/run/loss/server has the filter", "deflate, shuffle or fletcher32")
    for made in ({"data": "text"}, {"shape": (4,), "dtype": h5py.vlen_dtype(float)},
                 {"data": np.zeros(4, dtype=[("a", "f8")])}, {"data": np.zeros(4, "f16")}):
        _refused_with(path, _put("loss/server", **made),
                      "/run/loss/server holds neither numbers nor text of a fixed length")
    with open_run(changed(path, _put("loss/server", data=np.arange(4.0), compression="gzip",
                                     shuffle=True, fletcher32=True))) as run:
        check(list(run["loss/server"][:]) == [0, 1, 2, 3])


def what_the_file_cannot_hold_is_refused(folder):
    path = record(folder, observe="economy")
    for made in ({"shape": (2**50,), "chunks": (1024,), "dtype": "f8"},
                 {"shape": (4, 2**40), "chunks": (1, 1024), "dtype": "f8"},
                 {"shape": (0, 2**40), "maxshape": (None, 2**40), "chunks": (1, 8), "dtype": "i4"},
                 {"shape": (2**62, 2**62), "chunks": (1, 1), "dtype": "i8"},
                 {"shape": (4,), "maxshape": (None,), "chunks": (2**28,), "dtype": "f8"},
                 {"shape": (), "dtype": h5py.string_dtype("utf-8", 2**30)}):
        _refused_with(path, _put("loss/server", **made), "/run/loss/server claims to hold",
                      "more than the file can")
    ones = _put("loss/server", data=np.ones(10**7), chunks=(10**6,), compression="gzip")
    with open_run(changed(path, ones)) as run:  # a file of 0.1 MB
        check(run["loss/server"].shape == (4,), "as many rows as steps")


def damage_is_told_at_once(folder):
    path = record(folder)
    raw = path.read_bytes()
    heads = [head.start() for head in re.finditer(b"OHDR", raw)]
    for head in heads[::30]:
        damaged = bytearray(raw)
        damaged[head + 40] ^= 1
        path.write_bytes(damaged)
        check_has(_refused(open_run, path), "damaged")
    os.mkfifo(folder / "pipe.h5")
    check_has(_refused(open_run, folder / "pipe.h5"), "expected a file")


def a_network_of_endless_layers_is_refused(folder):
    def grow(file):
        file["run/network"].attrs["L"] = 2**40

    with open_run(changed(record(folder, observe="economy"), grow)) as run:
        check_has(_refused(run.constant, "L"), "expected 1 to 65536 layers")


def a_sweep_that_leads_elsewhere_is_refused(folder):
    made, other = sweep(folder), _other(folder)

    def leave(file):
        del file["run/sweep/m"]
        file["run/sweep/m"] = h5py.ExternalLink(str(other), "server")

    check_has(_refused(open_sweep, changed(made / "sweep.h5", leave)),
              "/run/sweep/m is a link to another file")
    for elsewhere in (b"../r.h5", b"/etc/r.h5", b"points/../../r.h5"):
        check_has(_refused(open_sweep, changed(made / "sweep.h5", _put(
            "records", data=np.bytes_(b"points/0000.h5\n" + elsewhere)))),
            f"names the record {elsewhere.decode()!r}", "points/NNNN.h5")


def an_unreadable_file_is_told(folder):
    path = record(folder, observe="economy")
    path.chmod(0)
    if os.access(path, os.R_OK):
        path.chmod(stat.S_IRUSR)
        raise Skip("this user may read every file")
    check_has(_refused(open_run, path), "permission")


def a_sweep_has_a_row_a_point_and_its_records(folder):
    with open_sweep(sweep(folder)) as found:
        check(found.keys == ["network.width", "seed"] and len(found) == 6)
        check(list(found["network.width"]) == [8, 8, 16, 16, 32, 32] == list(found["m"]))
        for row in (0, 5):
            with found.run(row) as run:
                check(run["gradient_gap/gap"][:].max() == found["gradient_gap/gap.max"][row])
                check(run.constant("m") == found["m"][row])
        check_has(found.describe("loss/server.final")["long_name"], "last row")
        check_has(_refused(found.__getitem__, "loss/sever.final"), 'mean "loss/server')
        check_has(found.source, "network.width: [8, 16, 32]")
    with open_sweep(folder / "d/sweep.h5") as found:
        check("sweep" in found.file["run"])


def sweeps_and_records_are_not_taken_for_each_other(folder):
    made = sweep(folder)
    check_has(_refused(open_run, made / "sweep.h5"), "open_sweep")
    check_has(_refused(open_sweep, made / "points/0000.h5"), "open_run")
    check_has(_refused(open_sweep, folder), "sweep.h5: there is no such file", "lemma sweep")


def a_sweep_is_a_data_frame(folder):
    try:
        import pandas  # noqa: F401  pylint: disable=unused-import,import-outside-toplevel
    except ImportError as error:
        raise Skip("python3-pandas is not installed") from error
    with open_sweep(sweep(folder)) as found:
        frame = found.to_dataframe("activation/flips_initial.final", "loss/server.final")
        check(frame.K.tolist() == [2] * 6)
        check(frame["activation/flips_initial.final[1]"].tolist() ==
              found["activation/flips_initial.final"][:, 1].tolist())


def groups_that_are_gone_are_as_probes_that_were_off(folder):
    with open_run(without(record(folder), "gram", "data/inputs")) as run:
        check("gram" not in run.probes and run.array("data/inputs") is None)
        check(run.has("lazy/error"))


run_tests(globals())
