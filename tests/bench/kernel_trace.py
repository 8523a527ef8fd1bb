# SPDX-FileCopyrightText: 2026 The kernite authors
# SPDX-License-Identifier: BSD-2-Clause
"""The kernel benchmark, traced: one instruction at a time under -icount.

An entry is what the kernel executes between two user instructions. It is named by the user functions that it comes from
and goes to, and belongs to the phase whose report comes next. With it comes what instructions do not show: writes of the
address-space register, TLB invalidations, accesses to interrupt controllers, settings of the timer.
"""
import bisect
import collections
import os
import re
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tools"))
from kernite import board as boards  # noqa: E402

TOOLS = Path(__file__).resolve().parents[2] / "tools"
KERNEL = 1 << 63
EVENTS = ("spaces", "tlb", "irqc", "timer")
# Instructions as llvm-objdump writes them, by architecture.
INSTRUCTIONS = {
    "x86_64": {"spaces": r"movq\s+%\w+, %cr3", "tlb": r"invlpg"},
    "aarch64": {"spaces": r"msr\s+TTBR0_EL1", "tlb": r"tlbi", "irqc": r"(msr|mrs)\s+.*ICC_", "timer": r"msr\s+CNTV_C?T?VAL"},
}
# QEMU's trace events of device registers. The local APIC's initial count is the timer.
DEVICES = {"x86_64": ["apic_mem_*", "ioapic_mem_*"], "aarch64": ["gicv3_dist_*", "gicv3_redist_*"]}


@dataclass
class Entry:
    name: str      # FROM-TO, functions of the benchmark
    phase: int     # number of reports before it
    pcs: list
    events: collections.Counter


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

    def address(self, name):
        return self.starts[self.names.index(name)]


def event_instructions(arch, elf):
    """Address of each of the kernel's instructions that is an event -> the event."""
    text = subprocess.run(["llvm-objdump", "-d", "--no-show-raw-insn", elf], stdout=subprocess.PIPE, text=True, check=True).stdout
    found = {}
    for address, instruction in re.findall(r"^ *([0-9a-f]{8,16}):\s+(.*)$", text, re.MULTILINE):
        for event, pattern in INSTRUCTIONS[arch].items():
            if re.match(pattern, instruction):
                found[int(address, 16)] = event
    return found


def device_event(line):
    """The event behind one of QEMU's trace lines about a device register; None for other lines."""
    if line.startswith(b"apic_mem_writel 0x380"):
        return "timer"
    return "irqc" if line.startswith((b"apic_mem", b"ioapic_mem", b"gicv3_")) else None


def execute(arch, build, folder):
    """What QEMU tells, in order: addresses of instructions (int) and events of devices (str)."""
    elf = build / "kernite/kernite.elf"
    subprocess.run([sys.executable, "-E", TOOLS / "image.py", "--output", folder / "archive", "--no-root",
                    "--file", f"init={build / 'tests/kernel_bench'}"], check=True)
    shutil.copyfile(elf if arch == "x86_64" else build / "kernite/kernite.img", folder / "kernel")
    os.mkfifo(folder / "trace")
    words = boards.command(boards.load(arch), 256 << 20, True)
    words += ["-serial", "file:serial", "-singlestep", "-d", "exec,nochain", "-D", "trace",
              "-dfilter", "0x200000+0x1000000,0xffffffff80000000+0x10000000"]
    for pattern in DEVICES[arch]:
        words += ["-trace", pattern]
    qemu = subprocess.Popen(words, cwd=folder, stdin=subprocess.DEVNULL)
    pc = None
    with open(folder / "trace", "rb", 1 << 20) as lines:
        for line in lines:
            if line.startswith(b"Trace "):
                if pc is not None:
                    yield pc
                at = line.find(b"/", 20)
                pc = int(line[at + 1:at + 17], 16)
            elif line.startswith(b"cpu_io_recompile"):
                pc = None # it is executed, and traced, again
            else:
                event = device_event(line)
                if event:
                    yield event
    if pc is not None:
        yield pc
    qemu.wait()


class Benchmark:
    """One traced run. `phases` is complete when the entries have been read."""

    def __init__(self, arch, build):
        self.arch, self.build = arch, build
        elf = build / "kernite/kernite.elf"
        self.symbols = Symbols(elf, build / "tests/bench/kernel_bench.elf")
        self.instructions = event_instructions(arch, elf)
        self.phases = []

    def entries(self):
        report = self.symbols.address("report")
        phase, before, pcs, events = 0, 0, [], collections.Counter()
        with tempfile.TemporaryDirectory() as folder:
            for what in execute(self.arch, self.build, Path(folder)):
                if isinstance(what, str):
                    events[what] += 1
                elif what & KERNEL:
                    pcs.append(what)
                else:
                    if pcs:
                        events.update(self.instructions[pc] for pc in pcs if pc in self.instructions)
                        yield Entry(f"{self.symbols.name(before)}-{self.symbols.name(what)}", phase, pcs, events)
                        pcs, events = [], collections.Counter()
                    phase += what == report
                    before = what
            self.phases = re.findall(r"^bench (\w+) [\d.]+\s*$", (Path(folder) / "serial").read_text(), re.MULTILINE)
