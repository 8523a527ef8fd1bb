// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// Endpoints: rendezvous of senders and receivers, FIFO. See object/endpoint.c.

#include "core/derivation.h"
#include "core/tcb_queue.h"

enum endpoint_state { ENDPOINT_IDLE = 0, ENDPOINT_SENDING, ENDPOINT_RECEIVING };

struct endpoint {
    struct tcb_queue queue;      // [k]
    word_t state;                // [k] enum endpoint_state
    struct tcb *cancel_position; // [k] in the queue: where a preempted CancelBadgedSends goes on; NULL none
    badge_t cancel_badge;        // [k]
    word_t cancel_epoch;         // [k] how many CancelBadgedSends have begun; the last one may be under way
    word_t reserved[2];
};
static_assert(sizeof(struct endpoint) == BIT(KN_ENDPOINT_BITS), "endpoint size");

struct reply;

// SENDER, the current thread, sends its message. Not BLOCKING: nothing happens unless a receiver waits. IS_CALL: SENDER
// then waits for the reply. BADGE and the rights are those of the capability it sends through; CAN_DONATE: its scheduling
// context may go along. Its registers stay as they are while it waits.
void endpoint_send(struct endpoint *e, struct tcb *sender, bool blocking, bool is_call, badge_t badge, bool can_grant,
                   bool can_grant_reply, bool can_donate);
// RECEIVER, the current thread, receives. REPLY: the Reply object that it offers, NULL for Wait. A bound notification that is
// active ends the receive at once.
void endpoint_receive(struct endpoint *e, struct tcb *receiver, bool blocking, struct reply *reply);
// Puts T behind E's queue, whose threads wait for STATE. T's state is the caller's business.
static inline void endpoint_append(struct endpoint *e, struct tcb *t, enum endpoint_state state)
{
    tcb_queue_append(&e->queue, t);
    e->state = state;
}
// Takes the first waiting receiver, RECEIVER, out of E's queue.
static inline void endpoint_pop_receiver(struct endpoint *e, struct tcb *receiver)
{
    tcb_queue_remove_head(&e->queue, receiver);
    if (!e->queue.head)
        e->state = ENDPOINT_IDLE;
}
// Sends back the senders with BADGE that came before the operation began: *EPOCH is 0 for one that begins, and is set to
// what its continuation after KERR_PREEMPTED shall pass (0: it has finished somebody else's so far).
kerr_t endpoint_cancel_badged(struct endpoint *e, badge_t badge, word_t *epoch);
// Takes T, blocked on E, out of its queue. T's state is the caller's business.
void endpoint_dequeue(struct endpoint *e, struct tcb *t);
