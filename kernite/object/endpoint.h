// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// Endpoints: rendezvous of senders and receivers, FIFO. See object/endpoint.c.

#include "core/cpu.h"
#include "core/derivation.h"

enum endpoint_state { ENDPOINT_IDLE = 0, ENDPOINT_SENDING, ENDPOINT_RECEIVING };

struct endpoint {
    struct tcb_queue queue;      // [k]
    word_t state;                // [k] enum endpoint_state
    struct tcb *cancel_position; // [k] in the queue: where a preempted CancelBadgedSends goes on; NULL none
    badge_t cancel_badge;        // [k]
    word_t reserved[3];
};
static_assert(sizeof(struct endpoint) == BIT(KN_ENDPOINT_BITS), "endpoint size");

struct reply;

// SENDER, the current thread, sends its message. Not BLOCKING: nothing happens unless a receiver waits. IS_CALL: SENDER
// then waits for the reply. BADGE and the rights are those of the capability it sends through; CAN_DONATE: its scheduling
// context may go along. Its registers stay as they are while it waits.
void endpoint_send(struct endpoint *e, struct tcb *sender, bool blocking, bool is_call, badge_t badge, bool can_grant,
                   bool can_grant_reply, bool can_donate);
// RECEIVER, the current thread, receives. REPLY: the Reply object that it offers, NULL for Wait. CAN_GRANT: its endpoint
// capability has GRANT. A bound notification that is active ends the receive at once.
void endpoint_receive(struct endpoint *e, struct tcb *receiver, bool blocking, struct reply *reply, bool can_grant);
// Takes T, blocked on E, out of its queue. T's state is the caller's business.
void endpoint_dequeue(struct endpoint *e, struct tcb *t);
