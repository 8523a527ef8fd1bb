# SPDX-FileCopyrightText: 2026 The kernite authors
# SPDX-License-Identifier: BSD-2-Clause

"""Server protocols: by protocol kn/proto/<p>.h (numbers, structures, client stubs), kn/proto/<p>_server.h and
src/<p>_dispatch.c (server side), and kn/server.h, which all of them share."""

from abi_numbers import protocol_groups, struct_groups
from model import SCALARS

# Errors that generated code itself returns, by their Linux names.
ERRNOS = {"INVALID": "EINVAL", "NO_METHOD": "ENOSYS", "PROTOCOL": "EPROTO", "PEER_GONE": "ENOTRECOVERABLE"}


class Call:
    """One method, ready for the templates."""

    def __init__(self, protocol, method):
        self.method, self.doc = method, method.doc
        self.prefix = f"kn_{protocol.name}"
        self.short = method.snake
        self.name = f"{self.prefix}_{method.snake}"
        self.handler = f"{protocol.name}_on_{method.snake}"
        self.label = self.name.upper()
        self.cap = method.caps[0] if method.caps else None
        self.returned_cap = method.returns_caps[0] if method.returns_caps else None

    @staticmethod
    def type(item):
        return "int64_t" if item.signed else SCALARS.get(item.type, SCALARS["word"])[0]

    def out_name(self, result):
        """Name of the pointer for a result; one that is also an argument's name gets _out."""
        taken = [item.name for item in self.method.args + self.method.caps]
        return result.name + ("_out" if result.name in taken else "")

    def parameters(self):
        """Parameters of the client stub."""
        names = ["kn_cptr_t ep"] + [f"{self.type(a)} {a.name}" for a in self.method.args]
        names += [f"kn_cptr_t {c.name}" for c in self.method.caps]
        names += [f"{self.type(r)} *{self.out_name(r)}" for r in self.method.returns]
        if self.returned_cap and self.returned_cap.optional:
            names.append(f"kn_word_t *has_{self.returned_cap.name}")
        return ", ".join(names)


def protocol_errnos(spec):
    """The few error numbers of generated code; without uapi/linux only a spec without protocols generates."""
    return {name: spec.linux.errnos[errno] for name, errno in ERRNOS.items()}


def emit(spec, arch, out):
    if not spec.protocols:
        return
    out.template("include/kn/server.h", "server.h.j2", errnos=protocol_errnos(spec), linux=ERRNOS)
    for protocol in spec.protocols:
        prefix = f"KN_{protocol.name.upper()}"
        values = {
            "protocol": protocol, "prefix": prefix, "stem": prefix.lower(),
            "calls": [Call(protocol, m) for m in protocol.methods], "definitions": protocol.definitions,
            "groups": [g for g in protocol_groups(protocol, arch) if g.numbers],
            "offsets": list(struct_groups(protocol.definitions.structs, f"{prefix}_OFFSET")),
            "last": protocol.label_base + max([m.label for m in protocol.methods], default=0),
        }
        out.template(f"include/kn/proto/{protocol.name}.h", "protocol.h.j2", **values)
        if protocol.methods:
            out.template(f"include/kn/proto/{protocol.name}_server.h", "protocol_server.h.j2", **values)
            out.template(f"src/{protocol.name}_dispatch.c", "protocol_dispatch.c.j2", **values)
