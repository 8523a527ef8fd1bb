# SPDX-FileCopyrightText: 2026 The kernite authors
# SPDX-License-Identifier: BSD-2-Clause

"""doc/reference.md: the API reference, from the doc strings of the specification."""


def mechanical_errors(method):
    """What the generated dispatcher itself may answer, in the order of its checks."""
    required = [c for c in method.caps if not c.optional]
    errors = ["TRUNCATED_MESSAGE"] if method.args or required else []
    errors += ["INVALID_CAPABILITY"] if any(c.type != "any" for c in method.caps) else []
    errors += ["RANGE_ERROR"] if any(a.min is not None or a.max is not None for a in method.args) else []
    return errors


def limits(arg):
    """The range of an argument in words."""
    if arg.min is None and arg.max is None:
        return ""
    return f"{arg.min if arg.min is not None else 0} to {arg.max if arg.max is not None else 'any'}"


def emit(spec, arch, out):
    out.template("doc/reference.md", "reference.md.j2", spec=spec, arch=arch, mechanical=mechanical_errors,
                 limits=limits, registers=spec.syscall_registers[arch])
