# SPDX-FileCopyrightText: 2026 The kernite authors
# SPDX-License-Identifier: BSD-2-Clause
"""Boot the stress test on several CPUs, each of which QEMU runs in a thread of its own.

    run.py --arch ARCH --kernel FILE --archive FILE [--rounds N | --seconds N] [--seed N] [--smp N] [--icount]
           [--machine OPTION]...

Without --seed it is another one every time; it is printed. The same seed does not give the same run, since the CPUs race,
but with --icount, when they take turns. A victim that is woken before it has an address space faults: the log says so.
"""

import random
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import guest  # noqa: E402


def main():
    parser = guest.parser()
    length = parser.add_mutually_exclusive_group()
    length.add_argument("--rounds", type=int, default=1000, help="of each worker")
    length.add_argument("--seconds", type=int)
    parser.add_argument("--seed", type=int, default=random.randrange(1, 1 << 31))
    parser.add_argument("--smp", type=int, default=4)
    parser.add_argument("--icount", action="store_true")
    parser.add_argument("--machine", action="append", default=[])
    parsed = parser.parse_args()
    more = [f"--machine={option}" for option in parsed.machine] + (["--icount"] if parsed.icount else [])
    length = f"seconds={parsed.seconds}" if parsed.seconds else f"rounds={parsed.rounds}"
    status, text = guest.boot(parsed, "--smp", str(parsed.smp), "--timeout", "500", *more,
                              "--append", f"seed={parsed.seed} {length}")
    print(text, end="")
    if status != 0 or "smp_stress: passed" not in text.splitlines():
        print(f"run.py: not passed: seed {parsed.seed}, status {status}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
