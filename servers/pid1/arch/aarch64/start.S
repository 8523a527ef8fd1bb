// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// Entry of a Linux program. Signal handlers return through the vDSO.

    .section .text.start, "ax", @progbits
    .globl _start
_start:
    mov x29, xzr
    mov x30, xzr
    bl pid1_main
    udf #0
