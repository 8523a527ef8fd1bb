# SPDX-FileCopyrightText: 2026 The kernite authors
# SPDX-License-Identifier: BSD-2-Clause
"""System calls do what Linux does: programs/conform-*.c, which pass on Linux as well."""

import pytest


@pytest.mark.parametrize("program", ["files", "process", "registers", "signals"])
def test_calls_do_what_linux_does(run_exec, programs, program):
    status, out, _ = run_exec(f"/test/conform-{program}", overlays=[programs], timeout=120)
    assert (out, status) == (b"passed\n", 0)
