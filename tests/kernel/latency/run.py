# SPDX-FileCopyrightText: 2026 The kernite authors
# SPDX-License-Identifier: BSD-2-Clause
"""The longest stretches with interrupts off, over the kernel's API tests: what, how long, and where.

    run.py --arch ARCH --kernel ELF --boot FILE --root-task ELF --archive FILE --plugin FILE
           [--group NAME] [--append TEXT] [--limit N] [--mem SIZE] [--timeout S] [--lines N] [--path FILE]

Boots the root task of tests/kernel/api with the plugin (plugin.c says what a stretch is) and prints the longest stretch
of each of the worst cases: case, length in guest instructions, the functions on the path in the order in which they are
first entered, with their instructions. Fails if a case fails or a stretch is longer than the limit. --path writes the
longest stretch down, instruction by instruction.
"""

import argparse
import bisect
import collections
import re
import struct
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

BOOT = Path(__file__).resolve().parents[3] / "tools" / "boot.py"
MARK = "env_begin"
BEGIN = {"x86_64": ("x86_64_syscall_entry", "x86_64_vector_stubs", "x86_64_interrupt_stubs"),
         "aarch64": ("aarch64_vectors",)}
POINT = "preemption_point"
MAX_PATH = 1 << 20


class Symbols:
    """Where the functions of an ELF file are."""

    def __init__(self, file):
        lines = subprocess.run(["llvm-nm", file], stdout=subprocess.PIPE, text=True, check=True).stdout.splitlines()
        fields = [line.split() for line in lines]
        found = sorted((int(address, 16), name) for address, kind, name in (f for f in fields if len(f) == 3)
                       if kind in "tT" and not name.startswith("$"))
        self.starts = [address for address, _ in found]
        self.names = [name for _, name in found]
        self.at = {name: address for address, name in found}

    def name(self, pc):
        i = bisect.bisect_right(self.starts, pc) - 1
        return self.names[i] if i >= 0 else "?"

    def range(self, name):
        """From its first instruction to the next function, as the plugin wants it."""
        start = self.at[name]
        return f"{start:x}-{self.starts[bisect.bisect_right(self.starts, start)]:x}"


@dataclass
class Stretch:
    case: str
    length: int
    pcs: tuple


def boot(parsed, symbols, root_task, out):
    """Exit status and what the guest says."""
    point = symbols.at[POINT]
    begins = [symbols.range(name) for name in BEGIN[parsed.arch]] + [f"{point:x}-{point + 1:x}"]
    plugin = ",".join([str(parsed.plugin.resolve()), f"mark={root_task.at[MARK]:x}", *(f"begin={begin}" for begin in begins),
                       f"out={out}"])
    command = [sys.executable, "-E", str(BOOT), "--arch", parsed.arch, "--kernel", parsed.boot, "--archive", parsed.archive,
               "--icount", "--mem", parsed.mem, "--timeout", str(parsed.timeout), "--plugin", plugin]
    words = [parsed.append] if parsed.append else []
    if parsed.group:
        words.append(f"group={parsed.group}")
    if words:
        command += ["--append", " ".join(words)]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    return done.returncode, done.stdout.decode(errors="replace").replace("\r", "")


def read(out, names):
    """The stretches that the plugin has written, longest first."""
    data = out.read_bytes()
    found, at = [], 0
    for name in names:
        (length,) = struct.unpack_from("=Q", data, at)
        kept = min(length, MAX_PATH)
        found.append(Stretch(name, length, struct.unpack_from(f"={kept}Q", data, at + 8)))
        at += 8 + 8 * kept
    if at != len(data):
        raise SystemExit("run.py: the plugin has seen other cases than the guest has told of")
    return sorted(found, key=lambda stretch: -stretch.length)


def functions(stretch, symbols):
    counts = collections.Counter(symbols.name(pc) for pc in stretch.pcs)
    return ", ".join(f"{name} {number}" for name, number in counts.items())


def show(stretches, symbols, lines):
    for stretch in stretches[:lines]:
        print(f"{stretch.length:7} {stretch.case}: {functions(stretch, symbols)}")


def main():
    parser = argparse.ArgumentParser(allow_abbrev=False)
    for name in ("--arch", "--kernel", "--boot", "--root-task", "--archive"):
        parser.add_argument(name, required=True)
    parser.add_argument("--plugin", type=Path, required=True)
    parser.add_argument("--group")
    parser.add_argument("--append", default="")
    parser.add_argument("--limit", type=int, default=20000)
    parser.add_argument("--mem", default="256M")
    parser.add_argument("--timeout", type=int, default=250)
    parser.add_argument("--lines", type=int, default=20)
    parser.add_argument("--path", type=Path)
    parsed = parser.parse_args()
    symbols = Symbols(parsed.kernel)
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "stretches"
        status, text = boot(parsed, symbols, Symbols(parsed.root_task), out)
        names = re.findall(r"^ok (\w+)$", text, re.MULTILINE)
        if status != 0 or not re.search(r"^\d+ passed, 0 failed$", text, re.MULTILINE):
            print(text, end="")
            print(f"run.py: not passed, status {status}")
            return 1
        stretches = read(out, names)
    show(stretches, symbols, parsed.lines)
    if parsed.path:
        parsed.path.write_text("".join(f"{pc:x} {symbols.name(pc)}\n" for pc in stretches[0].pcs))
    if stretches[0].length > parsed.limit:
        print(f"run.py: {stretches[0].case} has {stretches[0].length} instructions with interrupts off, more than {parsed.limit}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
