// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// Exceptions. While a thread runs, the stack pointer of EL1 is the address of its context (the idle thread runs at EL1 with
// it), so an entry saves the registers there, takes the CPU's kernel stack and calls C, which returns the context to
// go on with. The kernel itself runs with everything masked: an exception from it proves it wrong.
//
// With several CPUs an entry first takes the kernel lock (trap.c). A thread that is taken from the CPU meanwhile does its
// system call again, or has its fault again, when it runs again.

#include <kn/abi.h>

#include "arch/aarch64/layout.h"
#include "arch/aarch64/sysreg.h"
#include "kernel/asm_offsets.h"

.macro address reg, symbol
    adrp    \reg, \symbol
    add     \reg, \reg, :lo12:\symbol
.endm

// The registers that a native system call preserves or uses; x16 and x17 are free.
.macro save_preserved
    stp     x0, x1, [sp, #CONTEXT_X0]
    stp     x2, x3, [sp, #CONTEXT_X2]
    stp     x4, x5, [sp, #CONTEXT_X4]
    stp     x6, x7, [sp, #CONTEXT_X6]
    stp     x18, x19, [sp, #CONTEXT_X18]
    stp     x20, x21, [sp, #CONTEXT_X20]
    stp     x22, x23, [sp, #CONTEXT_X22]
    stp     x24, x25, [sp, #CONTEXT_X24]
    stp     x26, x27, [sp, #CONTEXT_X26]
    stp     x28, x29, [sp, #CONTEXT_X28]
    mrs     x18, sp_el0
    mrs     x19, elr_el1
    mrs     x20, spsr_el1
    mrs     x21, tpidr_el0
    stp     x30, x18, [sp, #CONTEXT_X30]
    stp     x19, x20, [sp, #CONTEXT_PC]
    str     x21, [sp, #CONTEXT_TPIDR]
.endm

// The others, but for x16 and x17.
.macro save_clobbered
    stp     x8, x9, [sp, #CONTEXT_X8]
    stp     x10, x11, [sp, #CONTEXT_X10]
    stp     x12, x13, [sp, #CONTEXT_X12]
    stp     x14, x15, [sp, #CONTEXT_X14]
.endm

// x19 = not 0: there are several CPUs.
.macro take_kernel_stack
    mrs     x18, tpidr_el1
    ldp     x18, x19, [x18, #CPU_KERNEL_STACK]
    mov     sp, x18
    mov     x29, xzr                    // backtraces end here
.endm

.macro vector target
    .balign 0x80
    b       \target
.endm

.macro bad_vector number
    .balign 0x80
    msr     tpidrro_el0, x0             // nobody needs their old values any more
    msr     tpidr_el0, x1
    mov     x1, #\number
    b       kernel_exception
.endm

    .section .text, "ax"
    .balign 0x800
    .global aarch64_vectors
aarch64_vectors:
    bad_vector 0                        // EL1 with SP_EL0: never used
    bad_vector 1
    bad_vector 2
    bad_vector 3
    vector  kernel_sync
    vector  irq                         // the idle thread
    bad_vector 6
    bad_vector 7
    vector  user_sync
    vector  irq
    bad_vector 10                       // FIQ: all interrupts are group 1
    vector  user_serror
    bad_vector 12                       // AArch32
    bad_vector 13
    bad_vector 14
    bad_vector 15
    .balign 0x80

user_sync:
    stp     x16, x17, [sp, #CONTEXT_X16]
    mrs     x16, esr_el1
    movz    x17, #(ESR_SVC_64 >> 16), lsl #16
    movk    x17, #KN_SYSCALL_BASE
    sub     x16, x16, x17
    cmp     x16, #KN_SYS_UPCALL_RETURN  // keeps x8 to x15, as do foreign calls; those above it are rare
    b.hs    user_sync_other
    save_preserved
    take_kernel_stack
    cbnz    x19, native_syscall_lock
native_syscall:
    cmp     x16, #KN_SYS_CALL
    b.eq    1f
    cmp     x16, #KN_SYS_REPLY_RECV
    b.eq    2f
    mov     x0, x16
    bl      aarch64_native_syscall
1:  bl      aarch64_call
2:  bl      aarch64_reply_recv

native_syscall_lock:
    mov     x20, x16
    bl      aarch64_lock_for_syscall
    mov     x16, x20
    b       native_syscall

user_sync_other:
    cmn     x16, #KN_SYSCALL_BASE       // svc 0
    b.eq    aarch64_foreign_svc
    cmp     x16, #KN_SYS_UPCALL_RETURN
    b.eq    aarch64_upcall_return

    .global user_sync_slow
user_sync_slow:
    save_clobbered
    save_preserved
    take_kernel_stack
    mrs     x0, esr_el1
    mrs     x1, far_el1
    bl      aarch64_user_sync

user_serror:
    stp     x16, x17, [sp, #CONTEXT_X16]
    save_clobbered
    save_preserved
    take_kernel_stack
    mrs     x0, esr_el1
    bl      aarch64_user_serror

irq:
    stp     x16, x17, [sp, #CONTEXT_X16]
    save_clobbered
    save_preserved
    take_kernel_stack
    bl      aarch64_irq

// x0 = the context to go on with
    .global aarch64_restore
aarch64_restore:
    mov     sp, x0
    ldp     x30, x18, [sp, #CONTEXT_X30]
    ldp     x19, x20, [sp, #CONTEXT_PC]
    msr     sp_el0, x18
    msr     elr_el1, x19
    msr     spsr_el1, x20
    ldp     x0, x1, [sp, #CONTEXT_X0]
    ldp     x2, x3, [sp, #CONTEXT_X2]
    ldp     x4, x5, [sp, #CONTEXT_X4]
    ldp     x6, x7, [sp, #CONTEXT_X6]
    ldp     x8, x9, [sp, #CONTEXT_X8]
    ldp     x10, x11, [sp, #CONTEXT_X10]
    ldp     x12, x13, [sp, #CONTEXT_X12]
    ldp     x14, x15, [sp, #CONTEXT_X14]
    ldp     x16, x17, [sp, #CONTEXT_X16]
    ldp     x18, x19, [sp, #CONTEXT_X18]
    ldp     x20, x21, [sp, #CONTEXT_X20]
    ldp     x22, x23, [sp, #CONTEXT_X22]
    ldp     x24, x25, [sp, #CONTEXT_X24]
    ldp     x26, x27, [sp, #CONTEXT_X26]
    ldp     x28, x29, [sp, #CONTEXT_X28]
    eret

// The idle thread: EL1, interrupts on, no stack.
    .global aarch64_idle
aarch64_idle:
    dsb     sy
    wfi
    b       aarch64_idle

// A synchronous exception in the kernel. One is expected: the semihosting probe where there is none.
kernel_sync:
    msr     tpidrro_el0, x0
    msr     tpidr_el0, x1
    mrs     x0, elr_el1
    address x1, semihosting_probe_instruction
    cmp     x0, x1
    mov     x1, #4
    b.ne    kernel_exception
    address x0, semihosting_absent
    msr     elr_el1, x0
    eret

// x1 = vector, x0 and x1 of the kernel in TPIDRRO_EL0 and TPIDR_EL0. Saves everything on a stack of its own, since SP may be
// what is wrong, and reports it. Never returns.
kernel_exception:
    address x0, kernel_exception_frame
    str     x1, [x0, #CONTEXT_TPIDR]
    stp     x2, x3, [x0, #CONTEXT_X2]
    stp     x4, x5, [x0, #CONTEXT_X4]
    stp     x6, x7, [x0, #CONTEXT_X6]
    stp     x8, x9, [x0, #CONTEXT_X8]
    stp     x10, x11, [x0, #CONTEXT_X10]
    stp     x12, x13, [x0, #CONTEXT_X12]
    stp     x14, x15, [x0, #CONTEXT_X14]
    stp     x16, x17, [x0, #CONTEXT_X16]
    stp     x18, x19, [x0, #CONTEXT_X18]
    stp     x20, x21, [x0, #CONTEXT_X20]
    stp     x22, x23, [x0, #CONTEXT_X22]
    stp     x24, x25, [x0, #CONTEXT_X24]
    stp     x26, x27, [x0, #CONTEXT_X26]
    stp     x28, x29, [x0, #CONTEXT_X28]
    mrs     x2, tpidrro_el0
    mrs     x3, tpidr_el0
    stp     x2, x3, [x0, #CONTEXT_X0]
    mov     x2, sp
    stp     x30, x2, [x0, #CONTEXT_X30]
    mrs     x2, elr_el1
    mrs     x3, spsr_el1
    stp     x2, x3, [x0, #CONTEXT_PC]
    address x2, kernel_exception_stack_top
    mov     sp, x2
    mov     x29, xzr
    mrs     x2, esr_el1
    mrs     x3, far_el1
    bl      aarch64_kernel_exception
1:  wfe
    b       1b

    .section .bss
    .balign 16
kernel_exception_frame: .skip CONTEXT_BYTES
    .balign 16
    .skip   0x2000
kernel_exception_stack_top:
