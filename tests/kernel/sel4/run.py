# SPDX-FileCopyrightText: 2026 The kernite authors
# SPDX-License-Identifier: BSD-2-Clause
"""Boot the root task of this folder and look whether every part of it has passed.

    run.py --arch ARCH --kernel FILE --archive FILE [--smp N]

It may include <trona/sel4.h> and its own headers, nothing else of kernite.
"""

import re
import sys
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
sys.path.insert(0, str(FOLDER.parent))

import guest  # noqa: E402

ALLOWED = {"<trona/sel4.h>", '"root.h"', '"arch.h"'}


def sources():
    return [path for path in FOLDER.rglob("*") if path.suffix in (".c", ".h")]


def foreign_includes():
    return [f"{path.name}: {name}" for path in sources()
            for name in re.findall(r"^\s*#\s*include\s+(\S+)", path.read_text(), re.MULTILINE) if name not in ALLOWED]


def nr_parts():
    return len(re.findall(r"^    \{\"", (FOLDER / "root.c").read_text(), re.MULTILINE))


def main():
    parser = guest.parser()
    parser.add_argument("--smp", help="CPUs, running at the same time; without it one, counting instructions")
    parsed = parser.parse_args()
    status, text = guest.boot(parsed, *(["--smp", parsed.smp] if parsed.smp else ["--icount"]))
    print(text, end="")
    lines = text.splitlines()
    passed = sum(line.startswith("ok ") for line in lines)
    foreign = foreign_includes()
    if foreign:
        print(f"run.py: includes more than <trona/sel4.h>: {', '.join(foreign)}")
        return 1
    if status != 0 or passed == 0 or passed != nr_parts() or lines[-1] != "all parts passed":
        print(f"run.py: not passed: {passed} of {nr_parts()} parts, status {status}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
