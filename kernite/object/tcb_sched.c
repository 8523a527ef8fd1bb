// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// Threads: invocations about whether and when they run.
//
// Nobody gives more priority than the maximum controlled priority (mcp) of the thread whose capability is shown as
// authority.

#include "arch/api/mmu.h"
#include "core/scheduler.h"
#include "object/sched_context.h"
#include "object/tcb_slots.h"
#include "syscall/invocation.h"

static struct tcb *tcb_of(struct cap cap)
{
    return cap_object(cap);
}

static kerr_t check_priority(struct invocation *inv, word_t priority, const struct cte *authority)
{
    word_t max = tcb_of(authority->cap)->mcp;
    return priority > max ? err_range(inv, 0, max) : KERR_OK;
}

kerr_t decode_tcb_set_priority(struct invocation *inv, const struct tcb_set_priority_args *args,
                               struct tcb_set_priority_plan *plan)
{
    plan->tcb = tcb_of(inv->cap);
    plan->priority = args->priority;
    return check_priority(inv, args->priority, args->authority);
}

kerr_t invoke_tcb_set_priority(struct invocation *inv, const struct tcb_set_priority_plan *plan)
{
    (void)inv;
    thread_set_priority(plan->tcb, plan->priority);
    return KERR_OK;
}

kerr_t decode_tcb_set_mc_priority(struct invocation *inv, const struct tcb_set_mc_priority_args *args,
                                  struct tcb_set_mc_priority_plan *plan)
{
    plan->tcb = tcb_of(inv->cap);
    plan->mcp = args->mcp;
    return check_priority(inv, args->mcp, args->authority);
}

kerr_t invoke_tcb_set_mc_priority(struct invocation *inv, const struct tcb_set_mc_priority_plan *plan)
{
    (void)inv;
    plan->tcb->mcp = plan->mcp;
    return KERR_OK;
}

// The context that T shall have: one that neither another thread nor, in its place, T has; NULL takes T's away.
static kerr_t check_sched_context(struct invocation *inv, const struct tcb *t, const struct cte *slot, word_t argument,
                                  struct sched_context **sc)
{
    *sc = NULL;
    if (!slot)
        return t == inv->caller ? err_illegal(inv) : KERR_OK;
    if (cap_type(slot->cap) != KN_CAP_TYPE_SCHED_CONTEXT)
        return err_capability(inv, argument);
    *sc = cap_object(slot->cap);
    return t->sc != *sc && (t->sc || (*sc)->tcb) ? err_illegal(inv) : KERR_OK;
}

kerr_t decode_tcb_set_sched_params(struct invocation *inv, const struct tcb_set_sched_params_args *args,
                                   struct tcb_set_sched_params_plan *plan)
{
    tcb_slots_begin(inv, &plan->slots);
    plan->mcp = args->mcp;
    plan->priority = args->priority;
    kerr_t status = check_priority(inv, args->mcp, args->authority);
    if (status == KERR_OK)
        status = check_priority(inv, args->priority, args->authority);
    if (status == KERR_OK)
        status = check_sched_context(inv, plan->slots.tcb, args->sched_context, 2, &plan->sc);
    if (status == KERR_OK)
        status = tcb_slots_set_handler(inv, &plan->slots, TCB_FAULT_ENDPOINT, args->fault_endpoint, 3);
    return status;
}

kerr_t invoke_tcb_set_sched_params(struct invocation *inv, const struct tcb_set_sched_params_plan *plan)
{
    struct tcb *t = plan->slots.tcb;
    kerr_t status = tcb_slots_replace(inv, &plan->slots);
    if (status != KERR_OK)
        return status;
    t->mcp = plan->mcp;
    thread_set_priority(t, plan->priority);
    if (!plan->sc)
        sched_context_forget_tcb(t);
    else if (t->sc != plan->sc)
        sched_context_bind_tcb(plan->sc, t);
    return KERR_OK;
}

kerr_t decode_tcb_suspend(struct invocation *inv, const struct tcb_suspend_args *args, struct tcb_suspend_plan *plan)
{
    (void)args;
    plan->tcb = tcb_of(inv->cap);
    return KERR_OK;
}

kerr_t invoke_tcb_suspend(struct invocation *inv, const struct tcb_suspend_plan *plan)
{
    (void)inv;
    tcb_suspend(plan->tcb);
    return KERR_OK;
}

kerr_t decode_tcb_resume(struct invocation *inv, const struct tcb_resume_args *args, struct tcb_resume_plan *plan)
{
    (void)args;
    plan->tcb = tcb_of(inv->cap);
    return KERR_OK;
}

kerr_t invoke_tcb_resume(struct invocation *inv, const struct tcb_resume_plan *plan)
{
    (void)inv;
    tcb_resume(plan->tcb);
    return KERR_OK;
}
