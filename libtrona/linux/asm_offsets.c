// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// Offsets in struct thread for the entry code, from the start of the thread block; see codegen/asm_offsets.py.

#include "thread.h"

#define ASM_CONST(name, value) __asm__ volatile(".ascii \"->" #name " %c0\"" : : "i"(value))
#define BLOCK_OFFSET(name, field) ASM_CONST(name, sizeof(struct kn_ipc_buffer) + offsetof(struct thread, field))

static_assert(offsetof(struct kn_layout_runtime_header, vdso) == 7 * sizeof(word_t), "header.S");

void asm_offsets(void);

void asm_offsets(void)
{
    ASM_CONST(HEADER_MAGIC, KN_LAYOUT_RUNTIME_MAGIC);
    ASM_CONST(LAYER_BASE_ADDRESS, KN_LAYOUT_RUNTIME_START);
    ASM_CONST(BLOCK_THREAD, sizeof(struct kn_ipc_buffer));
    ASM_CONST(BLOCK_STACK_TOP_DISTANCE, KN_LAYOUT_THREAD_STACK_TOP - KN_LAYOUT_THREAD_IPC_BUFFER);
    BLOCK_OFFSET(BLOCK_STACK_TOP, stack_top);
    BLOCK_OFFSET(BLOCK_SCRATCH, scratch);
    BLOCK_OFFSET(BLOCK_RECOVERY, recovery);
    ASM_CONST(ERROR_FAULT, -LX_EFAULT);
    ASM_CONST(CALL_RT_SIGRETURN, LX_SYS_rt_sigreturn);
#include "asm_offsets_regs.h"
}
