// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// The fastpath: a Call to a receiver that waits, and a ReplyRecv to a caller that waits with nobody to be received from,
// when the thread that gets the message is the one to run next. What the slow path does in many functions that each ask
// again is done here after all questions have been asked; the result is the same, to the last word of the kernel's state
// (a unit test compares). docs/kernel-notes.md, section Fastpath, has the conditions.
//
// Like every invocation: first checks that change nothing, then changes that cannot fail.
//
// I1  A function that returns false has changed nothing.
// I2  No capability is transferred and no thread wakes but the one that is switched to.

#include "core/fastpath.h"

#include "arch/api/context.h"
#include "arch/api/mmu.h"
#include "core/cspace.h"
#include "core/ipc.h"
#include "core/ready_queue.h"
#include "core/scheduler.h"
#include "core/tcb_queue.h"
#include "debug/log.h"
#include "object/endpoint.h"
#include "object/notification.h"
#include "object/refill.h"
#include "object/reply.h"
#include "object/sched_context.h"
#include "object/tcb.h"

// Whether SENDER's message, with INFO, can be passed to RECEIVER without a look at its length: it has no capabilities, and
// both have buffers if they need them.
static inline bool is_plain(word_t info, const struct tcb *sender, const struct tcb *receiver)
{
    word_t length = kn_msg_info_get_length(info);
    if (kn_msg_info_get_extra_caps(info) != 0)
        return false;
    return length <= KN_MSG_REGISTERS ||
           (length <= KN_MSG_MAX_LENGTH && sender->ipc_buffer_kernel && receiver->ipc_buffer_kernel);
}

static inline void pass_message(word_t info, const struct tcb *sender, struct tcb *receiver, badge_t badge)
{
    word_t length = kn_msg_info_get_length(info);
    ipc_copy_message(sender, receiver, length);
    arch_set_info(&receiver->context, kn_msg_info_new(kn_msg_info_get_label(info), 0, 0, length));
    arch_set_badge(&receiver->context, badge);
}

// Whether kernel_exit would go on with NEXT on SC, without anything else to do, when NEXT is woken, the current thread
// blocks and nothing more happens.
static inline bool would_run(const struct cpu *cpu, const struct tcb *next, struct sched_context *sc)
{
    if (cpu->must_reschedule || !scheduler_has_time(cpu) || next->upcall_kick)
        return false;
    // No ready thread's priority is above the current one's (scheduler.c I2).
    if (next->priority < cpu->current->priority && ready_is_above(cpu, next->priority))
        return false;
    return sc == cpu->current_sc ||
           (sc->cpu == cpu->id && sc->period != 0 && (sched_context_is_round_robin(sc) || refill_is_ready(sc, cpu->now)));
}

// Whether the current thread T, about to block with its context, has borrowed it from one that could go on with it.
static inline bool is_wanted_home(const struct tcb *t)
{
    const struct tcb *home = t->sc->home;
    return home != t && home && thread_is_runnable(home);
}

// NEXT, blocked so far and in no queue any more, runs instead of the current thread, which is blocked already.
static inline void go_to(struct cpu *cpu, struct tcb *next)
{
    kassert(!next->yield_to && next->fault.label == KN_FAULT_NULL);
    next->state = THREAD_RUNNING;
    next->blocked_object = NULL;
    if (next->sc != cpu->current_sc && next->sc->is_sporadic)
        refill_unblock(next->sc, cpu->now);
    scheduler_go_to(next);
}

static inline bool is_callable(struct cap cap)
{
    word_t rights = cap_rights(cap);
    return cap_type(cap) == KN_CAP_TYPE_ENDPOINT && (rights & KN_RIGHTS_WRITE) &&
           (rights & (KN_RIGHTS_GRANT | KN_RIGHTS_GRANT_REPLY));
}

bool fastpath_call(struct cpu *cpu)
{
    struct tcb *caller = cpu->current;
    word_t info = arch_get_info(&caller->context);
    const struct cte *slot = cspace_find_direct(caller->slots[TCB_CSPACE].cap, arch_get_cptr(&caller->context));
    if (!slot || !is_callable(slot->cap))
        return false;
    struct endpoint *e = phys_to_ptr(cap_paddr(slot->cap));
    if (e->state != ENDPOINT_RECEIVING)
        return false;
    struct tcb *receiver = e->queue.head;
    struct reply *reply = receiver->reply;
    bool is_active = receiver->sc;
    if (!reply || !is_plain(info, caller, receiver) ||
        !would_run(cpu, receiver, is_active ? receiver->sc : caller->sc) || (is_active && is_wanted_home(caller)))
        return false;

    pass_message(info, caller, receiver, cap_badge(slot->cap));
    endpoint_pop_receiver(e, receiver);
    receiver->reply = NULL;
    reply->tcb = caller;
    reply->caller_is_waiting = true;
    caller->reply = reply;
    caller->blocked_object = reply;
    caller->state = THREAD_BLOCKED_ON_REPLY;
    caller->rewind_on_cancel = true;
    if (!is_active)
        reply_lend_context(reply, caller, receiver);
    go_to(cpu, receiver);
    return true;
}

// Whether SERVER can go to sleep on an endpoint: no signal is there, and none that has lent it a context.
static inline bool may_sleep(const struct tcb *server)
{
    const struct notification *n = server->bound_notification;
    return !n || (n->state != NOTIFICATION_ACTIVE && !n->sc);
}

bool fastpath_reply_recv(struct cpu *cpu)
{
    struct tcb *server = cpu->current;
    word_t info = arch_get_info(&server->context);
    struct cap cspace = server->slots[TCB_CSPACE].cap;
    const struct cte *reply_slot = cspace_find_direct(cspace, arch_get_reply(&server->context));
    if (!reply_slot || cap_type(reply_slot->cap) != KN_CAP_TYPE_REPLY)
        return false;
    struct reply *reply = phys_to_ptr(cap_paddr(reply_slot->cap));
    const struct cte *slot = cspace_find_direct(cspace, arch_get_cptr(&server->context));
    if (!reply->caller_is_waiting || !slot || cap_type(slot->cap) != KN_CAP_TYPE_ENDPOINT ||
        !(cap_rights(slot->cap) & KN_RIGHTS_READ))
        return false;
    struct tcb *caller = reply->tcb;
    struct endpoint *e = phys_to_ptr(cap_paddr(slot->cap));
    if (e->state == ENDPOINT_SENDING || caller->fault.label != KN_FAULT_NULL || !is_plain(info, server, caller) ||
        !may_sleep(server))
        return false;
    // Either the caller lent its context to this server and gets it back, or each has its own.
    struct sched_context *lent = reply->sc;
    if (lent ? lent != server->sc || caller->sc : !caller->sc || reply->prev || reply->next || is_wanted_home(server))
        return false;
    if (!would_run(cpu, caller, lent ? lent : caller->sc))
        return false;

    pass_message(info, server, caller, 0);
    if (lent)
        reply_return_context(reply, caller, server);
    reply->tcb = server;
    reply->caller_is_waiting = false;
    caller->reply = NULL;
    server->reply = reply;
    server->blocked_object = e;
    server->blocked_can_grant = cap_rights(slot->cap) & KN_RIGHTS_GRANT;
    server->state = THREAD_BLOCKED_ON_RECEIVE;
    server->rewind_on_cancel = true;
    endpoint_append(e, server, ENDPOINT_RECEIVING);
    go_to(cpu, caller);
    return true;
}
