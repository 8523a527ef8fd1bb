// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// Entry of a native program: RDI holds the address of its startup page (server) or boot information (root task).

    .section .text.start, "ax", @progbits
    .globl _start
_start:
    leaq trona_stack_top(%rip), %rsp
    xorl %ebp, %ebp
    call trona_main
    ud2

    .bss
    .balign 16
    .space 0x10000
trona_stack_top:
