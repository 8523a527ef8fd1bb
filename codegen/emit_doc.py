# SPDX-FileCopyrightText: 2026 The kernite authors
# SPDX-License-Identifier: BSD-2-Clause

"""doc/reference.md: the API reference, from the doc strings of the specification."""


def payload(failure):
    """What the words behind the error are, as text."""
    return ", ".join(f"{word}: {value}" for word, value in failure.payload.items())


def limits(arg):
    """The range of an argument in words."""
    if arg.min is None and arg.max is None:
        return ""
    return f"{arg.min if arg.min is not None else 0} to {arg.max if arg.max is not None else 'any'}"


def emit(spec, arch, out):
    out.template("doc/reference.md", "reference.md.j2", spec=spec, arch=arch, limits=limits, payload=payload,
                 registers=spec.syscall_registers[arch])
