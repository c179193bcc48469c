"""What files say, and what they are called, disturbs neither terminals nor JSON."""

import json
import os
import shutil
import subprocess
import xml.etree.ElementTree

from cli import ENVIRONMENT, LEMMA, Skip, TINY, check, check_has, check_status, lemma, run_tests

HOSTILE = "x\x1b]0;pwned\x07\x1b[2J\r\nfake line\x7f\u009b2Jy\u202egnp\u2066z"
TAMED = ("x\\x1B]0;pwned\\x07\\x1B[2J\\x0D\\x0Afake line\\x7F\\xC2\\x9B2Jy\\xE2\\x80\\xAEgnp"
         "\\xE2\\x81\\xA6z")
ODD = set(map(chr, [*range(10), *range(11, 32), *range(127, 160), 0x61C, 0x200E, 0x200F,
                    *range(0x202A, 0x202F), *range(0x2066, 0x206A)]))


def _h5py():
    try:
        import h5py  # pylint: disable=import-outside-toplevel
    except ImportError as error:
        raise Skip("python3-h5py is not installed") from error
    return h5py


def _texts(path, changes, attributes=()):
    """Puts fixed-length texts, as lemma writes them, in the place of a record's."""
    import numpy as np  # pylint: disable=import-outside-toplevel
    with _h5py().File(path, "r+") as file:
        for name, text in changes.items():
            del file["run/" + name]
            file["run/" + name] = np.bytes_(text.encode())
        for group, name, text in attributes:
            file["run/" + group].attrs[name] = np.bytes_(text.encode())


def _record(folder):
    check_status(lemma("run", *TINY, "-q", "-o", "r.h5", folder=folder), 0)
    return folder / "r.h5"


def _bytes(*words, folder):
    """What lemma prints to the byte: no line end is made another."""
    return subprocess.run([LEMMA, *words], cwd=folder, capture_output=True, check=False,
                          env={**ENVIRONMENT, "LC_ALL": "C.UTF-8"}, timeout=100)


def _tame(*words, folder, status=0, tabs=False):
    """What lemma prints, if nothing in it is obeyed by a terminal or makes lines of its own."""
    done = _bytes(*words, folder=folder)
    out, said = done.stdout.decode(), done.stderr.decode()
    check(done.returncode == status, words, done.returncode, out, said)
    odd = set(out + said) & (ODD - {"\t"} if tabs else ODD)
    check(not odd, words, odd, repr(out), repr(said))
    check("\nfake line" not in out + said, words, out)
    return out


def texts_of_a_record_are_shown_and_not_obeyed(folder):
    record = _record(folder)
    _texts(record, {"provenance/version": HOSTILE, "start_time": HOSTILE,
                    "provenance/seed": HOSTILE},
           [("network", "preset", HOSTILE), ("data", "source", HOSTILE),
            ("train", "algorithm", HOSTILE)])
    check(_tame("info", "r.h5", folder=folder).count(TAMED) == 6)
    check_has(_tame("check", "r.h5", folder=folder), TAMED)
    check_has(_tame("check", "r.h5", "--explain", folder=folder), "pwned\\x07")
    check_has(_tame("watch", "--once", "r.h5", folder=folder), TAMED)
    shutil.copy(record, folder / "b.h5")
    _texts(folder / "b.h5", {"status": HOSTILE}, [("network", HOSTILE.replace("\n", ""), "a")])
    _texts(record, {}, [("network", HOSTILE.replace("\n", ""), "b")])
    shown = _tame("compare", "r.h5", "b.h5", folder=folder, status=1)
    check_has(shown, TAMED, "network/" + TAMED.replace("\\x0A", ""))
    for command in ("info", "watch --once"):
        check_has(_tame(*command.split(), "b.h5", folder=folder), f"b.h5: {TAMED},")


def findings_stay_lines_of_their_own(folder):
    record = _record(folder)
    _texts(record, {"findings": "step 1: \x1b[2J\u009b\nstep 2: fine, für alle"})
    check_has(_tame("info", "r.h5", folder=folder), "  findings  step 1: \\x1B[2J\\xC2\\x9B\n"
              "            step 2: fine, für alle\n")


def names_of_tables_and_titles_are_tamed(folder):
    record = _record(folder)
    name = HOSTILE.replace("/", "")
    _texts(record, {}, [("loss/server", "long_name", HOSTILE), ("loss/server", "units", HOSTILE)])
    with _h5py().File(record, "r+") as file:
        file["run/loss/" + name] = file["run/loss/server"][:]
    check_has(_tame("info", "r.h5", folder=folder), f"  loss/{TAMED} ")
    shown = _tame("info", "r.h5", "loss/" + name, folder=folder, tabs=True)
    check(shown.splitlines()[0].split("\t")[-1] == TAMED, shown)
    check_has(_tame("plot", "r.h5", "loss/server", folder=folder), f"{TAMED} [{TAMED}]")
    _tame("plot", "r.h5", "loss/" + name, folder=folder)


def names_of_files_are_tamed(folder):
    name = HOSTILE.replace("/", "") + ".h5"
    shown = TAMED + ".h5"
    check_has(_tame("run", *TINY, "--threads", "1", "-o", name, folder=folder),
              f"Record: {shown} (", f"info {shown}")
    check_has(_tame("run", *TINY, "-o", "x" + name, "--estimate", folder=folder), f"disk: x{shown}")
    check_has(_tame("info", name, folder=folder), f"{shown}: complete", f"lemma info {shown} ")
    check_has(_tame("check", name, folder=folder), shown + "\n")
    check_has(_tame("compare", name, name, folder=folder), f"A: {shown}\nB: {shown}\n")
    check_has(_tame("watch", "--once", name, folder=folder), f"{shown}: complete")


def a_sweeps_texts_are_tamed(folder):
    (folder / "s.yaml").write_text(
        "base:\n  data: {samples: 8, dimension: 6}\n  partition: {clients: 2}\n"
        "  network: {width: 8, depth: 1, preset: two-layer-relu}\n"
        "  train: {local_steps: 2, rounds: 2}\n  probes: {loss: {}}\n"
        "axes:\n  - network.width: [4, 8, 16]\nseeds: 2\n", encoding="utf-8")
    name = HOSTILE.replace("/", "")
    check_has(_tame("sweep", "s.yaml", "-o", name, folder=folder), f"lemma info {TAMED}/sweep.h5")
    check_has(_tame("sweep", "s.yaml", "-o", name, "--dry-run", folder=folder),
              f"records {TAMED}/points")
    check_has(_tame("fit", name, "--of", "loss/server", "--against", "network.width",
                    folder=folder), f"{TAMED}: loss/server")
    check_has(_tame("check", name, folder=folder), TAMED + "\n")
    shutil.move(folder / name, folder / "d")
    _texts(folder / "d/sweep.h5", {}, [("sweep", "keys", HOSTILE + "\nnetwork.width")])
    check_has(_tame("info", "d/sweep.h5", folder=folder), "changes   " + ", ".join(
        [*TAMED.split("\\x0A"), "network.width"]))


def _fails_in_silence(*words, folder):
    done = lemma(*words, folder=folder)
    check(done.returncode in (2, 3), words, done.returncode)
    check(done.stdout == "" and len(done.stderr.splitlines()) == 1, words, done)


def json_that_fails_late_is_not_begun(folder):
    record = _record(folder)
    _fails_in_silence("check", "--json", "nowhere.h5", folder=folder)
    _fails_in_silence("check", "--json", "r.h5", "nowhere.h5", folder=folder)
    check(len(json.loads(lemma("check", "--json", "r.h5", "r.h5", folder=folder).stdout)) == 2)
    with _h5py().File(record, "r+") as file:
        del file["run/loss/server"]
        file["run/loss"].create_dataset("server", (5,), "f8", external=[("elsewhere", 0, 40)])
    _fails_in_silence("info", "--json", "r.h5", folder=folder)
    with _h5py().File(record, "r+") as file:
        del file["run/loss/server"]
        rows = file["run/loss"].create_dataset("server", data=[1.0] * 400, chunks=(200,),
                                               fletcher32=True)
        broken = rows.id.get_chunk_info(1).byte_offset
    with open(record, "r+b") as file:
        file.seek(broken)
        file.write(b"?")
    _fails_in_silence("info", "--json", "r.h5", "loss/server", folder=folder)
    head = lemma("info", "--json", "r.h5", "loss/server", "--head", "200", folder=folder)
    check(json.loads(head.stdout)["rows"] == [1.0] * 200, head)


def json_and_xml_are_utf8_whatever_the_texts(folder):
    record, name = _record(folder), os.fsdecode(b"b\xff\xc3<&\"\x01\x1b\xc2\x9b\n.h5")
    clean = 'b\ufffd\ufffd<&"\x01\x1b\u009b\n.h5'
    os.rename(record, folder / name)
    _texts(folder / name, {}, [("network", "preset", "\ufffe\u202e")])
    with _h5py().File(folder / name, "r+") as file:
        import numpy as np  # pylint: disable=import-outside-toplevel
        file["run/data"].attrs["source"] = np.bytes_(b"\xed\xa0\x80")  # a surrogate
    whole = json.loads(_bytes("info", "--json", name, folder=folder).stdout.decode())
    check(whole["record"] == clean and whole["preset"] == "\ufffe\u202e", whole)
    check(whole["data"] == "\ufffd" * 3, whole)
    done = _bytes("check", "--json", name, "--junit", "j.xml", folder=folder)
    check(json.loads(done.stdout.decode())[0]["record"] == clean, done)
    check(not ODD & set(done.stdout.decode()), done.stdout)
    suite = xml.etree.ElementTree.parse(folder / "j.xml").getroot().find("testsuite")
    check(suite.get("name") == clean.replace("\x01", "\ufffd").replace("\x1b", "\ufffd"),
          repr(suite.get("name")))


def a_text_that_is_not_read_says_what_it_is(folder):
    record, h5py = _record(folder), _h5py()
    import numpy as np  # pylint: disable=import-outside-toplevel
    for value, found in (("complete", "text of variable length"), (3, "no text"),
                         (np.array([b"a", b"b"]), "a list or a damaged one"), (None, "none")):
        with h5py.File(record, "r+") as file:
            if "status" in file["run"]:
                del file["run/status"]
            if value is not None:
                file["run/status"] = value
        words = f"r.h5: status cannot be read: expected a text of fixed length, found {found}\n"
        done = lemma("watch", "--once", "r.h5", folder=folder)
        check_status(done, 2)
        check(done.stderr == "lemma watch: " + words, done.stderr)
        done = lemma("compare", "r.h5", "r.h5", folder=folder)
        if isinstance(value, str):
            check_status(done, 2)
            check(done.stderr == "lemma compare: " + words, done.stderr)


def an_attribute_of_variable_length_is_no_list(folder):
    record = _record(folder)
    shutil.copy(record, folder / "b.h5")
    with _h5py().File(record, "r+") as file:
        file["run/network"].attrs["preset"] = "deep-relu"
    done = lemma("compare", "r.h5", "b.h5", folder=folder)
    check_status(done, 1)
    check_has(done.stdout, 'neither number nor text of fixed length in A, "deep-relu" in B')


run_tests(globals())
