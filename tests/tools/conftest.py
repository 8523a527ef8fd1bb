# SPDX-FileCopyrightText: 2026 The kernite authors
# SPDX-License-Identifier: BSD-2-Clause
"""What the tests of the host tools share: ./run with a fake QEMU and a fake build folder."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))
sys.path.insert(0, str(Path(__file__).resolve().parent))


class FakeRun:
    """Calls ./run; the environment and the build folder are this test's own."""

    def __init__(self, folder):
        self.build = folder / "build dir"
        for name in ("kernite/kernite.elf", "kernite/kernite.img", "system/init", "system/vfs"):
            path = self.build / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(b"content of " + name.encode())
        self.temporary = folder / "tmp"
        self.temporary.mkdir()
        self.environment = {**os.environ, "KERNITE_QEMU": str(Path(__file__).resolve().parent / "fake_qemu.py"),
                            "TMPDIR": str(self.temporary), "LC_ALL": "C.UTF-8"}

    def words(self, script, *options):
        return [str(ROOT / "run"), "--build-dir", str(self.build), "--exec", script, *options]

    def start(self, script, *options, **how):
        return subprocess.Popen(self.words(script, *options), env=self.environment, stdin=subprocess.DEVNULL,
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE, **how)

    def __call__(self, script, *options):
        """(status, stdout, stderr) of a run whose guest is the Python text `script`."""
        child = self.start(script, *options)
        out, err = child.communicate(timeout=60)
        return child.returncode, out, err


@pytest.fixture
def fake_run(tmp_path):
    run = FakeRun(tmp_path)
    yield run
    assert not list(run.temporary.iterdir()), "the run left its folder behind"


@pytest.fixture
def run_arguments():
    """./run with arguments that it must refuse: (status, stderr)."""
    def call(*arguments):
        done = subprocess.run([str(ROOT / "run"), *arguments], capture_output=True, text=True, timeout=60,
                              stdin=subprocess.DEVNULL)
        assert done.stdout == ""
        return done.returncode, done.stderr
    return call
