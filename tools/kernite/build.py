# SPDX-FileCopyrightText: 2026 The kernite authors
# SPDX-License-Identifier: BSD-2-Clause
"""Configure and build one CMake preset, quietly unless it fails."""

import re
import subprocess
import threading
import time

from . import paths, say

LIMIT_S = 1800
STATUS = re.compile(rb"\[[1-9]\d*/\d+\]")   # not [0/N]: that is a look, not work


def build(preset, targets=()):
    """Bring build/<preset> up to date. The caller holds the build lock."""
    if not (paths.ROOT / "CMakePresets.json").is_file():
        raise say.Failure("there is no CMakePresets.json in this checkout")
    folder = paths.BUILD / preset
    paths.LOGS.mkdir(parents=True, exist_ok=True)
    if not (folder / "build.ninja").is_file() or moved(folder):
        fresh = ["--fresh"] if (folder / "CMakeCache.txt").is_file() else []
        step(preset, "configure", ["cmake", "--preset", preset, *fresh])
    command = ["cmake", "--build", str(folder)]
    for target in targets:
        command += ["--target", target]
    step(preset, "build", command)


def moved(folder):
    """Whether the folder was configured for a checkout in another place."""
    try:
        cache = (folder / "CMakeCache.txt").read_text(errors="replace")
    except OSError:
        return True
    home = re.search(r"^CMAKE_HOME_DIRECTORY:INTERNAL=(.*)$", cache, re.M)
    return home is None or home.group(1) != str(paths.ROOT)


def step(preset, name, command):
    """Run one command with its output in a log, and show ninja's counters on a terminal."""
    log = paths.LOGS / f"{preset}-{name}.log"
    started = time.monotonic()
    announced = False
    with open(log, "wb") as out:
        child = subprocess.Popen(command, cwd=paths.ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                 stderr=subprocess.STDOUT)
        limit = threading.Timer(LIMIT_S, child.terminate)
        limit.start()
        try:
            for line in child.stdout:
                out.write(line)
                counters = STATUS.match(line)
                if not announced and (counters or name == "configure"):
                    say.note(f"{name} {preset} ...")
                    announced = True
                if counters:
                    say.progress(line.decode("utf-8", "replace").rstrip())
        except BaseException:
            child.terminate()
            raise
        finally:
            child.wait()
            limit.cancel()
            say.progress("")
    if child.returncode != 0:
        raise say.Failure(f"{name} of {preset} failed:\n{say.tail(log, 40)}\nthe whole log is in {log}")
    if announced and name == "build":
        say.note(f"built {preset} in {time.monotonic() - started:.0f} s")
