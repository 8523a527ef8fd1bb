# SPDX-FileCopyrightText: 2026 The kernite authors
# SPDX-License-Identifier: BSD-2-Clause
"""Boot the kernel's API tests and look whether every case has passed.

    run.py --arch ARCH --kernel FILE --archive FILE [--group NAME [--mem SIZE] [--cpu MODEL]
           [--machine OPTIONS] [--device DEVICE]]

Both what the guest says and how the machine ends must tell success, and the number of cases must be that of the
sources: the cases of the group, or of all but those whose machine differs (--mem, --cpu, --machine, --device).
"""

import sys
from pathlib import Path

import cases

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import guest  # noqa: E402


def main():
    parser = guest.parser()
    parser.add_argument("--group")
    parser.add_argument("--mem")
    parser.add_argument("--cpu")
    parser.add_argument("--machine")
    parser.add_argument("--device")
    parsed = parser.parse_args()
    wanted = sum(len(group.cases) for group in cases.groups(parsed.arch)
                 if (group.name == parsed.group if parsed.group else not group.name.startswith("machine_")))
    more = ["--append", f"group={parsed.group}"] if parsed.group else []
    for option in ("mem", "cpu", "machine", "device"):
        if getattr(parsed, option):
            more += [f"--{option}", getattr(parsed, option)]
    status, text = guest.boot(parsed, "--icount", *more)
    print(text, end="")
    if wanted == 0 or status != 0 or f"{wanted} passed, 0 failed" not in text.splitlines():
        print(f"run.py: not passed: {wanted} cases, status {status}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
