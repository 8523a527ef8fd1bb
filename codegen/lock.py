# SPDX-FileCopyrightText: 2026 The kernite authors
# SPDX-License-Identifier: BSD-2-Clause

"""ABI.lock: every number and layout of the ABI, one a line, sorted. A change of the ABI shows up as a diff of it."""

import difflib

from abi_numbers import kernel_groups, protocol_groups, struct_groups
from emit_linux import linux_groups
from model import ARCHES

HEAD = ["# SPDX-FileCopyrightText: 2026 The kernite authors", "# SPDX-License-Identifier: BSD-2-Clause",
        "# Every number and layout of the ABI. Written by codegen/main.py --write-lock; any: the same on every port."]


def struct_lines(prefix, structs):
    for s in structs:
        for f in s.fields:
            array = f"[{f.count}]" if f.count else ""
            yield f"struct {prefix}_{s.name}.{f.name}", f"{f.struct or f.type}{array} at {f.offset}"
        yield f"struct {prefix}_{s.name}", f"{s.size} bytes"


def signature(method):
    """Words and capabilities of a message, in order."""
    args = [a.name + (":i64" if a.signed else "") for a in method.args] + (["registers..."] if method.registers else [])
    results = [r.name for r in method.returns] + (["registers..."] if method.returns_registers else [])
    caps = [c.name + ("?" if c.optional else "") for c in method.caps]
    returned = [c.name + ("?" if c.optional else "") for c in method.returns_caps]
    return f"({', '.join(args)}) [{', '.join(caps)}] -> ({', '.join(results)}) [{', '.join(returned)}]"


def facts(spec, arch):
    """Pairs (name, value as text) that hold on arch."""
    groups = list(kernel_groups(spec, arch)) + list(struct_groups(spec.base.structs, "KN"))
    groups += linux_groups(spec.linux, arch)
    for protocol in spec.protocols:
        groups += protocol_groups(protocol, arch)
    for group in groups:
        yield from ((n.name, str(n.value)) for n in group.numbers)
    for role in spec.syscall_registers[arch]:
        yield f"syscall register {role.role}", role.reg + (f" -> {role.result}" if role.result else "")
    for obj, method in spec.methods(arch):
        yield f"invocation {obj.name}_{method.snake}", signature(method)
    yield from struct_lines("kn", spec.base.structs)
    for protocol in spec.protocols:
        yield from struct_lines(f"kn_{protocol.name}", protocol.definitions.structs)
        for method in protocol.methods:
            yield f"protocol {protocol.name}_{method.snake}", signature(method)
    yield from struct_lines("lx", spec.linux.structs.get(arch, []))


def lock_text(spec):
    by_arch = {arch: dict(facts(spec, arch)) for arch in ARCHES}
    names = sorted({name for facts_of in by_arch.values() for name in facts_of})
    lines = []
    for name in names:
        values = [by_arch[arch].get(name) for arch in ARCHES]
        if len(set(values)) == 1:
            lines.append(f"any {name} = {values[0]}")
        else:
            lines += [f"{arch} {name} = {value}" for arch, value in zip(ARCHES, values) if value is not None]
    return "\n".join(HEAD + sorted(lines)) + "\n"


def difference(old, new):
    """What changed, as a diff without context; empty if nothing."""
    lines = difflib.unified_diff(old.splitlines(), new.splitlines(), "ABI.lock", "specification", n=0, lineterm="")
    return [line for line in lines if not line.startswith("@@")]
