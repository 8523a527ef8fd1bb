// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// Threads: breakpoints and single-stepping, for debuggers. A breakpoint that the thread reaches, the end of its steps and
// a break instruction (INT3, BRK) are DEBUG faults.
//
// A thread that goes on where a breakpoint stopped it passes it: an INSTRUCTION breakpoint (on aarch64 a DATA breakpoint,
// too) strikes before the instruction has done anything. Another PC given to it makes breakpoints count again.
//
// I1  is_debugged exactly if a breakpoint is enabled, or nr_steps or passing is not 0; extra_state says so.
// I2  An enabled breakpoint lies in user addresses, aligned to its size.

#include "arch/api/context.h"
#include "arch/api/cpu.h"
#include "arch/api/debug.h"
#include "arch/api/mmu.h"
#include "core/entry.h"
#include "core/fault.h"
#include "core/ipc.h"
#include "object/tcb.h"
#include "syscall/invocation.h"

#define WATCH_SIZES (BIT(1) | BIT(2) | BIT(4) | BIT(8))

static struct tcb *tcb_of(struct cap cap) { return cap_object(cap); }

NOINLINE void tcb_debug_changed(struct tcb *t)
{
    t->is_debugged = t->nr_steps || t->passing;
    for (word_t i = 0; i < KN_NR_BREAKPOINTS; i++)
        t->is_debugged |= t->breakpoints[i].is_enabled;
    tcb_update_extra_state(t);
    arch_debug_changed(t);
}

NOINLINE static void set_steps(struct tcb *t, word_t count)
{
    t->nr_steps = count;
    arch_set_stepping(t);
    tcb_debug_changed(t);
}

NOINLINE void tcb_resume_stepping(struct tcb *t, const struct tcb *sender, word_t length)
{
    if (t->fault.word[0] == KN_BREAKPOINT_TYPE_SINGLE_STEP)
        set_steps(t, length ? message_word(sender, 0) : 1);
}

void handle_breakpoint(word_t number)
{
    struct tcb *t = this_cpu()->current;
    const struct breakpoint *b = &t->breakpoints[number];
    arch_pass_breakpoint(t, b->type);
    fault_debug(t, b->type, b->vaddr, number);
}

void handle_software_break(void)
{
    struct tcb *t = this_cpu()->current;
    fault_debug(t, KN_BREAKPOINT_TYPE_SOFTWARE_BREAK, arch_get_pc(&t->context), 0);
}

bool handle_single_step(void)
{
    struct tcb *t = this_cpu()->current;
    if (!t->nr_steps)
        return false;
    set_steps(t, t->nr_steps - 1);
    if (!t->nr_steps)
        fault_debug(t, KN_BREAKPOINT_TYPE_SINGLE_STEP, arch_get_pc(&t->context), 0);
    return true;
}

static kerr_t check_number(struct invocation *inv, word_t number)
{
    return number < KN_NR_BREAKPOINTS ? KERR_OK : err_range(inv, 0, KN_NR_BREAKPOINTS - 1);
}

static bool is_watch_ok(word_t rw)
{
    return rw == KN_BREAKPOINT_ACCESS_WRITE || rw == KN_BREAKPOINT_ACCESS_READ_WRITE ||
           (ARCH_CAN_WATCH_READS && rw == KN_BREAKPOINT_ACCESS_READ);
}

kerr_t decode_tcb_set_breakpoint(struct invocation *inv, const struct tcb_set_breakpoint_args *args,
                                 struct tcb_set_breakpoint_plan *plan)
{
    bool is_data = args->type == KN_BREAKPOINT_TYPE_DATA;
    if (!is_data && args->type != KN_BREAKPOINT_TYPE_INSTRUCTION)
        return err_argument(inv, 2);
    word_t first, end;
    arch_breakpoint_numbers(args->type, &first, &end);
    if (args->bp_num < first || args->bp_num >= end)
        return err_range(inv, first, end - 1);
    if (args->size > 8 || !(BIT(args->size) & (is_data ? WATCH_SIZES : BIT(0))))
        return err_argument(inv, 3);
    if (is_data ? !is_watch_ok(args->rw) : args->rw != KN_BREAKPOINT_ACCESS_READ)
        return err_argument(inv, 4);
    word_t bits = is_data ? (word_t)__builtin_ctzl(args->size) : ARCH_INSTRUCTION_ALIGN_BITS;
    if (!IS_ALIGNED(args->vaddr, bits))
        return err_alignment(inv, bits);
    if (args->vaddr >= ARCH_USER_TOP)
        return err_argument(inv, 1);
    plan->tcb = tcb_of(inv->cap);
    plan->number = args->bp_num;
    plan->breakpoint = (struct breakpoint){args->vaddr, (unsigned char)args->type, (unsigned char)args->size,
                                           (unsigned char)args->rw, true};
    return KERR_OK;
}

kerr_t invoke_tcb_set_breakpoint(struct invocation *inv, const struct tcb_set_breakpoint_plan *plan)
{
    (void)inv;
    plan->tcb->breakpoints[plan->number] = plan->breakpoint;
    tcb_debug_changed(plan->tcb);
    return KERR_OK;
}

kerr_t decode_tcb_get_breakpoint(struct invocation *inv, const struct tcb_get_breakpoint_args *args,
                                 struct tcb_get_breakpoint_plan *plan)
{
    plan->tcb = tcb_of(inv->cap);
    plan->number = args->bp_num;
    return check_number(inv, args->bp_num);
}

kerr_t invoke_tcb_get_breakpoint(struct invocation *inv, const struct tcb_get_breakpoint_plan *plan)
{
    const struct breakpoint *b = &plan->tcb->breakpoints[plan->number];
    const word_t result[] = {b->vaddr, b->type, b->size, b->rw, b->is_enabled};
    for (word_t i = 0; i < ARRAY_SIZE(result); i++)
        invocation_set_result(inv, i, result[i]);
    return KERR_OK;
}

kerr_t decode_tcb_unset_breakpoint(struct invocation *inv, const struct tcb_unset_breakpoint_args *args,
                                   struct tcb_unset_breakpoint_plan *plan)
{
    plan->tcb = tcb_of(inv->cap);
    plan->number = args->bp_num;
    return check_number(inv, args->bp_num);
}

kerr_t invoke_tcb_unset_breakpoint(struct invocation *inv, const struct tcb_unset_breakpoint_plan *plan)
{
    (void)inv;
    plan->tcb->breakpoints[plan->number] = (struct breakpoint){0};
    tcb_debug_changed(plan->tcb);
    return KERR_OK;
}

kerr_t decode_tcb_configure_single_stepping(struct invocation *inv,
                                            const struct tcb_configure_single_stepping_args *args,
                                            struct tcb_configure_single_stepping_plan *plan)
{
    plan->tcb = tcb_of(inv->cap);
    plan->count = args->num_instructions;
    return check_number(inv, args->bp_num);
}

kerr_t invoke_tcb_configure_single_stepping(struct invocation *inv,
                                            const struct tcb_configure_single_stepping_plan *plan)
{
    set_steps(plan->tcb, plan->count);
    invocation_set_result(inv, 0, 0);
    return KERR_OK;
}
