# SPDX-FileCopyrightText: 2026 The kernite authors
# SPDX-License-Identifier: BSD-2-Clause

"""User side: kn/syscalls.h (trap primitives and messages), kn/stubs.h (one function a method), kn/decode.h (names)."""

from model import ARCHES

MRS = ("mr0", "mr1", "mr2", "mr3")
# What the trap instruction is; {n} is the number of the call.
TRAP = {"x86_64": "syscall", "aarch64": "svc #{n}", "host": ""}


class Primitive:
    """One system call with its registers, ready for the template."""

    def __init__(self, call, spec, arch):
        regs = spec.syscall_registers[arch]
        self.name, self.doc, self.debug = call.snake, call.doc, call.debug
        self.inputs, self.outputs = expand(call.inputs), expand(call.outputs)
        self.has_mrs = "mr0" in self.inputs or "mr0" in self.outputs
        self.number = call.number
        self.trap = TRAP[arch].format(n=spec.syscall_base[arch] + call.number)
        # Registers that the kernel may overwrite (results and caller-saved ones) are outputs, the others inputs.
        self.written = [r for r in regs if r.result or r.reg in CALLER_SAVED[arch]]
        self.kept = [r for r in regs if r not in self.written and r.role in self.inputs]
        self.results = [(r, r.result) for r in regs if r.result in self.outputs]
        self.clobbers = spec.syscall_clobbers[arch]
        self.is_return = call.name == "UpcallReturn"

    def starts(self, role):
        return role in self.inputs

    def parameters(self):
        """C parameters of the primitive, in a fixed order of roles."""
        names = [f"kn_word_t {role}" for role in ("dest", "cptr", "reply") if role in self.inputs]
        if "info" in self.outputs:
            names.append("kn_word_t *info")
        elif "info" in self.inputs:
            names.append("kn_word_t info")
        if self.has_mrs:
            names.append(("" if "mr0" in self.outputs else "const ") + "kn_word_t *mr")
        if "badge" in self.outputs:
            names.append("kn_word_t *badge")
        return ", ".join(names) or "void"

    def value(self, role):
        """C expression that a register starts with."""
        if role in MRS:
            return f"mr[{MRS.index(role)}]"
        return "*info" if role == "info" and "info" in self.outputs else role

    def target(self, result):
        """C lvalue that receives a result."""
        return f"mr[{MRS.index(result)}]" if result in MRS else f"*{result}"

    def message_parameters(self):
        """C parameters of the friendly function."""
        names = []
        if "dest" in self.inputs:
            names += ["kn_cptr_t dest", "kn_cptr_t src"]
        elif "cptr" in self.inputs:
            names.append("kn_cptr_t cptr" if not self.debug else "kn_word_t value")
        if "reply" in self.inputs:
            names.append("kn_cptr_t reply")
        if self.has_mrs:
            names.append(("" if "mr0" in self.outputs else "const ") + "struct kn_msg *msg")
        return ", ".join(names) or "void"

    def message_arguments(self):
        """What the friendly function hands to the primitive."""
        names = []
        if "dest" in self.inputs:
            names += ["dest", "src"]
        elif "cptr" in self.inputs:
            names.append("value" if self.debug else "cptr")
        if "reply" in self.inputs:
            names.append("reply")
        if "info" in self.outputs:
            names.append("&msg->info")
        elif "info" in self.inputs:
            names.append("msg->info")
        if self.has_mrs:
            names.append("msg->mr")
        if "badge" in self.outputs:
            names.append("&badge" if self.debug else "&msg->badge")
        return ", ".join(names)


CALLER_SAVED = {
    "x86_64": ("rax", "rcx", "rdx", "rsi", "rdi", "r8", "r9", "r10", "r11"),
    "aarch64": tuple(f"x{i}" for i in range(18)),
    "host": (),
}


def expand(roles):
    """mrs stands for the four message registers."""
    return [r for role in roles for r in (MRS if role == "mrs" else (role,))]


class Stub:
    """One invocation, ready for the template."""

    def __init__(self, obj, method, spec):
        self.object, self.method = obj.name, method
        self.name = f"kn_{obj.name}_{method.snake}"
        self.label = f"KN_LABEL_{obj.name.upper()}_{method.snake.upper()}"
        self.doc = method.doc
        self.nr_args, self.nr_caps = len(method.args), len(method.caps)
        self.is_batch = method.is_batch

    def parameters(self):
        names = [f"kn_cptr_t {self.object}"]
        names += [f"kn_word_t {a.name}" for a in self.method.args]
        names += [f"kn_cptr_t {c.name}" for c in self.method.caps]
        if self.method.registers:
            names.append("const struct kn_registers *registers")
        if self.method.returns_registers:
            names.append("struct kn_registers *registers")
        names += [f"kn_word_t *{r.name}" for r in self.method.returns]
        return ", ".join(names)


def emit(spec, arch, out):
    assert arch in ARCHES
    calls = [Primitive(s, spec, arch) for s in spec.syscalls if arch in s.arch]
    out.template("include/kn/syscalls.h", "syscalls.h.j2", arch=arch, calls=calls)
    stubs = [Stub(o, m, spec) for o, m in spec.methods(arch)]
    out.template("include/kn/stubs.h", "stubs.h.j2", arch=arch, stubs=stubs)
    tables = {e.name: e for e in spec.base.enums}
    out.template("include/kn/decode.h", "decode.h.j2", errors=spec.errors, faults=spec.faults,
                 cap_types=tables["cap_type"].values, labels=list(spec.methods(arch)))
