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
        required = [i for i, cap in enumerate(method.caps) if not cap.optional]
        self.nr_caps = required[-1] + 1 if required else 0
        self.ranges = [(i, a) for i, a in enumerate(method.args) if a.min is not None or a.max is not None]


def emit(spec, arch, out):
    steps = [Step(o, m) for o, m in spec.methods(arch)]
    objects = [o for o in spec.objects if any(s.object is o for s in steps)]
    caps = next(e for e in spec.base.enums if e.name == "cap_type").values
    invocable = {o.cap for o in objects}
    out.template("include/kernel/invocation_args.h", "invocation_args.h.j2", steps=steps)
    out.template("include/kernel/invocation_dispatch.h", "invocation_dispatch.h.j2", steps=steps)
    out.template("src/invocation_dispatch.c", "invocation_dispatch.c.j2", steps=steps, objects=objects,
                 headers=sorted({o.header for o in objects}), others=[c for c in caps if c.name not in invocable])
