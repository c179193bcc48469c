"""Strong and weak scaling over ranks of one machine, one thread each, against the cost model.

    bench_ranks.py LEMMA [MPIRUN]

Runs with one and with more ranks take turns; of each the fastest turn counts, for others on
the machine only ever add to it. "model" is lib/train/ranks.md's bound: passes are shared,
the update of the average is every rank's own, and nothing is said about moving rows.
"""

import json
import os
import subprocess
import sys
import tempfile

TURNS = 3
MCA = {"OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1",
       "OMPI_MCA_rmaps_base_oversubscribe": "1", "OMP_NUM_THREADS": "1"}


EXPERIMENT = """
seed: 1
data: {{kind: sphere, samples: {n}, dimension: 64, separation: 0, targets: {{kind: teacher, outputs: 1}}}}
partition: {{kind: contiguous, clients: {clients}}}
network: {{preset: deep-relu, width: {width}, depth: {depth}}}
train: {{local_steps: {tau}, rounds: 2, step_size: 0.1, batch: {batch}, local_models: {models}}}
probes: {{loss: {{}}}}
record: {{data: none, weights: none}}
"""


def run(lemma, mpirun, ranks, size, folder):
    """Seconds of training."""
    clients, samples, width, depth, tau, batch, models = size
    with open(os.path.join(folder, "ranks.yaml"), "w", encoding="utf-8") as file:
        file.write(EXPERIMENT.format(n=clients * samples, clients=clients, width=width,
                                     depth=depth, tau=tau, batch=batch, models=models))
    done = subprocess.run([mpirun, "-n", str(ranks), lemma, "run", "ranks.yaml", "--force",
                           "--json"], cwd=folder, env={**os.environ, **MCA}, text=True,
                          check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    return json.loads(done.stdout)["train_seconds"]


def flops(size):
    """Of a step: (passes, update of the average or of every local model)."""
    clients, samples, width, depth, _, batch, _ = size
    rows = clients * min(samples, batch or samples)
    first, rest = 64 * width, (depth - 1) * width * width
    return 2 * rows * (first + 2 * rest), 2 * rows * (first + rest)


def most_bytes(size):
    """Rows that a rank comes by in a round, were all of them others'; and the models."""
    clients, samples, width, depth, tau, batch, _ = size
    rows = clients * min(samples, batch or samples)
    row = 2 * 8 * (depth - 1) * width + depth * width / 8 + 24
    return tau * rows * row, 8 * (64 * width + (depth - 1) * width * width)


def measure(lemma, mpirun, name, sizes, weak):
    """sizes: by number of ranks; the first is that of one rank."""
    with tempfile.TemporaryDirectory() as folder:
        seconds = {ranks: [] for ranks in sizes}
        for _ in range(TURNS):
            for ranks, size in sizes.items():
                seconds[ranks].append(run(lemma, mpirun, ranks, size, folder))
    alone = sizes[1]
    print(f"{name}: K={alone[0]} n={alone[1]} m={alone[2]} L={alone[3]} tau={alone[4]} "
          f"batch={alone[5]} {alone[6]}")
    for ranks, size in sizes.items():
        passes, update = flops(size)
        passes1, update1 = flops(alone)
        bound = (passes1 + update1) / (passes / ranks + update)
        moved, models = most_bytes(size)
        print(f"  {ranks} rank{'s' if ranks > 1 else ' '}  {min(seconds[ranks]):8.3f} s   "
              f"{'efficiency' if weak else 'speed-up'} "
              f"{min(seconds[1]) / min(seconds[ranks]):5.2f}  model {bound:5.2f}   rows "
              f"{1e-6 * moved * (ranks - 1) / ranks:8.1f} MB a round, averaging densely "
              f"{2e-6 * models * (ranks - 1) / ranks:8.1f} MB", flush=True)


def main():
    if len(sys.argv) < 3 or not sys.argv[2]:
        print("skipped: there is no mpirun, or lemma was built without MPI")
        return
    lemma, mpirun = os.path.abspath(sys.argv[1]), sys.argv[2]
    few, most = (16, 32, 1024, 3, 4, 0), (16, 32, 1024, 3, 4, 8)
    for name, size, models in (("strong, factored", few, "auto"),
                               ("strong, factored, mini-batches", most, "auto"),
                               ("strong, dense", few, "dense"),
                               ("strong, two layers", (16, 64, 4096, 1, 4, 0), "auto")):
        measure(lemma, mpirun, name, {p: (*size, models) for p in (1, 2)}, False)
    measure(lemma, mpirun, "weak, factored",
            {p: (8 * p, 32, 1024, 3, 4, 0, "auto") for p in (1, 2)}, True)


if __name__ == "__main__":
    main()
