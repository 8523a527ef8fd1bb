# SPDX-FileCopyrightText: 2026 The kernite authors
# SPDX-License-Identifier: BSD-2-Clause
"""--verbose: shows the log while it grows.

QEMU writes the log to a file, so that a slow terminal never holds up the guest. A file does not tell when it
grows: a thread looks ten times a second, and once more at the end.
"""

import sys
import threading

PREFIX = b"[log] "
PERIOD = 0.1


class LogView:
    def __init__(self, path, raw_terminal=False):
        self.path = path
        self.newline = b"\r\n" if raw_terminal else b"\n"
        self.over = threading.Event()
        self.thread = threading.Thread(target=self.follow, daemon=True)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.over.set()
        self.thread.join(timeout=5)

    def follow(self):
        rest = b""
        with open(self.path, "rb") as file:
            while True:
                last = self.over.wait(PERIOD)
                *lines, rest = (rest + file.read()).split(b"\n")
                self.show(lines + [rest] if last and rest else lines)
                if last:
                    return

    def show(self, lines):
        for line in lines:
            try:
                sys.stderr.buffer.write(PREFIX + line.rstrip(b"\r") + self.newline)
                sys.stderr.buffer.flush()
            except OSError:
                return
