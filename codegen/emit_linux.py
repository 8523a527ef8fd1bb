# SPDX-FileCopyrightText: 2026 The kernite authors
# SPDX-License-Identifier: BSD-2-Clause

"""lx/abi.h and lx/names.h: Linux numbers and structures. The host port speaks x86_64's."""

from abi_numbers import Group, number


def linux_arch(arch):
    return "x86_64" if arch == "host" else arch


def linux_groups(linux, arch):
    arch = linux_arch(arch)
    calls = sorted(linux.syscalls.get(arch, {}).items(), key=lambda item: item[1])
    yield Group("System calls", [number(f"LX_SYS_{name}", value) for name, value in calls])
    yield Group("Error numbers", [number(f"LX_{name}", value) for name, value in linux.errnos.items()])
    yield Group("Constants", [number(f"LX_{c.name}", c.value[arch], c.doc)
                              for c in linux.constants if arch in c.value])


def first_names(numbers):
    """One name a number: the first, so that aliases (EWOULDBLOCK) do not make two cases of one switch."""
    seen = {}
    for name, value in numbers:
        seen.setdefault(value, name)
    return sorted(seen.items())


def emit(spec, arch, out):
    linux = spec.linux
    if not linux.errnos:
        return
    out.template("include/lx/abi.h", "lx_abi.h.j2", groups=[g for g in linux_groups(linux, arch) if g.numbers],
                 structs=linux.structs[linux_arch(arch)])
    out.template("include/lx/names.h", "lx_names.h.j2", errnos=first_names(linux.errnos.items()),
                 calls=first_names(linux.syscalls.get(linux_arch(arch), {}).items()))
