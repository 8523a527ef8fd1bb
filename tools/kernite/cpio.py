# SPDX-FileCopyrightText: 2026 The kernite authors
# SPDX-License-Identifier: BSD-2-Clause
"""Write the boot archive: cpio `newc`, with every file on pages of its own (docs/boot-archive.md).

The same entries give the same bytes: inode numbers count up, owner is root, times come from the caller.
"""

import stat
from dataclasses import dataclass

PAGE = 4096
HEADER = 110
TRAILER = b"TRAILER!!!"


class CpioError(Exception):
    """An entry that the format cannot hold; the message names it."""


@dataclass(frozen=True)
class Entry:
    """One name of the archive. `data` is a file's content or a symbolic link's target."""

    name: bytes
    mode: int
    data: bytes = b""


def archive(entries, mtime=0):
    """The archive's bytes. The entries stand in the order given."""
    out = bytearray()
    for number, entry in enumerate(entries, start=1):
        if stat.S_ISREG(entry.mode) and entry.data:
            put_paged(out, entry, number, mtime)
        else:
            put(out, entry, number, mtime, len(entry.name) + 1)
    put(out, Entry(TRAILER, 0), 0, 0, len(TRAILER) + 1)
    pad(out, PAGE)
    return bytes(out)


def put_paged(out, entry, number, mtime):
    """A regular file: its data starts at a page boundary, and nothing but zeros follows in the last page."""
    shortest = HEADER + len(entry.name) + 1
    if shortest > PAGE:
        raise CpioError(f"{entry.name.decode(errors='replace')}: the name is too long")
    if len(out) % PAGE + shortest > PAGE:
        pad(out, PAGE)
    put(out, entry, number, mtime, PAGE - len(out) % PAGE - HEADER)
    pad(out, PAGE)


def put(out, entry, number, mtime, name_size):
    """Header, name (NULs up to name_size) and data, each padded to four bytes as newc wants it."""
    if len(entry.data) >= 1 << 32:
        raise CpioError(f"{entry.name.decode(errors='replace')}: 4 GiB or larger")
    links = 2 if stat.S_ISDIR(entry.mode) else 1
    fields = (number, entry.mode, 0, 0, links, mtime, len(entry.data), 0, 0, 0, 0, name_size, 0)
    out += b"070701" + b"".join(b"%08X" % field for field in fields)
    out += entry.name.ljust(name_size, b"\0")
    pad(out, 4)
    out += entry.data
    pad(out, 4)


def pad(out, unit):
    out += bytes(-len(out) % unit)
