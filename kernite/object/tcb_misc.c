// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// Threads: invocations about bound notification, TLS, flags and upcalls.

#include "arch/api/context.h"
#include "arch/api/cpu.h"
#include "arch/api/mmu.h"
#include "core/fault.h"
#include "object/notification.h"
#include "object/tcb.h"
#include "syscall/invocation.h"

static struct tcb *tcb_of(struct cap cap)
{
    return cap_object(cap);
}

kerr_t decode_tcb_bind_notification(struct invocation *inv, const struct tcb_bind_notification_args *args,
                                    struct tcb_bind_notification_plan *plan)
{
    plan->tcb = tcb_of(inv->cap);
    plan->notification = cap_object(args->notification->cap);
    if (plan->tcb->bound_notification || plan->notification->bound ||
        plan->notification->state == NOTIFICATION_WAITING)
        return err_illegal(inv);
    return cap_rights(args->notification->cap) & KN_RIGHTS_READ ? KERR_OK : err_capability(inv, 1);
}

kerr_t invoke_tcb_bind_notification(struct invocation *inv, const struct tcb_bind_notification_plan *plan)
{
    (void)inv;
    notification_bind(plan->notification, plan->tcb);
    return KERR_OK;
}

kerr_t decode_tcb_unbind_notification(struct invocation *inv, const struct tcb_unbind_notification_args *args,
                                      struct tcb_unbind_notification_plan *plan)
{
    (void)args;
    plan->tcb = tcb_of(inv->cap);
    return plan->tcb->bound_notification ? KERR_OK : err_illegal(inv);
}

kerr_t invoke_tcb_unbind_notification(struct invocation *inv, const struct tcb_unbind_notification_plan *plan)
{
    (void)inv;
    notification_unbind(plan->tcb);
    return KERR_OK;
}

kerr_t decode_tcb_set_tls_base(struct invocation *inv, const struct tcb_set_tls_base_args *args,
                               struct tcb_set_tls_base_plan *plan)
{
    plan->tcb = tcb_of(inv->cap);
    plan->base = args->base;
    return KERR_OK;
}

kerr_t invoke_tcb_set_tls_base(struct invocation *inv, const struct tcb_set_tls_base_plan *plan)
{
    (void)inv;
    arch_set_tls_base(plan->tcb, plan->base);
    if (this_cpu()->current == plan->tcb)
        arch_update_thread_block(plan->tcb);
    return KERR_OK;
}

void tcb_update_extra_state(struct tcb *t)
{
    t->extra_state = (unsigned char)((t->is_fpu_user ? EXTRA_STATE_FPU : 0) | (t->is_timer_user ? EXTRA_STATE_TIMER : 0) |
                                     (t->is_debugged ? EXTRA_STATE_DEBUG : 0));
}

static word_t get_flags(const struct tcb *t)
{
    return (t->is_fpu_user ? KN_TCB_FLAG_FPU : 0) | (t->is_timer_user ? KN_TCB_FLAG_TIMER : 0);
}

kerr_t decode_tcb_set_flags(struct invocation *inv, const struct tcb_set_flags_args *args,
                            struct tcb_set_flags_plan *plan)
{
    struct cap authority = args->authority ? args->authority->cap : CAP_NULL;
    plan->tcb = tcb_of(inv->cap);
    plan->flags = (get_flags(plan->tcb) & ~args->clear) | args->set;
    if (args->clear & ~(word_t)KN_TCB_FLAG_MASK)
        return err_argument(inv, 0);
    return args->set & ~arch_tcb_flags(authority) ? err_argument(inv, 1) : KERR_OK;
}

kerr_t invoke_tcb_set_flags(struct invocation *inv, const struct tcb_set_flags_plan *plan)
{
    struct tcb *t = plan->tcb;
    if (plan->flags != get_flags(t)) {
        t->is_fpu_user = plan->flags & KN_TCB_FLAG_FPU;
        t->is_timer_user = plan->flags & KN_TCB_FLAG_TIMER;
        tcb_update_extra_state(t);
        arch_fpu_flag_changed(t);
    }
    invocation_set_result(inv, 0, plan->flags);
    return KERR_OK;
}

kerr_t decode_tcb_set_upcall(struct invocation *inv, const struct tcb_set_upcall_args *args,
                             struct tcb_set_upcall_plan *plan)
{
    *plan = (struct tcb_set_upcall_plan){.tcb = tcb_of(inv->cap)};
    if (args->entry == 0)
        return KERR_OK;
    if (args->entry >= ARCH_USER_TOP)
        return err_argument(inv, 0);
    if (args->range_start > args->range_end)
        return err_argument(inv, 1);
    if (args->range_end > ARCH_USER_TOP)
        return err_argument(inv, 2);
    if (args->window_start < args->range_start || args->window_start > args->window_end)
        return err_argument(inv, 3);
    if (args->window_end > args->range_end)
        return err_argument(inv, 4);
    plan->entry = args->entry;
    plan->range_start = args->range_start;
    plan->range_end = args->range_end;
    plan->window_start = args->window_start;
    plan->window_end = args->window_end;
    return KERR_OK;
}

kerr_t invoke_tcb_set_upcall(struct invocation *inv, const struct tcb_set_upcall_plan *plan)
{
    (void)inv;
    struct tcb *t = plan->tcb;
    t->upcall_entry = plan->entry;
    t->upcall_start = plan->range_start;
    t->upcall_end = plan->range_end;
    t->upcall_window_start = plan->window_start;
    t->upcall_window_end = plan->window_end;
    if (plan->entry == 0)
        t->upcall_kick = false;
    return KERR_OK;
}

kerr_t decode_tcb_kick(struct invocation *inv, const struct tcb_kick_args *args, struct tcb_kick_plan *plan)
{
    (void)args;
    plan->tcb = tcb_of(inv->cap);
    return upcall_is_set(plan->tcb) ? KERR_OK : err_illegal(inv);
}

kerr_t invoke_tcb_kick(struct invocation *inv, const struct tcb_kick_plan *plan)
{
    (void)inv;
    upcall_kick(plan->tcb);
    return KERR_OK;
}
