// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// Where a handler returns to. Debuggers and unwinders know these two instructions. First in the vDSO's text (vdso.ld).

#include "layer_offsets.h"

    .section .text.first, "ax"
    .globl __kernel_rt_sigreturn
    .type __kernel_rt_sigreturn, @function
__kernel_rt_sigreturn:
    mov     x8, #CALL_RT_SIGRETURN
    svc     #0
    .size __kernel_rt_sigreturn, . - __kernel_rt_sigreturn

    .section .note.GNU-stack, "", @progbits
