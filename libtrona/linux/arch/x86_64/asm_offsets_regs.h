// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// Part of asm_offsets.c: the registers.

BLOCK_OFFSET(BLOCK_RAX, regs.rax);
BLOCK_OFFSET(BLOCK_RBX, regs.rbx);
BLOCK_OFFSET(BLOCK_RCX, regs.rcx);
BLOCK_OFFSET(BLOCK_RDX, regs.rdx);
BLOCK_OFFSET(BLOCK_RSI, regs.rsi);
BLOCK_OFFSET(BLOCK_RDI, regs.rdi);
BLOCK_OFFSET(BLOCK_RBP, regs.rbp);
BLOCK_OFFSET(BLOCK_R8, regs.r8);
BLOCK_OFFSET(BLOCK_R9, regs.r9);
BLOCK_OFFSET(BLOCK_R10, regs.r10);
BLOCK_OFFSET(BLOCK_R11, regs.r11);
BLOCK_OFFSET(BLOCK_R12, regs.r12);
BLOCK_OFFSET(BLOCK_R13, regs.r13);
BLOCK_OFFSET(BLOCK_R14, regs.r14);
BLOCK_OFFSET(BLOCK_R15, regs.r15);
BLOCK_OFFSET(BLOCK_RIP, regs.rip);
BLOCK_OFFSET(BLOCK_RSP, regs.rsp);
BLOCK_OFFSET(BLOCK_RFLAGS, regs.rflags);
