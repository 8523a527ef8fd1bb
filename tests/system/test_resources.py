# SPDX-FileCopyrightText: 2026 The kernite authors
# SPDX-License-Identifier: BSD-2-Clause
"""Budgets: instructions until the system is up, and how little memory will do."""

import re

BOOT_BUDGET_S = 0.060   # one virtual nanosecond an instruction


def test_boot_takes_at_most_60_million_instructions(run_exec):
    status, out, _ = run_exec("cat /proc/uptime", flags=["--icount"], mem="128M", smp=1)
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


def test_fork_bomb_is_refused_and_others_go_on(run_exec):
    status, out, err = run_exec("b() { b | b & }; b; sleep 3; echo alive", timeout=120, mem="64M")
    assert (status, out) == (0, b"alive\n")
    assert b"can't fork" in err


def test_full_file_system_is_enospc_and_can_be_emptied(run_exec):
    script = "dd if=/dev/zero of=/tmp/big bs=64k; echo $?; rm /tmp/big; echo small >/tmp/s; cat /tmp/s"
    status, out, err = run_exec(script, timeout=120, mem="32M")
    assert (status, out) == (0, b"1\nsmall\n")
    assert b"No space left on device" in err


def test_memory_that_is_not_there_is_enomem(run_exec):
    status, out, err = run_exec("dd if=/dev/zero of=/dev/null bs=900M count=1; echo $?", mem="32M")
    assert (status, out) == (0, b"1\n") and b"out of memory" in err


CHURN = """
churn() {
    i=0
    while [ $i -lt 20 ]; do
        seq 200 | sort -n | tail -1 >/tmp/f; cp /tmp/f /tmp/g; ln -s f /tmp/h; mkfifo /tmp/p
        sleep 1000 >/tmp/p & sleep 1000 & kill -9 $!
        cat /tmp/p >/dev/null & kill %1 2>/dev/null; kill $! 2>/dev/null; wait
        mkdir /tmp/d; echo x >/tmp/d/x; mv /tmp/d /tmp/e; rm -r /tmp/[efghp]
        i=$((i+1))
    done 2>/dev/null
}
free_kib() { while read -r name value _; do [ $name = MemFree: ] && echo $value; done </proc/meminfo; }
churn; before=$(free_kib); churn; churn; echo $((before - $(free_kib)))
"""


def test_processes_pipes_and_files_give_everything_back(run_exec):
    """Whatever the first round leaves in caches, two more add nothing to."""
    status, out, _ = run_exec(CHURN, timeout=120)
    assert status == 0
    assert int(out) <= 32
