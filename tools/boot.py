# SPDX-FileCopyrightText: 2026 The kernite authors
# SPDX-License-Identifier: BSD-2-Clause
"""Boot a kernel with an archive, no system around it: for tests whose root task is the test itself.

    boot.py --arch ARCH --kernel FILE --archive FILE [--append TEXT] [--mem SIZE] [--smp N] [--cpu MODEL]
            [--machine OPTIONS] [--device DEVICE] [--plugin SPEC] [--timeout S] [--icount]

The log (debug console or semihosting) goes to stdout, the serial line to stderr. --append: the kernel's command line.
--cpu, --machine, --device, --plugin: QEMU's options of that name, besides the board's or instead; any number of each.
Exit status: 0 after an orderly power-off, 124 on time-out, 70 otherwise, with the reason on stderr.
"""

import argparse
import os
import shutil
import sys
from pathlib import Path

from kernite import board as boards
from kernite import machine, options, say, verdict

QEMU_OPTIONS = ("cpu", "machine", "device", "plugin")


def parse():
    parser = argparse.ArgumentParser(allow_abbrev=False)
    parser.add_argument("--arch", choices=options.ARCHES, required=True)
    parser.add_argument("--kernel", type=Path, required=True)
    parser.add_argument("--archive", type=Path, required=True)
    parser.add_argument("--append", default="")
    parser.add_argument("--mem", type=options.memory_size, default=256 << 20)
    parser.add_argument("--smp", type=options.cpu_count, default=1)
    for name in QEMU_OPTIONS:
        parser.add_argument(f"--{name}", action="append", default=[])
    parser.add_argument("--timeout", type=options.seconds, default=60.0)
    parser.add_argument("--icount", action="store_true")
    return parser.parse_args()


def run(guest, parsed):
    """Status and message (None for success)."""
    board = boards.load(parsed.arch)
    guest.install(parsed.kernel, parsed.archive.read_bytes())
    words = boards.command(board, parsed.mem, parsed.icount, parsed.smp)
    words += ["-chardev", "file,id=con,path=serial", "-serial", "chardev:con"]
    for name in QEMU_OPTIONS:
        for value in getattr(parsed, name):
            words += [f"-{name}", value]
    if parsed.append:
        words += ["-append", parsed.append]
    machine.arm()
    machine.start_clock(parsed.timeout)
    try:
        guest.start(words)
        problem = guest.end(board)
    except machine.Stopped as stopped:
        return stopped.status, "time is up" if stopped.status == verdict.TIMED_OUT else "interrupted"
    return (0, None) if problem is None else (verdict.GUEST_FAILED, problem)


def main():
    with machine.Machine() as guest:
        status, problem = run(guest, parse())
        for name, stream in (("log", sys.stdout), ("serial", sys.stderr)):
            if (guest.folder / name).is_file():
                with open(guest.folder / name, "rb") as file:
                    shutil.copyfileobj(file, stream.buffer)
                stream.flush()
    if problem is not None:
        say.note(problem)
    return status


if __name__ == "__main__":
    try:
        code = main()
    except (say.Failure, OSError) as failure:
        say.note(str(failure))
        code = getattr(failure, "status", 1)
    sys.stdout.flush()
    os._exit(code)
