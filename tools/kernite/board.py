# SPDX-FileCopyrightText: 2026 The kernite authors
# SPDX-License-Identifier: BSD-2-Clause
"""A machine as boards/*/board.yaml describes it, and QEMU's command line for it."""

import os
from dataclasses import dataclass
from pathlib import Path

import yaml

from . import paths, say

FOR_ARCH = {"x86_64": "qemu-q35", "aarch64": "qemu-virt"}
ICOUNT = ["-icount", "shift=0,sleep=off", "-seed", "1", "-rtc", "base=2026-01-01,clock=vm"]
QUIET = ["-nodefaults", "-no-user-config", "-display", "none", "-no-reboot"]


@dataclass(frozen=True)
class Board:
    name: str
    kernel: str        # the file that QEMU loads, below the build folder
    symbols: str       # the ELF for a debugger, below the build folder
    memory: str
    program: str
    arguments: list
    log: list
    exits: dict        # power_off, panic, server_died -> QEMU's exit status


def load(arch):
    """The board of an architecture."""
    path = paths.BOARDS / FOR_ARCH[arch] / "board.yaml"
    try:
        data = yaml.safe_load(path.read_text())
        qemu = data["qemu"]
        return Board(data["name"], data["kernel"], data["symbols"], str(data["memory"]), qemu["program"],
                     qemu["arguments"], qemu["log"], data["exit"])
    except (OSError, yaml.YAMLError, KeyError, TypeError) as error:
        raise say.Failure(f"{path}: not a board description: {error!r}") from error


def command(board, memory, icount, nr_cpus=1):
    """QEMU's words for a run in a folder that holds `kernel` and `archive` and takes `log`.

    Relative names keep characters that QEMU's option syntax cares about out of it. KERNITE_QEMU names
    another program, for the tests of these tools.
    """
    words = [os.environ.get("KERNITE_QEMU") or board.program, *board.arguments, *QUIET]
    words += ["-smp", str(nr_cpus), "-m", f"{memory >> 20}M", "-kernel", "kernel", "-initrd", "archive"]
    words += [word.format(log="log") for word in board.log]
    if icount:
        words += ICOUNT
    return words


def kernel_file(board, build_dir):
    """The kernel's path, checked to be there."""
    path = Path(build_dir) / board.kernel
    if not path.is_file():
        raise say.Failure(f"{path}: there is no kernel (is the build complete?)")
    return path
