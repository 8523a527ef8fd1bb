#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The kernite authors
# SPDX-License-Identifier: BSD-2-Clause

"""kernel/asm_offsets.h from the assembly text of arch/<arch>/asm_offsets.c (see kernite/arch/api/asm_offsets.h)."""

import re
import sys

from render import NOTE, write_if_changed

MARK = re.compile(r'->(\w+) [$#]?(-?\d+)')
HEAD = f"""// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
// {NOTE.replace("uapi/", "the kernel's structures")}
#pragma once

"""


def header(assembly):
    """Text of the header for the text of the assembly."""
    found = MARK.findall(assembly)
    if not found:
        raise SystemExit("asm_offsets: no offsets in the assembly")
    return HEAD + "".join(f"#define {name} {value}\n" for name, value in found)


def main(argv):
    source, target = argv
    with open(source, encoding="utf-8") as stream:
        write_if_changed(target, header(stream.read()))


if __name__ == "__main__":
    main(sys.argv[1:])
