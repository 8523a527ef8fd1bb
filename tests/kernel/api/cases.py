# SPDX-FileCopyrightText: 2026 The kernite authors
# SPDX-License-Identifier: BSD-2-Clause
"""The list of the kernel's API tests, read off their sources.

    cases.py --write    write docs/kernel-tests.md
    cases.py --check    fail if it is not in step

A case is TEST(name) or TEST_TIMED(name) (see test.h) right behind a comment, which says in one sentence or two what it
shows; a file of cases is a group and starts with a comment that says what it is about. Groups in
arch/<arch>/ are of that architecture alone.
"""

import argparse
import re
import sys
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
PAGE = FOLDER.parents[2] / "docs" / "kernel-tests.md"
CASE = re.compile(r"((?:^//.*\n)*)^TEST(_TIMED)?\((\w+)\)", re.MULTILINE)
HEAD = re.compile(r"\A(?:// SPDX.*\n)+\n((?://.*\n)+)")

INTRODUCTION = """\
<!-- SPDX-FileCopyrightText: 2026 The kernite authors -->
<!-- SPDX-License-Identifier: BSD-2-Clause -->
<!-- Written by tests/kernel/api/cases.py from the sources there; a test fails if it is not in step. -->

# Kernel API tests

What the kernel promises its users, tried from user mode: a root task (`tests/kernel/api/`) that runs {number} cases:
the same sources on every architecture, besides {own}. They run
in debug and in release builds. Each case runs in a thread of its own with fresh
objects, which are deleted one by one afterwards; the case has failed if its untyped is not empty then, and in debug
builds if the kernel's invariants do not hold.

    ctest --preset x86_64-debug -L kernel            # one entry a group: kernel-api-<group>
    ctest --preset aarch64-release -R kernel-api-reply

The entry `kernel-shuffled` builds kernel and tests anew with all numbers of the ABI permuted and runs all cases on that, but for
the groups `machine_*`, whose machine has more memory, another CPU or four of them.
So do `kernel-api-smp4-icount`, on four CPUs that take turns, and `kernel-api-smp4`, on CPUs that run at the same time and
share a host that may be busy: there timed cases (`TEST_TIMED`) are left out. The groups `machine_smp*` run both ways.
"""


@dataclass
class Group:
    name: str
    about: str
    cases: list  # of (name, sentence)
    nr_timed: int
    arch: str    # that it is for, "" any


def prose(comment):
    return " ".join(line[2:].strip() for line in comment.splitlines())


def read_group(path):
    text = path.read_text()
    matches = CASE.findall(text)
    found = [(name, prose(comment)) for comment, _, name in matches]
    if not found:
        return None
    head = HEAD.match(text)
    missing = [name for name, sentence in found if not sentence]
    if missing or not head:
        sys.exit(f"{path.name}: without a comment: {', '.join(missing) or 'the file'}")
    nr_timed = sum(1 for _, timed, _ in matches if timed)
    return Group(path.stem, prose(head[1]), found, nr_timed, path.parent.name if path.parent != FOLDER else "")


def groups(arch="*"):
    """Those of every architecture and of this one; without it of all."""
    paths = sorted(FOLDER.glob("*.c")) + sorted(FOLDER.glob(f"arch/{arch}/*.c"))
    return [group for group in map(read_group, paths) if group]


def count(found):
    return sum(len(group.cases) for group in found)


def page():
    found = groups()
    arches = sorted({group.arch for group in found} - {""})
    own = " and ".join(f"{count(g for g in found if g.arch == arch)} for {arch} alone" for arch in arches)
    parts = [INTRODUCTION.format(number=count(g for g in found if not g.arch), own=own)]
    parts.append("| group | cases | only on |\n| --- | --- | --- |\n" +
                 "".join(f"| [{group.name}](#{group.name}) | {len(group.cases)} | {group.arch} |\n" for group in found))
    for group in found:
        rows = "".join(f"| `{name}` | {sentence} |\n" for name, sentence in group.cases)
        parts.append(f"## {group.name}\n\n{group.about}\n\n| case | what it shows |\n| --- | --- |\n{rows}")
    return "\n".join(parts)


def main():
    parser = argparse.ArgumentParser(allow_abbrev=False)
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--write", action="store_true")
    what.add_argument("--check", action="store_true")
    if parser.parse_args().write:
        PAGE.write_text(page())
        return 0
    if not PAGE.is_file() or PAGE.read_text() != page():
        print(f"{PAGE} is not in step with the sources: run {Path(__file__).name} --write")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
