# SPDX-FileCopyrightText: 2026 The kernite authors
# SPDX-License-Identifier: BSD-2-Clause
"""Boot the kernel's API tests and look whether every case has passed.

    run.py --arch ARCH --kernel FILE --archive FILE [--group NAME]

Both what the guest says and how the machine ends must tell success, and the number of cases must be that of the
sources: the cases of the group, or all.
"""

import argparse
import subprocess
import sys
from pathlib import Path

import cases

BOOT = Path(__file__).resolve().parents[3] / "tools" / "boot.py"


def boot(parsed):
    """Exit status and all text: debug builds write to the log, release builds to the serial line."""
    command = [sys.executable, "-E", str(BOOT), "--arch", parsed.arch, "--kernel", parsed.kernel,
               "--archive", parsed.archive, "--icount"]
    if parsed.group:
        command += ["--append", f"group={parsed.group}"]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    return done.returncode, done.stdout.decode(errors="replace").replace("\r", "")


def main():
    parser = argparse.ArgumentParser(allow_abbrev=False)
    parser.add_argument("--arch", required=True)
    parser.add_argument("--kernel", required=True)
    parser.add_argument("--archive", required=True)
    parser.add_argument("--group")
    parsed = parser.parse_args()
    wanted = sum(len(group.cases) for group in cases.groups(parsed.arch) if parsed.group in (None, group.name))
    status, text = boot(parsed)
    print(text, end="")
    if wanted == 0 or status != 0 or f"{wanted} passed, 0 failed" not in text.splitlines():
        print(f"run.py: not passed: {wanted} cases, status {status}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
