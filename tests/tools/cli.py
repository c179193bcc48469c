"""Calls the lemma binary as a user does, and reports each test as a line of TAP.

A test is a function of a test_*.py file whose name is a sentence; it gets a scratch folder.
"""

import os
import pathlib
import stat
import subprocess
import sys
import tempfile
import traceback

# Of libraries' thread-local data clang's runtime reads a head that glibc's have no more, and its
# search for leaks died of what stood there.
_ASAN = "exitcode=66:verify_asan_link_order=0:intercept_tls_get_addr=0"
LEMMA = os.path.abspath(sys.argv[1])
# stderr is then all ours; a kernel that the caller's shell chose would stay chosen. Under
# AddressSanitizer its findings are a status that lemma has not, and libraries may be preloaded.
ENVIRONMENT = {**{k: v for k, v in os.environ.items() if k != "OPENBLAS_CORETYPE"},
               "LEMMA_KEEP_BLAS_CORE": "1", "ASAN_OPTIONS": _ASAN}
# For mpirun: more ranks than cores, as root in a container, without complaints on stderr.
MPI_ENVIRONMENT = {**ENVIRONMENT,
                   "OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1",
                   "OMPI_MCA_rmaps_base_oversubscribe": "1", "OMPI_MCA_plm_rsh_agent": "",
                   "OMPI_MCA_btl_vader_single_copy_mechanism": "none",
                   "OMPI_MCA_mpi_yield_when_idle": "1",
                   # it kills a second after it asks processes to end: a busy machine needs more
                   "OMPI_MCA_odls_base_sigkill_timeout": "4",
                   # it forgets memory of plugins that it has unloaded: no suppression can name them
                   "ASAN_OPTIONS": _ASAN + ":detect_leaks=0"}
TINY = ["--set", "data.samples=16", "--set", "data.dimension=8", "--set", "network.width=32",
        "--set", "train.rounds=3", "--set", "train.local_steps=2", "--set",
        "partition.clients=4"]


class Skip(Exception):
    """What a test needs is not there."""


def lemma(*words, folder=None, environment=None, stdout=subprocess.PIPE):
    """Runs `lemma words...` to its end: returncode, stdout, stderr."""
    return subprocess.run([LEMMA, *map(str, words)], cwd=folder, text=True, timeout=100,
                          env={**ENVIRONMENT, **(environment or {})}, stdout=stdout,
                          stderr=subprocess.PIPE, check=False)


def start(*words, folder=None):
    """Starts `lemma words...`; its stderr can be read line by line."""
    return subprocess.Popen([LEMMA, *map(str, words)], cwd=folder, text=True,
                            env=ENVIRONMENT, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def check(condition, *what):
    if not condition:
        raise AssertionError(" ".join(map(str, what)))


def check_status(done, status):
    check(done.returncode == status, "exit status", done.returncode, "instead of", status,
          "\nstdout:", done.stdout, "\nstderr:", done.stderr)


def check_has(text, *parts):
    for part in parts:
        check(part in text, repr(part), "is not in:", text)


def refuses_what_is_no_file(*words, folder, environment=None,
                            said="expected a file to write, found a device"):
    """`lemma words... NAME` answers where NAME is a FIFO, or a device: a node of our own."""
    (folder / "odd").mkdir()
    for kind, made in (("fifo", stat.S_IFIFO), ("full", stat.S_IFCHR)):
        node = folder / "odd" / kind
        try:
            os.mknod(node, made | 0o666, os.makedev(1, 7))
        except PermissionError:  # devices are root's to make
            continue
        done = lemma(*words, f"odd/{kind}", folder=folder, environment=environment)
        check_status(done, 2)
        check_has(done.stderr, f"odd/{kind}: {said}")
        check(stat.S_IFMT(node.stat().st_mode) == made, node, "is another")
        node.unlink()
    (folder / "odd").rmdir()  # nothing was put beside them


def run_tests(names):
    """Runs the functions of the caller's globals() that are tests, prints TAP."""
    tests = [(name, f) for name, f in names.items()
             if callable(f) and getattr(f, "__module__", None) == "__main__"
             and not name.startswith("_")]
    failed = 0
    print(f"1..{len(tests)}")
    for number, (name, test) in enumerate(tests, 1):
        with tempfile.TemporaryDirectory(prefix="lemma-") as folder:
            try:
                test(pathlib.Path(folder))
                print(f"ok {number} - {name}")
            except Skip as reason:
                print(f"ok {number} - {name} # SKIP {reason}")
            except Exception:  # pylint: disable=broad-except
                failed += 1
                print(f"not ok {number} - {name}")
                for line in traceback.format_exc().splitlines():
                    print("# " + line)
        sys.stdout.flush()
    sys.exit(1 if failed else 0)
