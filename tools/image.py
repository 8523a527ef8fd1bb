# SPDX-FileCopyrightText: 2026 The kernite authors
# SPDX-License-Identifier: BSD-2-Clause
"""Write a boot archive without ./run, as tests with a root task of their own do.

    image.py --output FILE [--arch ARCH] [--system DIR] [--file NAME=PATH]... [--command CMD]
             [--option KEY=VALUE]... [--no-root | --overlay DIR...] [--mtime SECONDS]

boot/init is `init` of the system folder or of --file init=PATH. --no-root leaves the root file system out.
"""

import argparse
import sys
from pathlib import Path

from kernite import bootimage, options, paths, say, thirdparty


def pair(text):
    name, equals, value = text.partition("=")
    if not name or not equals:
        raise argparse.ArgumentTypeError(f"{text!r} is not NAME=VALUE")
    return name, value


def main():
    parser = argparse.ArgumentParser(allow_abbrev=False)
    parser.add_argument("--output", required=True, type=Path)
    parser.add_argument("--arch", choices=options.ARCHES, default="x86_64")
    parser.add_argument("--system", type=Path)
    parser.add_argument("--file", type=pair, action="append", default=[])
    parser.add_argument("--command", type=options.command_text)
    parser.add_argument("--option", type=pair, action="append", default=[])
    parser.add_argument("--no-root", action="store_true")
    parser.add_argument("--overlay", type=options.overlay_folder, action="append", default=[])
    parser.add_argument("--mtime", type=int, default=bootimage.MTIME)
    parsed = parser.parse_args()
    told = (parsed.command, dict(parsed.option))
    entries = bootimage.boot_entries(parsed.system, parsed.file, *told)
    if not parsed.no_root:
        with paths.build_lock():
            thirdparty.ensure()
        entries += bootimage.root_tree(parsed.arch, parsed.overlay, parsed.system, *told).entries(b"root")
    parsed.output.write_bytes(bootimage.build(entries, parsed.mtime))


if __name__ == "__main__":
    try:
        main()
    except say.Failure as failure:
        say.note(failure.message)
        sys.exit(failure.status)
