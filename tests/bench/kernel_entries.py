# SPDX-FileCopyrightText: 2026 The kernite authors
# SPDX-License-Identifier: BSD-2-Clause
"""What kernel entries cost, kernel only: guest instructions from the kernel's first one to its last one.

Boots the kernel benchmark one instruction at a time and reads QEMU's trace. An entry is named by the user functions
that it comes from and goes to; a line for each name and cost. --profile NAME shows in which functions the instructions
of such an entry are (the last cost seen often), --path writes them all down.
"""
import argparse
import bisect
import collections
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tools"))
from kernite import board as boards  # noqa: E402

TOOLS = Path(__file__).resolve().parents[2] / "tools"
KERNEL = 1 << 63
FEWEST = 100  # entries of one kind that are worth a line


class Symbols:
    def __init__(self, *files):
        found = []
        for file in files:
            for line in subprocess.run(["llvm-nm", file], stdout=subprocess.PIPE, text=True, check=True).stdout.splitlines():
                address, kind, name = line.split()
                if kind in "tT" and not name.startswith("$"):
                    found.append((int(address, 16), name))
        found.sort()
        self.starts = [address for address, _ in found]
        self.names = [name for _, name in found]
        self.known = {}

    def name(self, pc):
        if pc not in self.known:
            i = bisect.bisect_right(self.starts, pc) - 1
            self.known[pc] = self.names[i] if i >= 0 else "?"
        return self.known[pc]


def trace(arch, kernel, root_task, folder):
    """The addresses of the instructions executed, in order."""
    subprocess.run([sys.executable, "-E", TOOLS / "image.py", "--output", folder / "archive", "--no-root",
                    "--file", f"init={root_task}"], check=True)
    shutil.copyfile(kernel, folder / "kernel")
    os.mkfifo(folder / "trace")
    words = boards.command(boards.load(arch), 256 << 20, True)
    words += ["-serial", "null", "-singlestep", "-d", "exec,nochain", "-D", "trace",
              "-dfilter", "0x200000+0x1000000,0xffffffff80000000+0x10000000"]
    qemu = subprocess.Popen(words, cwd=folder, stdin=subprocess.DEVNULL)
    with open(folder / "trace", "rb", 1 << 20) as lines:
        for line in lines:
            at = line.find(b"/", 20)
            if at > 0:
                yield int(line[at + 1:at + 17], 16)
    qemu.wait()


def entries(pcs):
    """Triples: user PC before, the kernel's PCs, user PC after."""
    before, inside = 0, []
    for pc in pcs:
        if pc & KERNEL:
            inside.append(pc)
        else:
            if inside:
                yield before, inside, pc
                inside = []
            before = pc


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--arch", required=True)
    parser.add_argument("--build", type=Path, required=True, help="a release build folder")
    parser.add_argument("--profile", default="", help="FROM-TO as the list names it, or FROM-TO/COST")
    parser.add_argument("--path", type=Path, help="a file to be written")
    args = parser.parse_args()
    elf = args.build / "kernite/kernite.elf"
    kernel = elf if args.arch == "x86_64" else args.build / "kernite/kernite.img"
    root_task = args.build / "tests/kernel_bench"
    symbols = Symbols(elf, args.build / "tests/bench/kernel_bench.elf")
    counts = collections.Counter()
    profile = collections.Counter()
    with tempfile.TemporaryDirectory() as folder:
        for before, inside, after in entries(trace(args.arch, kernel, root_task, Path(folder))):
            kind = f"{symbols.name(before)}-{symbols.name(after)}", len(inside)
            counts[kind] += 1
            if args.profile in (kind[0], f"{kind[0]}/{kind[1]}") and counts[kind] == FEWEST:
                profile = collections.Counter(symbols.name(pc) for pc in inside)
                if args.path:
                    args.path.write_text("".join(f"{pc:x} {symbols.name(pc)}\n" for pc in inside))
    for (name, cost), count in counts.items():
        if count >= FEWEST:
            print(f"{name:40} {cost:6} instructions, {count} times")
    for name, number in profile.most_common():
        print(f"{number:6} {name}")


if __name__ == "__main__":
    main()
