# SPDX-FileCopyrightText: 2026 The kernite authors
# SPDX-License-Identifier: BSD-2-Clause
"""How the kernel's costs grow: guest instructions for each thing or operation, when there are 1, 10, 100, .. things.

    run.py --arch ARCH --kernel FILE --archive FILE [--write]

Boots the root task of this folder under -icount, a few seconds, and prints a line for each curve: its figures by N. Fails
if a curve grows: from 100 things on no figure of a flat one may be more than 5 % above an earlier one; a logarithmic one may
rise by 30 % of its first figure for each factor of ten. --write writes the figures to docs/growth/ARCH.json, from which
chart.py draws.
"""

import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import curves  # noqa: E402
import guest  # noqa: E402


def read(text):
    data = {}
    for name, n, cost in re.findall(r"^growth (\w+) (\d+) ([\d.]+)$", text, re.MULTILINE):
        data.setdefault(name, []).append([int(n), float(cost)])
    return data


def main():
    parser = guest.parser()
    parser.description = __doc__.splitlines()[0]
    parser.add_argument("--write", action="store_true", help="write docs/growth/ARCH.json")
    parsed = parser.parse_args()
    status, text = guest.boot(parsed, "--icount", "--mem", "512M", "--timeout", "250")
    data = read(text)
    if status != 0 or "growth: done" not in text.splitlines():
        print(text, end="")
        print(f"run.py: not passed, status {status}")
        return 1
    for name, points in data.items():
        print(f"{name:17}" + "".join(f"{f'{n:,}: {cost:,.1f}':>18}" for n, cost in points))
    if parsed.write:
        (curves.DOCS / f"{parsed.arch}.json").write_text(curves.dump(data))
    found = curves.problems(data)
    for problem in found:
        print(f"run.py: {problem}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
