// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// See user.h.

#include <kn/abi.h>

    .arch armv8-a+fp+simd
    .section .text, "ax"

.macro entry name
    .global \name
    .type \name, %function
    .balign 16
\name:
.endm
.macro place name
    .global \name
\name:
.endm

entry user_load
    ldr x0, [x0]
    ret
entry user_store
    str x1, [x0]
    ret
entry user_add
    ldr x1, [x0]
    add x1, x1, #1
    str x1, [x0]
    ret
entry user_jump
    br x0
entry user_illegal
    udf #0
    ret
entry user_walk
    .rept 8
    nop
    .endr
    mov x8, #7
place user_walk_call
    svc #0
place user_walk_behind
    nop
    b user_walk_behind
entry user_walk_native
    nop
place user_walk_native_call
    svc #KN_SYSCALL_NUMBER(KN_SYS_YIELD)
place user_walk_native_behind
    nop
    b user_walk_native_behind
entry user_walk_wait
    svc #KN_SYSCALL_NUMBER(KN_SYS_WAIT)
place user_walk_wait_behind
    nop
    b user_walk_wait_behind
entry user_break
    brk #1
    b user_walk
entry user_foreign
    mov x8, #7
    svc #0
place user_foreign_behind
1:  b 1b

.macro save
    stp x29, x30, [sp, #-112]!
    stp x19, x20, [sp, #16]
    stp x21, x22, [sp, #32]
    stp x23, x24, [sp, #48]
    stp x25, x26, [sp, #64]
    stp x27, x28, [sp, #80]
    str x0, [sp, #96]
.endm
.macro restore
    ldr x1, [sp, #96]
    ldp x19, x20, [sp, #16]
    ldp x21, x22, [sp, #32]
    ldp x23, x24, [sp, #48]
    ldp x25, x26, [sp, #64]
    ldp x27, x28, [sp, #80]
    ldp x29, x30, [sp], #112
.endm
.macro pattern_one n
    mov x\n, #(0x1000 + \n)
.endm
// Into x8, which is not among them.
.macro differs_one n
    sub x\n, x\n, #0x1, lsl #12
    sub x\n, x\n, #\n
    orr x8, x8, x\n
.endm
.macro each macro, first, last
    .altmacro
    .set n, \first
    .rept \last - \first + 1
    \macro %n
    .set n, n + 1
    .endr
.endm

entry user_check_foreign
    save
    each pattern_one, 1, 30
    mov x8, #7
    svc #0
    mov x8, #0
    each differs_one, 1, 7
    each differs_one, 9, 30
    restore
    str x0, [x1]
    mov x0, x8
    ret
entry user_check_native
    save
    each pattern_one, 18, 30
    svc #KN_SYSCALL_NUMBER(KN_SYS_YIELD)
    mov x8, #0
    each differs_one, 18, 30
    restore
    mov x0, x8
    ret

entry user_fpu_fill
    fmov d0, x0
    fmov d7, x0
    dup v31.2d, x0
    ret
entry user_fpu_differs
    fmov x1, d0
    eor x2, x1, x0
    fmov x1, d7
    eor x1, x1, x0
    orr x2, x2, x1
    mov x1, v31.d[1]
    eor x1, x1, x0
    orr x0, x2, x1
    ret

entry user_spin
    b user_spin
entry user_flag_survives_foreign
    mov x8, #7
    cmp xzr, xzr                    // sets C
    svc #0
    cset x0, cs
    ret

entry user_range_start
entry user_upcall_entry             // only x16 and x17 are its own
    mrs x17, nzcv
    cbz x17, 1f
    ldr x17, [x16, #KN_IPC_BUFFER_USER + 8]
    add x17, x17, #1
    str x17, [x16, #KN_IPC_BUFFER_USER + 8]
1:  ldr x17, [x16, #KN_IPC_BUFFER_USER]
    add x17, x17, #1
    str x17, [x16, #KN_IPC_BUFFER_USER]
    svc #KN_SYSCALL_NUMBER(KN_SYS_UPCALL_RETURN)
entry user_foreign_in_range
    mov x8, #7
    svc #0
1:  b 1b
entry user_spin_in_range
    b user_spin_in_range
entry user_window_start
    mrs x9, tpidrro_el0
    ldr x9, [x9, #KN_IPC_BUFFER_UPCALL_PENDING]
    cbnz x9, 1f
entry user_spin_in_window
    b user_spin_in_window
place user_window_end
1:  mov x0, #0x77
    b user_foreign_in_range
place user_range_end
