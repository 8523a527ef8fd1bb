// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// Registers of the program and how Linux's system calls use them.

#include <kn/abi.h>

struct regs {
    kn_word_t x[31];
    kn_word_t sp, pc, pstate;
};

#define SYSCALL_BYTES 4                                                  // of the instruction
#define USER_FLAGS 0xf0000000ul                                          // what a program may set itself: NZCV
#define ARCH_PAGE_FAULT 0x24                                             // number of a page fault in a signal frame
#define ARCH_BREAK 0x3c                                                  // the same of a break instruction
#define ARCH_CLONE_ARGS(c, a) ((c).child_tid = (a)[4], (c).tls = (a)[3]) // order of clone's arguments

static inline kn_word_t regs_number(const struct regs *r) { return r->x[8]; }
static inline kn_word_t regs_pc(const struct regs *r) { return r->pc; }
static inline kn_word_t regs_sp(const struct regs *r) { return r->sp; }
static inline kn_word_t regs_result(const struct regs *r) { return r->x[0]; }
static inline void regs_set_pc(struct regs *r, kn_word_t pc) { r->pc = pc; }
static inline void regs_set_sp(struct regs *r, kn_word_t sp) { r->sp = sp; }
static inline void regs_set_result(struct regs *r, kn_word_t v) { r->x[0] = v; }

static inline void regs_get_args(const struct regs *r, kn_word_t *a)
{
    for (int i = 0; i < 6; i++)
        a[i] = r->x[i];
}

// Back to the instruction of system call NUMBER with its first argument, which the result has overwritten.
static inline void regs_rewind(struct regs *r, kn_word_t number, kn_word_t first_arg)
{
    r->pc -= SYSCALL_BYTES;
    r->x[8] = number;
    r->x[0] = first_arg;
}

// The registers of a new program; all others are 0.
static inline void regs_start(struct regs *r, kn_word_t pc, kn_word_t sp) { *r = (struct regs){.pc = pc, .sp = sp}; }

static inline void set_tls_base(kn_word_t base) { __asm__ volatile("msr tpidr_el0, %0" : : "r"(base)); }
static inline kn_word_t clock_ticks(void)
{
    kn_word_t ticks;
    __asm__ volatile("isb; mrs %0, cntvct_el0" : "=r"(ticks) : : "memory");
    return ticks;
}
static inline void cpu_relax(void) { __asm__ volatile("yield"); }
