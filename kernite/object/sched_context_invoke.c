// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// Invocations of scheduling contexts. See object/sched_context.c.
//
// YieldTo makes the thread of the context the next one to run at its priority. If that is not below the caller's, the
// caller gives way, and what the context has consumed becomes its result when it runs again; until then yield_to and
// yield_from link the two. Whoever reuses either end (another YieldTo, suspension, writing registers) ends that first.

#include "arch/api/cpu.h"
#include "arch/api/mmu.h"
#include "core/scheduler.h"
#include "object/notification.h"
#include "object/refill.h"
#include "object/sched_context.h"
#include "object/tcb.h"
#include "syscall/invocation.h"

static struct sched_context *sched_context_of(struct cap cap)
{
    return cap_object(cap);
}

// The thread or notification that CAP names: *T or *N. Another type: INVALID_CAPABILITY.
static kerr_t get_object(struct invocation *inv, struct cap cap, struct tcb **t, struct notification **n)
{
    *t = NULL;
    *n = NULL;
    if (cap_type(cap) == KN_CAP_TYPE_TCB)
        *t = cap_object(cap);
    else if (cap_type(cap) == KN_CAP_TYPE_NOTIFICATION)
        *n = cap_object(cap);
    else
        return err_capability(inv, 1);
    return KERR_OK;
}

kerr_t decode_sched_context_bind(struct invocation *inv, const struct sched_context_bind_args *args,
                                 struct sched_context_bind_plan *plan)
{
    struct sched_context *sc = sched_context_of(inv->cap);
    kerr_t status = get_object(inv, args->object->cap, &plan->tcb, &plan->notification);
    if (status != KERR_OK)
        return status;
    if (plan->tcb ? sc->tcb || plan->tcb->sc : sc->notification || plan->notification->sc)
        return err_illegal(inv);
    plan->sc = sc;
    return KERR_OK;
}

kerr_t invoke_sched_context_bind(struct invocation *inv, const struct sched_context_bind_plan *plan)
{
    (void)inv;
    if (plan->tcb)
        sched_context_bind_tcb(plan->sc, plan->tcb);
    else
        sched_context_bind_notification(plan->sc, plan->notification);
    return KERR_OK;
}

kerr_t decode_sched_context_unbind(struct invocation *inv, const struct sched_context_unbind_args *args,
                                   struct sched_context_unbind_plan *plan)
{
    (void)args;
    plan->sc = sched_context_of(inv->cap);
    return plan->sc->tcb == inv->caller ? err_illegal(inv) : KERR_OK;
}

kerr_t invoke_sched_context_unbind(struct invocation *inv, const struct sched_context_unbind_plan *plan)
{
    (void)inv;
    sched_context_unbind_tcb(plan->sc);
    sched_context_unbind_notification(plan->sc);
    sched_context_leave_stack(plan->sc);
    return KERR_OK;
}

kerr_t decode_sched_context_unbind_object(struct invocation *inv, const struct sched_context_unbind_object_args *args,
                                          struct sched_context_unbind_object_plan *plan)
{
    struct tcb *t;
    struct notification *n;
    kerr_t status = get_object(inv, args->object->cap, &t, &n);
    if (status != KERR_OK)
        return status;
    plan->sc = sched_context_of(inv->cap);
    plan->is_tcb = t != NULL;
    bool is_bound = t ? plan->sc->tcb == t : plan->sc->notification == n;
    return !is_bound || t == inv->caller ? err_illegal(inv) : KERR_OK;
}

kerr_t invoke_sched_context_unbind_object(struct invocation *inv, const struct sched_context_unbind_object_plan *plan)
{
    (void)inv;
    if (plan->is_tcb)
        sched_context_unbind_tcb(plan->sc);
    else
        sched_context_unbind_notification(plan->sc);
    return KERR_OK;
}

kerr_t decode_sched_context_consumed(struct invocation *inv, const struct sched_context_consumed_args *args,
                                     struct sched_context_consumed_plan *plan)
{
    (void)args;
    plan->sc = sched_context_of(inv->cap);
    return KERR_OK;
}

kerr_t invoke_sched_context_consumed(struct invocation *inv, const struct sched_context_consumed_plan *plan)
{
    invocation_set_result(inv, 0, sched_context_take_consumed_us(plan->sc));
    return KERR_OK;
}

kerr_t decode_sched_context_yield_to(struct invocation *inv, const struct sched_context_yield_to_args *args,
                                     struct sched_context_yield_to_plan *plan)
{
    (void)args;
    plan->sc = sched_context_of(inv->cap);
    const struct tcb *t = plan->sc->tcb;
    return !t || t == inv->caller || t->priority > inv->caller->mcp ? err_illegal(inv) : KERR_OK;
}

// CALLER gives way to T, whose priority is not lower.
static void give_way(struct tcb *caller, struct tcb *t)
{
    ready_dequeue(t);
    ready_enqueue_front(caller);
    ready_enqueue_front(t);
    reschedule_required();
}

kerr_t invoke_sched_context_yield_to(struct invocation *inv, const struct sched_context_yield_to_plan *plan)
{
    struct sched_context *sc = plan->sc;
    struct tcb *t = sc->tcb;
    if (sc->yield_from)
        sched_context_complete_yield(sc->yield_from);
    if (!thread_is_schedulable(t)) {
        invocation_set_result(inv, 0, sched_context_take_consumed_us(sc));
        return KERR_OK;
    }
    refill_unblock(sc, this_cpu()->now);
    if (t->cpu != this_cpu()->id || t->priority < inv->caller->priority) {
        ready_dequeue(t);
        ready_enqueue_front(t);
        invocation_set_result(inv, 0, sched_context_take_consumed_us(sc));
        return KERR_OK;
    }
    give_way(inv->caller, t);
    invocation_set_result(inv, 0, 0);
    if (inv->is_call) {
        inv->caller->yield_to = sc;
        sc->yield_from = inv->caller;
    }
    return KERR_OK;
}
