// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// What threads of the cases execute in single steps (steps.h). svc #7 ends a step: a foreign system call, so the case gets x0
// to x8.

#include <kn/abi.h>

    .arch   armv8-a+fp+simd
    .section .text, "ax"

// Registers hold 0x1000 + N at the start of a step. So that the kernel cannot get away with what it once was told, shift
// makes it 0x2000 + N. Afterwards: x0 = what differs from that, or-ed together.
.macro differences first, last
    .altmacro
    .set    n, \first
    .rept   \last - \first + 1
    difference %n
    .set    n, n + 1
    .endr
.endm
.macro shift first, last
    .altmacro
    .set    n, \first
    .rept   \last - \first + 1
    shift_one %n
    .set    n, n + 1
    .endr
.endm
.macro shift_one n
    add     x\n, x\n, #0x1, lsl #12
.endm
.macro difference n
    sub     x\n, x\n, #0x2, lsl #12
    sub     x\n, x\n, #\n
    .if     \n
    orr     x0, x0, x\n
    .endif
.endm

    .global step_foreign, step_native, step_fpu, step_timer, step_allowed, step_load, step_store
    .global step_jump, step_privileged, step_upcall_entry
step_foreign:
    shift   0, 30
    svc     #0
    mrs     x18, nzcv               // N and C, from the case; x18's own value is step_native's to check
    mov     x8, #0xa0000000
    eor     x8, x8, x18
    sub     x0, x0, #0x2, lsl #12
    orr     x0, x0, x8
    differences 1, 7
    differences 9, 17
    differences 19, 30
    svc     #7
    brk     #1

step_native:
    shift   0, 7
    shift   18, 30
    svc     #KN_SYSCALL_NUMBER(KN_SYS_YIELD)
    differences 0, 7
    differences 18, 30
    svc     #7

// Only x16 and x17 are its own.
step_upcall_entry:
    mrs     x17, nzcv
    cbnz    x17, 1f
    mrs     x17, tpidrro_el0
    cmp     x16, x17
    b.ne    1f
    svc     #KN_SYSCALL_NUMBER(KN_SYS_UPCALL_RETURN)
1:  brk     #2

step_fpu:
    fmov    d31, x0
    fmov    d0, x0
    msr     fpcr, x1
    svc     #7
    fmov    x0, d31
    fmov    x2, d0
    mrs     x1, fpcr
    svc     #7

step_timer:
    mrs     x0, cntpct_el0
    add     x0, x0, #0x100
    msr     cntp_cval_el0, x0
    mov     x1, #1
    msr     cntp_ctl_el0, x1
    svc     #7
    msr     cntp_ctl_el0, xzr
    svc     #7

// x1 = 64 bytes of its own
step_allowed:
    mrs     x0, ctr_el0
    mrs     x0, dczid_el0
    mrs     x0, cntvct_el0
    mrs     x0, cntfrq_el0
    dc      zva, x1
    dc      cvau, x1
    dsb     ish
    ic      ivau, x1
    dsb     ish
    isb
    yield
    sevl
    wfe
    svc     #7

step_load:
    ldr     x0, [x1]
    svc     #7
step_store:
    str     x0, [x1]
    svc     #7
step_jump:
    br      x1
step_privileged:
    msr     daifclr, #2
    mrs     x0, sctlr_el1
    svc     #7
