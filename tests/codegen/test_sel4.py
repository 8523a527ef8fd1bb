# SPDX-FileCopyrightText: 2026 The kernite authors
# SPDX-License-Identifier: BSD-2-Clause

"""docs/sel4.md says the truth about trona/sel4.h and about the specification: every call of either is in its table."""

import fnmatch
import os
import re
import subprocess
from dataclasses import dataclass

import pytest

import main

ARCHES = ("x86_64", "aarch64")
TREE = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


@dataclass
class Row:
    sel4: list     # names, * stands for anything
    kernite: list  # invocations and system calls
    status: str
    why: str


@pytest.fixture(scope="module")
def spec():
    return main.load_checked(os.path.join(TREE, "uapi"))


@pytest.fixture(scope="module")
def defined(spec, tmp_path_factory):
    """The functions of the header, on both architectures and in debug builds."""
    found = set()
    for arch in ARCHES:
        folder = tmp_path_factory.mktemp(arch)
        main.generate(spec, arch, str(folder))
        text = subprocess.run(["clang", f"--target={arch}-unknown-none-elf", "-ffreestanding", "-DCONFIG_DEBUG=1", "-E", "-P",
                               "-I", os.path.join(TREE, "libtrona", "include"), "-I", str(folder / "include"), "-"],
                              input="#include <trona/sel4.h>\n", capture_output=True, text=True, check=True).stdout
        found |= set(re.findall(r"\b(seL4_\w+)\(", text))  # a header calls only what it defines
    assert {"seL4_Call", "seL4_GetBootInfo", "seL4_X86_PDPT_Map", "seL4_ARM_SMC_Call", "seL4_DebugHalt",
            "seL4_MessageInfo_set_label", "seL4_X86_IOPort_In16"} <= found
    return found


@pytest.fixture(scope="module")
def rows():
    with open(os.path.join(TREE, "docs", "sel4.md"), encoding="utf-8") as stream:
        lines = [line.strip().strip("|").split("|") for line in stream if line.startswith("| ")]
    assert all(len(cells) == 4 for cells in lines)
    found = [Row(re.findall(r"`([^`]+)`", a), re.findall(r"`([^`]+)`", b), c.strip(), d.strip()) for a, b, c, d in lines[2:]]
    assert len(found) > 60
    return found


def names_of(rows, *states):
    return [name for row in rows if row.status in states for name in row.sel4]


def test_rows_have_a_status_and_a_reason(rows):
    for row in rows:
        assert row.status in ("same", "deviates", "not there", "kernite only"), row
        assert row.status == "same" or row.why, row
        assert (not row.sel4) == (row.status == "kernite only"), row
        assert row.status != "not there" or not row.kernite, row


def test_every_name_is_in_one_row(rows):
    names = [name for row in rows for name in row.sel4]
    assert len(names) == len(set(names))


def test_every_function_of_the_header_is_in_the_table(rows, defined):
    patterns = names_of(rows, "same", "deviates")
    assert [name for name in sorted(defined) if not any(fnmatch.fnmatchcase(name, p) for p in patterns)] == []


def test_every_name_of_the_table_is_in_the_header(rows, defined):
    assert [p for p in names_of(rows, "same", "deviates") if not fnmatch.filter(defined, p)] == []


def test_what_is_not_there_is_not_defined(rows, defined):
    assert [p for p in names_of(rows, "not there") if fnmatch.filter(defined, p)] == []


def test_every_call_of_the_specification_is_in_the_table(rows, spec):
    """By the object's name as docs write it: CNode_Copy for the method Copy of cnode."""
    known = {f"{o.name.replace('_', '')}_{m.name}".lower() for o in spec.objects for m in o.methods}
    known |= {s.name.lower() for s in spec.syscalls}
    listed = {name.lower() for row in rows for name in row.kernite}
    assert sorted(known - listed) == [] and sorted(listed - known) == []
