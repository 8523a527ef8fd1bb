# SPDX-FileCopyrightText: 2026 The kernite authors
# SPDX-License-Identifier: BSD-2-Clause

"""Kernel side: argument structures, prototypes of the hand-written decode and invoke functions, and the dispatcher."""


class Step:
    """One method, ready for the template."""

    def __init__(self, obj, method):
        self.object, self.method = obj, method
        self.name = f"{obj.name}_{method.snake}"
        self.label = f"KN_LABEL_{self.name.upper()}"
        self.nr_args = len(method.args)
        self.is_batch = method.is_batch
        self.nr_caps = method.nr_required_caps
        self.length_checks = [f for f in method.errors if f.check in ("words", "caps")]
        self.value_checks = [f for f in method.errors if f.check in ("type", "range")]


class Declared:
    """One error that a method may return, ready for the template: given has a bit for each payload word with a value."""

    def __init__(self, failure, words):
        texts = [failure.literal(word) for word in words]
        self.id, self.error = failure.id, failure.error
        self.given = sum(1 << i for i, text in enumerate(texts) if text)
        self.words = [text or "0" for text in texts]


def emit_errors(steps, spec, arch, out):
    words = {e.name: e.payload for e in spec.errors}
    declared = [(s, [Declared(f, words[f.error]) for f in s.method.errors if arch in f.arch]) for s in steps]
    out.template("include/kernel/declared_errors.h", "declared_errors.h.j2", declared=declared)


def emit(spec, arch, out):
    steps = [Step(o, m) for o, m in spec.methods(arch)]
    objects = [o for o in spec.objects if any(s.object is o for s in steps)]
    caps = next(e for e in spec.base.enums if e.name == "cap_type").values
    invocable = {o.cap for o in objects}
    out.template("include/kernel/invocation_args.h", "invocation_args.h.j2", steps=steps)
    out.template("include/kernel/invocation_dispatch.h", "invocation_dispatch.h.j2", steps=steps)
    out.template("src/invocation_dispatch.c", "invocation_dispatch.c.j2", steps=steps, objects=objects,
                 headers=sorted({o.header for o in objects}), others=[c for c in caps if c.name not in invocable])
    emit_errors(steps, spec, arch, out)
