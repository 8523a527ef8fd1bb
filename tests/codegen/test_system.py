# SPDX-FileCopyrightText: 2026 The kernite authors
# SPDX-License-Identifier: BSD-2-Clause
"""The system descriptions of the boards: who may call whom, and that codegen/system.py refuses what must not be."""
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
BOARDS = sorted((ROOT / "boards").glob("*/system.yaml"))


def compile_system(text, tmp_path):
    source, out = tmp_path / "system.yaml", tmp_path / "out.c"
    source.write_text(text)
    run = subprocess.run([sys.executable, ROOT / "codegen/system.py", "--system", source, "--out", out],
                         capture_output=True, text=True, check=False)
    return run, out


def edges(system):
    return {(p["name"], callee) for p in system["processes"] for callee in p.get("calls", [])}


def documented_edges():
    """The sentence of docs/userland.md that lists the edges between servers, as pairs of server and service."""
    text = (ROOT / "docs/userland.md").read_text()
    sentence = re.search(r"Calls go down these edges only: (.*?)\.", text, re.DOTALL).group(1)
    service = {"mmsrv": "MM", "procsrv": "PROC", "timer": "TIMER", "vfs": "VFS"}
    found = set()
    for caller, callees in re.findall(r"(\w+)→\{?([\w, ]+?)(?:\}|$|,\s*(?=\w+→))", sentence.replace("\n", " ")):
        if caller != "program":
            found |= {(caller, service[name.strip()]) for name in callees.split(",")}
    return found


@pytest.mark.parametrize("board", BOARDS, ids=lambda p: p.parent.name)
def test_endpoint_capabilities_are_the_documented_edges(board):
    assert edges(yaml.safe_load(board.read_text())) == documented_edges()


@pytest.mark.parametrize("board", BOARDS, ids=lambda p: p.parent.name)
def test_description_compiles(board, tmp_path):
    run, out = compile_system(board.read_text(), tmp_path)
    assert run.returncode == 0, run.stderr
    assert "system_processes" in out.read_text()


@pytest.mark.parametrize("find, replace, message", [
    ("calls: [MM, TIMER]", "calls: [MM, VFS]", "calls go down"),
    ("service: UART", "service: TIMER", "twice"),
    ("first: 0x3f8, last: 0x3ff", "first: 0x70, last: 0x71", "held twice"),
    ("signals: [{to: UART, bit: 2}]", "signals: [{to: NET, bit: 2}]", "there is no NET"),
])
def test_bad_description_is_refused(find, replace, message, tmp_path):
    text = (ROOT / "boards/qemu-q35/system.yaml").read_text()
    assert find in text
    run, out = compile_system(text.replace(find, replace), tmp_path)
    assert run.returncode != 0 and message in run.stderr
    assert not out.exists()
