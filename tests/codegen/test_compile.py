# SPDX-FileCopyrightText: 2026 The kernite authors
# SPDX-License-Identifier: BSD-2-Clause

"""Generated C compiles with all warnings as errors, plain and shuffled, for every architecture, in C and assembly."""

import os
import subprocess

import pytest

import main

FLAGS = """-Wall -Wextra -Wmissing-prototypes -Wstrict-prototypes -Wundef -Wshadow -Wswitch -Werror -std=c2x -O1
-ffreestanding -fsyntax-only""".split()
# Where the test program is that includes the generated table of errors.
TESTS = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "kernel", "api")
TARGET = {"x86_64": ["--target=x86_64-unknown-none-elf"], "aarch64": ["--target=aarch64-unknown-none-elf"], "host": []}


def compile_file(folder, arch, path, *more):
    command = ["clang", *TARGET[arch], *FLAGS, "-I", str(folder / "include"), "-I", TESTS, *more, str(path)]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr


@pytest.mark.parametrize("seed", [None, "1"])
@pytest.mark.parametrize("arch", TARGET)
def test_user_headers_and_dispatchers_compile(tree, tmp_path, arch, seed):
    spec = main.load_checked(os.path.join(tree, "uapi"), seed)
    paths = main.generate(spec, arch, str(tmp_path))
    for path in paths:
        if path.startswith("src/") and path != "src/invocation_dispatch.c":
            compile_file(tmp_path, arch, tmp_path / path)


@pytest.mark.parametrize("arch", TARGET)
def test_tiny_specification_compiles(tiny, tmp_path, arch):
    for path in main.generate(main.load_checked(str(tiny)), arch, str(tmp_path / "out")):
        if path.startswith("src/") and path != "src/invocation_dispatch.c":
            compile_file(tmp_path / "out", arch, tmp_path / "out" / path)


@pytest.mark.parametrize("arch", ["x86_64", "aarch64"])
def test_number_headers_serve_assembly(tree, tmp_path, arch):
    paths = main.generate(main.load_checked(os.path.join(tree, "uapi")), arch, str(tmp_path))
    headers = ["kn/abi.h", "lx/abi.h"] + [p.removeprefix("include/") for p in paths
                                          if p.startswith("include/kn/proto/") and "_server" not in p]
    source = tmp_path / "numbers.S"
    source.write_text("".join(f"#include <{h}>\n" for h in headers) +
                      ".quad KN_IPC_BUFFER_UPCALL_PC, KN_RIGHTS_READ, KN_SYSCALL_NUMBER(KN_SYS_CALL)\n")
    compile_file(tmp_path, arch, source)
