// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// Debug registers (Arm ARM DDI 0487, chapter D2): DBGBVR, DBGBCR and DBGWVR, DBGWCR hold the live thread's breakpoints,
// MDSCR_EL1 switches them and stepping on. Every control register selects EL0 alone, and MDSCR_EL1.KDE is 0.
//
// A thread is stepped while MDSCR_EL1.SS is set: with SS in its SPSR it executes one instruction, which clears that bit;
// without it, it has just done so, and the exception comes at once. So the bit, kept with the registers, says whether the
// instruction is still to come. A system call is one instruction.
//
// A breakpoint strikes before its instruction. Passing it is a step with the breakpoints of that type off.
//
// I1. MDSCR_EL1 is 0 unless the live thread is_debugged.

#include "arch/aarch64/debug.h"

#include "arch/aarch64/sysreg.h"
#include "arch/api/context.h"
#include "arch/api/cpu.h"
#include "arch/api/debug.h"
#include "core/entry.h"
#include "object/tcb.h"

#define CLASS_BREAKPOINT 0x30
#define CLASS_STEP 0x32
#define CLASS_WATCHPOINT 0x34
#define CLASS_BRK 0x3c

#define MDSCR_STEP 0x1
#define MDSCR_ENABLE 0x8000
#define CONTROL_ENABLE 0x5 // at EL0
#define CONTROL_BYTES_SHIFT 5
#define CONTROL_READ 0x8
#define CONTROL_WRITE 0x10
#define BYTES_OF_INSTRUCTION 0xful

// ID_AA64DFR0_EL1: numbers less one.
static word_t nr_breakpoints(void) { return (SYSREG_READ(id_aa64dfr0_el1) >> 12 & 0xf) + 1; }
static word_t nr_watchpoints(void) { return (SYSREG_READ(id_aa64dfr0_el1) >> 20 & 0xf) + 1; }

void arch_breakpoint_numbers(word_t type, word_t *first, word_t *end)
{
    bool is_data = type == KN_BREAKPOINT_TYPE_DATA;
    word_t nr = is_data ? nr_watchpoints() : nr_breakpoints();
    word_t max = is_data ? KN_NR_BREAKPOINTS - KN_FIRST_WATCHPOINT : KN_FIRST_WATCHPOINT;
    *first = is_data ? KN_FIRST_WATCHPOINT : 0;
    *end = *first + (nr < max ? nr : max);
}

static void write_registers(word_t number, word_t value, word_t control)
{
    switch (number) {
#define BREAKPOINT(n)                                                                                                  \
    case n:                                                                                                            \
        SYSREG_WRITE(dbgbvr##n##_el1, value);                                                                          \
        SYSREG_WRITE(dbgbcr##n##_el1, control);                                                                        \
        return;
#define WATCHPOINT(n)                                                                                                  \
    case KN_FIRST_WATCHPOINT + n:                                                                                      \
        SYSREG_WRITE(dbgwvr##n##_el1, value);                                                                          \
        SYSREG_WRITE(dbgwcr##n##_el1, control);                                                                        \
        return;
        BREAKPOINT(0)
        BREAKPOINT(1)
        BREAKPOINT(2)
        BREAKPOINT(3)
        BREAKPOINT(4)
        BREAKPOINT(5)
        WATCHPOINT(0)
        WATCHPOINT(1)
        WATCHPOINT(2)
        WATCHPOINT(3)
    }
}
static_assert(KN_FIRST_WATCHPOINT == 6 && KN_NR_BREAKPOINTS == 10, "the registers of write_registers");

static word_t control_of(const struct breakpoint *b)
{
    if (b->type == KN_BREAKPOINT_TYPE_INSTRUCTION)
        return CONTROL_ENABLE | BYTES_OF_INSTRUCTION << CONTROL_BYTES_SHIFT;
    word_t access = (b->rw == KN_BREAKPOINT_ACCESS_READ ? 0 : CONTROL_WRITE) |
                    (b->rw == KN_BREAKPOINT_ACCESS_WRITE ? 0 : CONTROL_READ);
    return CONTROL_ENABLE | access | MASK(b->size) << (b->vaddr & 7) << CONTROL_BYTES_SHIFT;
}

// B: a thread's breakpoints; NULL: none.
static void load(word_t type, const struct breakpoint *b, word_t passing)
{
    word_t first, end;
    arch_breakpoint_numbers(type, &first, &end);
    for (word_t i = first; i < end; i++) {
        bool is_on = b && b[i].is_enabled && !(passing & BIT(type));
        write_registers(i, is_on ? b[i].vaddr & ~(word_t)(type == KN_BREAKPOINT_TYPE_DATA ? 7 : 3) : 0,
                        is_on ? control_of(&b[i]) : 0);
    }
}

void aarch64_debug_init_cpu(void)
{
    SYSREG_WRITE(mdscr_el1, 0);
    SYSREG_WRITE(osdlr_el1, 0);
    SYSREG_WRITE(oslar_el1, 0);
    load(KN_BREAKPOINT_TYPE_INSTRUCTION, NULL, 0);
    load(KN_BREAKPOINT_TYPE_DATA, NULL, 0);
}

void aarch64_debug_switch(const struct tcb *t)
{
    SYSREG_WRITE(mdscr_el1, 0);
    if (!t->is_debugged)
        return;
    load(KN_BREAKPOINT_TYPE_INSTRUCTION, t->breakpoints, t->passing);
    load(KN_BREAKPOINT_TYPE_DATA, t->breakpoints, t->passing);
    SYSREG_WRITE(mdscr_el1, MDSCR_ENABLE | (t->nr_steps || t->passing ? MDSCR_STEP : 0));
}

void arch_debug_changed(struct tcb *t)
{
    if (t == this_cpu()->current)
        aarch64_debug_switch(t);
}

void arch_set_stepping(struct tcb *t)
{
    word_t *spsr = &t->context.spsr;
    *spsr = t->nr_steps || t->passing ? *spsr | SPSR_STEP : *spsr & ~(word_t)SPSR_STEP;
}

void arch_pass_breakpoint(struct tcb *t, word_t type)
{
    t->passing |= BIT(type);
    arch_set_stepping(t);
    tcb_debug_changed(t);
}

void aarch64_pc_changed(struct tcb *t)
{
    if (!t->passing)
        return;
    t->passing = 0;
    tcb_debug_changed(t);
}

// The enabled breakpoint of TYPE nearest to ADDRESS: what the CPU reports of a wide access may lie beside the bytes that are
// watched. KN_NR_BREAKPOINTS: none.
static word_t nearest_breakpoint(word_t type, vaddr_t address)
{
    const struct breakpoint *b = this_cpu()->current->breakpoints;
    word_t best = KN_NR_BREAKPOINTS, least = ~(word_t)0;
    for (word_t i = 0; i < KN_NR_BREAKPOINTS; i++) {
        vaddr_t last = b[i].vaddr + (b[i].size ? b[i].size - 1u : 0);
        word_t distance = address < b[i].vaddr ? b[i].vaddr - address : address > last ? address - last : 0;
        if (b[i].is_enabled && b[i].type == type && distance < least) {
            best = i;
            least = distance;
        }
    }
    return best;
}

static void step_exception(void)
{
    struct tcb *t = this_cpu()->current;
    t->passing = 0;
    if (handle_single_step())
        return;
    arch_set_stepping(t);
    tcb_debug_changed(t);
}

NOINLINE void aarch64_debug_exception(word_t class, word_t esr, word_t far)
{
    word_t number = KN_NR_BREAKPOINTS;
    if (class == CLASS_STEP)
        step_exception();
    else if (class == CLASS_BRK)
        handle_software_break();
    else if (class == CLASS_BREAKPOINT)
        number = nearest_breakpoint(KN_BREAKPOINT_TYPE_INSTRUCTION, arch_get_pc(&this_cpu()->current->context));
    else if (class == CLASS_WATCHPOINT)
        number = nearest_breakpoint(KN_BREAKPOINT_TYPE_DATA, far & MASK(56));
    else
        handle_user_exception(class, esr);
    if (number < KN_NR_BREAKPOINTS)
        handle_breakpoint(number);
}
