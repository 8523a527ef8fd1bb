// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// Simulated debug registers, with breakpoints that strike before their instruction, as aarch64's do.

#include "arch/api/cpu.h"
#include "arch/api/debug.h"
#include "arch/host/host.h"
#include "core/entry.h"

void arch_breakpoint_numbers(word_t type, word_t *first, word_t *end)
{
    bool is_data = type == KN_BREAKPOINT_TYPE_DATA;
    *first = is_data ? KN_FIRST_WATCHPOINT : 0;
    *end = is_data ? KN_NR_BREAKPOINTS : KN_FIRST_WATCHPOINT;
}

// Breakpoint I of T, as the CPU that runs T shall have it.
static struct breakpoint live_breakpoint(const struct tcb *t, word_t i)
{
    const struct breakpoint *b = &t->breakpoints[i];
    return b->is_enabled && !(t->passing & BIT(b->type)) ? *b : (struct breakpoint){0};
}

void host_debug_switch(const struct tcb *t)
{
    for (word_t i = 0; i < KN_NR_BREAKPOINTS; i++)
        host.cpu[host_cpu].breakpoints[i] = live_breakpoint(t, i);
    host.cpu[host_cpu].is_stepped = t->nr_steps || t->passing;
}

bool host_debug_is_coherent(void)
{
    for (word_t c = 0; c < host.nr_cpus; c++) {
        const struct tcb *t = cpus[c].current;
        if (host.cpu[c].is_stepped != (t->nr_steps || t->passing))
            return false;
        for (word_t i = 0; i < KN_NR_BREAKPOINTS; i++) {
            struct breakpoint wanted = live_breakpoint(t, i), *got = &host.cpu[c].breakpoints[i];
            if (got->is_enabled != wanted.is_enabled || got->vaddr != wanted.vaddr || got->type != wanted.type ||
                got->size != wanted.size || got->rw != wanted.rw)
                return false;
        }
    }
    return true;
}

void arch_debug_changed(struct tcb *t)
{
    if (t == this_cpu()->current)
        host_debug_switch(t);
}

void arch_set_stepping(struct tcb *t) { (void)t; }

void arch_pass_breakpoint(struct tcb *t, word_t type)
{
    t->passing |= BIT(type);
    tcb_debug_changed(t);
}

void host_pc_changed(struct tcb *t)
{
    if (!t->passing)
        return;
    t->passing = 0;
    tcb_debug_changed(t);
}

word_t host_find_breakpoint(word_t type, vaddr_t va, word_t size, word_t access)
{
    for (word_t i = 0; i < KN_NR_BREAKPOINTS; i++) {
        const struct breakpoint *b = &host.cpu[host_cpu].breakpoints[i];
        bool is_access = b->rw == KN_BREAKPOINT_ACCESS_READ_WRITE || b->rw == access;
        if (b->is_enabled && b->type == type && is_access && va + size > b->vaddr &&
            va < b->vaddr + (b->size ? b->size : 1))
            return i;
    }
    return KN_NR_BREAKPOINTS;
}

void host_stepped(void)
{
    struct tcb *t = this_cpu()->current;
    t->passing = 0;
    if (!handle_single_step())
        tcb_debug_changed(t);
}
