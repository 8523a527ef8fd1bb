#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The kernite authors
# SPDX-License-Identifier: BSD-2-Clause
"""Stands in for QEMU in the tests of ./run: the --exec command is Python that plays the guest.

The command sees: out, err, noise, log (bytes), final (number), leave (QEMU's exit status, with the reason of
a SHUTDOWN event or None), arguments, archive (name -> entry), signal and time.
"""

import os
import re
import signal
import socket
import sys
import time
from pathlib import Path

import cpio_reader

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tools"))
from kernite import frames  # noqa: E402


def descriptor(pattern):
    return int(re.search(pattern, " ".join(sys.argv)).group(1))


def send(data):
    while data:
        data = data[os.write(line, data):]


def leave(status, reason=None):
    if reason:
        control.sendall(b'{"event": "SHUTDOWN", "data": {"guest": true, "reason": "%s"}}\r\n' % reason.encode())
    os._exit(status)


def log(data):
    with open("log", "ab") as file:
        file.write(data)


control = socket.socket(fileno=descriptor(r"socket,id=qmp,fd=(\d+)"))
line = descriptor(r"-add-fd fd=(\d+)")
archive = {entry.name: entry for entry in cpio_reader.read(Path("archive").read_bytes())}
exec(archive[b"boot/command"].data, {
    "out": lambda data: send(frames.encode(b"O", data)),
    "err": lambda data: send(frames.encode(b"E", data)),
    "final": lambda status: send(frames.encode(b"X", status.to_bytes(4, "little"))),
    "noise": send, "log": log, "leave": leave, "arguments": sys.argv, "archive": archive,
    "signal": signal, "time": time, "os": os,
})
