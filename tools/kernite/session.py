# SPDX-FileCopyrightText: 2026 The kernite authors
# SPDX-License-Identifier: BSD-2-Clause
"""The two ways of running a guest: a command with its exact output (--exec), or a person at the console."""

import contextlib
import fcntl
import os
import select
import struct
import sys
import termios
import threading

from . import frames, logview, machine, say, verdict

NOISE_KEPT = 1 << 16
POWER_OFF_GRACE_S = 60


class CommandRun:
    """Turns packets into output; keeps the noise for the case of failure."""

    def __init__(self, verbose):
        self.verbose = verbose
        self.parser = frames.Parser()
        self.noise = bytearray()
        self.final = None

    def take(self, packets):
        for kind, payload in packets:
            if kind == b"O":
                machine.write_all(sys.stdout.buffer, payload)
            elif kind == b"E":
                machine.write_all(sys.stderr.buffer, payload)
            elif kind == b"X":
                self.final = struct.unpack("<I", payload)[0]
            else:
                self.noise = (self.noise + payload)[-NOISE_KEPT:]
                if self.verbose:
                    machine.write_all(sys.stderr.buffer, payload)

    def read(self, line):
        """Until QEMU closes the line."""
        patience = None
        while True:
            if not select.select([line], [], [], patience)[0]:
                raise TimeoutError
            data = os.read(line, 65536)
            if not data:
                self.take(self.parser.finish())
                return
            self.take(self.parser.feed(data))
            if self.final is not None:
                # The command is over; a guest that does not manage to power off must not hang us.
                patience = POWER_OFF_GRACE_S


def run_command(guest, board, words, options):
    """--exec: returns the exit status of ./run."""
    line, inside = serial_line()
    words = [*words, "-add-fd", f"fd={inside},set=1", "-chardev", "file,id=con,path=/dev/fdset/1,append=on",
             "-serial", "chardev:con"]
    run = CommandRun(options.verbose)
    machine.start_clock(options.timeout)
    guest.start(words, [inside], own_session=True, halted=options.gdb)
    os.close(inside)
    complaints = collect(guest.child.stderr)
    with follow_log(guest, options.verbose):
        try:
            run.read(line)
            problem = guest.end(board)
        except TimeoutError:
            problem = "the command ended, but the guest did not power off"
    status, problem = verdict.exec_status(problem, run.final)
    if problem is not None:
        show_failure(guest, run, b"".join(complaints), problem, options.verbose)
    return status


def serial_line():
    """A pipe for the guest's output, as large as we may have it: QEMU writes single bytes, of which a socket holds a
    few hundred, and a guest that has to wait is not deterministic with --icount."""
    line, inside = os.pipe()
    with contextlib.suppress(OSError):
        fcntl.fcntl(inside, fcntl.F_SETPIPE_SZ, 1 << 20)
    return line, inside


def show_failure(guest, run, complaints, problem, verbose):
    if run.noise and not verbose:
        machine.write_all(sys.stderr.buffer, bytes(run.noise).rstrip() + b"\n")
    if complaints:
        machine.write_all(sys.stderr.buffer, complaints)
    machine.report(problem, guest.log)


def collect(stream):
    """Gather what QEMU itself says; the list is complete when QEMU has ended."""
    pieces = []
    threading.Thread(target=lambda: pieces.extend(iter(lambda: stream.read1(4096), b"")), daemon=True).start()
    return pieces


def run_console(guest, board, words, options):
    """A person at the console. Status 0 only after an orderly power-off."""
    words = [*words, "-chardev", "stdio,id=con,mux=on,signal=off", "-serial", "chardev:con", "-mon", "chardev=con"]
    with saved_terminal():
        machine.start_clock(options.timeout)
        guest.start(words, halted=options.gdb)
        with follow_log(guest, options.verbose, raw_terminal=sys.stdin.isatty()):
            problem = guest.end(board)
    if problem is None:
        return 0
    if "told to quit" in problem:
        say.note("left; the guest was still running")
        return 1
    machine.report(problem, guest.log)
    return verdict.GUEST_FAILED


def follow_log(guest, verbose, raw_terminal=False):
    return logview.LogView(guest.log, raw_terminal) if verbose else contextlib.nullcontext()


@contextlib.contextmanager
def saved_terminal():
    """QEMU puts the terminal into raw mode; when it is killed, nobody else puts it back."""
    if not sys.stdin.isatty():
        yield
        return
    before = termios.tcgetattr(sys.stdin)
    try:
        yield
    finally:
        termios.tcsetattr(sys.stdin, termios.TCSADRAIN, before)
