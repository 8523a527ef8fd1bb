// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// Threads: reading, writing and copying registers. A thread that is blocked keeps waiting; what it gets later goes to
// its registers over what was written. To make it go on elsewhere, write with SUSPEND_OR_RESUME: what it waits for is
// cancelled first, which puts PC back, then PC is written.

#include "arch/api/context.h"
#include "arch/api/cpu.h"
#include "arch/api/mmu.h"
#include "core/ipc.h"
#include "core/scheduler.h"
#include "core/smp.h"
#include "object/sched_context.h"
#include "object/tcb.h"
#include "syscall/invocation.h"

enum { WRITE_REGISTERS_ARGUMENTS = 2 }; // message words before the registers

static struct tcb *tcb_of(struct cap cap)
{
    return cap_object(cap);
}

static bool has_flag(word_t flags)
{
    return flags & KN_REGISTER_FLAG_SUSPEND_OR_RESUME;
}

// Unknown flags and too many registers: RANGE_ERROR; the caller's own: ILLEGAL_OPERATION.
static kerr_t check_target(struct invocation *inv, word_t flags, word_t count, const struct tcb *t)
{
    if (flags & ~(word_t)KN_REGISTER_FLAG_MASK)
        return err_range(inv, 0, KN_REGISTER_FLAG_MASK);
    if (count > KN_NR_REGISTERS)
        return err_range(inv, 1, KN_NR_REGISTERS);
    return t == inv->caller ? err_illegal(inv) : KERR_OK;
}

kerr_t decode_tcb_read_registers(struct invocation *inv, const struct tcb_read_registers_args *args,
                                 struct tcb_read_registers_plan *plan)
{
    plan->tcb = tcb_of(inv->cap);
    plan->count = args->count;
    plan->suspend = has_flag(args->flags);
    return check_target(inv, args->flags, args->count, plan->tcb);
}

kerr_t invoke_tcb_read_registers(struct invocation *inv, const struct tcb_read_registers_plan *plan)
{
    if (plan->suspend)
        tcb_suspend(plan->tcb);
    for (word_t i = 0; i < plan->count; i++)
        invocation_set_result(inv, i, arch_get_register(plan->tcb, i));
    return KERR_OK;
}

// T's registers are about to be replaced.
static void before_write(struct tcb *t, bool resume)
{
    sched_context_cancel_yield(t);
    if (resume)
        ipc_cancel(t);
    t->rewind_on_cancel = false;
}

kerr_t decode_tcb_write_registers(struct invocation *inv, const struct tcb_write_registers_args *args,
                                  struct tcb_write_registers_plan *plan)
{
    plan->tcb = tcb_of(inv->cap);
    plan->count = args->count;
    plan->resume = has_flag(args->flags);
    kerr_t status = check_target(inv, args->flags, args->count, plan->tcb);
    if (status == KERR_OK && inv->length < WRITE_REGISTERS_ARGUMENTS + args->count)
        return err_truncated(inv);
    return status;
}

kerr_t invoke_tcb_write_registers(struct invocation *inv, const struct tcb_write_registers_plan *plan)
{
    before_write(plan->tcb, plan->resume);
    for (word_t i = 0; i < plan->count; i++)
        arch_set_register(plan->tcb, i, invocation_arg(inv, WRITE_REGISTERS_ARGUMENTS + i));
    if (plan->resume)
        tcb_resume(plan->tcb);
    return KERR_OK;
}

kerr_t decode_tcb_copy_registers(struct invocation *inv, const struct tcb_copy_registers_args *args,
                                 struct tcb_copy_registers_plan *plan)
{
    plan->tcb = tcb_of(inv->cap);
    plan->source = tcb_of(args->source->cap);
    plan->resume = has_flag(args->flags);
    if (plan->tcb == plan->source)
        return err_illegal(inv);
    return check_target(inv, args->flags, 1, plan->tcb);
}

kerr_t invoke_tcb_copy_registers(struct invocation *inv, const struct tcb_copy_registers_plan *plan)
{
    (void)inv;
    smp_stall((struct tcb *)plan->source);
    before_write(plan->tcb, plan->resume);
    arch_copy_registers(plan->tcb, plan->source);
    if (plan->resume)
        tcb_resume(plan->tcb);
    return KERR_OK;
}
