# SPDX-FileCopyrightText: 2026 The kernite authors
# SPDX-License-Identifier: BSD-2-Clause

"""python/kn_abi.py: the numbers of kn/abi.h and of the protocols, and the invocations as data, for tests in Python."""

import pprint

from abi_numbers import kernel_groups, protocol_groups, struct_groups
from emit_linux import linux_groups
from render import NOTE

HEAD = f'''# SPDX-FileCopyrightText: 2026 The kernite authors
# SPDX-License-Identifier: BSD-2-Clause
"""{NOTE}"""
'''


def assignments(groups):
    return "".join(f"{n.name} = {n.text}\n" for group in groups for n in group.numbers)


def invocation(obj, method):
    return {
        "object": obj.name, "cap": obj.cap, "method": method.snake, "label": obj.label_base + method.label,
        "args": [(a.name, a.type, a.min, a.max) for a in method.args],
        "caps": [(c.name, c.type, c.optional) for c in method.caps],
        "returns": [r.name for r in method.returns], "errors": [(f.error, f.id) for f in method.errors],
        "registers": method.registers, "returns_registers": method.returns_registers,
        "preemptible": method.preemptible,
    }


def tables(spec, arch):
    """Names and values of the module's tables."""
    yield "INVOCATIONS", {f"{o.name}_{m.snake}": invocation(o, m) for o, m in spec.methods(arch)}
    yield "ERRORS", {e.name: {"number": e.number, "payload": e.payload} for e in spec.errors}
    yield "FAULTS", {f.name: {"label": f.label, "words": f.words[arch]} for f in spec.faults}
    yield "SYSCALLS", {s.snake: {"number": s.number, "in": s.inputs, "out": s.outputs, "debug": s.debug}
                       for s in spec.syscalls if arch in s.arch}
    yield "REGISTERS", spec.registers[arch]
    yield "ENUMS", {e.name: {v.name: v.value for v in e.values} for e in spec.base.enums}
    yield "FLAGS", {f.name: {v.name: 1 << v.value for v in f.values} for f in spec.base.flags}
    yield "WORDS", {w.name: {f.name: (f.shift, f.bits) for f in w.fields} for w in spec.base.words}
    yield "OBJECT_BITS", {name: bits[arch] for name, bits in spec.object_bits.items()}
    yield "STRUCTS", {s.name: {"size": s.size, "fields": [(f.name, f.struct or f.type, f.count, f.offset)
                                                          for f in s.fields]} for s in spec.base.structs}
    yield "PROTOCOLS", {p.name: {m.snake: p.label_base + m.label for m in p.methods} for p in spec.protocols}


def emit(spec, arch, out):
    groups = list(kernel_groups(spec, arch)) + list(struct_groups(spec.base.structs, "KN"))
    for protocol in spec.protocols:
        groups += protocol_groups(protocol, arch)
    text = HEAD + f"\nARCH = {arch!r}\n\n" + assignments(groups)
    for name, value in tables(spec, arch):
        text += f"\n{name} = {pprint.pformat(value, width=118, sort_dicts=False)}\n"
    out.text("python/kn_abi.py", text + WORD_FUNCTIONS)
    out.text("python/lx_abi.py", HEAD + "\n" + assignments(linux_groups(spec.linux, arch)))


WORD_FUNCTIONS = '''

def pack(word, **fields):
    """A packed word from its fields, e.g. pack("msg_info", label=1, length=2)."""
    return sum((value & ((1 << WORDS[word][name][1]) - 1)) << WORDS[word][name][0] for name, value in fields.items())


def unpack(word, value):
    """The fields of a packed word."""
    return {name: (value >> shift) & ((1 << bits) - 1) for name, (shift, bits) in WORDS[word].items()}
'''
