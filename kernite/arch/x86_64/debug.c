// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// Debug registers (Intel SDM volume 3, chapter 18): DR0 to DR3 and DR7 hold the live thread's breakpoints, TF in its flags
// steps it, DR6 tells what has happened.
//
// I1. DR7 enables nothing unless the live thread is_debugged, and only user addresses then.
// I2. Watchpoints are off while the kernel steps the thread: QEMU reports a watchpoint that strikes in a stepped
//     instruction by a second #DB, inside the first one.

#include "arch/x86_64/debug.h"

#include <machine/instructions.h>

#include "arch/api/cpu.h"
#include "arch/api/debug.h"
#include "arch/x86_64/entry.h"
#include "arch/x86_64/switch.h"
#include "core/entry.h"
#include "object/tcb.h"

#define CONTROL_ENABLE(n) BIT(2 * (n))
#define CONTROL_SHIFT(n) (16 + 4 * (n)) // access in two bits, size in two
#define CONTROL_WRITE 1
#define CONTROL_READ_WRITE 3
#define STATUS_STEP BIT(14)

#define DEBUG_WRITE(n, v) __asm__ volatile("movq %0, %%db" #n : : "r"(v))
#define DEBUG_READ(n, v) __asm__ volatile("movq %%db" #n ", %0" : "=r"(v))

static word_t control_of(const struct breakpoint *b)
{
    if (b->type == KN_BREAKPOINT_TYPE_INSTRUCTION)
        return 0;
    word_t size = b->size == 8 ? 2 : b->size - 1u;
    return (b->rw == KN_BREAKPOINT_ACCESS_WRITE ? CONTROL_WRITE : CONTROL_READ_WRITE) | size << 2;
}

NOINLINE void x86_64_debug_switch(const struct tcb *t)
{
    word_t control = 0;
    DEBUG_WRITE(7, control);
    if (!t->is_debugged)
        return;
    DEBUG_WRITE(0, t->breakpoints[0].vaddr);
    DEBUG_WRITE(1, t->breakpoints[1].vaddr);
    DEBUG_WRITE(2, t->breakpoints[2].vaddr);
    DEBUG_WRITE(3, t->breakpoints[3].vaddr);
    for (word_t i = 0; i < KN_NR_BREAKPOINTS; i++) {
        const struct breakpoint *b = &t->breakpoints[i];
        if (b->is_enabled && (b->type == KN_BREAKPOINT_TYPE_INSTRUCTION || !t->nr_steps))
            control |= CONTROL_ENABLE(i) | control_of(b) << CONTROL_SHIFT(i);
    }
    DEBUG_WRITE(7, control);
}

void arch_debug_changed(struct tcb *t)
{
    if (x86_64_is_live(t))
        x86_64_debug_switch(t);
}

void arch_breakpoint_numbers(word_t type, word_t *first, word_t *end)
{
    (void)type;
    *first = 0;
    *end = KN_NR_BREAKPOINTS;
}

void arch_set_stepping(struct tcb *t)
{
    word_t *flags = &t->context.regs.rflags;
    *flags = t->nr_steps ? *flags | RFLAGS_TF : *flags & ~RFLAGS_TF;
}

// A watchpoint strikes behind its instruction: there is nothing to pass.
void arch_pass_breakpoint(struct tcb *t, word_t type)
{
    if (type == KN_BREAKPOINT_TYPE_INSTRUCTION)
        t->context.regs.rflags |= RFLAGS_RF;
}

void x86_64_debug_forget(void) { DEBUG_WRITE(6, (word_t)X86_64_DR6_CLEAR); }

// Of several causes one is reported. A breakpoint at the next instruction, noticed together with the end of a step, will
// strike by itself; a watchpoint goes before the program's own trap flag.
static bool handle_debug(void)
{
    const struct tcb *t = this_cpu()->current;
    word_t status;
    DEBUG_READ(6, status);
    x86_64_debug_forget();
    for (word_t i = 0; i < KN_NR_BREAKPOINTS; i++) {
        const struct breakpoint *b = &t->breakpoints[i];
        if ((status & BIT(i)) && b->is_enabled &&
            !(b->type == KN_BREAKPOINT_TYPE_INSTRUCTION && (status & STATUS_STEP))) {
            handle_breakpoint(i);
            return true;
        }
    }
    return (status & STATUS_STEP) && handle_single_step();
}

NOINLINE bool x86_64_debug_exception(word_t vector)
{
    if (vector == VECTOR_DEBUG)
        return handle_debug();
    handle_software_break();
    return true;
}
