# SPDX-FileCopyrightText: 2026 The kernite authors
# SPDX-License-Identifier: BSD-2-Clause
"""Boots a kernel benchmark under -icount and prints its figures: guest instructions per operation."""
import argparse
import re
import subprocess
import sys
import tempfile
from pathlib import Path

TOOLS = Path(__file__).resolve().parents[2] / "tools"
KERNELS = {"x86_64": "kernite/kernite.elf", "aarch64": "kernite/kernite.img"}


def figures(arch, build, task):
    """Name -> instructions, as the root task TASK of the build folder reports them."""
    with tempfile.TemporaryDirectory() as folder:
        archive = Path(folder) / "bench.cpio"
        subprocess.run([sys.executable, "-E", TOOLS / "image.py", "--output", archive, "--no-root",
                        "--file", f"init={build / 'tests' / task}"], check=True)
        run = subprocess.run([sys.executable, "-E", TOOLS / "boot.py", "--arch", arch, "--kernel", build / KERNELS[arch],
                              "--archive", archive, "--icount", "--timeout", "60"],
                             stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    found = {name: float(value) for name, value in re.findall(r"^bench (\w+) ([\d.]+)\s*$", run.stdout, re.MULTILINE)}
    if run.returncode or found.pop("done", 1) != 0:
        print(run.stdout)
        sys.exit(f"the benchmark did not end well (status {run.returncode})")
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--arch", required=True)
    parser.add_argument("--build", type=Path, required=True, help="a release build folder")
    parser.add_argument("--task", default="kernel_bench")
    args = parser.parse_args()
    for name, value in figures(args.arch, args.build, args.task).items():
        print(f"{name:34} {value:10.1f}")


if __name__ == "__main__":
    main()
