# SPDX-FileCopyrightText: 2026 The kernite authors
# SPDX-License-Identifier: BSD-2-Clause

"""The specification as the emitters see it: plain data, every number resolved.

load.py builds it from YAML, shuffle.py may permute numbers in it, everything else only reads it.
"""

import re
from dataclasses import dataclass, field

ARCHES = ("x86_64", "aarch64", "host")
WORD_BYTES = 8
LABELS_OF_FAULTS = range(0, 16)  # labels that no object and no protocol may use

SCALARS = {
    "word": ("kn_word_t", 8), "cptr": ("kn_cptr_t", 8), "badge": ("kn_badge_t", 8),
    "u8": ("uint8_t", 1), "u16": ("uint16_t", 2), "u32": ("uint32_t", 4), "u64": ("uint64_t", 8),
    "i8": ("int8_t", 1), "i16": ("int16_t", 2), "i32": ("int32_t", 4), "i64": ("int64_t", 8),
    "char": ("char", 1),
}
CONSTANT = re.compile(r"[A-Z][A-Z0-9_]*$")  # payload words that name a constant


def snake(name):
    """CamelCase to snake_case: SetIPCBuffer -> set_ipc_buffer, NBSendRecv -> nb_send_recv."""
    name = re.sub(r"([a-zA-Z0-9])([A-Z][a-z]+)", r"\1_\2", name)
    return re.sub(r"([a-z0-9])([A-Z])", r"\1_\2", name).lower()


@dataclass
class Constant:
    name: str
    value: dict  # arch -> number
    doc: str = ""


@dataclass
class Value:
    """One value of an enumeration or one flag (then value is the bit)."""
    name: str
    value: int
    doc: str = ""


@dataclass
class Enum:
    name: str
    values: list
    doc: str = ""


@dataclass
class BitField:
    name: str
    bits: int
    shift: int = 0
    doc: str = ""


@dataclass
class PackedWord:
    """Bit fields in one word; fields in declared order, shifts wherever they ended up."""
    name: str
    fields: list
    doc: str = ""


@dataclass
class Field:
    name: str
    type: str = "word"
    struct: str = ""
    count: int = 0  # 0: not an array
    doc: str = ""
    offset: int = 0
    size: int = 0
    align: int = WORD_BYTES


@dataclass
class Struct:
    name: str
    fields: list  # in layout order
    doc: str = ""
    size: int = 0  # bytes in all, padding at the end included
    declared_size: int = 0
    packed: bool = False


@dataclass
class Error:
    name: str
    number: int
    payload: list
    doc: str = ""
    given: int = 0  # words of the payload that each declaration must give; the others follow from the error


@dataclass
class Fault:
    name: str
    label: int
    words: dict  # arch -> names
    doc: str = ""
    reply_writes_registers: bool = False
    reply_words: int = 0


@dataclass
class SyscallRegister:
    role: str
    reg: str
    result: str = ""


@dataclass
class Syscall:
    name: str
    number: int
    inputs: list
    outputs: list
    doc: str = ""
    arch: tuple = ARCHES
    debug: bool = False
    errors: list = field(default_factory=list)  # Failures

    @property
    def snake(self):
        return snake(self.name)


@dataclass
class Arg:
    name: str
    type: str = "word"
    min: int = None
    max: int = None
    doc: str = ""
    signed: bool = False


@dataclass
class CapArg:
    name: str
    type: str = "any"
    optional: bool = False
    doc: str = ""


@dataclass
class Failure:
    """One way in which an invocation or a system call fails. Exactly one of error, fault and effect is set."""
    id: str  # unique within the method or call
    when: str
    error: str = ""   # the reply's label
    fault: str = ""   # the fault that the caller is in
    effect: str = ""  # what happens instead, in words
    payload: dict = field(default_factory=dict)  # word -> number, name of a constant without KN_, or phrase
    arch: tuple = ARCHES
    check: str = ""  # who checks: words, caps, type, range: the generated dispatcher; "": the decode function
    untested: str = ""  # why no test machine can show it
    index: int = 0   # of the argument (range) or capability (type) that the dispatcher looks at

    def literal(self, word):
        """The C text of a payload word that is always the same, else None."""
        value = self.payload.get(word)
        if isinstance(value, int):
            return str(value)
        return f"KN_{value}" if value is not None and CONSTANT.match(value) else None


@dataclass
class Method:
    """An invocation of a kernel object or a method of a server protocol."""
    name: str
    label: int
    args: list = field(default_factory=list)
    caps: list = field(default_factory=list)
    returns: list = field(default_factory=list)
    returns_caps: list = field(default_factory=list)
    errors: list = field(default_factory=list)  # Failures in the order of the checks
    doc: str = ""
    arch: tuple = ARCHES
    preemptible: bool = False
    registers: bool = False
    returns_registers: bool = False
    deferred: bool = False
    oneway: bool = False

    @property
    def snake(self):
        return snake(self.name)

    @property
    def nr_required_caps(self):
        """Extra capabilities that a message must have."""
        required = [i for i, cap in enumerate(self.caps) if not cap.optional]
        return required[-1] + 1 if required else 0

    @property
    def is_batch(self):
        """Returns how many items it did, also when it fails."""
        return [r.name for r in self.returns] == ["done"]


@dataclass
class Object:
    name: str
    cap: str
    label_base: int
    methods: list
    doc: str = ""
    arch: tuple = ARCHES
    header: str = ""


@dataclass
class Definitions:
    """What base.yaml and every protocol may define."""
    constants: list = field(default_factory=list)
    enums: list = field(default_factory=list)
    flags: list = field(default_factory=list)
    words: list = field(default_factory=list)
    structs: list = field(default_factory=list)


@dataclass
class Protocol:
    name: str
    label_base: int
    definitions: Definitions
    methods: list
    doc: str = ""


@dataclass
class Linux:
    syscalls: dict = field(default_factory=dict)  # arch -> {name: number}
    errnos: dict = field(default_factory=dict)
    constants: list = field(default_factory=list)
    structs: dict = field(default_factory=dict)  # arch -> [Struct]


@dataclass
class Spec:
    abi_version: int
    base: Definitions
    object_bits: dict  # object -> {arch: bits}
    errors: list
    faults: list
    registers: dict
    syscall_base: dict
    syscall_registers: dict  # arch -> [SyscallRegister]
    syscall_clobbers: dict
    syscalls: list
    objects: list
    protocols: list = field(default_factory=list)
    linux: Linux = field(default_factory=Linux)

    def methods(self, arch):
        """Pairs (object, method) that exist on arch."""
        for obj in self.objects:
            for method in obj.methods:
                if arch in obj.arch and arch in method.arch:
                    yield obj, method


def lay_out(struct, structs):
    """Give every field its offset and the structure its size. Padding is an error unless at the end."""
    known = {s.name: s for s in structs}
    offset, align = 0, 1
    for item in struct.fields:
        if item.struct:
            inner = known[item.struct]
            size = inner.size
            item.align = max(f.align for f in inner.fields)
        else:
            size = SCALARS[item.type][1]
            item.align = size
        if struct.packed:
            item.align = 1
        if offset % item.align:
            raise ValueError(f"struct {struct.name}: hidden padding before {item.name} at offset {offset}")
        item.offset, item.size = offset, size * max(item.count, 1)
        offset += item.size
        align = max(align, item.align)
    if offset % align:
        raise ValueError(f"struct {struct.name}: hidden padding at the end ({offset} bytes, alignment {align})")
    if struct.declared_size and offset > struct.declared_size:
        raise ValueError(f"struct {struct.name}: {offset} bytes do not fit in {struct.declared_size}")
    struct.size = struct.declared_size or offset
