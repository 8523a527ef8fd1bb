# SPDX-FileCopyrightText: 2026 The kernite authors
# SPDX-License-Identifier: BSD-2-Clause
"""Whether docs/kernel-loops.md lists every loop of the kernel, and no other.

The page's tables name in their first column a file below kernite/, and the functions in it that have loops; a file without
functions stands for all of its own, and may be a pattern. Not asked for: the host port, and what only debug kernels have.
"""

import fnmatch
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
KERNEL = ROOT / "kernite"
PAGE = ROOT / "docs" / "kernel-loops.md"
NOT_ASKED = ("arch/host/*", "debug/check*", "debug/declared_errors.*", "syscall/debug.c")
FUNCTION = re.compile(r"(?!static_assert|typedef|#)[A-Za-z_][^=;]*?\b(\w+)\([^;]*$")  # as clang-format lays out its head
LOOP = re.compile(r"(^\s+|\{ *)(for|while|do)\b")


def loops():
    """Pairs of file and function."""
    found = set()
    for path in sorted(KERNEL.rglob("*.[ch]")):
        name = str(path.relative_to(KERNEL))
        if any(fnmatch.fnmatch(name, pattern) for pattern in NOT_ASKED):
            continue
        function = None
        for line in path.read_text().splitlines():
            head = FUNCTION.match(line)
            if head:
                function = head.group(1)
            if LOOP.search(line):
                found.add((name, function))
    return found


def listed():
    """Pairs of file or pattern and function, which is None for all."""
    found = set()
    for line in PAGE.read_text().splitlines():
        if line.startswith("| `"):
            file, *functions = re.findall(r"`([^`]+)`", line.split("|")[1])
            found.update((file, function) for function in functions or [None])
    return found


def main():
    code, page = loops(), listed()
    missing = {(file, function) for file, function in code
               if (file, function) not in page and not any(f is None and fnmatch.fnmatch(file, pattern) for pattern, f in page)}
    stale = {(pattern, function) for pattern, function in page
             if not any(fnmatch.fnmatch(file, pattern) and function in (None, f) for file, f in code)}
    for what, pairs in (("has a loop that docs/kernel-loops.md does not list", missing), ("is listed and has no loop", stale)):
        for file, function in sorted(pairs, key=str):
            print(f"loops.py: {file}: {function or 'any function'} {what}")
    return 1 if missing or stale else 0


if __name__ == "__main__":
    sys.exit(main())
