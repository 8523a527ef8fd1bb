# SPDX-FileCopyrightText: 2026 The kernite authors
# SPDX-License-Identifier: BSD-2-Clause
"""The arguments of ./run, checked before anything is built. Bad ones end with a message and status 2."""

import argparse
import os
import re
from pathlib import Path

from . import paths, say

ARCHES = ("x86_64", "aarch64")
UNITS = {"": 1 << 20, "K": 1 << 10, "M": 1 << 20, "G": 1 << 30}
SMALLEST_MEMORY = 16 << 20
MOST_CPUS = 8


class Parser(argparse.ArgumentParser):
    def __init__(self, help_file):
        super().__init__(add_help=False, allow_abbrev=False)
        self.help_file = help_file
        self.add_argument("-h", "--help", action="store_true")

    def parse(self, arguments):
        parsed = self.parse_args(arguments)
        if parsed.help:
            lines = (paths.ROOT / "tools" / self.help_file).read_text().splitlines(keepends=True)
            print("".join(line for line in lines if not line.startswith("#")), end="")
            raise SystemExit(0)
        return parsed

    def error(self, message):
        raise say.Failure(f"{message} (see ./{say.program()} --help)", 2)


def parse_run(arguments):
    """The options of ./run as a namespace; `mem` in bytes or None, `preset` added."""
    parser = Parser("help-run.txt")
    parser.add_argument("--arch", choices=ARCHES, default="x86_64")
    parser.add_argument("--mem", type=memory_size)
    parser.add_argument("--smp", type=cpu_count, default=1)
    parser.add_argument("--overlay", type=overlay_folder, action="append", default=[])
    parser.add_argument("--exec", type=command_text, dest="command")
    parser.add_argument("--timeout", type=seconds)
    parser.add_argument("--build-dir", type=build_folder)
    for flag in ("--icount", "--debug", "--verbose", "--gdb"):
        parser.add_argument(flag, action="store_true")
    for option in ("--disk", "--net", "--trace"):
        parser.add_argument(option)
    parsed = parser.parse(arguments)
    for name in ("disk", "net", "trace"):
        if getattr(parsed, name) is not None:
            raise say.Failure(f"--{name}: not available yet", 2)
    if parsed.build_dir is not None and parsed.debug:
        raise say.Failure("--build-dir and --debug exclude each other", 2)
    parsed.preset = f"{parsed.arch}-{'debug' if parsed.debug else 'release'}"
    return parsed


def memory_size(text):
    match = re.fullmatch(r"(\d{1,12})([KMG]?)", text.upper())
    if match is None:
        raise argparse.ArgumentTypeError(f"{text!r} is not a size such as 128M or 1G")
    size = int(match.group(1)) * UNITS[match.group(2)]
    if size < SMALLEST_MEMORY:
        raise argparse.ArgumentTypeError(f"{text} is less than {SMALLEST_MEMORY >> 20}M")
    if size % (1 << 20):
        raise argparse.ArgumentTypeError(f"{text} is not a whole number of megabytes")
    return size


def cpu_count(text):
    if not re.fullmatch(r"[1-9]\d{0,3}", text) or int(text) > MOST_CPUS:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of CPUs from 1 to {MOST_CPUS}")
    return int(text)


def seconds(text):
    if not re.fullmatch(r"\d{1,7}(\.\d+)?", text) or float(text) == 0:
        raise argparse.ArgumentTypeError(f"{text!r} is not a positive number of seconds")
    return float(text)


def overlay_folder(text):
    if not os.path.isdir(text):
        raise argparse.ArgumentTypeError(f"{text}: {'not a directory' if os.path.exists(text) else 'no such directory'}")
    return Path(text)


def build_folder(text):
    if not os.path.isdir(text):
        raise argparse.ArgumentTypeError(f"{text}: no such directory")
    return Path(text)


def command_text(text):
    """The command as the bytes that were typed."""
    return os.fsencode(text)
