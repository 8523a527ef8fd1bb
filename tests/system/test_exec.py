# SPDX-FileCopyrightText: 2026 The kernite authors
# SPDX-License-Identifier: BSD-2-Clause
"""--exec: exact output on both channels, exact status."""

import subprocess
from concurrent.futures import ThreadPoolExecutor

import pytest
from guest import run_words


def test_arithmetic_pipeline_file_and_status(run_exec):
    assert run_exec("echo $((6*7)) | tee /tmp/x; cat /tmp/x; exit 3") == (3, b"42\n42\n", b"")


def test_hundred_thousand_random_bytes_on_both_channels(run_exec):
    status, out, err = run_exec("head -c 100000 /dev/urandom | tee /tmp/r; cat /tmp/r >&2")
    assert (status, len(out)) == (0, 100000)
    assert out == err
    assert len(set(out)) == 256


@pytest.mark.parametrize("command, status", [
    ("true", 0), ("false", 1), ("exit 255", 255), ("exit 124", 124), ("kill -9 $$", 137), ("kill -TERM $$", 143),
    ("no-such-program", 127), ("/etc/passwd", 126), ("sh -c 'kill -9 $$'", 137),
])
def test_status_comes_through(run_exec, command, status):
    assert run_exec(command)[0] == status


def test_time_out_is_124_and_keeps_the_output(run_exec):
    status, out, _ = run_exec("echo begun; sleep 1000", timeout=5)
    assert (status, out) == (124, b"begun\n")


def test_stdin_is_empty(run_exec):
    assert run_exec("cat; read line || echo none") == (0, b"none\n", b"")


def test_channels_are_apart(run_exec):
    assert run_exec("echo out; echo err >&2; printf '\\0\\377\\036K'") == (0, b"out\n\0\xff\x1eK", b"err\n")


def test_command_may_have_several_lines_and_quotes(run_exec):
    assert run_exec("for i in 1 2; do\n  echo \"$i 'x'\"\ndone\n") == (0, b"1 'x'\n2 'x'\n", b"")


def test_no_output_at_all(run_exec):
    assert run_exec(":") == (0, b"", b"")


def test_deterministic_runs_are_equal(run_exec):
    first, second = (run_exec("cat /proc/uptime; head -c 16 /dev/urandom", flags=["--icount"]) for _ in range(2))
    assert first[0] == 0
    assert first == second


def test_two_runs_at_once_do_not_disturb_each_other(run_exec):
    with ThreadPoolExecutor() as pool:
        runs = [pool.submit(run_exec, f"echo {n} >/tmp/f; sleep 1; cat /tmp/f; exit {n}") for n in (1, 2)]
    assert [run.result() for run in runs] == [(n, b"%d\n" % n, b"") for n in (1, 2)]


def test_run_needs_no_network(arch, build_dir):
    """In a name space without any."""
    alone = ["unshare", "--net"]
    if subprocess.run([*alone, "true"], capture_output=True, check=False).returncode:
        pytest.skip("network name spaces may not be made here")
    done = subprocess.run([*alone, *run_words(arch, build_dir=build_dir), "--exec", "echo alone"], capture_output=True,
                          stdin=subprocess.DEVNULL, timeout=120, check=False)
    assert (done.returncode, done.stdout) == (0, b"alone\n"), done.stderr


def test_log_tells_of_the_start_and_is_not_mixed_in(run_exec, smp):
    status, out, err = run_exec("dmesg")
    assert (status, err) == (0, b"") and b"boot: %d CPUs" % smp in out and b"mmsrv: " in out
