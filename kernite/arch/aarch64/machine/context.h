// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// Contract: arch/api/context.h. The user registers of a thread. entry.S saves and restores them; it keeps the stack
// pointer of EL1 at the context of the running thread. After a native system call x8 to x17 are clobbered, so entry.S
// leaves the older values of those in the context.

#include "core/types.h"

#define AARCH64_SYSCALL_BYTES 4
#define SPSR_STEP 0x200000 // SS: see debug.c

struct arch_context {
    word_t x[31];     // [k] x0 to x30
    word_t sp;        // [k] SP_EL0
    word_t pc;        // [k] ELR_EL1
    word_t spsr;      // [k] SPSR_EL1; within SPSR_USER_MASK and SS (debug.c) but for the idle thread
    word_t tpidr_el0; // [k] TLS base; users change it without the kernel
};

struct arch_fpu {
    _Alignas(16) uint8_t v[32][16]; // [k] vector registers
    word_t fpcr;                    // [k]
    word_t fpsr;                    // [k]
};

#define ARCH_REG_PC KN_REG_PC
#define ARCH_REG_SP KN_REG_SP
#define ARCH_REG_FLAGS KN_REG_SPSR

static inline word_t arch_get_cptr(const struct arch_context *c) { return c->x[0]; }
static inline word_t arch_get_info(const struct arch_context *c) { return c->x[1]; }
static inline word_t arch_get_mr(const struct arch_context *c, word_t i) { return c->x[2 + i]; }
static inline word_t arch_get_reply(const struct arch_context *c) { return c->x[6]; }
static inline word_t arch_get_dest(const struct arch_context *c) { return c->x[7]; }
static inline void arch_set_badge(struct arch_context *c, word_t v) { c->x[0] = v; }
static inline void arch_set_info(struct arch_context *c, word_t v) { c->x[1] = v; }
static inline void arch_set_mr(struct arch_context *c, word_t i, word_t v) { c->x[2 + i] = v; }
static inline word_t arch_get_pc(const struct arch_context *c) { return c->pc; }
static inline word_t arch_get_sp(const struct arch_context *c) { return c->sp; }
static inline word_t arch_get_flags(const struct arch_context *c) { return c->spsr; }
static inline void arch_set_pc(struct arch_context *c, word_t v) { c->pc = v; }
static inline void arch_set_sp(struct arch_context *c, word_t v) { c->sp = v; }
static inline void arch_rewind_syscall(struct arch_context *c)
{
    c->pc -= AARCH64_SYSCALL_BYTES;
    c->spsr |= SPSR_STEP; // if the thread is stepped, the instruction is still to come; else it means nothing
}
