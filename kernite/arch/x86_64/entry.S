// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// Entry to and exit from the kernel. Nothing of a thread stays on the kernel's stack: its registers go straight to its
// TCB, C code runs on the empty stack, and the way out restores whatever thread C names.

#include <kernel/asm_offsets.h>
#include <kn/abi.h>

#include "arch/x86_64/debug.h"
#include "arch/x86_64/descriptors.h"
#include "arch/x86_64/entry.h"

    .text

// Stubs of exceptions: an error if the CPU has pushed none, the vector, then the common part. They have
// VECTOR_STUB_BYTES each.
.macro stub vector, has_error=0, target=trap
    .balign VECTOR_STUB_BYTES, 0xcc
.if !\has_error
    pushq $0
.endif
    pushq $\vector
    jmp \target
.endm

    .balign VECTOR_STUB_BYTES, 0xcc
    .globl x86_64_vector_stubs
    .type x86_64_vector_stubs, @function
x86_64_vector_stubs:
    stub 0
    stub VECTOR_DEBUG, 0, debug_trap
    stub VECTOR_NMI, 0, ist_trap
    stub 3
    stub 4
    stub 5
    stub 6
    stub 7
    stub VECTOR_DOUBLE_FAULT, 1, ist_trap
    stub 9
    stub 10, 1
    stub 11, 1
    stub 12, 1
    stub VECTOR_GENERAL_PROTECTION, 1
    stub VECTOR_PAGE_FAULT, 1
    stub 15
    stub 16
    stub 17, 1
    stub VECTOR_MACHINE_CHECK, 0, ist_trap
    stub 19
    stub 20
    stub 21, 1
    stub 22
    stub 23
    stub 24
    stub 25
    stub 26
    stub 27
    stub 28
    stub 29, 1
    stub 30, 1
    stub 31
    .balign VECTOR_STUB_BYTES, 0xcc

// Stubs of interrupts, INTERRUPT_STUB_BYTES each: the vector as far as it fits a byte with a sign.
    .globl x86_64_interrupt_stubs
    .type x86_64_interrupt_stubs, @function
x86_64_interrupt_stubs:
vector = VECTOR_FIRST_INTERRUPT
.rept 256 - VECTOR_FIRST_INTERRUPT
    .balign INTERRUPT_STUB_BYTES, 0xcc
    pushq $(vector - 128)
    jmp interrupt
vector = vector + 1
.endr
    .balign INTERRUPT_STUB_BYTES, 0xcc

// The order of struct trap_frame (asserted in trap.c).
.macro push_registers
    pushq %rax
    pushq %rbx
    pushq %rcx
    pushq %rdx
    pushq %rsi
    pushq %rdi
    pushq %rbp
    pushq %r8
    pushq %r9
    pushq %r10
    pushq %r11
    pushq %r12
    pushq %r13
    pushq %r14
    pushq %r15
.endm

interrupt:
    addq $128, (%rsp)
    pushq (%rsp) // the vector takes the place of an error, too

// From user mode the CPU has pushed to the end of the current thread's context: see machine/context.h.
trap:
    testb $3, (REGS_CS - REGS_VECTOR)(%rsp)
    jz trap_from_kernel
    swapgs
    push_registers
    movq $ENTRY_TRAP, (TCB_ENTRY_KIND - TCB_REGS)(%rsp)
    movq %gs:CPU_KERNEL_STACK, %rsp
    cld
    call x86_64_handle_user_trap

// Only the idle loop and x86_64_wait_for_interrupt are ever interrupted; the first has nothing to save, the second wants the
// vector. Anything else proves the kernel wrong.
trap_from_kernel:
    cmpl $VECTOR_FIRST_INTERRUPT, (%rsp)
    jb kernel_trap
    leaq idle_resume(%rip), %rdi // the idle loop uses no register
    cmpq %rdi, (REGS_RIP - REGS_VECTOR)(%rsp)
    jne 1f
    popq %rdi
    movq %gs:CPU_KERNEL_STACK, %rsp
    cld
    call x86_64_handle_idle_interrupt
1:  leaq wait_resume(%rip), %rdi
    cmpq %rdi, (REGS_RIP - REGS_VECTOR)(%rsp)
    jne kernel_trap
    popq %rax
    popq %rdi
    btrq $9, (REGS_RFLAGS - REGS_RIP)(%rsp) // the interrupt flag: the vector of a second one would hide this one's
    iretq

kernel_trap:
    push_registers
    movq %rsp, %rdi
    andq $-16, %rsp
    cld
    call x86_64_handle_kernel_trap
    ud2

// #DB has a stack of its own: one that a watchpoint has left pending behind MOV SS comes at the first instruction of the
// system call entry, where stack and GS are the user's. In kernel mode that is the only cause, and there is nobody to tell.
// From user mode, the frame goes to the current thread's context, as if it had been pushed there.
debug_trap:
    testb $3, (REGS_CS - REGS_VECTOR)(%rsp)
    jz debug_trap_from_kernel
debug_trap_from_user:
    swapgs
    push_registers
    movq %rsp, %rsi
    movq %gs:CPU_CURRENT, %rdi
    movq $ENTRY_TRAP, TCB_ENTRY_KIND(%rdi)
    addq $TCB_REGS, %rdi
    movl $(REGS_SIZE / 8), %ecx
    cld
    rep movsq
    movq %gs:CPU_KERNEL_STACK, %rsp
    call x86_64_handle_user_trap

// QEMU delivers a watchpoint in an instruction that user's TF traps, too, by a second #DB at the first instruction of the
// first one's stub. That has lost its frame then: the thread stops at address 0.
debug_trap_from_kernel:
    pushq %rax
    leaq (x86_64_vector_stubs + VECTOR_DEBUG * VECTOR_STUB_BYTES)(%rip), %rax
    cmpq %rax, (8 + REGS_RIP - REGS_VECTOR)(%rsp)
    movl $X86_64_DR6_CLEAR, %eax
    je 1f
    movq %rax, %db6
    popq %rax
    addq $(REGS_RIP - REGS_VECTOR), %rsp
    iretq
1:  popq %rax
    movq $0, (REGS_RIP - REGS_VECTOR)(%rsp)
    movq $SELECTOR_USER_CODE, (REGS_CS - REGS_VECTOR)(%rsp)
    movq $0x202, (REGS_RFLAGS - REGS_VECTOR)(%rsp)
    movq $0, (REGS_RSP - REGS_VECTOR)(%rsp)
    movq $SELECTOR_USER_DATA, (REGS_RSP + 8 - REGS_VECTOR)(%rsp)
    jmp debug_trap_from_user

ist_trap:
    push_registers
    movq %rsp, %rdi
    cld
    call x86_64_handle_ist_trap
    ud2

// SYSCALL: RCX = user's RIP, R11 = RFLAGS; the interrupt flag is off (SFMASK).
.macro save_syscall kind
    swapgs
    movq %rsp, %gs:CPU_SCRATCH
    movq %gs:CPU_CURRENT, %rsp
    movq $\kind, TCB_ENTRY_KIND(%rsp)
    movq %rax, (TCB_REGS + REGS_RAX)(%rsp)
    movq %rbx, (TCB_REGS + REGS_RBX)(%rsp)
    movq %rcx, (TCB_REGS + REGS_RIP)(%rsp)
    movq %rdx, (TCB_REGS + REGS_RDX)(%rsp)
    movq %rsi, (TCB_REGS + REGS_RSI)(%rsp)
    movq %rdi, (TCB_REGS + REGS_RDI)(%rsp)
    movq %rbp, (TCB_REGS + REGS_RBP)(%rsp)
    movq %r8, (TCB_REGS + REGS_R8)(%rsp)
    movq %r9, (TCB_REGS + REGS_R9)(%rsp)
    movq %r10, (TCB_REGS + REGS_R10)(%rsp)
    movq %r11, (TCB_REGS + REGS_RFLAGS)(%rsp)
    movq %r12, (TCB_REGS + REGS_R12)(%rsp)
    movq %r13, (TCB_REGS + REGS_R13)(%rsp)
    movq %r14, (TCB_REGS + REGS_R14)(%rsp)
    movq %r15, (TCB_REGS + REGS_R15)(%rsp)
    movq %gs:CPU_SCRATCH, %rcx
    movq %rcx, (TCB_REGS + REGS_RSP)(%rsp)
    movq %gs:CPU_KERNEL_STACK, %rsp
.endm

    .balign 16
    .globl x86_64_syscall_entry
    .type x86_64_syscall_entry, @function
x86_64_syscall_entry:
    save_syscall ENTRY_SYSCALL
dispatch:
    cmpq $-(KN_SYSCALL_BASE + KN_SYS_CALL), %rax
    je 1f
    cmpq $-(KN_SYSCALL_BASE + KN_SYS_REPLY_RECV), %rax
    je 2f
    movq %rax, %rdi
    call x86_64_handle_syscall
1:  call x86_64_handle_call
2:  call x86_64_handle_reply_recv

// Until it has the lock, the thread has not executed the instruction (core/smp.h).
    .balign 16
    .globl x86_64_syscall_entry_smp
    .type x86_64_syscall_entry_smp, @function
x86_64_syscall_entry_smp:
    subq $SYSCALL_BYTES, %rcx
    save_syscall ENTRY_SYSCALL_SMP
    call smp_lock
    testb %al, %al
    jz 1f
    movq %gs:CPU_CURRENT, %rdi
    addq $SYSCALL_BYTES, (TCB_REGS + REGS_RIP)(%rdi)
    movq (TCB_REGS + REGS_RAX)(%rdi), %rax
    jmp dispatch
1:  call x86_64_handle_stall

// RDI: the thread to run.
    .globl x86_64_leave
    .type x86_64_leave, @function
x86_64_leave:
    leaq TCB_REGS(%rdi), %rsp
    cmpq $ENTRY_SYSCALL, TCB_ENTRY_KIND(%rdi)
    jne leave_otherwise
leave_by_sysret:
    // SYSRET with a non-canonical RCX would fault in kernel mode on the user's stack: invariant I1 of the context.
    movq REGS_RIP(%rsp), %rcx
    movq REGS_RFLAGS(%rsp), %r11
    movq REGS_R15(%rsp), %r15
    movq REGS_R14(%rsp), %r14
    movq REGS_R13(%rsp), %r13
    movq REGS_R12(%rsp), %r12
    movq REGS_R10(%rsp), %r10
    movq REGS_R9(%rsp), %r9
    movq REGS_R8(%rsp), %r8
    movq REGS_RBP(%rsp), %rbp
    movq REGS_RDI(%rsp), %rdi
    movq REGS_RSI(%rsp), %rsi
    movq REGS_RDX(%rsp), %rdx
    movq REGS_RBX(%rsp), %rbx
    movq REGS_RAX(%rsp), %rax
    movq REGS_RSP(%rsp), %rsp
    swapgs
    sysretq

leave_otherwise:
    cmpb $0, %gs:CPU_HAS_LOCK
    jne unlock
    cmpq $ENTRY_TRAP, TCB_ENTRY_KIND(%rdi)
    jne leave_seldom
    popq %r15
    popq %r14
    popq %r13
    popq %r12
    popq %r11
    popq %r10
    popq %r9
    popq %r8
    popq %rbp
    popq %rdi
    popq %rsi
    popq %rdx
    popq %rcx
    popq %rbx
    popq %rax
    addq $(REGS_RIP - REGS_VECTOR), %rsp
    swapgs
    iretq

leave_seldom:
    cmpq $ENTRY_IDLE, TCB_ENTRY_KIND(%rdi)
    jne leave_by_sysret
// STI takes effect behind the next instruction: no interrupt falls between it and HLT.
    movq %gs:CPU_KERNEL_STACK, %rsp
    sti
    hlt
idle_resume:
    ud2

    .globl x86_64_wait_for_interrupt
    .type x86_64_wait_for_interrupt, @function
x86_64_wait_for_interrupt:
    sti
    hlt
wait_resume: // with interrupts off
    ret

// The thread is this CPU's current one: nobody changes its registers from now on (core/smp.c).
unlock:
    movq %gs:CPU_KERNEL_STACK, %rsp
    pushq %rdi
    pushq %rdi               // for the alignment
    movq %gs:CPU_SELF, %rdi
    call smp_unlock
    popq %rdi
    popq %rdi
    jmp x86_64_leave

    .section .note.GNU-stack, "", @progbits
