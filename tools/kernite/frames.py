# SPDX-FileCopyrightText: 2026 The kernite authors
# SPDX-License-Identifier: BSD-2-Clause
"""The packets that the guest's agent sends over the serial line for --exec.

    0x1e 0x4b  type  length (u32, little endian)  payload

Types: O stdout, E stderr, X final status (payload u32), L log text. The line also carries what firmware
or a dying kernel prints; such bytes are noise, and the parser finds the next packet behind them.
"""

import struct

MAGIC = b"\x1e\x4b"
HEADER = struct.Struct("<2scI")
MAX_PAYLOAD = 1 << 20
TYPES = b"OEXL"


def encode(kind, payload):
    """One packet; kind is a single byte, as b"O"."""
    return HEADER.pack(MAGIC, kind, len(payload)) + payload


class Parser:
    """Feed it bytes in any portions; it gives (kind, payload) pairs, with kind b"" for noise."""

    def __init__(self):
        self.buffer = bytearray()

    def feed(self, data):
        self.buffer += data
        while True:
            start = self.buffer.find(MAGIC)
            if start < 0:
                # The last byte may be the first half of the magic.
                keep = 1 if self.buffer.endswith(MAGIC[:1]) else 0
                yield from self.noise(len(self.buffer) - keep)
                return
            yield from self.noise(start)
            if len(self.buffer) < HEADER.size:
                return
            _, kind, length = HEADER.unpack_from(self.buffer)
            if not plausible(kind, length):
                yield from self.noise(1)
                continue
            end = HEADER.size + length
            if len(self.buffer) < end:
                return
            payload = bytes(self.buffer[HEADER.size:end])
            del self.buffer[:end]
            yield kind, payload

    def finish(self):
        """What is left when the line has closed is noise."""
        yield from self.noise(len(self.buffer))

    def noise(self, count):
        if count:
            data = bytes(self.buffer[:count])
            del self.buffer[:count]
            yield b"", data


def plausible(kind, length):
    if kind not in TYPES or length > MAX_PAYLOAD:
        return False
    return kind != b"X" or length == 4
