"""What tests of laws of kind rate share: tiny sweeps, and what lemma check says of them."""

import json
import math

from cli import Skip, check, check_status, lemma

def base(data="samples: 12, dimension: 8", clients=3, network="preset: two-layer-relu, depth: 1",
          train="local_steps: 3, rounds: 4, step_rule: raw, step_size: 1", probes="{loss: {}}",
          record="none"):
    return (f"base:\n  data: {{{data}}}\n  partition: {{clients: {clients}}}\n"
            f"  network: {{{network}}}\n  train: {{{train}}}\n  probes: {probes}\n"
            f"  record: {{data: {record}, weights: {record}}}\naxes:\n")


def modules():
    try:
        import h5py  # pylint: disable=import-outside-toplevel
        import numpy  # pylint: disable=import-outside-toplevel
    except ImportError as error:
        raise Skip("python3-h5py is not installed") from error
    import local_gd  # pylint: disable=import-outside-toplevel
    return h5py, numpy, local_gd


def sweep(folder, text, name="d"):
    (folder / "s.yaml").write_text(text, encoding="utf-8")
    check_status(lemma("sweep", "s.yaml", "-o", name, "-q", folder=folder), 0)


def judge(folder, *words, status=0, name="d"):
    done = lemma("check", name, "--json", *words, folder=folder)
    check_status(done, status)
    return json.loads(done.stdout)[0]


def claim(folder, name, status=0):
    """Laws by their statements, and values by record."""
    found = judge(folder, "--claim", name, status=status)
    return ({law["law"]: law for law in found["laws"]},
            {q["record"]: q["value"] for q in found.get("quantity", [])})


def plant(folder, table, value):
    """value(m, row) where a table of the sweep's own file stands."""
    h5py = modules()[0]
    with h5py.File(folder / "d/sweep.h5", "r+") as file:
        width = file["run/sweep/m"][()]
        for i in range(len(width)):
            file["run"][table][i] = value(float(width[i]), i)


def _spread(slopes):
    mean = sum(slopes) / len(slopes)
    return mean, math.sqrt(sum((s - mean) ** 2 for s in slopes) / (len(slopes) - 1) / len(slopes))


# Student's t, 4 degrees of freedom, 97.5 %
T_4 = 2.7764451051977987


def check_two(law, low, high, ratio):
    """With two x, weights play no part: the mean and spread of what each seed says."""
    mean, error = _spread([math.log(b / a) / math.log(ratio) for a, b in zip(low, high)])
    check(abs(law["measured"] - mean) <= 1e-10, law, mean)
    check(abs(law["error"] - error) <= 1e-10 * error, law, error)
    check(abs(law["low"] - mean + T_4 * error) <= 1e-8, law, mean, error)
    check(abs(law["high"] - mean - T_4 * error) <= 1e-8, law, mean, error)
