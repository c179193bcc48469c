"""lemma gram: the tangent kernel before training, against numpy and the closed forms."""

import json
import math

from cli import (Skip, check, check_has, check_status, lemma, refuses_what_is_no_file,
                 run_tests)

SMALL = ["--set", "data.samples=12", "--set", "data.dimension=6", "--set",
         "partition.clients=3", "-q"]
TWO_LAYER = ["--set", "network.preset=two-layer-relu", "--set", "network.depth=1"]


def _numpy():
    try:
        import h5py  # pylint: disable=import-outside-toplevel
        import numpy  # pylint: disable=import-outside-toplevel
    except ImportError as error:
        raise Skip("python3-h5py is not installed") from error
    return h5py, numpy


def _gram(*words, folder=None):
    done = lemma("gram", *SMALL, *words, "--json", folder=folder)
    check_status(done, 0)
    return json.loads(done.stdout)


def _close(a, b, scale):
    check(abs(a - b) <= 1e-10 * scale, a, "is not", b)


def _jacobian(np, x, weights, v):
    """(N d, weights) of f = V relu(W_L .. relu(W_1 x)), one row an output of a sample."""
    rows = []
    for sample in x:
        hs, zs = [sample], []
        for w in weights:
            zs.append(w @ hs[-1])
            hs.append(np.maximum(zs[-1], 0))
        for out in v:
            grads, b = [], out
            for l in reversed(range(len(weights))):
                b = b * (zs[l] >= 0)
                grads.append(np.outer(b, hs[l]).ravel())
                b = weights[l].T @ b
            rows.append(np.concatenate(grads[::-1]))
    return np.array(rows)


def _limit(np, x, depth):
    """T_L of the deep recursion, layer by layer, and the sum; times m/2d it is the limit."""
    def kappa(u):
        u = np.clip(u, -1, 1)
        angle = np.pi - np.arccos(u)
        return angle / np.pi, (u * angle + np.sqrt(1 - u * u)) / np.pi
    sigma, parts = x @ x.T, []
    for _ in range(depth):
        slope, value = kappa(sigma)
        np.fill_diagonal(slope, 1)  # arccos near 1 would cost half of the digits
        np.fill_diagonal(value, 1)
        parts = [p * slope for p in parts] + [sigma * slope]
        sigma = value
    return parts


def numbers_are_those_of_the_explicit_jacobian(folder):
    h5py, np = _numpy()
    for outputs in (1, 3):
        case = ["--set", f"data.targets.outputs={outputs}", "--set", "network.width=24",
                "--set", "network.depth=2", "--set", "seed=4"]
        check_status(lemma("run", *SMALL, *case, "--set", "train.rounds=1", "--set",
                           "record.weights=all", "--set", "record.data=true", "--force",
                           folder=folder), 0)
        with h5py.File(folder / "quickstart.h5", "r") as f:
            x = f["run/data/inputs"][:]
            start = f["run/network/initial"]
            w, v = [start["W1"][:], start["W2"][:]], start["V"][:]
        j = _jacobian(np, x, w, v)
        sizes = [w[0].size, w[1].size]
        cuts = [j[:, :sizes[0]], j[:, sizes[0]:], j]
        limits = [24 / (2 * outputs) * p for p in _limit(np, x, 2)]
        limits.append(sum(limits))
        found = _gram(*case, "--seeds", "2", folder=folder)["widths"][0]["parts"]
        for part, cut, limit in zip(found, cuts, limits):
            k = cut @ cut.T
            full = np.kron(limit, np.eye(outputs))
            values, ends = np.linalg.eigvalsh(k), np.linalg.eigvalsh(full)
            draw, scale = part["draws"][0], np.trace(k)
            check(draw["seed"] == 4, draw)
            _close(draw["initial"]["lambda_min"], values[0], scale)
            _close(draw["initial"]["lambda_max"], values[-1], scale)
            _close(draw["initial"]["trace"], scale, scale)
            _close(part["limit"]["lambda_min"], ends[0], scale)
            _close(part["limit"]["lambda_max"], ends[-1], scale)
            _close(part["limit"]["trace"], np.trace(full), scale)
            _close(draw["distance_frobenius"], np.linalg.norm(k - full), scale)
            _close(draw["distance_spectral"], np.linalg.norm(k - full, 2), scale)
            _close(draw["distance_relative"],
                   np.linalg.norm(k - full) / np.linalg.norm(full), 1)
            check(part["draws"][1]["initial"] != draw["initial"], "two draws are one")


def the_mean_kernel_is_the_mean_over_outputs(folder):
    case = ["--set", "data.targets.outputs=3", "--set", "network.width=24"]
    full = _gram(*case, "--seeds", "1", "--kernel", "full", folder=folder)
    mean = _gram(*case, "--seeds", "1", "--kernel", "mean", folder=folder)
    check(full["order"] == 36 and mean["order"] == 12, full["order"], mean["order"])
    for a, b in zip(full["widths"][0]["parts"], mean["widths"][0]["parts"]):
        trace = a["draws"][0]["initial"]["trace"]
        _close(b["draws"][0]["initial"]["trace"], trace / 3, trace)
        _close(b["limit"]["lambda_min"], a["limit"]["lambda_min"], trace)
        _close(b["limit"]["trace"], a["limit"]["trace"] / 3, trace)


def bounds_enclose_the_least_eigenvalue_of_the_limit(folder):
    for case in (TWO_LAYER, ["--set", "network.depth=1"]):
        for seed in range(1, 6):
            width = _gram(*case, "--set", f"seed={seed}", "--seeds", "1",
                          folder=folder)["widths"][0]
            least, b = width["parts"][-1]["limit"]["lambda_min"], width["bounds"]
            check(0 < b["k3"] <= b["k2"] <= least <= b["k1"], least, b)
    deep = _gram("--seeds", "1", folder=folder)["widths"][0]
    least, b = deep["parts"][-1]["limit"]["lambda_min"], deep["bounds"]
    check(b["k2"] is None and b["k3"] is None and 0 < least <= b["k1"], least, b)


def the_distance_falls_with_the_root_of_the_width(folder):
    found = _gram(*TWO_LAYER, "--widths", "64,256,1024", "--seeds", "12",
                  folder=folder)
    slope, error = found["slopes"][-1]["slope"], found["slopes"][-1]["standard_error"]
    check([w["width"] for w in found["widths"]] == [64, 256, 1024])
    check(0 < error < 0.05 and abs(slope + 0.5) < 4 * error, slope, error)


def widths_are_told_in_a_table_with_their_slope(folder):
    done = lemma("gram", *SMALL, "--widths", "32,64,128", "--seeds", "3", folder=folder)
    check_status(done, 0)
    check_has(done.stdout, "m = 32, 64, 128", "all layers  distance ~ m^-0.",
              "(standard error); the theory says -1/2", "(k1, the closest pair)")
    check(max(map(len, done.stdout.splitlines())) <= 100, done.stdout)
    done = lemma("gram", *SMALL, "--seeds", "3", folder=folder)
    check_has(done.stdout, "layer 1     H^inf", "all layers  H^inf", "3 draws", "+-")
    check(max(map(len, done.stdout.splitlines())) <= 100, done.stdout)


def a_record_holds_a_row_for_every_draw(folder):
    h5py, np = _numpy()
    done = lemma("gram", *SMALL, *TWO_LAYER, "--widths", "32,64", "--seeds", "3", "--json",
                 "-o", "g.h5", folder=folder)
    check_status(done, 0)
    told = json.loads(done.stdout)["widths"]
    with h5py.File(folder / "g.h5", "r") as f:
        g = f["run/initial_gram"]
        check(g.attrs["NX_class"] == b"NXdata", g.attrs["NX_class"])
        check(g.attrs["signal"] == b"distance_relative", g.attrs["signal"])
        check(list(g["draw"][:]) == list(range(6)), g["draw"][:])
        check(list(g["width"][:]) == [32] * 3 + [64] * 3 and list(g["seed"][:]) == [1, 2, 3] * 2)
        check(f["run/status"][()].decode() == "complete" and f["run/committed"][()] == 6)
        for name, key in (("lambda_min", "lambda_min"), ("trace", "trace")):
            want = [d["initial"][key] for w in told for d in w["parts"][-1]["draws"]]
            check(np.array_equal(g[name][:], want), g[name][:], want)
            check(g[name + "_layer"].shape == (6, 1))
        for table in g.values():
            check(table.attrs["long_name"] and "units" in table.attrs, table)
    screen = lemma("info", "g.h5", folder=folder)
    check_status(screen, 0)
    check_has(screen.stdout, "training  none; 6 rows are whole", "initial_gram/lambda_min")
    check("initial_gram/draw" not in screen.stdout, screen.stdout)
    rows = lemma("info", "g.h5", "initial_gram/lambda_min", folder=folder).stdout.splitlines()
    check(rows[0].split("\t") == ["draw", "lambda_min"] and len(rows) == 7, rows)
    check_status(lemma("gram", *SMALL, "-o", "g.h5", folder=folder), 2)
    check_status(lemma("gram", *SMALL, "-o", "g.h5", "--force", folder=folder), 0)


def degenerate_data_are_fine(folder):
    one = _gram("--set", "data.samples=1", "--set", "partition.clients=1", folder=folder)
    for part in one["widths"][0]["parts"]:
        for draw in part["draws"]:
            _close(draw["initial"]["lambda_min"], draw["initial"]["trace"], 1)
            check(draw["initial"]["condition"] == 1, draw)
    (folder / "twins.csv").write_text("1,0,0,1\n0,1,0,-1\n1,0,0,1\n-1,0,0,1\n")
    twins = _gram("--set", "data.kind=csv", "--set", "data.path=twins.csv", "--set",
                  "data.samples=0", "--set", "partition.clients=1", "--set",
                  "data.targets={kind: column}", folder=folder)
    part = twins["widths"][0]["parts"][-1]
    check(abs(part["limit"]["lambda_min"]) <= 1e-12 * part["limit"]["lambda_max"], part)
    check(part["limit"]["condition"] is None, part)
    check(all(math.isfinite(d["distance_spectral"]) for d in part["draws"]), part)


def what_cannot_be_is_answered(folder):
    for words, part in ((["--widths", "32,"], "is not a list of widths"),
                        (["--widths", "0"], "is not a list of widths"),
                        (["--widths", "32;64"], "is not a list of widths"),
                        (["--seeds", "0"], "is not a number of draws"),
                        (["--seeds", "-1"], "is not a number of draws"),
                        (["--kernel", "ful"], "did you mean \"full\"?"),
                        (["a.yaml", "b.yaml"], "one experiment at a time"),
                        (["nosuch.yaml"], "nosuch.yaml"),
                        (["--widths", "1000000000"], "network.width"),
                        (["--set", "data.samples=100000", "--set", "data.dimension=40"],
                         "data.samples"),
                        (["--set", "network.preset=two-layer-relu"], "network.depth")):
        done = lemma("gram", *SMALL, *words, folder=folder)
        check_status(done, 2)
        check_has(done.stderr, part)
    check_status(lemma("gram", *SMALL, "-o", "no/such/folder.h5", folder=folder), 3)
    check(not list(folder.iterdir()), list(folder.iterdir()))


def a_record_is_written_to_a_file_behind_links(folder):
    words = ["gram", *SMALL, "--seeds", "1", "--force", "-o"]
    refuses_what_is_no_file(*words, folder=folder)
    (folder / "real.h5").touch()
    (folder / "link.h5").symlink_to("real.h5")
    check_status(lemma(*words, "link.h5", folder=folder), 0)
    check((folder / "link.h5").is_symlink(), "the link is gone")
    check((folder / "real.h5").read_bytes().startswith(b"\x89HDF"), "nothing behind it")


def results_do_not_depend_on_the_threads(folder):
    one = lemma("gram", *SMALL, "--json", "--threads", "1", folder=folder)
    two = lemma("gram", *SMALL, "--json", "--threads", "2", folder=folder)
    check(one.stdout == two.stdout and one.stdout)


if __name__ == "__main__":
    run_tests(globals())
