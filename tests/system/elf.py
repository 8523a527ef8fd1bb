# SPDX-FileCopyrightText: 2026 The kernite authors
# SPDX-License-Identifier: BSD-2-Clause
"""Tiny ELF programs, made byte by byte: what no compiler would produce."""

import struct

MACHINE = {"x86_64": 62, "aarch64": 183}
UNDEFINED = {"x86_64": b"\x0f\x0b", "aarch64": b"\0\0\0\0"}   # an instruction that faults
ADDRESS = 0x400000
HEADERS = 64 + 56


def program(arch, code, *, machine=None, entry=None, memory_size=None, segment_offset=0):
    """A static executable with one read-only, executable segment: headers, then `code`."""
    size = HEADERS + len(code)
    header = struct.pack("<16sHHIQQQIHHHHHH", b"\x7fELF\x02\x01\x01", 2, machine or MACHINE[arch], 1,
                         ADDRESS + HEADERS if entry is None else entry, 64, 0, 0, 64, 56, 1, 0, 0, 0)
    segment = struct.pack("<IIQQQQQQ", 1, 5, segment_offset, ADDRESS, ADDRESS, size, memory_size or size, 4096)
    return header + segment + code


def faulting(arch):
    """One whose first instruction faults."""
    return program(arch, UNDEFINED[arch])


def foreign(arch):
    """A sound one for the other architecture."""
    other = "aarch64" if arch == "x86_64" else "x86_64"
    return program(other, UNDEFINED[other])


def with_segment_outside_the_file(arch):
    return program(arch, UNDEFINED[arch], segment_offset=1 << 40)


def first_segment(image):
    """Offset and size in the file of the first segment that is loaded."""
    phoff, = struct.unpack_from("<Q", image, 32)
    count, = struct.unpack_from("<H", image, 56)
    for i in range(count):
        kind, _, offset, _, _, size = struct.unpack_from("<IIQQQQ", image, phoff + i * 56)
        if kind == 1:
            return offset, size
    raise ValueError("nothing is loaded")
