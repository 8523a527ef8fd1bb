# SPDX-FileCopyrightText: 2026 The kernite authors
# SPDX-License-Identifier: BSD-2-Clause
"""How large the kernel is: bytes of text and read-only data of a release build, and lines of code that are written for
one architecture. Fails when either is beyond its limit.

Lines are counted as cloc does (neither empty nor comment alone; it takes assembly's #include for a comment), over exactly
the files of kernite/ that the build compiles: its sources, and the headers that the compiler read.
"""
import argparse
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
MOST_BYTES = 96 << 10
MOST_LINES = 10_000
SECTIONS = {".text", ".rodata"}
# A comment, or a string, in which nothing begins a comment.
TOKENS = re.compile(r'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|' + r"'(?:\\.|[^'\\\n])+'", re.DOTALL)


def section_sizes(elf):
    text = subprocess.run(["llvm-readelf", "-SW", elf], stdout=subprocess.PIPE, text=True, check=True).stdout
    sizes = {name: int(size, 16) for name, size in
             re.findall(r"^ *\[ *\d+\] (\S+) +\S+ +[0-9a-f]+ [0-9a-f]+ ([0-9a-f]+) ", text, re.MULTILINE)}
    return {name: sizes[name] for name in SECTIONS}


def compiled_files(build):
    """What went into the kernel's objects, by Ninja's record of it."""
    names = subprocess.run(["ninja", "-C", build, "-t", "inputs", "kernite/kernite.elf"],
                           stdout=subprocess.PIPE, text=True, check=True).stdout.split()
    objects = [name for name in names if name.startswith("kernite/") and name.endswith(".obj")]
    deps = subprocess.run(["ninja", "-C", build, "-t", "deps", *objects], stdout=subprocess.PIPE, text=True,
                          check=True).stdout
    found = {(build / name).resolve() for name in re.findall(r"^ +(\S.*)$", deps, re.MULTILINE)}
    return sorted(found)


def lines_of_code(text):
    code = TOKENS.sub(lambda m: m[0] if m[0][0] in "\"'" else " ", text)
    return sum(1 for line in code.splitlines() if line.strip())


def nr_lines_of(files):
    return sum(lines_of_code(path.read_text()) for path in files)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--build", type=Path, required=True, help="a release build folder")
    parser.add_argument("--list", action="store_true", help="print the files, for cloc --list-file=-")
    args = parser.parse_args()
    compiled = compiled_files(args.build.resolve())
    files = [path for path in compiled if path.is_relative_to(ROOT / "kernite")]
    if args.list:
        print(*files, sep="\n")
        return
    sizes = section_sizes(args.build / "kernite/kernite.elf")
    nr_bytes = sum(sizes.values())
    nr_lines = nr_lines_of(files)
    nr_generated = nr_lines_of(path for path in compiled if path.is_relative_to(args.build.resolve()))
    print(f"{nr_bytes} bytes of text and read-only data (at most {MOST_BYTES}), " +
          ", ".join(f"{name} {size}" for name, size in sorted(sizes.items())))
    print(f"{nr_lines} lines of code in {len(files)} files (at most {MOST_LINES}); generated besides: {nr_generated}")
    if nr_bytes > MOST_BYTES or nr_lines > MOST_LINES or not files:
        sys.exit("the kernel is too large")


if __name__ == "__main__":
    main()
