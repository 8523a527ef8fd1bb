# SPDX-FileCopyrightText: 2026 The kernite authors
# SPDX-License-Identifier: BSD-2-Clause
"""Budgets: instructions until the system is up, and how little memory will do."""

import re

BOOT_BUDGET_S = 0.060   # one virtual nanosecond an instruction


def test_boot_takes_at_most_60_million_instructions(run_exec):
    status, out, _ = run_exec("cat /proc/uptime", flags=["--icount"], mem="128M")
    assert status == 0
    uptime = re.match(rb"(\d+\.\d{9}) ", out)
    assert uptime, out
    assert float(uptime.group(1)) <= BOOT_BUDGET_S


def test_32_megabytes_suffice_for_a_pipeline(run_exec):
    assert run_exec("cat /etc/passwd | grep root | wc -l", mem="32M") == (0, b"1\n", b"")


def test_32_megabytes_suffice_for_a_shell(console):
    terminal = console(mem="32M")
    assert terminal.command("ls / | sort | head -1") == "bin"


def test_sleeping_takes_virtual_time_only(run_exec):
    status, out, _ = run_exec("cat /proc/uptime; sleep 100; cat /proc/uptime", flags=["--icount"])
    before, after = (float(line.split()[0]) for line in out.splitlines())
    assert status == 0 and 100 <= after - before < 100.1


def test_two_thousand_processes_one_after_the_other_leave_nothing_behind(run_exec):
    script = "i=0; while [ $i -lt 2000 ]; do /bin/true; i=$((i+1)); done; echo done"
    assert run_exec(script, timeout=300, mem="32M") == (0, b"done\n", b"")
