# SPDX-FileCopyrightText: 2026 The kernite authors
# SPDX-License-Identifier: BSD-2-Clause
"""./run --exec against a fake QEMU: exact output, honest status, nothing left behind."""

import os
import signal
import time

import pytest

ORDERLY = "leave(33)"


def test_output_and_status_come_through_exactly(fake_run):
    data = bytes(range(256)) * 400
    script = f"d = bytes(range(256)) * 400\nout(d); err(d[::-1]); final(3); {ORDERLY}"
    assert fake_run(script) == (3, data, data[::-1])


@pytest.mark.parametrize("status", [0, 1, 124, 137, 255])
def test_every_status(fake_run, status):
    assert fake_run(f"final({status}); {ORDERLY}") == (status, b"", b"")


def test_aarch64_powers_off_by_psci(fake_run):
    assert fake_run("final(4); leave(0, 'guest-shutdown')", "--arch", "aarch64")[0] == 4


@pytest.mark.parametrize("arch, ending, words", [
    ("x86_64", "leave(35)", b"kernel panic"),
    ("x86_64", "leave(37)", b"essential server died"),
    ("x86_64", "leave(0, 'guest-reset')", b"triple fault"),
    ("x86_64", "leave(0)", b"without an orderly power-off"),
    ("x86_64", "leave(1)", b"status 1"),
    ("x86_64", "os.kill(os.getpid(), signal.SIGSEGV)", b"signal 11"),
    ("aarch64", "leave(35)", b"kernel panic"),
    ("aarch64", "leave(0, 'guest-reset')", b"reset"),
    ("aarch64", "leave(0)", b"without an orderly power-off"),
])
def test_a_failed_guest_never_looks_like_success(fake_run, arch, ending, words):
    status, out, err = fake_run(f"out(b'x'); final(0); {ending}", "--arch", arch)
    assert (status, out) == (70, b"x")
    assert words in err


def test_the_machine_has_as_many_cpus_as_wanted(fake_run):
    script = f"out(arguments[arguments.index('-smp') + 1].encode()); final(0); {ORDERLY}"
    assert fake_run(script) == (0, b"1", b"")
    assert fake_run(script, "--smp", "4") == (0, b"4", b"")


def test_power_off_without_a_final_status_is_a_failure(fake_run):
    status, _, err = fake_run(ORDERLY)
    assert status == 70 and b"without a final status" in err


def test_noise_and_log_are_hidden_from_a_good_run(fake_run):
    assert fake_run(f"noise(b'SeaBIOS'); log(b'boot\\n'); out(b'hi'); final(0); {ORDERLY}") == (0, b"hi", b"")


def test_noise_and_log_tail_are_shown_when_the_run_fails(fake_run):
    script = "noise(b'SeaBIOS')\nfor i in range(100): log(b'line %d\\n' % i)\nleave(35)"
    status, _, err = fake_run(script)
    assert status == 70
    assert b"SeaBIOS" in err and b"line 60\n" in err and b"line 99\n" in err and b"line 59\n" not in err


def test_verbose_shows_log_and_noise_on_stderr_only(fake_run):
    status, out, err = fake_run(f"noise(b'noise\\n'); log(b'a\\nb'); out(b'hi'); final(0); {ORDERLY}", "--verbose")
    assert (status, out) == (0, b"hi")
    assert b"noise\n" in err and b"[log] a\n[log] b\n" in err


def test_time_out_is_124(fake_run):
    status, out, _ = fake_run("out(b'begun')\nwhile True: signal.pause()", "--timeout", "1.5")
    assert (status, out) == (124, b"begun")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_signals_end_the_run_and_its_qemu(fake_run, number):
    child = fake_run.start("out(b'%d\\n' % os.getpid())\nwhile True: signal.pause()")
    qemu = int(child.stdout.readline())
    child.send_signal(number)
    child.communicate(timeout=30)
    assert child.returncode == 128 + number
    assert is_gone(qemu)


def test_killed_run_takes_its_qemu_along(fake_run):
    child = fake_run.start("out(b'%d\\n' % os.getpid())\nwhile True: signal.pause()")
    qemu = int(child.stdout.readline())
    child.kill()
    child.communicate(timeout=30)
    deadline = time.monotonic() + 30
    while not is_gone(qemu) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert is_gone(qemu)
    # A killed program cannot clean up.
    for left in fake_run.temporary.iterdir():
        for path in left.iterdir():
            path.unlink()
        left.rmdir()


def is_gone(pid):
    """No such process, or nothing but its entry until its new parent looks."""
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rsplit(")", 1)[1].split()[0] == "Z"
    except OSError:
        return True


def test_reader_that_goes_away_ends_the_run(fake_run):
    child = fake_run.start("while True: out(b'y\\n' * 1000)")
    child.stdout.readline()
    child.stdout.close()
    assert child.wait(timeout=30) == 141
    child.stderr.close()


def test_slow_reader_gets_everything(fake_run):
    child = fake_run.start(f"for i in range(64): out(bytes([i]) * 10000)\nfinal(0); {ORDERLY}")
    pieces = []
    while piece := os.read(child.stdout.fileno(), 3000):
        pieces.append(piece)
        time.sleep(0.001)
    assert b"".join(pieces) == b"".join(bytes([i]) * 10000 for i in range(64))
    child.communicate()
    assert child.returncode == 0


def test_full_pipe_does_not_stop_the_clock(fake_run):
    child = fake_run.start("while True: out(b'y\\n' * 1000)", "--timeout", "1")
    assert child.wait(timeout=30) == 124
    child.stdout.close()
    child.stderr.close()


def test_archive_has_command_options_system_and_overlay(fake_run, tmp_path):
    overlay = tmp_path / "over lay"
    (overlay / "etc").mkdir(parents=True)
    (overlay / "etc/motd").write_bytes(b"mine")
    script = f"""
want = {{b'boot/init': b'content of system/init', b'boot/vfs': b'content of system/vfs', b'root/etc/motd': b'mine'}}
assert all(archive[name].data == data for name, data in want.items())
assert next(iter(archive)) == b'boot/init'
options = dict(l.split(b'=') for l in archive[b'boot/options'].data.splitlines())
assert options[b'mode'] == b'exec' and int(options[b'columns']) and int(options[b'rows']), options
assert archive[b'root/bin/sh'].data == b'/bin/busybox' and archive[b'root/tmp'].mode == 0o41777
assert '-icount' in arguments and arguments[arguments.index('-m') + 1] == '64M'
final(0); {ORDERLY}"""
    assert fake_run(script, "--overlay", str(overlay), "--icount", "--mem", "64M") == (0, b"", b"")


def test_bad_overlay_file_is_named(fake_run, tmp_path):
    overlay = tmp_path / "overlay"
    overlay.mkdir()
    os.mknod(overlay / "device", 0o20600, os.makedev(1, 3)) if os.geteuid() == 0 else pytest.skip("needs root")
    status, _, err = fake_run("", "--overlay", str(overlay))
    assert status == 1 and b"overlay/device" in err


def test_archive_too_large_for_the_memory_is_refused(fake_run, tmp_path):
    overlay = tmp_path / "overlay"
    overlay.mkdir()
    (overlay / "big").write_bytes(bytes(16 << 20))
    status, _, err = fake_run("", "--overlay", str(overlay), "--mem", "16M")
    assert status == 2 and b"--mem" in err


def test_missing_qemu_is_a_failure_with_its_name(fake_run):
    fake_run.environment["KERNITE_QEMU"] = "/no/such/qemu"
    status, _, err = fake_run("")
    assert status == 70 and b"/no/such/qemu" in err


def test_two_runs_at_once(fake_run):
    runs = [fake_run.start(f"time.sleep(0.3); out(b'{i}'); final({i}); {ORDERLY}") for i in range(4)]
    assert [run.communicate(timeout=60)[0] for run in runs] == [b"0", b"1", b"2", b"3"]
    assert [run.returncode for run in runs] == [0, 1, 2, 3]
