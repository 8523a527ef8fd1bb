// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// Contract: arch/api/context.h. A thread's registers, saved by entry.S where the CPU itself pushes them: the top of the
// kernel's entry stack (TSS.RSP0) is the end of the current thread's struct arch_context, so an interrupt's frame, the
// stub's two words and the fifteen general registers land in their fields.
//
// Invariants (entry.S relies on them when it leaves the kernel):
// I1. regs.rip is canonical; after a system call it is also below ARCH_USER_TOP: SYSRET cannot fault.
// I2. After a system call the thread expects nothing in RCX and R11: SYSRET leaves RIP and RFLAGS there, which are
//     therefore what they hold, whatever regs says.
// I3. regs.cs, regs.ss are the user's. The idle thread has no registers.
// I4. regs.rflags has IF set, IOPL 0 and nothing but user flags, and RF.
// I5. fs_base is canonical.

#include <machine/mmu.h>

#include "core/types.h"

struct trap_frame {
    word_t r15, r14, r13, r12, r11, r10, r9, r8;
    word_t rbp, rdi, rsi, rdx, rcx, rbx, rax;
    word_t vector, error;            // pushed by the stubs
    word_t rip, cs, rflags, rsp, ss; // pushed by the CPU
};

// How a thread entered the kernel, and so the way in which it leaves.
enum entry_kind {
    ENTRY_TRAP,        // exception or interrupt, or it has been given RCX or R11 since
    ENTRY_SYSCALL,     // where there is only one CPU
    ENTRY_SYSCALL_SMP, // where there are several
    ENTRY_IDLE,        // the idle thread
};

struct arch_context {
    word_t entry_kind; // [k]
    word_t fs_base;    // [k] valid while the thread is not live on a CPU
    word_t fpu_cpu;    // [k] CPU whose registers had the FPU state last
    word_t reserved[3];
    struct trap_frame regs; // [k] last: see above
};
static_assert(sizeof(struct arch_context) % 32 == 0, "TSS.RSP0 is 16-byte aligned, and slots follow");

#define X86_64_XSAVE_BYTES 832 // x87 and SSE (512), header (64), AVX (256)

struct arch_fpu {
    _Alignas(64) unsigned char area[X86_64_XSAVE_BYTES];
};

#define X86_64_SYSCALL_BYTES 2

// The nearest canonical address: what a user may put in RIP or a base register. A non-canonical one becomes an address
// that faults, in user mode.
static inline word_t x86_64_canonical(word_t v) { return (word_t)((int64_t)(v << 16) >> 16); }

#define ARCH_REG_PC KN_REG_RIP
#define ARCH_REG_SP KN_REG_RSP
#define ARCH_REG_FLAGS KN_REG_RFLAGS

static inline word_t arch_get_cptr(const struct arch_context *c) { return c->regs.KN_SYSCALL_REG_CPTR; }
static inline word_t arch_get_info(const struct arch_context *c) { return c->regs.KN_SYSCALL_REG_INFO; }
static inline word_t arch_get_reply(const struct arch_context *c) { return c->regs.KN_SYSCALL_REG_REPLY; }
static inline word_t arch_get_dest(const struct arch_context *c) { return c->regs.KN_SYSCALL_REG_DEST; }

static inline word_t arch_get_mr(const struct arch_context *c, word_t i)
{
    switch (i) {
    case 0: return c->regs.KN_SYSCALL_REG_MR0;
    case 1: return c->regs.KN_SYSCALL_REG_MR1;
    case 2: return c->regs.KN_SYSCALL_REG_MR2;
    default: return c->regs.KN_SYSCALL_REG_MR3;
    }
}

static inline void arch_set_badge(struct arch_context *c, word_t v) { c->regs.KN_SYSCALL_REG_CPTR = v; }
static inline void arch_set_info(struct arch_context *c, word_t v) { c->regs.KN_SYSCALL_REG_INFO = v; }

static inline void arch_set_mr(struct arch_context *c, word_t i, word_t v)
{
    switch (i) {
    case 0: c->regs.KN_SYSCALL_REG_MR0 = v; break;
    case 1: c->regs.KN_SYSCALL_REG_MR1 = v; break;
    case 2: c->regs.KN_SYSCALL_REG_MR2 = v; break;
    default: c->regs.KN_SYSCALL_REG_MR3 = v; break;
    }
}

static inline word_t arch_get_pc(const struct arch_context *c) { return c->regs.rip; }
static inline word_t arch_get_sp(const struct arch_context *c) { return c->regs.rsp; }
static inline word_t arch_get_flags(const struct arch_context *c) { return c->regs.rflags; }

// From now on RCX and R11 are kept.
static inline void x86_64_keep_all(struct arch_context *c)
{
    if (c->entry_kind == ENTRY_TRAP)
        return;
    c->entry_kind = ENTRY_TRAP;
    c->regs.rcx = c->regs.rip;
    c->regs.r11 = c->regs.rflags;
}

static inline void arch_set_pc(struct arch_context *c, word_t v)
{
    v = x86_64_canonical(v);
    if (v >= ARCH_USER_TOP)
        x86_64_keep_all(c);
    c->regs.rip = v;
}

static inline void arch_set_sp(struct arch_context *c, word_t v) { c->regs.rsp = v; }
static inline void arch_rewind_syscall(struct arch_context *c) { c->regs.rip -= X86_64_SYSCALL_BYTES; }
