// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// Notifications: a word of bits that stays set until somebody takes it, and a queue of threads that wait for it.
//
//   IDLE --signal--> ACTIVE --wait, poll--> IDLE
//   IDLE --wait--> WAITING --signal, last waiter leaves--> IDLE
//   ACTIVE --signal--> ACTIVE, with the badge's bits added
//
// A thread may be bound: signals then end its receive on any endpoint too, as messages without words (info 0, the bits
// as badge). No signal is lost: it reaches a waiter, or the bound thread in its receive, or the bits; whoever begins to
// wait looks at the bits first, also when a blocked thread is bound to an active notification.
//
// A scheduling context may be bound: a thread without one that is woken by the notification borrows it and gives it back
// when it waits on the notification again (or, if bound, on any endpoint).
//
// Bindings are links without ownership: either side's death undoes them. A destroyed notification's waiters execute
// their system call again, when its capabilities are gone.
//
// I1  WAITING exactly if the queue is not empty; its threads are BLOCKED_ON_NOTIFICATION with blocked_object = this;
//     every thread blocked so is in the queue.
// I2  bits is 0 unless ACTIVE.
// I3  n->bound = t exactly if t->bound_notification = n; n->sc = s exactly if s->notification = n.
// I4  If ACTIVE, the bound thread is not BLOCKED_ON_RECEIVE.

#include "object/notification.h"

#include "core/ipc.h"
#include "core/objects.h"
#include "core/preempt.h"
#include "core/scheduler.h"
#include "core/tcb_queue.h"
#include "debug/log.h"
#include "object/endpoint.h"
#include "object/reply.h"
#include "object/sched_context.h"

static void give_bits(struct tcb *t, badge_t bits)
{
    ipc_receive_nothing(t);
    arch_set_badge(&t->context, bits);
}

// T, woken by N, borrows N's context if it has none.
ALWAYS_INLINE static void lend_context(struct notification *n, struct tcb *t)
{
    if (!t->sc && n->sc && !n->sc->tcb)
        sched_context_donate(n->sc, t);
}

// T, which no queue holds any more, gets BITS and runs.
ALWAYS_INLINE static void wake_with(struct notification *n, struct tcb *t, badge_t bits)
{
    give_bits(t, bits);
    lend_context(n, t);
    thread_set_state(t, THREAD_RUNNING);
    thread_wake(t);
}

static bool bound_is_receiving(const struct notification *n)
{
    return n->bound && n->bound->state == THREAD_BLOCKED_ON_RECEIVE;
}

// Ends the bound thread's receive.
static void wake_bound(struct notification *n, badge_t bits)
{
    struct tcb *t = n->bound;
    endpoint_dequeue(t->blocked_object, t);
    reply_withdraw(t);
    wake_with(n, t, bits);
}

ALWAYS_INLINE void notification_dequeue(struct notification *n, struct tcb *t)
{
    kassert(t->blocked_object == n && n->state == NOTIFICATION_WAITING);
    tcb_queue_remove(&n->queue, t);
    if (!n->queue.head)
        n->state = NOTIFICATION_IDLE;
}

static badge_t take_bits(struct notification *n)
{
    badge_t bits = n->bits;
    n->bits = 0;
    n->state = NOTIFICATION_IDLE;
    return bits;
}

void notification_signal(struct notification *n, badge_t badge)
{
    if (n->state == NOTIFICATION_WAITING) {
        struct tcb *t = n->queue.head;
        notification_dequeue(n, t);
        wake_with(n, t, badge);
    } else if (n->state == NOTIFICATION_IDLE && bound_is_receiving(n)) {
        wake_bound(n, badge);
    } else {
        n->state = NOTIFICATION_ACTIVE;
        n->bits |= badge;
    }
}

void notification_receive(struct notification *n, struct tcb *t, bool blocking)
{
    if (n->state == NOTIFICATION_ACTIVE) {
        give_bits(t, take_bits(n));
        lend_context(n, t);
        return;
    }
    if (!blocking) {
        ipc_receive_nothing(t);
        return;
    }
    t->rewind_on_cancel = true;
    ipc_block(t, THREAD_BLOCKED_ON_NOTIFICATION, n);
    tcb_queue_append(&n->queue, t);
    n->state = NOTIFICATION_WAITING;
    notification_take_back_context(n, t);
}

bool notification_poll_bound(struct tcb *t)
{
    struct notification *n = t->bound_notification;
    if (!n || n->state != NOTIFICATION_ACTIVE)
        return false;
    give_bits(t, take_bits(n));
    lend_context(n, t);
    return true;
}

void notification_take_back_context(struct notification *n, struct tcb *t)
{
    if (n->sc && t->sc == n->sc)
        sched_context_detach(n->sc);
}

void notification_bind(struct notification *n, struct tcb *t)
{
    kassert(!n->bound && !t->bound_notification);
    n->bound = t;
    t->bound_notification = n;
    if (n->state == NOTIFICATION_ACTIVE && bound_is_receiving(n))
        wake_bound(n, take_bits(n));
}

void notification_unbind(struct tcb *t)
{
    if (!t->bound_notification)
        return;
    t->bound_notification->bound = NULL;
    t->bound_notification = NULL;
}

void notification_finalise(struct notification *n)
{
    if (n->bound)
        notification_unbind(n->bound);
    if (n->sc)
        sched_context_unbind_notification(n->sc);
}

kerr_t notification_cancel_all(struct notification *n)
{
    while (n->queue.head) {
        struct tcb *t = n->queue.head;
        notification_dequeue(n, t);
        ipc_restart(t);
        if (n->queue.head && preemption_point())
            return KERR_PREEMPTED;
    }
    return KERR_OK;
}
