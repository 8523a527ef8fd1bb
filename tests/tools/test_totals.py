# SPDX-FileCopyrightText: 2026 The kernite authors
# SPDX-License-Identifier: BSD-2-Clause
"""How ./test adds up CTest's reports: nothing that went wrong is counted as nothing."""

import subprocess

import kernite_test
import pytest

PROJECT = """
cmake_minimum_required(VERSION 3.25)
project(sample NONE)
enable_testing()
add_test(NAME passes COMMAND true)
add_test(NAME fails COMMAND false)
add_test(NAME missing COMMAND /no/such/program)
add_test(NAME does-not-apply COMMAND sh -c "exit 77")
set_tests_properties(does-not-apply PROPERTIES SKIP_RETURN_CODE 77)
add_test(NAME hangs COMMAND sleep 60)
set_tests_properties(hangs PROPERTIES TIMEOUT 1)
"""


@pytest.fixture
def report(tmp_path):
    (tmp_path / "CMakeLists.txt").write_text(PROJECT)
    subprocess.run(["cmake", "-G", "Ninja", "-S", tmp_path, "-B", tmp_path / "b"], check=True, capture_output=True)
    path = tmp_path / "report.xml"
    subprocess.run(["ctest", "--test-dir", tmp_path / "b", "--output-junit", path], capture_output=True)
    return path


def test_passes_failures_missing_programs_and_time_outs(report):
    total = kernite_test.Total()
    kernite_test.count(report, True, total)
    assert (total.passed, total.failed) == (1, 3)


def test_suite_that_was_stopped_is_a_failure(report):
    total = kernite_test.Total()
    kernite_test.count(report, False, total)
    assert (total.passed, total.failed) == (0, 1)


def test_suite_without_a_report_is_a_failure(tmp_path):
    total = kernite_test.Total()
    kernite_test.count(tmp_path / "none.xml", True, total)
    assert (total.passed, total.failed) == (0, 1)
