# SPDX-FileCopyrightText: 2026 The kernite authors
# SPDX-License-Identifier: BSD-2-Clause
"""Boot a test that is its own root task."""

import argparse
import subprocess
import sys
from pathlib import Path

BOOT = Path(__file__).resolve().parents[2] / "tools" / "boot.py"


def parser():
    """Of what every such test is told."""
    options = argparse.ArgumentParser(allow_abbrev=False)
    options.add_argument("--arch", required=True)
    options.add_argument("--kernel", required=True)
    options.add_argument("--archive", required=True)
    return options


def boot(parsed, *more):
    """Exit status and all text, log and serial line, of the guest; MORE: options of tools/boot.py."""
    command = [sys.executable, "-E", str(BOOT), "--arch", parsed.arch, "--kernel", parsed.kernel,
               "--archive", parsed.archive, *more]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    return done.returncode, done.stdout.decode(errors="replace").replace("\r", "")
