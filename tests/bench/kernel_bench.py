# SPDX-FileCopyrightText: 2026 The kernite authors
# SPDX-License-Identifier: BSD-2-Clause
"""Boots the kernel benchmark under -icount and prints its figures: guest instructions per operation."""
import argparse
import re
import subprocess
import sys
import tempfile
from pathlib import Path

TOOLS = Path(__file__).resolve().parents[2] / "tools"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--arch", required=True)
    parser.add_argument("--kernel", required=True)
    parser.add_argument("--root-task", required=True)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        archive = Path(folder) / "bench.cpio"
        subprocess.run([sys.executable, "-E", TOOLS / "image.py", "--output", archive, "--no-root",
                        "--file", f"init={args.root_task}"], check=True)
        run = subprocess.run([sys.executable, "-E", TOOLS / "boot.py", "--arch", args.arch, "--kernel", args.kernel,
                              "--archive", archive, "--icount", "--timeout", "60"],
                             stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    figures = re.findall(r"^bench (\w+) ([\d.]+)\s*$", run.stdout, re.MULTILINE)
    if run.returncode or ("done", "0") not in [(n, v.split(".")[0]) for n, v in figures]:
        print(run.stdout)
        sys.exit(f"the benchmark did not end well (status {run.returncode})")
    for name, value in figures[:-1]:
        print(f"{name:34} {float(value):10.1f}")


if __name__ == "__main__":
    main()
