// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// The fastpath: a Call to a receiver that waits, and a ReplyRecv to a caller that waits with nobody to be received from,
// when the thread that gets the message is the one to run next. What the slow path does in many functions that each ask
// again is done here after all questions have been asked; the result is the same, to the last word of the kernel's state
// (a unit test compares). docs/kernel-notes.md, section Fastpath, has the conditions.
//
// Like every invocation: first checks that change nothing, then changes that cannot fail.
//
// I1  A function that returns NULL has changed nothing but the time that is accounted for.
// I2  No capability is transferred and no thread wakes but the one that is switched to.

#include "core/fastpath.h"

#include "arch/api/context.h"
#include "arch/api/cpu.h"
#include "arch/api/mmu.h"
#include "core/cspace.h"
#include "core/fault.h"
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

// Whether SENDER's message, with INFO, can be passed to RECEIVER as it is: it has no capabilities, and both have buffers if
// they need them.
static inline bool is_plain(word_t info, const struct tcb *sender, const struct tcb *receiver)
{
    word_t length = kn_msg_info_get_length(info);
    return LIKELY(kn_msg_info_get_extra_caps(info) == 0) &&
           (length <= KN_MSG_REGISTERS ||
            (length <= KN_MSG_MAX_LENGTH && sender->ipc_buffer_kernel && receiver->ipc_buffer_kernel));
}

static inline void pass_message(word_t info, const struct tcb *sender, struct tcb *receiver, badge_t badge)
{
    word_t length = kn_msg_info_get_length(info);
    ipc_copy_message(sender, receiver, length);
    arch_set_info(&receiver->context, kn_msg_info_new(kn_msg_info_get_label(info), 0, 0, length));
    arch_set_badge(&receiver->context, badge);
}

// Whether NEXT, which waits for a message or an answer, would be chosen at the kernel's exit if it were woken and CURRENT
// blocked, and has nothing else to do then.
static inline bool would_be_chosen(const struct cpu *cpu, const struct tcb *current, const struct tcb *next)
{
    if (UNLIKELY(cpu->must_reschedule || next->upcall_kick))
        return false;
    // No ready thread's priority is above the current one's (scheduler.c I2).
    return next->priority >= current->priority || !ready_is_above(cpu, next->priority);
}

// Whether the CPU may go from the context of CURRENT to that of NEXT at once. Reads the clock.
static inline bool may_change_context(struct cpu *cpu, const struct tcb *current, const struct tcb *next)
{
    struct sched_context *sc = next->sc;
    const struct tcb *home = current->sc->home;
    // Another thread's context, which that one could go on with, would return to it.
    if (UNLIKELY(home != current && home && thread_is_runnable(home)))
        return false;
    kernel_enter();
    return scheduler_has_time(cpu) && next->cpu == cpu->id &&
           (LIKELY(sched_context_is_round_robin(sc)) ? sc->period != 0 : refill_is_ready(sc, cpu->now));
}

// What may_change_context has allowed.
static inline void change_context(struct cpu *cpu, struct sched_context *from, struct sched_context *to)
{
    if (LIKELY(sched_context_is_round_robin(from) && sched_context_is_round_robin(to))) {
        scheduler_switch_turn(cpu, from, to);
        return;
    }
    if (to->is_sporadic)
        refill_unblock(to, cpu->now);
    scheduler_switch_context(cpu, to);
}

// NEXT, which waits no more and is in no queue, runs instead of the current thread, which is blocked.
static inline void run(struct cpu *cpu, struct tcb *next)
{
    kassert(!next->yield_to && next->fault.label == KN_FAULT_NULL);
    next->state = THREAD_RUNNING;
    next->blocked_object = NULL;
    tcb_check_spaces(next);
    arch_switch_to(next);
    cpu->current = next;
}

static inline bool is_callable(struct cap cap)
{
    word_t rights = cap_rights(cap);
    return cap_type(cap) == KN_CAP_TYPE_ENDPOINT && (rights & KN_RIGHTS_WRITE) &&
           (rights & (KN_RIGHTS_GRANT | KN_RIGHTS_GRANT_REPLY));
}

// CALLER waits for the answer through REPLY, which RECEIVER has offered so far.
static inline void wait_for_reply(struct tcb *caller, struct reply *reply, struct tcb *receiver)
{
    receiver->reply = NULL;
    reply->tcb = caller;
    reply->caller_is_waiting = true;
    caller->reply = reply;
    caller->blocked_object = reply;
    caller->state = THREAD_BLOCKED_ON_REPLY;
    caller->rewind_on_cancel = true;
}

ALWAYS_INLINE struct tcb *fastpath_call(struct cpu *cpu)
{
    struct tcb *caller = cpu->current;
    tcb_check_spaces(caller);
    const struct cte *slot = tcb_find_slot(caller, arch_get_cptr(&caller->context));
    if (UNLIKELY(!slot || !is_callable(slot->cap)))
        return NULL;
    struct endpoint *e = cap_object(slot->cap);
    if (e->state != ENDPOINT_RECEIVING)
        return NULL;
    struct tcb *receiver = e->queue.head;
    word_t info = arch_get_info(&caller->context);
    struct reply *reply = receiver->reply;
    struct sched_context *own = receiver->sc; // NULL: it runs on the caller's
    if (UNLIKELY(!reply || !is_plain(info, caller, receiver) || !would_be_chosen(cpu, caller, receiver) ||
                 (own && !may_change_context(cpu, caller, receiver))))
        return NULL;

    pass_message(info, caller, receiver, cap_badge(slot->cap));
    endpoint_pop_receiver(e, receiver);
    wait_for_reply(caller, reply, receiver);
    if (own)
        change_context(cpu, caller->sc, own);
    else
        reply_lend_context(reply, caller, receiver);
    run(cpu, receiver);
    return receiver;
}

// Whether SERVER can go to sleep on an endpoint: no signal is there, and none that has lent it a context.
static inline bool may_sleep(const struct tcb *server)
{
    const struct notification *n = server->bound_notification;
    return !n || (n->state != NOTIFICATION_ACTIVE && !n->sc);
}

// Whether the answer with INFO to the fault of T lets it go on where it stopped, with nothing else to do.
static inline bool is_resumption(word_t info, const struct tcb *t)
{
    return kn_msg_info_get_label(info) == KN_FAULT_REPLY_RESUME && !t->yield_to;
}

// SERVER waits on E and offers REPLY, whose CALLER has got its answer.
static inline void wait_for_message(struct tcb *server, struct endpoint *e, struct reply *reply, struct tcb *caller)
{
    caller->reply = NULL;
    reply->tcb = server;
    reply->caller_is_waiting = false;
    server->reply = reply;
    server->blocked_object = e;
    server->state = THREAD_BLOCKED_ON_RECEIVE;
    server->rewind_on_cancel = true;
    endpoint_append(e, server, ENDPOINT_RECEIVING);
}

// Whether the answer through REPLY takes the CPU from SERVER to CALLER: with the context LENT along it, or, if
// that is NULL, each on a context of its own.
static inline bool is_way_back(struct cpu *cpu, const struct reply *reply, const struct sched_context *lent,
                               const struct tcb *server, const struct tcb *caller)
{
    if (lent)
        return lent == server->sc && !caller->sc;
    return caller->sc && !reply->prev && !reply->next && may_change_context(cpu, server, caller);
}

ALWAYS_INLINE struct tcb *fastpath_reply_recv(struct cpu *cpu)
{
    struct tcb *server = cpu->current;
    tcb_check_spaces(server);
    word_t info = arch_get_info(&server->context);
    if (UNLIKELY(kn_msg_info_get_extra_caps(info) != 0)) // before any look-up, which the slow path would repeat
        return NULL;
    const struct cte *reply_slot = tcb_find_slot(server, arch_get_reply(&server->context));
    if (UNLIKELY(!reply_slot || cap_type(reply_slot->cap) != KN_CAP_TYPE_REPLY))
        return NULL;
    struct reply *reply = cap_object(reply_slot->cap);
    const struct cte *slot = tcb_find_slot(server, arch_get_cptr(&server->context));
    if (UNLIKELY(!slot || !reply->caller_is_waiting))
        return NULL;
    struct cap cap = slot->cap;
    if (UNLIKELY(cap_type(cap) != KN_CAP_TYPE_ENDPOINT || !(cap_rights(cap) & KN_RIGHTS_READ)))
        return NULL;
    struct tcb *caller = reply->tcb;
    struct endpoint *e = cap_object(cap);
    struct sched_context *lent = reply->sc;
    bool is_fault = caller->fault.label != KN_FAULT_NULL;
    if (UNLIKELY(e->state == ENDPOINT_SENDING || !is_plain(info, server, caller) || !may_sleep(server) ||
                 (is_fault && !is_resumption(info, caller)) || !would_be_chosen(cpu, server, caller) ||
                 !is_way_back(cpu, reply, lent, server, caller)))
        return NULL;

    if (UNLIKELY(is_fault))
        fault_resume(caller, server, kn_msg_info_get_length(info));
    else
        pass_message(info, server, caller, 0);
    wait_for_message(server, e, reply, caller);
    if (lent)
        reply_return_context(reply, caller, server);
    else
        change_context(cpu, server->sc, caller->sc);
    run(cpu, caller);
    return caller;
}
