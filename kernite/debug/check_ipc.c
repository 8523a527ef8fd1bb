// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// Endpoints, notifications, Reply objects: what they and the threads say of each other.

#include "arch/api/mmu.h"
#include "debug/check_private.h"
#include "object/endpoint.h"
#include "object/notification.h"
#include "object/reply.h"
#include "object/sched_context.h"
#include "object/tcb.h"

// The queue of OBJECT: links, and every thread in STATE on this object.
static word_t check_queue(const struct tcb_queue *q, const void *object, enum thread_state state, word_t invariant,
                          word_t *nr_queued)
{
    const struct tcb *before = NULL;
    for (const struct tcb *t = q->head; t; t = t->queue_next) {
        CHECK(t->queue_prev == before, invariant, object, "the queue's links do not agree");
        CHECK(t->state == state, invariant, t, "a thread in the queue is not blocked as the queue says");
        CHECK(t->blocked_object == object, invariant, t, "a thread in the queue is blocked on something else");
        CHECK(++*nr_queued < CHECK_MAX_STEPS, invariant, object, "the queue does not end");
        before = t;
    }
    CHECK(q->tail == before, invariant, object, "the queue's tail is not its last thread");
    return CHECK_OK;
}

static word_t check_cancel_position(const struct endpoint *e)
{
    if (!e->cancel_position)
        return CHECK_OK;
    for (const struct tcb *t = e->queue.head; t; t = t->queue_next) {
        if (t == e->cancel_position)
            return CHECK_OK;
        CHECK(t->state != THREAD_BLOCKED_ON_SEND || t->blocked_badge != e->cancel_badge, CHECK_ENDPOINT, e,
              "a preempted CancelBadgedSends has passed a sender");
    }
    return check_broken(CHECK_ENDPOINT, e, "a preempted CancelBadgedSends goes on outside the queue");
}

static word_t check_endpoint(const struct endpoint *e, word_t *nr_queued)
{
    CHECK(e->state <= ENDPOINT_RECEIVING, CHECK_ENDPOINT, e, "no such endpoint state");
    CHECK((e->state == ENDPOINT_IDLE) == (e->queue.head == NULL), CHECK_ENDPOINT, e,
          "the state does not agree with the queue");
    enum thread_state state = e->state == ENDPOINT_SENDING ? THREAD_BLOCKED_ON_SEND : THREAD_BLOCKED_ON_RECEIVE;
    CHECK_PART(check_queue(&e->queue, e, state, CHECK_ENDPOINT, nr_queued));
    return check_cancel_position(e);
}

static word_t check_notification(const struct notification *n, word_t *nr_queued)
{
    CHECK(n->state <= NOTIFICATION_ACTIVE, CHECK_NOTIFICATION, n, "no such notification state");
    CHECK((n->state == NOTIFICATION_WAITING) == (n->queue.head != NULL), CHECK_NOTIFICATION, n,
          "the state does not agree with the queue");
    CHECK(n->state == NOTIFICATION_ACTIVE || n->bits == 0, CHECK_NOTIFICATION, n, "an inactive notification has bits");
    CHECK(!n->bound || n->bound->bound_notification == n, CHECK_NOTIFICATION, n,
          "the bound thread is bound to another");
    CHECK(!n->bound || n->state != NOTIFICATION_ACTIVE || n->bound->state != THREAD_BLOCKED_ON_RECEIVE,
          CHECK_NOTIFICATION, n, "the bound thread waits although there are signals");
    CHECK(!n->sc || n->sc->notification == n, CHECK_SC_LINKS, n, "a notification's context has another notification");
    return check_queue(&n->queue, n, THREAD_BLOCKED_ON_NOTIFICATION, CHECK_NOTIFICATION, nr_queued);
}

static word_t check_reply(const struct reply *r)
{
    const struct tcb *t = r->tcb;
    if (t) {
        enum thread_state state = r->caller_is_waiting ? THREAD_BLOCKED_ON_REPLY : THREAD_BLOCKED_ON_RECEIVE;
        CHECK(t->reply == r, CHECK_REPLY, r, "a Reply's thread uses another Reply");
        CHECK(t->state == state, CHECK_REPLY, r, "a Reply's thread is in another state");
    } else {
        CHECK(!r->caller_is_waiting, CHECK_REPLY, r, "nobody waits for a reply");
    }
    CHECK(!r->prev || r->prev->next == r, CHECK_REPLY, r, "the call stack's links do not agree");
    CHECK(!r->next || r->next->prev == r, CHECK_REPLY, r, "the call stack's links do not agree");
    CHECK(!r->sc || (r->sc->reply == r && !r->next), CHECK_REPLY, r, "the context's call stack has another head");
    return CHECK_OK;
}

static word_t count_blocked(struct cte *head)
{
    word_t count = 0;
    for (struct cte *s = NULL; (s = check_next_object(head, s, KN_CAP_TYPE_TCB));) {
        const struct tcb *t = cap_object(s->cap);
        count += t->state == THREAD_BLOCKED_ON_RECEIVE || t->state == THREAD_BLOCKED_ON_SEND ||
                 t->state == THREAD_BLOCKED_ON_NOTIFICATION;
    }
    return count;
}

word_t check_ipc(struct cte *head)
{
    word_t nr_queued = 0;
    for (struct cte *s = NULL; (s = check_next_object(head, s, KN_CAP_TYPE_ENDPOINT));)
        CHECK_PART(check_endpoint(cap_object(s->cap), &nr_queued));
    for (struct cte *s = NULL; (s = check_next_object(head, s, KN_CAP_TYPE_NOTIFICATION));)
        CHECK_PART(check_notification(cap_object(s->cap), &nr_queued));
    for (struct cte *s = NULL; (s = check_next_object(head, s, KN_CAP_TYPE_REPLY));)
        CHECK_PART(check_reply(cap_object(s->cap)));
    CHECK(nr_queued == count_blocked(head), CHECK_BLOCKED_QUEUED, NULL, "a blocked thread is in no queue");
    return CHECK_OK;
}
