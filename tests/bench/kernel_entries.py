# SPDX-FileCopyrightText: 2026 The kernite authors
# SPDX-License-Identifier: BSD-2-Clause
"""What kernel entries cost, kernel only: guest instructions from the kernel's first one to its last one.

Traces the kernel benchmark and lists its entries: a line for each name and cost. --profile NAME shows in which functions
the instructions of such an entry are, --path writes them all down.
"""
import argparse
import collections
from pathlib import Path

from kernel_trace import Benchmark

FEWEST = 20  # entries of one kind that are worth a line


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--arch", required=True)
    parser.add_argument("--build", type=Path, required=True, help="a release build folder")
    parser.add_argument("--profile", default="", help="FROM-TO as the list names it, or FROM-TO/COST")
    parser.add_argument("--path", type=Path, help="a file to be written")
    args = parser.parse_args()
    benchmark = Benchmark(args.arch, args.build)
    counts = collections.Counter()
    profile = collections.Counter()
    for entry in benchmark.entries():
        kind = entry.name, len(entry.pcs)
        counts[kind] += 1
        if args.profile in (kind[0], f"{kind[0]}/{kind[1]}") and counts[kind] == FEWEST:
            names = [benchmark.symbols.name(pc) for pc in entry.pcs]
            profile = collections.Counter(names)
            if args.path:
                args.path.write_text("".join(f"{pc:x} {name}\n" for pc, name in zip(entry.pcs, names)))
    for (name, cost), count in counts.items():
        if count >= FEWEST:
            print(f"{name:40} {cost:6} instructions, {count} times")
    for name, number in profile.most_common():
        print(f"{number:6} {name}")


if __name__ == "__main__":
    main()
