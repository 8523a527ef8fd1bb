# SPDX-FileCopyrightText: 2026 The kernite authors
# SPDX-License-Identifier: BSD-2-Clause
"""One QEMU process: its folder, its start, its end. Nothing of it survives the `with` block.

The folder holds `kernel`, `archive` and `log` and belongs to this run alone, so that runs side by side, or a
build in the meantime, do not disturb each other.
"""

import ctypes
import os
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

from . import say, verdict

PR_SET_PDEATHSIG = 1
STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
LIBC = ctypes.CDLL(None)


class Stopped(Exception):
    """The run has to end now: `status` is the exit status for it."""

    def __init__(self, status):
        super().__init__(status)
        self.status = status


class Machine:
    def __init__(self):
        self.folder = Path(tempfile.mkdtemp(prefix="kernite-"))
        self.child = None
        self.control = None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for number in (signal.SIGALRM, *STOPPING):
            signal.signal(number, signal.SIG_IGN)
        if self.child is not None and self.child.poll() is None:
            self.child.kill()
            self.child.wait()
        if self.control is not None:
            self.control.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    @property
    def log(self):
        return self.folder / "log"

    def install(self, kernel, archive):
        shutil.copyfile(kernel, self.folder / "kernel")
        (self.folder / "archive").write_bytes(archive)
        self.log.touch()

    def start(self, words, fds=(), own_session=False, halted=False):
        """Start QEMU in the folder, with a control socket on which it reports why it shut down.

        The guest is held (-S) until QEMU has agreed to report, so that no end comes too early to be reported;
        with `halted` until a debugger lets it go.
        """
        self.control, inside = socket.socketpair()
        self.control.sendall(b'{"execute":"qmp_capabilities"}\n')
        if not halted:
            self.control.sendall(b'{"execute":"cont"}\n')
        words = [*words, "-S", "-chardev", f"socket,id=qmp,fd={inside.fileno()}", "-mon", "chardev=qmp,mode=control"]
        try:
            self.child = subprocess.Popen(
                words, cwd=self.folder, pass_fds=[inside.fileno(), *fds], start_new_session=own_session,
                stdin=subprocess.DEVNULL if own_session else None,
                stdout=subprocess.DEVNULL if own_session else None,
                stderr=subprocess.PIPE if own_session else None, preexec_fn=die_with_parent)
        except OSError as error:
            raise say.Failure(f"{words[0]}: {error.strerror}: cannot start QEMU", verdict.GUEST_FAILED) from error
        finally:
            inside.close()

    def end(self, board):
        """Wait for QEMU: None after an orderly power-off, else what happened."""
        status = self.child.wait()
        return verdict.end_of_run(board, status, verdict.shutdown_reason(self.read_control()))

    def read_control(self):
        data = b""
        try:
            while piece := self.control.recv(65536):
                data += piece
        except ConnectionResetError:
            # QEMU ended without reading all of ours; what it wrote has been read before that.
            pass
        return data


def die_with_parent():
    """In the child, before exec: even a killed ./run leaves no QEMU behind."""
    LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    signal.pthread_sigmask(signal.SIG_SETMASK, [])


def arm():
    """From now on SIGINT, SIGTERM, SIGHUP and the end of the time raise Stopped in the main thread."""
    def stop(number, _frame):
        for each in (signal.SIGALRM, *STOPPING):
            signal.signal(each, signal.SIG_IGN)
        raise Stopped(verdict.TIMED_OUT if number == signal.SIGALRM else 128 + number)

    for number in (signal.SIGALRM, *STOPPING):
        signal.signal(number, stop)


def start_clock(timeout):
    """The run's time begins; None: no limit."""
    signal.setitimer(signal.ITIMER_REAL, timeout or 0)


def write_all(stream, data):
    """Write to a binary stream's descriptor, however slowly the other side reads."""
    view = memoryview(data)
    while view:
        try:
            view = view[os.write(stream.fileno(), view):]
        except BlockingIOError:
            wait_writable(stream)


def wait_writable(stream):
    poll = select.poll()
    poll.register(stream.fileno(), select.POLLOUT)
    poll.poll()


def report(problem, log):
    """Say what happened, below the last lines of the log."""
    lines = say.tail(log, 40)
    if lines:
        sys.stderr.write(f"---- the log ends with\n{lines}\n----\n")
    say.note(problem)
