# SPDX-FileCopyrightText: 2026 The kernite authors
# SPDX-License-Identifier: BSD-2-Clause

"""Rules about the whole source tree: the specification is the only source of numbers, and lines can be read."""

import os
import re

# Definitions, not uses, of names that belong to generated files.
DEFINITION = re.compile(r"""
    ^\s*\#\s*define\s+(KN|LX)_\w+                 # macros
  | ^\s*(KN|LX)_\w+\s*=[^=].*,\s*(//.*)?$        # enumerators
  | ^\s*typedef\b.*\bkn_\w+\s*;                   # types
  | ^\s*(typedef\s+)?(struct|union|enum)\s+(kn|lx)_\w+\s*\{""", re.VERBOSE | re.MULTILINE)
# A number where an offset from a structure must be generated: %gs:8, 16(%rdi), [x0, #24]. Stack slots and the elements
# of vector register arrays are not structures.
X86_DISPLACEMENT = re.compile(r"%gs:-?(0x)?\d|(?<![\w)])-?(0x[0-9a-f]+|\d+)\(%r(?!sp|ip)\w+")
ARM_DISPLACEMENT = re.compile(r"^(?!.*\bq\d).*\[x\d+,\s*#-?(0x)?\d", re.MULTILINE)


LONG_LINE = re.compile(r"^.{131,}$", re.MULTILINE)


def sources(tree, *suffixes):
    """Files of the tree with one of the suffixes, but for what was built and for these tests."""
    found = []
    for folder, folders, names in os.walk(tree):
        folders[:] = [name for name in folders if not name.startswith(".") and os.path.join(folder, name) not in
                      (os.path.join(tree, "build"), os.path.join(tree, "tests/codegen"))]
        found += [os.path.join(folder, name) for name in names if name.endswith(suffixes)]
    assert found
    return found


def matches(pattern, paths):
    found = []
    for path in paths:
        with open(path, encoding="utf-8") as stream:
            text = stream.read()
        found += [f"{path}:{text.count(chr(10), 0, m.start()) + 1}: {m.group().strip()}" for m in pattern.finditer(text)]
    return found


def test_abi_names_are_defined_in_generated_files_only(tree):
    assert matches(DEFINITION, sources(tree, ".c", ".h", ".S", ".ld")) == []


def test_kernel_assembly_has_no_numeric_displacements(tree):
    files = [path for path in sources(tree, ".S") if "/kernite/arch/" in path and not path.endswith("/boot.S")]
    assert matches(X86_DISPLACEMENT, [p for p in files if "/x86_64/" in p]) == []
    assert matches(ARM_DISPLACEMENT, [p for p in files if "/aarch64/" in p]) == []


def test_lines_are_short_enough_to_read(tree):
    assert matches(LONG_LINE, sources(tree, ".c", ".h", ".S", ".py")) == []


def test_rules_catch_what_they_are_for():
    assert DEFINITION.search("#define KN_SYS_CALL 3") and DEFINITION.search("struct kn_msg {")
    assert DEFINITION.search("    KN_CAP_TYPE_TCB = 3,") and DEFINITION.search("typedef uint64_t kn_word_t;")
    assert not DEFINITION.search("    msg.info = KN_SYS_CALL;") and not DEFINITION.search("struct kn_msg msg = {0};")
    assert X86_DISPLACEMENT.search("movq %gs:8, %rax") and X86_DISPLACEMENT.search("movq 16(%rdi), %rax")
    assert not X86_DISPLACEMENT.search("movq %gs:CPU_CURRENT, %rax; movq 8(%rsp), %rax; movq TCB_REGS(%rdi), %rax")
    assert ARM_DISPLACEMENT.search("ldr x1, [x0, #24]") and not ARM_DISPLACEMENT.search("stp q2, q3, [x1, #32]")
    assert not ARM_DISPLACEMENT.search("ldr x1, [x0, #TCB_REGS]")
    assert LONG_LINE.search("x" * 131) and not LONG_LINE.search("x" * 130)
