// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// Entry of a Linux program: RSP points at argc. Also the return of signal handlers.

#include <lx/abi.h>

    .section .text.start, "ax", @progbits
    .globl _start
_start:
    xorl %ebp, %ebp
    andq $-16, %rsp
    call pid1_main
    ud2

    .text
    .globl signal_restorer
signal_restorer:
    movl $LX_SYS_rt_sigreturn, %eax
    syscall
