# SPDX-FileCopyrightText: 2026 The kernite authors
# SPDX-License-Identifier: BSD-2-Clause
"""./test, once Python is there: build every preset, run CTest in each, and add up.

A suite that fails does not stop the next one; a preset that does not build counts as one failure. Nothing is
taken for granted about what lies in the build folders already.
"""

import json
import os
import re
import signal
import subprocess
import sys
import time
import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass

from kernite import build, options, paths, say, thirdparty

SUITE_LIMIT_S = 900
TEST_LIMIT_S = 300


@dataclass
class Total:
    passed: int = 0
    failed: int = 0


def parse(arguments):
    parser = options.Parser("help-test.txt")
    parser.add_argument("--arch", choices=(*options.ARCHES, "host"), action="append")
    parser.add_argument("--label", type=label)
    return parser.parse(arguments)


def label(text):
    if not re.fullmatch(r"[\w.-]+", text):
        raise ValueError
    return text


def presets(arches):
    """The visible configure presets, those of the host first: they fail fastest."""
    try:
        data = json.loads((paths.ROOT / "CMakePresets.json").read_text())
        names = [preset["name"] for preset in data["configurePresets"] if not preset.get("hidden")]
    except (OSError, ValueError, KeyError) as error:
        raise say.Failure(f"CMakePresets.json: {error!r}") from error
    chosen = [name for name in names if arches is None or name.split("-")[0] in arches]
    return sorted(chosen, key=lambda name: (not name.startswith("host"), names.index(name)))


def run_suite(preset, wanted, total):
    """Build one preset and run its tests."""
    print(f"==== {preset}", flush=True)
    try:
        with paths.build_lock():
            build.build(preset)
    except say.Failure as failure:
        print(failure.message, flush=True)
        total.failed += 1
        return
    report = paths.LOGS / f"{preset}-junit.xml"
    report.unlink(missing_ok=True)
    command = ["ctest", "--test-dir", str(paths.BUILD / preset), "--output-on-failure", "--no-tests=ignore",
               "--timeout", str(TEST_LIMIT_S), "-j", str(os.cpu_count() or 1), "--output-junit", str(report)]
    command += ["-L", f"^{re.escape(wanted)}$"] if wanted else ["-LE", "^bench$"]
    complete = run_limited(command)
    count(report, complete, total)


def run_limited(command):
    """Whether the command ended by itself; it and its children are killed when the time is over."""
    child = subprocess.Popen(command, cwd=paths.ROOT, stdin=subprocess.DEVNULL, start_new_session=True)
    try:
        child.wait(SUITE_LIMIT_S)
        return True
    except subprocess.TimeoutExpired:
        print(f"not finished after {SUITE_LIMIT_S} s: stopped", flush=True)
        return False
    finally:
        if child.poll() is None:
            os.killpg(child.pid, signal.SIGTERM)
            try:
                child.wait(10)
            except subprocess.TimeoutExpired:
                os.killpg(child.pid, signal.SIGKILL)
                child.wait()


def count(report, complete, total):
    """Add CTest's own report. A suite that left none, or did not end, is a failure in itself."""
    try:
        cases = ElementTree.parse(report).getroot().findall("testcase") if complete else None
    except (OSError, ElementTree.ParseError):
        cases = None
    if cases is None:
        total.failed += 1
        return
    total.passed += sum(case.get("status") == "run" for case in cases)
    total.failed += sum(has_failed(case) for case in cases)


def has_failed(case):
    """A test that could not be started has failed; one that said itself that it does not apply has not."""
    if case.get("status") == "notrun":
        reason = case.find("skipped")
        return reason is None or not reason.get("message", "").startswith("SKIP_")
    return case.get("status") == "fail"


def run_all(parsed):
    total = Total()
    started = time.monotonic()
    with paths.build_lock():
        thirdparty.ensure()
    chosen = presets(parsed.arch)
    print("presets: " + (" ".join(chosen) or "none"), flush=True)
    for preset in chosen:
        run_suite(preset, parsed.label, total)
    print(f"==== all, in {time.monotonic() - started:.0f} s", flush=True)
    print(f"{total.passed} passed, {total.failed} failed", flush=True)
    return 0 if total.passed and not total.failed else 1


def main():
    signal.signal(signal.SIGTERM, lambda number, _frame: sys.exit(128 + number))
    try:
        return run_all(parse(sys.argv[1:]))
    except say.Failure as failure:
        say.note(failure.message)
        return failure.status
    except OSError as error:
        say.note(str(error))
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
