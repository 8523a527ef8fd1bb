# SPDX-FileCopyrightText: 2026 The kernite authors
# SPDX-License-Identifier: BSD-2-Clause

"""Checks that a schema cannot express: unique numbers and names, disjoint label blocks, references that resolve."""

from abi_numbers import kernel_groups, protocol_groups, struct_groups
from load import SpecError
from model import ARCHES, LABELS_OF_FAULTS

C_KEYWORDS = set("""auto break case char const continue default do double else enum extern float for goto if inline int
long register restrict return short signed sizeof static struct switch typedef union unsigned void volatile while bool
true false nullptr""".split())
RESERVED = {"ep", "none", "registers", "nr_registers"}  # names that generated code uses itself; others end in _


def fail_on_repeats(what, pairs):
    """pairs: (number, name)."""
    seen = {}
    for value, name in pairs:
        if value in seen:
            raise SpecError(f"{what}: {name} and {seen[value]} are both {value}")
        seen[value] = name


def check_numbers(spec):
    fail_on_repeats("errors", [(e.number, e.name) for e in spec.errors])
    fail_on_repeats("faults", [(f.label, f.name) for f in spec.faults])
    fail_on_repeats("system calls", [(s.number, s.name) for s in spec.syscalls])
    definitions = [spec.base] + [p.definitions for p in spec.protocols]
    for group in [g for d in definitions for g in d.enums + d.flags]:
        fail_on_repeats(group.name, [(v.value, v.name) for v in group.values])
    for fault in spec.faults:
        if fault.label not in LABELS_OF_FAULTS:
            raise SpecError(f"fault {fault.name}: label {fault.label} is not in {LABELS_OF_FAULTS}")


def check_labels(spec):
    """Every object and protocol has a block [label_base, next label_base) of its own, above the faults."""
    blocks = [b for b in spec.objects + spec.protocols if b.methods]
    for block in blocks:
        fail_on_repeats(f"labels of {block.name}", [(m.label, m.name) for m in block.methods])
        if block.label_base < LABELS_OF_FAULTS.stop:
            raise SpecError(f"{block.name}: label_base {block.label_base} is in the faults' {LABELS_OF_FAULTS}")
    blocks.sort(key=lambda b: b.label_base)
    for block, after in zip(blocks, blocks[1:]):
        last = block.label_base + max(m.label for m in block.methods)
        if last >= after.label_base:
            raise SpecError(f"label block of {block.name} (up to {last}) overlaps {after.name}, "
                            f"which starts at {after.label_base}")


def check_constant(spec, name):
    for constant in spec.base.constants:
        if constant.name == name:
            return constant.value["x86_64"]
    raise SpecError(f"base: constant {name} is missing")


def check_method(spec, owner, method, max_words, max_caps):
    where = f"{owner}.{method.name}"
    for items in (method.args + method.caps, method.returns + method.returns_caps):
        names = [item.name for item in items]
        for name in names:
            if name in C_KEYWORDS or name in RESERVED or name == owner:
                raise SpecError(f"{where}: {name} cannot be the name of an argument or result")
        for name in names:
            if names.count(name) > 1:
                raise SpecError(f"{where}: two words or capabilities are called {name}")
    if len(method.args) > max_words or len(method.returns) > max_words or len(method.caps) > max_caps:
        raise SpecError(f"{where}: too many words or capabilities for one message")
    for arg in method.args:
        if arg.min is not None and arg.max is not None and arg.min > arg.max:
            raise SpecError(f"{where}: {arg.name} has min above max")
    if (method.registers or method.returns_registers) and "count" not in [a.name for a in method.args]:
        raise SpecError(f"{where}: moves registers but has no argument count")


def payload_words(spec, failure):
    """Names of the words that a failure's payload may give, and how many of them it must."""
    if failure.error:
        for error in spec.errors:
            if error.name == failure.error:
                return error.payload, error.given
        raise SpecError(f"unknown error {failure.error}")
    if failure.fault:
        for fault in spec.faults:
            if fault.name == failure.fault:
                return {word for words in fault.words.values() for word in words}, 0
        raise SpecError(f"unknown fault {failure.fault}")
    return [], 0


def check_failure(spec, failure, constants):
    words, given = payload_words(spec, failure)
    for word, value in failure.payload.items():
        if word not in words:
            raise SpecError(f"the payload has no word {word}")
        if failure.literal(word) and isinstance(value, str) and failure.literal(word) not in constants:
            raise SpecError(f"unknown constant {value}")
    missing = [word for word in list(words)[:given] if word not in failure.payload]
    if missing:
        raise SpecError(f"the payload lacks {missing[0]}")


def check_failures(spec):
    """Every declared error: its id, its payload."""
    constants = {number.name for group in kernel_groups(spec, ARCHES[0]) for number in group.numbers}
    owners = [(f"{o.name}.{m.name}", m) for o in spec.objects for m in o.methods]
    for where, owner in owners + [(f"system call {c.name}", c) for c in spec.syscalls]:
        for arch in ARCHES:
            fail_on_repeats(f"errors of {where}", [(f.id, f.when) for f in owner.errors if arch in f.arch])
        for failure in owner.errors:
            try:
                check_failure(spec, failure, constants)
            except SpecError as error:
                raise SpecError(f"{where}, error {failure.id}: {error}") from error


def check_objects(spec):
    words, caps = (check_constant(spec, n) for n in ("MSG_MAX_LENGTH", "MSG_MAX_EXTRA_CAPS"))
    cap_types = {v.name for e in spec.base.enums if e.name == "cap_type" for v in e.values}
    fail_on_repeats("objects", [(o.cap, o.name) for o in spec.objects])
    registers = max(len(names) for names in spec.registers.values())
    for obj in spec.objects:
        for method in obj.methods:
            used = {obj.cap} | {c.type for c in method.caps} - {"any"}
            if not used <= cap_types:
                raise SpecError(f"{obj.name}.{method.name}: unknown capability type {sorted(used - cap_types)[0]}")
            check_method(spec, obj.name, method, words - (registers if method.registers else 0), caps)
    for protocol in spec.protocols:
        for method in protocol.methods:
            check_method(spec, protocol.name, method, words, 1)
            if method.oneway and (method.returns or method.returns_caps or method.deferred):
                raise SpecError(f"{protocol.name}.{method.name}: a one-way method has no answer")


def check_words(spec):
    for word in [w for d in [spec.base] + [p.definitions for p in spec.protocols] for w in d.words]:
        if sum(f.bits for f in word.fields) > 64:
            raise SpecError(f"word {word.name}: more than 64 bits")


def check_arches(spec):
    for arch in ARCHES:
        for what, table in (("registers", spec.registers), ("syscall registers", spec.syscall_registers),
                            ("syscall_base", spec.syscall_base)):
            if arch not in table:
                raise SpecError(f"{what}: nothing for {arch}")
        roles = {r.role for r in spec.syscall_registers[arch]} | {"mrs"}
        for call in spec.syscalls:
            unknown = set(call.inputs) - roles
            if arch in call.arch and unknown:
                raise SpecError(f"system call {call.name}: no register for {sorted(unknown)[0]} on {arch}")
        for fault in spec.faults:
            if arch not in fault.words:
                raise SpecError(f"fault {fault.name}: no words for {arch}")


def check_names(spec):
    """No two numbers may share a C name."""
    for arch in ARCHES:
        groups = list(kernel_groups(spec, arch)) + list(struct_groups(spec.base.structs, "KN"))
        for protocol in spec.protocols:
            groups += protocol_groups(protocol, arch)
        seen = set()
        for name in [n.name for g in groups for n in g.numbers]:
            if name in seen:
                raise SpecError(f"{name} is defined twice")
            seen.add(name)


def check(spec):
    for step in (check_arches, check_numbers, check_labels, check_words, check_objects, check_names, check_failures):
        step(spec)
