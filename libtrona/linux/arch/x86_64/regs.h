// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// Registers of the program and how Linux's system calls use them.

#include <kn/abi.h>

struct regs {
    kn_word_t rax, rbx, rcx, rdx, rsi, rdi, rbp, r8, r9, r10, r11, r12, r13, r14, r15;
    kn_word_t rip, rsp, rflags;
};

#define SYSCALL_BYTES 2       // of the instruction
#define USER_FLAGS 0x250dd5ul // what a program may set itself: CF PF AF ZF SF TF DF OF RF AC ID
#define ARCH_PAGE_FAULT 14    // number of a page fault in a signal frame
#define ARCH_BREAK 3          // the same of a break instruction
#define ARCH_CLONE_ARGS(c, a) ((c).child_tid = (a)[3], (c).tls = (a)[4]) // order of clone's arguments

static inline kn_word_t regs_number(const struct regs *r) { return r->rax; }
static inline kn_word_t regs_pc(const struct regs *r) { return r->rip; }
static inline kn_word_t regs_sp(const struct regs *r) { return r->rsp; }
static inline kn_word_t regs_result(const struct regs *r) { return r->rax; }
static inline void regs_set_pc(struct regs *r, kn_word_t pc) { r->rip = pc; }
static inline void regs_set_sp(struct regs *r, kn_word_t sp) { r->rsp = sp; }
static inline void regs_set_result(struct regs *r, kn_word_t v) { r->rax = v; }

static inline void regs_get_args(const struct regs *r, kn_word_t *a)
{
    a[0] = r->rdi, a[1] = r->rsi, a[2] = r->rdx, a[3] = r->r10, a[4] = r->r8, a[5] = r->r9;
}

// Back to the instruction of system call NUMBER; the argument registers still have what the program put there.
static inline void regs_rewind(struct regs *r, kn_word_t number, kn_word_t first_arg)
{
    (void)first_arg;
    r->rip -= SYSCALL_BYTES;
    r->rax = number;
}

// The registers of a new program; all others are 0.
static inline void regs_start(struct regs *r, kn_word_t pc, kn_word_t sp)
{
    *r = (struct regs){.rip = pc, .rsp = sp, .rflags = 0x202};
}

static inline void set_tls_base(kn_word_t base) { __asm__ volatile("wrfsbase %0" : : "r"(base)); }
static inline kn_word_t get_tls_base(void)
{
    kn_word_t base;
    __asm__ volatile("rdfsbase %0" : "=r"(base));
    return base;
}
static inline kn_word_t clock_ticks(void)
{
    kn_word_t low, high;
    __asm__ volatile("lfence; rdtsc" : "=a"(low), "=d"(high) : : "memory");
    return high << 32 | low;
}
static inline void cpu_relax(void) { __asm__ volatile("pause"); }
