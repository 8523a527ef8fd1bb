# SPDX-FileCopyrightText: 2026 The kernite authors
# SPDX-License-Identifier: BSD-2-Clause
"""Set-up: the package check of setup.sh with stand-ins for Debian's programs, and the sources for apt."""

import os
import subprocess

import pytest
from conftest import ROOT
from kernite import thirdparty

SCRIPT = 'set -eu; self=run; root=$1; . "$2/tools/setup.sh"; set_up_packages; echo ready'


@pytest.fixture
def machine(tmp_path):
    """A machine with only the given packages; apt-get notes its calls and installs everything."""
    def make(installed, user_id):
        programs = tmp_path / "bin"
        programs.mkdir()
        state = tmp_path / "installed"
        state.write_text("".join(f"ii {name}\n" for name in installed))
        for name, text in {
            "dpkg-query": f'cat "{state}"; exit 1',
            "id": f"echo {user_id}",
            "apt-get": f'echo "$@" >>"{tmp_path}/calls"\nfor w; do echo "ii $w"; done >>"{state}"',
        }.items():
            (programs / name).write_text(f"#!/bin/sh\n{text}\n")
            (programs / name).chmod(0o755)
        environment = {**os.environ, "PATH": f"{programs}:/usr/bin:/bin"}
        (tmp_path / "a root").mkdir()
        return subprocess.run(["sh", "-c", SCRIPT, "sh", str(tmp_path / "a root"), str(ROOT)], env=environment,
                              capture_output=True, text=True, timeout=60)
    return make


def all_packages():
    text = (ROOT / "tools/setup.sh").read_text()
    return text.split("packages='")[1].split("'")[0].split()


def test_complete_machine_needs_nothing(machine, tmp_path):
    done = machine(all_packages(), 1000)
    assert (done.returncode, done.stdout, done.stderr) == (0, "ready\n", "")
    assert not (tmp_path / "calls").exists()


def test_ordinary_user_gets_the_command_and_status_2(machine, tmp_path):
    done = machine([name for name in all_packages() if name not in ("cpio", "ninja-build")], 1000)
    assert done.returncode == 2 and done.stdout == ""
    assert "apt-get install -y --no-install-recommends ninja-build cpio'" in done.stderr
    assert not (tmp_path / "calls").exists()


def test_root_installs_what_is_missing(machine, tmp_path):
    done = machine(["clang"], 0)
    assert done.returncode == 0 and done.stdout == "ready\n", done.stderr
    calls = (tmp_path / "calls").read_text().splitlines()
    assert calls[0].startswith("-q update")
    assert "--no-install-recommends" in calls[-1] and " clang " not in calls[-1] and " lld " in calls[-1]


def test_sources_in_both_formats(tmp_path):
    (tmp_path / "sources.list.d").mkdir()
    (tmp_path / "sources.list").write_text(
        "# deb http://old/ x main\ndeb [signed-by=/a b=c] http://one/debian s main contrib\n"
        "deb-src http://one/debian s main\ndeb http://two s non-free\n")
    (tmp_path / "sources.list.d/a.sources").write_text(
        "# a comment\nTypes: deb deb-src\nURIs: http://three\nSuites: s s-updates\nComponents: main\n\n"
        "Types: deb\nURIs: http://four\nSuites: s\nComponents: main\nEnabled: no\n")
    assert thirdparty.configured_sources(tmp_path) == [
        ("http://one/debian", "s"), ("http://three", "s"), ("http://three", "s-updates")]
