# SPDX-FileCopyrightText: 2026 The kernite authors
# SPDX-License-Identifier: BSD-2-Clause
"""Where things are: everything is found from this file's own place, so that a checkout may be anywhere."""

import contextlib
import fcntl
from pathlib import Path

from . import say

ROOT = Path(__file__).resolve().parents[2]
BUILD = ROOT / "build"
LOGS = BUILD / "logs"
APT = BUILD / "apt"
BOARDS = ROOT / "boards"
ROOTFS = ROOT / "tools" / "rootfs"

DEBIAN_ARCH = {"x86_64": "amd64", "aarch64": "arm64"}


def third_party_root(arch):
    """The folder with the extracted Debian packages for a kernite architecture name."""
    return APT / f"root-{DEBIAN_ARCH[arch]}"


@contextlib.contextmanager
def build_lock():
    """Held while the build folder changes or is read for an image: one start at a time."""
    LOGS.mkdir(parents=True, exist_ok=True)
    with open(BUILD / "build.lock", "w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say.progress("waiting for another start to finish its build ...")
            fcntl.flock(file, fcntl.LOCK_EX)
            say.progress("")
        yield
