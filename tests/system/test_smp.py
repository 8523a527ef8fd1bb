# SPDX-FileCopyrightText: 2026 The kernite authors
# SPDX-License-Identifier: BSD-2-Clause
"""What programs see of several CPUs, and what they can do to the system on them."""

import random

import pytest


@pytest.mark.parametrize("cpus", [1, 4, 8])
def test_the_number_of_cpus_is_everywhere_the_same(run_exec, cpus):
    status, out, _ = run_exec("nproc; grep -c ^processor /proc/cpuinfo; grep -c '^cpu[0-9]' /proc/stat; "
                              "cat /sys/devices/system/cpu/online", smp=cpus)
    assert status == 0
    assert out.decode().split() == [str(cpus)] * 3 + ["0" if cpus == 1 else f"0-{cpus - 1}"]


def test_affinity_binds_a_program_and_its_children(run_exec):
    script = "nproc; grep Cpus_allowed: /proc/self/status; cut -d' ' -f39 /proc/self/stat"
    status, out, _ = run_exec(f"taskset 4 sh -c \"{script}\"; taskset 0x10 true", smp=4)
    assert (status, out.decode().split()) == (1, ["1", "Cpus_allowed:", "4", "2"])


def test_programs_spread_over_the_cpus(run_exec):
    status, out, _ = run_exec("for i in 1 2 3 4; do sleep 1000 & p=\"$p $!\"; done; "
                              "cut -d' ' -f39 /proc/[0-9]*/stat; kill $p", timeout=240, smp=4)
    cpus = out.decode().split()
    assert status == 0 and set(cpus) == set("0123"), cpus


def test_two_programs_run_at_the_same_time(run_exec, programs):
    status, out, _ = run_exec("/test/parallel", overlays=[programs], smp=4)
    assert status == 0 and int(out) > 60, out


def test_a_signal_reaches_who_unblocks_it_on_another_cpu(run_exec, programs):
    assert run_exec("/test/sigmask 60", overlays=[programs], timeout=240, smp=4)[:2] == (0, b"lost 0\n")


@pytest.mark.parametrize("cpus", [4, 8])
def test_stress_of_processes(run_exec, programs, build_dir, cpus):
    seed = random.randrange(1 << 31)
    seconds = 60 if cpus == 4 and "debug" in str(build_dir) else 5  # debug kernels can check their invariants
    status, out, err = run_exec(f"/test/stress {seed} {seconds}", overlays=[programs], timeout=400, smp=cpus,
                                flags=["--verbose"])
    assert (status, out) == (0, b"done\n"), (seed, err[-2000:])
    if "debug" in str(build_dir):
        assert b"the kernel's invariants hold" in err, err[-2000:]
