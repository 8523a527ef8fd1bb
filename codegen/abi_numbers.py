# SPDX-FileCopyrightText: 2026 The kernite authors
# SPDX-License-Identifier: BSD-2-Clause

"""Every number of the ABI as (name, value, doc), grouped: the one list behind kn/abi.h, kn_abi.py and ABI.lock."""

from dataclasses import dataclass, field


@dataclass
class Number:
    name: str
    value: int
    doc: str = ""
    text: str = ""  # how C writes it, when not in decimal


@dataclass
class Group:
    """Numbers that belong together. kind enum: in C an enum of this tag, so that -Wswitch sees missing cases."""
    title: str
    numbers: list = field(default_factory=list)
    tag: str = ""


def c_number(value):
    if value < 0:
        return f"({value})"
    return hex(value) if value > 65535 else str(value)


def bit(n):
    """A flag, in C and assembly; from bit 31 on in hexadecimal, which C gives a type that is wide enough."""
    return f"(1 << {n})" if n < 31 else hex(1 << n)


def number(name, value, doc=""):
    return Number(name, value, doc, c_number(value))


def constant_group(definitions, prefix, arch):
    return Group("Constants", [number(f"{prefix}_{c.name}", c.value[arch], c.doc)
                               for c in definitions.constants if arch in c.value])


def enum_groups(definitions, prefix):
    for enum in definitions.enums:
        stem = f"{prefix}_{enum.name.upper()}"
        yield Group(enum.doc, [number(f"{stem}_{v.name}", v.value, v.doc) for v in enum.values],
                    f"{prefix.lower()}_{enum.name}_enum")


def flag_groups(definitions, prefix):
    for flags in definitions.flags:
        stem = f"{prefix}_{flags.name.upper()}"
        mask = sum(1 << v.value for v in flags.values)
        numbers = [Number(f"{stem}_{v.name}", 1 << v.value, v.doc, bit(v.value)) for v in flags.values]
        numbers.append(Number(f"{stem}_MASK", mask, "All known bits.", hex(mask)))
        if flags.name == "rights":
            numbers.append(Number(f"{stem}_ALL", mask, "Every right.", hex(mask)))
        yield Group(flags.doc, numbers)


def word_groups(definitions, prefix):
    for word in definitions.words:
        numbers = []
        for item in word.fields:
            stem = f"{prefix}_{word.name.upper()}_{item.name.upper()}"
            numbers += [number(f"{stem}_SHIFT", item.shift, item.doc), number(f"{stem}_BITS", item.bits)]
        yield Group(word.doc, numbers)


def definition_groups(definitions, prefix, arch):
    """Constants, enumerations, flags and packed words: what base.yaml and protocols have in common."""
    yield constant_group(definitions, prefix, arch)
    yield from enum_groups(definitions, prefix)
    yield from flag_groups(definitions, prefix)
    yield from word_groups(definitions, prefix)


def struct_groups(structs, prefix):
    """Byte offsets, for assembly and for Python."""
    for struct in structs:
        stem = f"{prefix}_{struct.name.upper()}"
        numbers = [number(f"{stem}_{f.name.upper()}", f.offset) for f in struct.fields]
        numbers.append(number(f"{stem}_BYTES", struct.size))
        yield Group(f"Byte offsets in {struct.name}", numbers)


def object_size_group(spec, arch):
    return Group("log2 of the size in bytes of the fixed-size objects",
                 [number(f"KN_{name.upper()}_BITS", bits[arch]) for name, bits in spec.object_bits.items()])


def error_groups(spec):
    yield Group("Errors: labels of replies to invocations",
                [number(f"KN_ERROR_{e.name}", e.number, e.doc) for e in spec.errors], "kn_error_enum")
    numbers = [number(f"KN_ERROR_{e.name}_PAYLOAD", len(e.payload), ", ".join(e.payload)) for e in spec.errors]
    numbers.append(number("KN_ERROR_MAX_PAYLOAD", max(len(e.payload) for e in spec.errors),
                          "A failed batch invocation answers with one word more: this one is how many it did."))
    yield Group("Payload words behind an error", numbers)


def fault_groups(spec, arch):
    yield Group("Faults: labels of messages to fault handlers",
                [number(f"KN_FAULT_{f.name}", f.label, f.doc) for f in spec.faults], "kn_fault_enum")
    for fault in spec.faults:
        words = fault.words[arch]
        if not words:
            continue
        stem = f"KN_FAULT_{fault.name}"
        numbers = [number(f"{stem}_{w.upper()}", i) for i, w in enumerate(words)]
        numbers.append(number(f"{stem}_LENGTH", len(words)))
        if fault.reply_writes_registers:
            numbers.append(number(f"{stem}_REPLY_LENGTH", fault.reply_words or len(words),
                                  "Words of a reply that are written back."))
        yield Group(f"Words of a {fault.name} fault", numbers)


def syscall_group(spec, arch):
    numbers = [number("KN_SYSCALL_BASE", spec.syscall_base[arch])]
    numbers += [number(f"KN_SYS_{s.snake.upper()}", s.number, s.doc) for s in spec.syscalls if arch in s.arch]
    return Group("System calls", numbers)


def label_groups(spec, arch):
    for obj in spec.objects:
        methods = [m for o, m in spec.methods(arch) if o is obj]
        numbers = []
        for m in methods:
            stem = f"KN_LABEL_{obj.name.upper()}_{m.snake.upper()}"
            results = len(spec.registers[arch]) if m.returns_registers else len(m.returns)
            numbers += [number(stem, obj.label_base + m.label, m.doc), number(f"{stem}_NR_RESULTS", results)]
        if numbers:
            yield Group(f"Invocations of {obj.name}", numbers)


def register_group(spec, arch):
    names = spec.registers[arch]
    numbers = [number(f"KN_REG_{name.upper()}", i) for i, name in enumerate(names)]
    return Group("Registers, as the register invocations number them",
                 numbers + [number("KN_NR_REGISTERS", len(names))])


def kernel_groups(spec, arch):
    """All groups of kn/abi.h but the structure offsets."""
    yield Group("Version", [number("KN_ABI_VERSION", spec.abi_version)])
    yield from definition_groups(spec.base, "KN", arch)
    yield object_size_group(spec, arch)
    yield from error_groups(spec)
    yield from fault_groups(spec, arch)
    yield syscall_group(spec, arch)
    yield from label_groups(spec, arch)
    yield register_group(spec, arch)


def protocol_groups(protocol, arch):
    prefix = f"KN_{protocol.name.upper()}"
    yield from definition_groups(protocol.definitions, prefix, arch)
    yield Group(f"Methods of {protocol.name}", [number(f"{prefix}_{m.snake.upper()}", protocol.label_base + m.label, m.doc)
                                                for m in protocol.methods])
