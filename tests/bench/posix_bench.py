# SPDX-FileCopyrightText: 2026 The kernite authors
# SPDX-License-Identifier: BSD-2-Clause
"""Runs posixbench on kernite under -icount and prints its figures: guest instructions per operation.

Each benchmark runs by itself (posixbench -i), so that one that fails does not take the others along: it is printed with
its reason.
"""
import argparse
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LIMIT_S = 1500


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--arch", required=True)
    parser.add_argument("--build-dir", required=True)
    parser.add_argument("names", nargs="*", help="benchmarks to run, all if none")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "usr/bin/posixbench"
        target.parent.mkdir(parents=True)
        source = Path(__file__).resolve().parent / "posixbench/posixbench.c"
        subprocess.run([ROOT / "tools/musl-cc", args.arch, "-O2", "-o", target, source, "-lpthread"], check=True)
        command = ("for b in " + (" ".join(args.names) or "$(posixbench -l | cut -d' ' -f1)") +
                   "; do posixbench -i $b 2>&1 || echo FAIL $b $?; done")
        run = subprocess.run([shutil.which("sh"), ROOT / "run", "--arch", args.arch, "--build-dir", args.build_dir, "--icount",
                              "--overlay", folder, "--timeout", str(LIMIT_S), "--exec", command],
                             stdout=subprocess.PIPE, text=True, check=False)
    figures = re.findall(r"^BENCH (\w+) ([\d.]+) (\S+)", run.stdout, re.MULTILINE)
    for name, value, unit in figures:
        if unit != "MiB/s":
            print(f"{name:28} {float(value):14.1f}")
    for line in run.stdout.splitlines():
        if line.startswith(("SKIP", "FAIL")):
            print(line)
    if run.returncode or not figures:
        sys.exit(f"posixbench did not end well (status {run.returncode})")


if __name__ == "__main__":
    main()
