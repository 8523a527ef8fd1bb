# SPDX-FileCopyrightText: 2026 The kernite authors
# SPDX-License-Identifier: BSD-2-Clause
"""Fixtures: the guest of the architecture that the command line names."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent))
import guest  # noqa: E402


def pytest_addoption(parser):
    parser.addoption("--arch", default="x86_64", choices=("x86_64", "aarch64"))
    parser.addoption("--smp", type=int, default=1, help="CPUs of the guest")
    parser.addoption("--build-dir", help="use the binaries there; without it ./run builds")


@pytest.fixture(scope="session")
def arch(request):
    return request.config.getoption("--arch")


@pytest.fixture(scope="session")
def build_dir(request):
    return request.config.getoption("--build-dir")


@pytest.fixture(scope="session")
def smp(request):
    return request.config.getoption("--smp")


@pytest.fixture(scope="session")
def run_exec(arch, build_dir, smp):
    """run_exec(command, timeout, **options) -> (status, stdout, stderr)."""
    def call(command, timeout=60, **options):
        return guest.run_exec(arch, command, timeout, **{"build_dir": build_dir, "smp": smp, **options})
    return call


@pytest.fixture
def console(arch, build_dir, smp):
    """console(**options) -> guest.Console at its first prompt."""
    opened = []

    def open_console(**options):
        each = guest.Console(arch, build_dir=build_dir, smp=smp, **options)
        opened.append(each)
        each.prompt()
        return each
    yield open_console
    for each in opened:
        each.close()


@pytest.fixture(scope="session")
def programs(arch, tmp_path_factory):
    """An overlay with every program of programs/ in /test."""
    overlay = tmp_path_factory.mktemp("programs")
    for source in sorted(guest.PROGRAMS.glob("*.c")):
        guest.build_program(arch, source.name, overlay / "test" / source.stem)
    return overlay
