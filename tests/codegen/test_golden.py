# SPDX-FileCopyrightText: 2026 The kernite authors
# SPDX-License-Identifier: BSD-2-Clause

"""The emitters on the tiny specification, compared with what a person has read and found right. After a change that
is meant: KERNITE_UPDATE_GOLDEN=1 pytest tests/codegen/test_golden.py, and read the diff."""

import os

import pytest

import main

GOLDEN = os.path.join(os.path.dirname(os.path.abspath(__file__)), "golden")
FILES = {
    "x86_64": ["include/kn/abi.h", "include/kn/syscalls.h", "include/kn/stubs.h", "include/kn/proto/shop.h",
               "include/kn/proto/shop_server.h", "src/shop_dispatch.c", "include/kernel/invocation_args.h",
               "include/kernel/invocation_dispatch.h", "src/invocation_dispatch.c",
               "include/kernel/declared_errors.h", "include/tests/error_calls.h", "src/error_table.c",
               "include/lx/abi.h",
               "python/kn_abi.py", "doc/reference.md"],
    "aarch64": ["include/kn/syscalls.h", "include/lx/abi.h"],
    "host": ["include/kn/syscalls.h"],
}


@pytest.mark.parametrize("arch", FILES)
def test_emitters_write_what_was_reviewed(tiny, tmp_path, arch):
    main.generate(main.load_checked(str(tiny)), arch, str(tmp_path / "out"))
    for name in FILES[arch]:
        text = (tmp_path / "out" / name).read_text(encoding="utf-8")
        path = os.path.join(GOLDEN, arch, name + ".txt")
        if os.environ.get("KERNITE_UPDATE_GOLDEN"):
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "w", encoding="utf-8") as stream:
                stream.write(text)
        with open(path, encoding="utf-8") as stream:
            assert text == stream.read(), f"{arch}: {name}"
