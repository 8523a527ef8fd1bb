// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// Part of asm_offsets.c: the registers, from the start of struct thread, where pairs can be stored.

#define THREAD_OFFSET(name, field) ASM_CONST(name, offsetof(struct thread, field))
THREAD_OFFSET(THREAD_X0, regs.x[0]);
THREAD_OFFSET(THREAD_X2, regs.x[2]);
THREAD_OFFSET(THREAD_X4, regs.x[4]);
THREAD_OFFSET(THREAD_X6, regs.x[6]);
THREAD_OFFSET(THREAD_X8, regs.x[8]);
THREAD_OFFSET(THREAD_X10, regs.x[10]);
THREAD_OFFSET(THREAD_X12, regs.x[12]);
THREAD_OFFSET(THREAD_X14, regs.x[14]);
THREAD_OFFSET(THREAD_X16, regs.x[16]);
THREAD_OFFSET(THREAD_X18, regs.x[18]);
THREAD_OFFSET(THREAD_X20, regs.x[20]);
THREAD_OFFSET(THREAD_X22, regs.x[22]);
THREAD_OFFSET(THREAD_X24, regs.x[24]);
THREAD_OFFSET(THREAD_X26, regs.x[26]);
THREAD_OFFSET(THREAD_X28, regs.x[28]);
THREAD_OFFSET(THREAD_X30, regs.x[30]); // and SP
THREAD_OFFSET(THREAD_PC, regs.pc);     // and PSTATE
THREAD_OFFSET(THREAD_STACK_TOP, stack_top);
