# SPDX-FileCopyrightText: 2026 The kernite authors
# SPDX-License-Identifier: BSD-2-Clause
"""Messages to the person at the terminal, and the exception that ends a tool with one."""

import os
import sys


class Failure(Exception):
    """Ends the tool: `message` goes to stderr and `status` becomes the exit status."""

    def __init__(self, message, status=1):
        super().__init__(message)
        self.message = message
        self.status = status


def program():
    """The name that messages start with: `run` for kernite_run.py and so on."""
    name = os.path.splitext(os.path.basename(sys.argv[0]))[0]
    return name.removeprefix("kernite_")


def note(message):
    """One line on stderr. A stderr that is closed or full is no reason to stop."""
    try:
        sys.stderr.write(f"{program()}: {message}\n")
        sys.stderr.flush()
    except OSError:
        pass


def progress(message):
    """A line that the next one replaces; only on a terminal. An empty message clears it."""
    if sys.stderr.isatty():
        sys.stderr.write("\r\x1b[K" + message[:78])
        sys.stderr.flush()


def tail(path, lines):
    """The last `lines` lines of a file, as text; empty when there is no such file."""
    try:
        with open(path, "rb") as file:
            data = file.read()
    except OSError:
        return ""
    return b"\n".join(data.splitlines()[-lines:]).decode("utf-8", "replace")
