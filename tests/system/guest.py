# SPDX-FileCopyrightText: 2026 The kernite authors
# SPDX-License-Identifier: BSD-2-Clause
"""A guest for tests: run a command in it, sit at its console, build programs for it."""

import os
import re
import subprocess
from pathlib import Path

import pexpect

ROOT = Path(__file__).resolve().parents[2]
PROGRAMS = Path(__file__).resolve().parent / "programs"
PROMPT = r"[#$] \x1b\[6n"  # BusyBox asks the terminal where the cursor is
SLACK_S = 60   # for what ./run does besides running the guest


def run_words(arch, build_dir=None, mem=None, smp=1, overlays=(), flags=()):
    """./run with its options, without --exec and --timeout."""
    words = [str(ROOT / "run"), "--arch", arch, "--smp", str(smp)]
    if build_dir is not None:
        words += ["--build-dir", str(build_dir)]
    if mem is not None:
        words += ["--mem", mem]
    for overlay in overlays:
        words += ["--overlay", str(overlay)]
    return [*words, *flags]


def run_exec(arch, command, timeout=60, **options):
    """(status, stdout, stderr) of one command; a guest that hangs gives 124. Options as for run_words."""
    words = [*run_words(arch, **options), "--exec", command, "--timeout", str(timeout)]
    done = subprocess.run(words, stdin=subprocess.DEVNULL, capture_output=True, timeout=timeout + SLACK_S)
    return done.returncode, done.stdout, done.stderr


def run_console_to_its_end(arch, timeout=60, **options):
    """(status, what it showed) of a run without --exec and without anybody at the console."""
    words = [*run_words(arch, **options), "--timeout", str(timeout)]
    done = subprocess.run(words, stdin=subprocess.DEVNULL, capture_output=True, timeout=timeout + SLACK_S)
    return done.returncode, (done.stdout + done.stderr).decode(errors="replace")


class Console:
    """A person at the serial console. Every method waits for what it says, never for time to pass."""

    def __init__(self, arch, timeout=60, rows=24, columns=80, **options):
        words = [*run_words(arch, **options), "--timeout", "300"]
        self.child = pexpect.spawn(words[0], words[1:], timeout=timeout, dimensions=(rows, columns),
                                   env={**os.environ, "TERM": "vt100"}, echo=False, encoding="utf-8",
                                   codec_errors="replace")

    def prompt(self):
        """Wait for the prompt; returns what came before it."""
        self.child.expect(PROMPT)
        return self.child.before

    def type(self, text):
        self.child.send(text)

    def command(self, line):
        """Type a line and return its output, without the echo of the line."""
        self.child.sendline(line)
        output = re.sub(r"\r+\n", "\n", self.prompt())  # QEMU leaves the terminal's own translation on
        _, _, output = output.partition(line + "\n")
        return output.rpartition("\n")[0]

    def expect(self, pattern):
        self.child.expect(pattern)
        return self.child.match

    def status(self):
        """The exit status of ./run, which must end by itself now."""
        self.child.expect(pexpect.EOF)
        self.child.close()
        return self.child.exitstatus

    def close(self):
        self.child.close(force=True)


def build_program(arch, source, output):
    """A static Linux program from a file in programs/."""
    output.parent.mkdir(parents=True, exist_ok=True)
    subprocess.run([str(ROOT / "tools/musl-cc"), arch, "-O1", "-Wall", "-Werror", "-o", str(output),
                    str(PROGRAMS / source)], check=True)
    return output
