# SPDX-FileCopyrightText: 2026 The kernite authors
# SPDX-License-Identifier: BSD-2-Clause
"""Boot the kernel's API tests and look whether every case has passed.

    run.py --arch ARCH --kernel FILE --archive FILE [--group NAME [--mem SIZE] [--cpu MODEL] [--machine OPTIONS]
           [--device DEVICE]...] [--smp N] [--wall]

Both what the guest says and how the machine ends must tell success, and the number of cases must be that of the
sources: the cases of the group, or of all but those whose machine differs (--mem, --cpu, --machine, --device, --smp).

--wall: without -icount, so that several CPUs run at the same time; timed cases are left out.
"""

import sys
from pathlib import Path

import cases

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import guest  # noqa: E402

WALL_TIMEOUT = "900"  # of a machine that shares the host


def main():
    parser = guest.parser()
    parser.add_argument("--group")
    parser.add_argument("--mem")
    parser.add_argument("--cpu")
    parser.add_argument("--machine")
    parser.add_argument("--device", action="append", default=[])
    parser.add_argument("--smp")
    parser.add_argument("--wall", action="store_true")
    parsed = parser.parse_args()
    wanted = sum(len(group.cases) - (group.nr_timed if parsed.wall else 0) for group in cases.groups(parsed.arch)
                 if (group.name == parsed.group if parsed.group else not group.name.startswith("machine_")))
    words = [f"group={parsed.group}"] if parsed.group else []
    more = ["--icount"]
    if parsed.wall:
        more = ["--timeout", WALL_TIMEOUT]
        words.append("clock=wall")
    if words:
        more += ["--append", " ".join(words)]
    for option in ("mem", "cpu", "machine", "smp"):
        if getattr(parsed, option):
            more += [f"--{option}", getattr(parsed, option)]
    for device in parsed.device:
        more += ["--device", device]
    status, text = guest.boot(parsed, *more)
    print(text, end="")
    if wanted == 0 or status != 0 or f"{wanted} passed, 0 failed" not in text.splitlines():
        print(f"run.py: not passed: {wanted} cases, status {status}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
