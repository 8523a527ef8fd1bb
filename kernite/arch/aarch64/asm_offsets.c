// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// What assembly knows of C structures: kernel/asm_offsets.h is made from this.

#include "arch/api/asm_offsets.h"
#include "core/cpu.h"
#include "object/tcb.h"

void asm_offsets(void);

void asm_offsets(void)
{
    ASM_OFFSET(CPU_KERNEL_STACK, struct cpu, kernel_stack); // with takes_lock behind it
    ASM_OFFSET(CPU_TAKES_LOCK, struct cpu, takes_lock);
    ASM_SIZE(CPU_BYTES, struct cpu);
    ASM_CONST(NR_STACKS, KERNEL_MAX_CPUS);
    ASM_OFFSET(CONTEXT_X0, struct arch_context, x[0]);
    ASM_OFFSET(CONTEXT_X2, struct arch_context, x[2]);
    ASM_OFFSET(CONTEXT_X4, struct arch_context, x[4]);
    ASM_OFFSET(CONTEXT_X6, struct arch_context, x[6]);
    ASM_OFFSET(CONTEXT_X8, struct arch_context, x[8]);
    ASM_OFFSET(CONTEXT_X10, struct arch_context, x[10]);
    ASM_OFFSET(CONTEXT_X12, struct arch_context, x[12]);
    ASM_OFFSET(CONTEXT_X14, struct arch_context, x[14]);
    ASM_OFFSET(CONTEXT_X16, struct arch_context, x[16]);
    ASM_OFFSET(CONTEXT_X18, struct arch_context, x[18]);
    ASM_OFFSET(CONTEXT_X20, struct arch_context, x[20]);
    ASM_OFFSET(CONTEXT_X22, struct arch_context, x[22]);
    ASM_OFFSET(CONTEXT_X24, struct arch_context, x[24]);
    ASM_OFFSET(CONTEXT_X26, struct arch_context, x[26]);
    ASM_OFFSET(CONTEXT_X28, struct arch_context, x[28]);
    ASM_OFFSET(CONTEXT_X30, struct arch_context, x[30]); // with sp behind it
    ASM_OFFSET(CONTEXT_PC, struct arch_context, pc);     // with spsr behind it
    ASM_OFFSET(CONTEXT_TPIDR, struct arch_context, tpidr_el0);
    ASM_SIZE(CONTEXT_BYTES, struct arch_context);
    ASM_OFFSET(TCB_IPC_BUFFER, struct tcb, ipc_buffer); // with ipc_buffer_kernel and what follows it in upcall.S
    ASM_OFFSET(TCB_IPC_BUFFER_KERNEL, struct tcb, ipc_buffer_kernel);
    ASM_OFFSET(TCB_UPCALL_ENTRY, struct tcb, upcall_entry);
    ASM_OFFSET(TCB_UPCALL_END, struct tcb, upcall_end);
    ASM_OFFSET(TCB_EXTRA_STATE, struct tcb, extra_state);
    ASM_CONST(EXTRA_STATE_DEBUG, EXTRA_STATE_DEBUG);
    ASM_OFFSET(FPU_V, struct arch_fpu, v);
    ASM_OFFSET(FPU_FPCR, struct arch_fpu, fpcr); // with fpsr behind it
}

static_assert(offsetof(struct tcb, context) == 0, "entry.S takes a thread for its context");
static_assert(offsetof(struct cpu, takes_lock) == offsetof(struct cpu, kernel_stack) + 8, "entry.S loads them as a pair");
static_assert(offsetof(struct arch_context, sp) == offsetof(struct arch_context, x[30]) + 8, "entry.S saves them as a pair");
static_assert(offsetof(struct arch_context, spsr) == offsetof(struct arch_context, pc) + 8, "entry.S saves them as a pair");
static_assert(offsetof(struct arch_fpu, fpsr) == offsetof(struct arch_fpu, fpcr) + 8, "fpu.S saves them as a pair");
static_assert(offsetof(struct tcb, ipc_buffer_kernel) == offsetof(struct tcb, ipc_buffer) + 8 &&
                  offsetof(struct tcb, upcall_entry) == offsetof(struct tcb, ipc_buffer) + 16 &&
                  offsetof(struct tcb, upcall_start) == offsetof(struct tcb, ipc_buffer) + 24 &&
                  offsetof(struct tcb, upcall_end) == offsetof(struct tcb, ipc_buffer) + 32,
              "upcall.S loads them as pairs");
