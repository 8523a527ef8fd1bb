# SPDX-FileCopyrightText: 2026 The kernite authors
# SPDX-License-Identifier: BSD-2-Clause
"""./run and ./test refuse bad arguments with a message and status 2, before anything is built."""

import subprocess

import pytest
from conftest import ROOT
from kernite import options, say


@pytest.mark.parametrize("arguments, words", [
    (["--arch", "mips"], "mips"),
    (["--arch"], "--arch"),
    (["--nonsense"], "--nonsense"),
    (["extra"], "extra"),
    (["--mem", "lots"], "lots"),
    (["--mem", "1M"], "1M"),
    (["--mem", "-5M"], "--mem"),
    (["--timeout", "0"], "--timeout"),
    (["--timeout", "soon"], "soon"),
    (["--timeout", "nan"], "nan"),
    (["--smp", "0"], "--smp"),
    (["--smp", "two"], "two"),
    (["--smp", "9"], "from 1 to 8"),
    (["--smp", "-1"], "--smp"),
    (["--disk", "x.img"], "--disk: not available yet"),
    (["--net", "1:2"], "--net: not available yet"),
    (["--trace", "f"], "--trace: not available yet"),
    (["--overlay", "/does/not/exist"], "/does/not/exist"),
    (["--overlay", "/etc/passwd"], "not a directory"),
    (["--build-dir", "/does/not/exist"], "/does/not/exist"),
    (["--icoun"], "--icoun"),
])
def test_bad_arguments_are_named_with_status_2(run_arguments, arguments, words):
    status, message = run_arguments(*arguments)
    assert status == 2
    assert words in message and message.startswith("run: ") and "Traceback" not in message


def test_bad_argument_of_test():
    for bad in (["--arch", "mips"], ["--label", "a b"], ["x"]):
        done = subprocess.run([str(ROOT / "test"), *bad], capture_output=True, text=True, timeout=60)
        assert done.returncode == 2 and done.stderr.startswith("test: ")


def test_help_is_on_stdout_wherever_it_stands():
    for arguments in (["--help"], ["-h"], ["--icount", "--help"]):
        done = subprocess.run([str(ROOT / "run"), *arguments], capture_output=True, text=True, timeout=60)
        assert done.returncode == 0 and done.stderr == ""
        assert done.stdout.startswith("usage: ./run") and "SPDX" not in done.stdout


def test_every_option_is_in_the_help():
    text = (ROOT / "tools/help-run.txt").read_text()
    for option in ("arch", "mem", "smp", "overlay", "exec", "timeout", "icount", "debug", "verbose", "gdb", "build-dir",
                   "disk", "net", "trace", "help"):
        assert f"--{option} " in text


@pytest.mark.parametrize("text, size", [("128M", 128 << 20), ("1g", 1 << 30), ("64", 64 << 20), ("32768K", 32 << 20)])
def test_memory_sizes(text, size):
    assert options.memory_size(text) == size


def test_defaults():
    parsed = options.parse_run([])
    assert (parsed.arch, parsed.preset, parsed.command, parsed.timeout) == ("x86_64", "x86_64-release", None, None)
    assert options.parse_run(["--arch=aarch64", "--debug"]).preset == "aarch64-debug"
    assert options.parse_run([]).smp == 1


def test_command_keeps_its_bytes():
    assert options.parse_run(["--exec", "printf '\udcff'"]).command == b"printf '\xff'"
    with pytest.raises(say.Failure):
        options.parse_run(["--exec"])
