// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// For entry.S.

#include "arch/api/asm_offsets.h"

#include "arch/x86_64/kernel_map.h"
#include "core/cpu.h"
#include "object/tcb.h"

void asm_offsets(void);

void asm_offsets(void)
{
    ASM_SIZE(KERNEL_STACK_SIZE, struct kernel_stack);
    ASM_OFFSET(CPU_SELF, struct cpu, self);
    ASM_OFFSET(CPU_CURRENT, struct cpu, current);
    ASM_OFFSET(CPU_HAS_LOCK, struct cpu, has_lock);
    ASM_OFFSET(CPU_KERNEL_STACK, struct cpu, kernel_stack);
    ASM_OFFSET(CPU_SCRATCH, struct cpu, scratch);
    ASM_CONST(ENTRY_TRAP, ENTRY_TRAP);
    ASM_CONST(ENTRY_SYSCALL, ENTRY_SYSCALL);
    ASM_CONST(ENTRY_SYSCALL_SMP, ENTRY_SYSCALL_SMP);
    ASM_CONST(ENTRY_IDLE, ENTRY_IDLE);
    ASM_CONST(SYSCALL_BYTES, X86_64_SYSCALL_BYTES);
    ASM_OFFSET(TCB_ENTRY_KIND, struct tcb, context.entry_kind);
    ASM_OFFSET(TCB_REGS, struct tcb, context.regs);
    ASM_OFFSET(REGS_R15, struct trap_frame, r15);
    ASM_OFFSET(REGS_R14, struct trap_frame, r14);
    ASM_OFFSET(REGS_R13, struct trap_frame, r13);
    ASM_OFFSET(REGS_R12, struct trap_frame, r12);
    ASM_OFFSET(REGS_R11, struct trap_frame, r11);
    ASM_OFFSET(REGS_R10, struct trap_frame, r10);
    ASM_OFFSET(REGS_R9, struct trap_frame, r9);
    ASM_OFFSET(REGS_R8, struct trap_frame, r8);
    ASM_OFFSET(REGS_RBP, struct trap_frame, rbp);
    ASM_OFFSET(REGS_RDI, struct trap_frame, rdi);
    ASM_OFFSET(REGS_RSI, struct trap_frame, rsi);
    ASM_OFFSET(REGS_RDX, struct trap_frame, rdx);
    ASM_OFFSET(REGS_RCX, struct trap_frame, rcx);
    ASM_OFFSET(REGS_RBX, struct trap_frame, rbx);
    ASM_OFFSET(REGS_RAX, struct trap_frame, rax);
    ASM_OFFSET(REGS_VECTOR, struct trap_frame, vector);
    ASM_OFFSET(REGS_RIP, struct trap_frame, rip);
    ASM_OFFSET(REGS_CS, struct trap_frame, cs);
    ASM_OFFSET(REGS_RFLAGS, struct trap_frame, rflags);
    ASM_OFFSET(REGS_RSP, struct trap_frame, rsp);
    ASM_SIZE(REGS_SIZE, struct trap_frame);
}
