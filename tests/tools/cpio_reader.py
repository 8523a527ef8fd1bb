# SPDX-FileCopyrightText: 2026 The kernite authors
# SPDX-License-Identifier: BSD-2-Clause
"""Reads a boot archive by the letter of docs/boot-archive.md, and objects to anything else."""

from dataclasses import dataclass

PAGE = 4096


@dataclass
class Found:
    name: bytes
    mode: int
    data: bytes
    ino: int
    nlink: int
    mtime: int
    owner: tuple
    offset: int


def read(archive):
    """All entries in their order, without the trailer."""
    assert len(archive) % PAGE == 0
    found = []
    at = 0
    while True:
        at = skip_gap(archive, at)
        entry, at = read_entry(archive, at)
        if entry.name == b"TRAILER!!!":
            assert not any(archive[at:]) and len(archive) - at < PAGE
            return found
        found.append(entry)


def skip_gap(archive, at):
    start = at
    while archive[at:at + 4] == bytes(4):
        at += 4
    assert at == start or (at % PAGE == 0 and at - start < PAGE)
    return at


def read_entry(archive, at):
    header = archive[at:at + 110]
    assert header[:6] == b"070701", f"no header at {at}"
    values = [int(header[6 + 8 * i:14 + 8 * i], 16) for i in range(13)]
    ino, mode, uid, gid, nlink, mtime, size, _, _, _, _, name_size, _ = values
    padded = archive[at + 110:at + 110 + name_size]
    name = padded[:padded.index(b"\0")]
    assert not any(padded[len(name):]) and name_size <= PAGE
    start = round_up(at + 110 + name_size, 4)
    end = start + size
    assert end <= len(archive)
    if mode & 0o170000 == 0o100000 and size:
        assert start % PAGE == 0, f"{name}: data at {start}"
        assert not any(archive[end:round_up(end, PAGE)]), f"{name}: its last page is not clean"
    entry = Found(name, mode, archive[start:end], ino, nlink, mtime, (uid, gid), start)
    return entry, round_up(end, 4)


def round_up(value, unit):
    return -(-value // unit) * unit
