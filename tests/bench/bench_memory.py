"""Peak resident memory of training with factored local models, against dense ones.

    bench_memory.py STATION
"""

import sys

from drive import Program, size_text, verdict

SIZE = (64, 16, 4096, 3, 784, 1, 8)


def main():
    station = Program("training", [sys.argv[1], *SIZE])
    models, factors = map(float, station.ready[2:4])
    station.round()
    print(size_text(SIZE))
    for name, bytes_ in (("one model", models), ("the factors of a round", factors),
                         ("peak resident memory", station.peak)):
        print(f"  {name:<44} {bytes_ / 2**20:7.0f} MiB")
    verdict("(peak - factors) / model", (station.peak - factors) / models, 3.5, False)
    print(f"  {'peak / model':<44} {station.peak / models:7.2f}   "
          f"dense local models: {SIZE[0] + 3}")
    station.stop()


if __name__ == "__main__":
    main()
