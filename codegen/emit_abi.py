# SPDX-FileCopyrightText: 2026 The kernite authors
# SPDX-License-Identifier: BSD-2-Clause

"""kn/abi.h: numbers for C and assembly, message words and structures for C."""

from abi_numbers import kernel_groups, struct_groups


def emit(spec, arch, out):
    out.template("include/kn/abi.h", "abi.h.j2", spec=spec, arch=arch, base=spec.base,
                 groups=[g for g in kernel_groups(spec, arch) if g.numbers],
                 offsets=list(struct_groups(spec.base.structs, "KN")), registers=spec.registers[arch],
                 syscall_registers=spec.syscall_registers[arch])
