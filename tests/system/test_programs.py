# SPDX-FileCopyrightText: 2026 The kernite authors
# SPDX-License-Identifier: BSD-2-Clause
"""Programs that misbehave get what Linux would give them, and everybody else goes on."""

import pytest

SIGILL, SIGTRAP, SIGSEGV = 132, 133, 139
AFTERWARDS = "; s=$?; echo alive; exit $s"

ACTS = {
    "null-jump": SIGSEGV, "null-write": SIGSEGV, "null-read": SIGSEGV, "kernel-read": SIGSEGV, "kernel-jump": SIGSEGV,
    "non-canonical": SIGSEGV, "non-canonical-jump": SIGSEGV, "text-write": SIGSEGV, "stack-jump": SIGSEGV,
    "overflow": SIGSEGV, "unmapped": SIGSEGV, "read-only": SIGSEGV, "undefined": SIGILL, "breakpoint": SIGTRAP,
}


@pytest.mark.parametrize("act", ACTS)
def test_fault_is_the_signal_that_linux_gives(run_exec, programs, act):
    status, out, _ = run_exec(f"/test/misbehave {act}{AFTERWARDS}", overlays=[programs])
    assert (status, out) == (ACTS[act], b"alive\n")


def test_privileged_instruction(run_exec, programs, arch):
    status, out, _ = run_exec(f"/test/misbehave privileged{AFTERWARDS}", overlays=[programs])
    assert (status, out) == ({"x86_64": SIGSEGV, "aarch64": SIGILL}[arch], b"alive\n")


@pytest.mark.parametrize("argument", ["0", "-1", "100", "0x7fffffffffff", "-9223372036854775808"])
def test_every_system_call_number_with_wild_arguments(run_exec, programs, argument):
    status, out, _ = run_exec(f"/test/sweep -5000 5000 {argument}; echo alive", overlays=[programs], timeout=240)
    assert (status, out) == (0, b"swept\nalive\n")


def test_corrupt_program_is_refused(run_exec, tmp_path):
    (tmp_path / "bad").write_bytes(b"\x7fELF\x02\x01\x01" + bytes(57))
    (tmp_path / "short").write_bytes(b"\x7fELF")
    for name in ("bad", "short"):
        (tmp_path / name).chmod(0o755)
    status, out, _ = run_exec("/bad 2>/dev/null; echo $?; /short 2>/dev/null; echo $?", overlays=[tmp_path])
    assert status == 0
    assert all(int(line) in (126, 127, 2) for line in out.splitlines()), out
