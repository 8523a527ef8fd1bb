// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// Entry of a native program: X0 holds the address of its startup page (server) or boot information (root task).

    .section .text.start, "ax", @progbits
    .globl _start
_start:
    adrp x9, trona_stack_top
    add x9, x9, :lo12:trona_stack_top
    mov sp, x9
    mov x29, xzr
    mov x30, xzr
    bl trona_main
    udf #0

    .bss
    .balign 16
    .space 0x10000
trona_stack_top:
