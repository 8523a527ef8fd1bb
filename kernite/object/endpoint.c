// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// Endpoints. A message passes when a sender and a receiver meet; who comes first waits in the endpoint's queue.
//
//   IDLE --blocking send--> SENDING --last sender leaves--> IDLE
//   IDLE --blocking receive--> RECEIVING --last receiver leaves--> IDLE
//
// A waiter leaves by being served (first come, first served, whatever its priority), by being cancelled (suspended,
// resumed, deleted), by CancelBadgedSends, or when the endpoint is destroyed; in the last two cases it executes its
// instruction again, and a destroyed endpoint's capabilities are gone by then. The endpoint owns no thread.
//
// A Call or a fault that meets a receiver makes the sender wait on the receiver's Reply, if the sender may be answered
// (GRANT or GRANT_REPLY) and there is a Reply; otherwise nobody can ever answer it and it becomes inactive.
//
// CancelBadgedSends stops at any waiter and goes on from cancel_position. It concerns those who wait when it begins: each begins
// an epoch, its continuations know which (the kernel puts it in the caller's message), and a sender carries the epoch in which
// it came. So it ends, even if senders of higher priority come again at once. There is one at a time: whoever would begin
// another finishes that one first, and who comes back to find a later epoch has been helped so. So all of them end, even
// if two CPUs give way to each other at each waiter.
//
// I1  state is IDLE exactly if the queue is empty.
// I2  The queue's threads are BLOCKED_ON_SEND if the state is SENDING, BLOCKED_ON_RECEIVE if RECEIVING, all with
//     blocked_object = this endpoint; every thread blocked so is in the queue.
// I3  cancel_position is NULL or in the queue; no sender before it has cancel_badge. NULL: no cancellation is under way.
// I4  fault.label is other than KN_FAULT_NULL only for threads BLOCKED_ON_SEND or BLOCKED_ON_REPLY, and blocked_is_call is
//     set then.
// I5  The senders' blocked_epoch ascends along the queue and is at most cancel_epoch.

#include "object/endpoint.h"

#include "core/ipc.h"
#include "core/objects.h"
#include "core/preempt.h"
#include "core/scheduler.h"
#include "core/tcb_queue.h"
#include "debug/log.h"
#include "object/notification.h"
#include "object/reply.h"
#include "object/sched_context.h"

static void enqueue(struct endpoint *e, struct tcb *t, enum endpoint_state state)
{
    kassert(e->state == ENDPOINT_IDLE || e->state == state);
    endpoint_append(e, t, state);
}

ALWAYS_INLINE void endpoint_dequeue(struct endpoint *e, struct tcb *t)
{
    kassert(t->blocked_object == e && e->state != ENDPOINT_IDLE);
    if (e->cancel_position == t)
        e->cancel_position = t->queue_next;
    tcb_queue_remove(&e->queue, t);
    if (!e->queue.head)
        e->state = ENDPOINT_IDLE;
}

// SENDER's Call or fault has reached RECEIVER: it waits for the answer.
ALWAYS_INLINE static void await_reply(struct tcb *sender, struct tcb *receiver, struct reply *reply,
                                      bool may_be_answered, bool donate)
{
    if (reply && may_be_answered)
        reply_push(reply, sender, receiver, donate);
    else
        ipc_abandon(sender);
}

static void deliver(struct endpoint *e, struct tcb *sender, bool is_call, badge_t badge, bool can_grant,
                    bool can_grant_reply, bool can_donate)
{
    struct tcb *receiver = e->queue.head;
    struct reply *reply = receiver->reply;
    ipc_transfer(sender, receiver, e, badge, can_grant);
    endpoint_dequeue(e, receiver);
    reply_withdraw(receiver);
    if (is_call)
        await_reply(sender, receiver, reply, can_grant || can_grant_reply, can_donate);
    else if (can_donate && sender->sc && !receiver->sc)
        sched_context_donate(sender->sc, receiver);
    thread_set_state(receiver, THREAD_RUNNING);
    thread_wake(receiver);
}

void endpoint_send(struct endpoint *e, struct tcb *sender, bool blocking, bool is_call, badge_t badge, bool can_grant,
                   bool can_grant_reply, bool can_donate)
{
    sender->rewind_on_cancel = ipc_is_behind_instruction(sender);
    if (e->state == ENDPOINT_RECEIVING) {
        deliver(e, sender, is_call, badge, can_grant, can_grant_reply, can_donate);
        return;
    }
    if (!blocking)
        return;
    sender->blocked_badge = badge;
    sender->blocked_epoch = e->cancel_epoch;
    sender->blocked_can_grant = can_grant;
    sender->blocked_can_grant_reply = can_grant_reply;
    sender->blocked_is_call = is_call;
    ipc_block(sender, THREAD_BLOCKED_ON_SEND, e);
    enqueue(e, sender, ENDPOINT_SENDING);
}

// RECEIVER takes the first waiting message, with the Reply that it offers.
static void accept(struct endpoint *e, struct tcb *receiver, struct reply *reply)
{
    struct tcb *sender = e->queue.head;
    ipc_transfer(sender, receiver, e, sender->blocked_badge, sender->blocked_can_grant);
    endpoint_dequeue(e, sender);
    if (sender->blocked_is_call) {
        bool may_be_answered = sender->blocked_can_grant || sender->blocked_can_grant_reply;
        await_reply(sender, receiver, reply, may_be_answered, sender->fault.label != KN_FAULT_TIMEOUT);
    } else {
        thread_set_state(sender, THREAD_RUNNING);
        thread_wake(sender);
    }
}

void endpoint_receive(struct endpoint *e, struct tcb *receiver, bool blocking, struct reply *reply)
{
    if (reply)
        reply_evict(reply);
    if (notification_poll_bound(receiver))
        return;
    if (e->state == ENDPOINT_SENDING) {
        accept(e, receiver, reply);
        return;
    }
    if (!blocking) {
        ipc_receive_nothing(receiver);
        return;
    }
    receiver->rewind_on_cancel = true;
    ipc_block(receiver, THREAD_BLOCKED_ON_RECEIVE, e);
    enqueue(e, receiver, ENDPOINT_RECEIVING);
    if (reply)
        reply_offer(reply, receiver);
    if (receiver->bound_notification)
        notification_take_back_context(receiver->bound_notification, receiver);
}

// T leaves the queue and executes its instruction again.
static void send_back(struct endpoint *e, struct tcb *t)
{
    endpoint_dequeue(e, t);
    reply_withdraw(t);
    ipc_restart(t);
}

kerr_t endpoint_cancel_all(struct endpoint *e)
{
    while (e->queue.head) {
        send_back(e, e->queue.head);
        if (e->queue.head && preemption_point())
            return KERR_PREEMPTED;
    }
    return KERR_OK;
}

// Goes on with the last cancellation that has begun.
static kerr_t cancel_badged(struct endpoint *e)
{
    while (e->cancel_position && e->cancel_position->blocked_epoch < e->cancel_epoch) {
        struct tcb *t = e->cancel_position;
        e->cancel_position = t->queue_next;
        if (t->blocked_badge == e->cancel_badge)
            send_back(e, t);
        if (e->cancel_position && preemption_point())
            return KERR_PREEMPTED;
    }
    e->cancel_position = NULL;
    return KERR_OK;
}

kerr_t endpoint_cancel_badged(struct endpoint *e, badge_t badge, word_t *epoch)
{
    if (*epoch != 0)
        return *epoch == e->cancel_epoch ? cancel_badged(e) : KERR_OK;
    if (cancel_badged(e) != KERR_OK)
        return KERR_PREEMPTED;
    if (e->state != ENDPOINT_SENDING)
        return KERR_OK;
    *epoch = ++e->cancel_epoch;
    e->cancel_position = e->queue.head;
    e->cancel_badge = badge;
    return cancel_badged(e);
}
