// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// The short way from a foreign system call to its upcall, and back by UpcallReturn: what upcall_foreign_syscall
// (core/upcall.c) and arch_upcall_return (context.c) do, when nothing else is to be done. Nobody but the thread itself is
// concerned: its TCB is read, its save area in the IPC buffer written, and no time is accounted (the next entry does it).
// Anything else goes to user_sync_slow with all registers as they were, and from there the long way:
//
//   several CPUs, of which another could change TCB or buffer; a thread under a debugger; no buffer, no upcall;
//   a call from inside the runtime range.
//
// SP is the TCB, whose context is free while the thread runs: x16 and x17 are saved there, others as they are needed.

#include <kn/abi.h>

#include "arch/aarch64/sysreg.h"
#include "kernel/asm_offsets.h"

    .section .text, "ax"

// Goes to TARGET if not only this thread may be concerned. Changes x16 and x17.
.macro unless_alone target
    mrs     x16, tpidr_el1
    ldr     x16, [x16, #CPU_TAKES_LOCK]
    ldrb    w17, [sp, #TCB_EXTRA_STATE]
    and     w17, w17, #EXTRA_STATE_DEBUG
    orr     x16, x16, x17
    cbnz    x16, \target
.endm

    .global aarch64_foreign_svc
aarch64_foreign_svc:
    stp     x18, x19, [sp, #CONTEXT_X18]
    stp     x20, x21, [sp, #CONTEXT_X20]
    unless_alone foreign_otherwise
    add     x16, sp, #TCB_IPC_BUFFER
    ldp     x17, x18, [x16]             // the buffer's address for the thread, and for the kernel
    ldp     x19, x20, [x16, #(TCB_UPCALL_ENTRY - TCB_IPC_BUFFER)] // the upcall's entry, the start of the range
    ldr     x16, [x16, #(TCB_UPCALL_END - TCB_IPC_BUFFER)] // its end
    cbz     x18, foreign_otherwise
    cbz     x19, foreign_otherwise
    mrs     x21, elr_el1
    sub     x16, x16, x20
    sub     x20, x21, x20
    sub     x20, x20, #1                // PC is behind the instruction, which may end or precede the range
    cmp     x20, x16
    b.lo    foreign_otherwise
    mrs     x20, spsr_el1
    str     x21, [x18, #KN_IPC_BUFFER_UPCALL_PC]
    str     x20, [x18, #KN_IPC_BUFFER_UPCALL_FLAGS]
    ldp     x20, x21, [sp, #CONTEXT_X16]
    str     x20, [x18, #KN_IPC_BUFFER_UPCALL_X16]
    str     x21, [x18, #KN_IPC_BUFFER_UPCALL_X17]
    mov     x20, #KN_UPCALL_CAUSE_SYSCALL
    str     x20, [x18, #KN_IPC_BUFFER_UPCALL_CAUSE]
    mov     x20, #KN_FAULT_NULL
    str     x20, [x18, #KN_IPC_BUFFER_UPCALL_FAULT_LABEL]
    msr     elr_el1, x19
    msr     spsr_el1, xzr
    mov     x16, x17
    mov     x17, x21
    ldp     x18, x19, [sp, #CONTEXT_X18]
    ldp     x20, x21, [sp, #CONTEXT_X20]
    eret

foreign_otherwise:
    ldp     x18, x19, [sp, #CONTEXT_X18]
    ldp     x20, x21, [sp, #CONTEXT_X20]
    b       user_sync_slow

    .global aarch64_upcall_return
aarch64_upcall_return:
    unless_alone user_sync_slow
    ldr     x16, [sp, #TCB_IPC_BUFFER_KERNEL]
    cbz     x16, user_sync_slow
    str     x18, [sp, #CONTEXT_X18]
    mov     x18, x16
    ldr     x16, [x18, #KN_IPC_BUFFER_UPCALL_PC]
    ldr     x17, [x18, #KN_IPC_BUFFER_UPCALL_FLAGS]
    msr     elr_el1, x16
    movz    x16, #(SPSR_USER_MASK >> 16), lsl #16
    movk    x16, #(SPSR_USER_MASK & 0xffff)
    and     x17, x17, x16
    msr     spsr_el1, x17
    ldr     x16, [x18, #KN_IPC_BUFFER_UPCALL_X16]
    ldr     x17, [x18, #KN_IPC_BUFFER_UPCALL_X17]
    ldr     x18, [sp, #CONTEXT_X18]
    eret
