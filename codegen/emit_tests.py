# SPDX-FileCopyrightText: 2026 The kernite authors
# SPDX-License-Identifier: BSD-2-Clause

"""For the kernel's tests in a guest (tests/kernel/api/errors): a structure and prototypes for each method, and the table
of every declared error with the function that provokes it."""

class Case:
    """One declared error, ready for the template."""

    def __init__(self, owner, failure, words):
        texts = [failure.literal(word) for word in words]
        self.id, self.error, self.check = failure.id, failure.error, failure.check
        self.untested = failure.untested
        self.function = f"error_{owner}_{failure.id}"
        self.given = sum(1 << i for i, text in enumerate(texts) if text)
        self.depends = sum(1 << i for i, word in enumerate(words) if word in failure.payload and not texts[i])
        self.words = [text or "0" for text in texts]
        self.index = failure.index


class Table:
    """One method with its cases."""

    def __init__(self, obj, method, arch, payload):
        self.object, self.method = obj, method
        self.name = f"{obj.name}_{method.snake}"
        self.label = f"KN_LABEL_{self.name.upper()}"
        self.exists = arch in obj.arch and arch in method.arch
        self.fields = [obj.name] + [a.name for a in method.args] + [c.name for c in method.caps]
        self.count = [a.name for a in method.args].index("count") if method.registers else 0
        self.cases = [Case(self.name, f, payload[f.error]) for f in method.errors if arch in f.arch]
        self.functions = [f"error_{self.name}_{f.id}" for f in method.errors if not f.check and not f.untested]


class Call:
    """One system call with its cases."""

    def __init__(self, call, arch):
        self.name = call.snake
        self.exists = arch in call.arch
        self.cases = [Case(f"sys_{self.name}", f, []) for f in call.errors if arch in f.arch]
        self.functions = [f"error_sys_{self.name}_{f.id}" for f in call.errors if not f.untested]


def emit(spec, arch, out):
    payload = {e.name: e.payload for e in spec.errors}
    tables = [Table(o, m, arch, payload) for o in spec.objects for m in o.methods if m.errors]
    calls = [Call(c, arch) for c in spec.syscalls]
    out.template("include/tests/error_calls.h", "error_calls.h.j2", tables=tables, calls=calls)
    out.template("src/error_table.c", "error_table.c.j2", tables=[t for t in tables if t.exists],
                 calls=[c for c in calls if c.exists])
