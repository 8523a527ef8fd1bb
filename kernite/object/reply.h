// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// Reply objects: link a caller that waits for its reply with the thread that will give it, and form the stack along
// which scheduling contexts are donated and come back. See object/reply.c.

#include "core/derivation.h"
#include "object/sched_context.h"
#include "object/tcb.h"

struct reply {
    struct tcb *tcb;            // [k] the thread that uses it: the caller (waits for a reply) or the receiver that offers it
    word_t caller_is_waiting;   // [k] whether tcb is a caller BLOCKED_ON_REPLY
    struct reply *prev;         // [k] call stack: towards the first caller
    struct reply *next;         // [k] call stack: towards the running thread
    struct sched_context *sc;   // [k] head of the stack: the context that came with the call; else NULL
    word_t reserved[3];
};
static_assert(sizeof(struct reply) == BIT(KN_REPLY_BITS), "reply size");

// RECEIVER, about to block, offers R, which nobody uses.
void reply_offer(struct reply *r, struct tcb *receiver);
// Undoes reply_offer: T, which has taken a message or is cancelled, uses its Reply no more. No effect without one.
void reply_withdraw(struct tcb *t);
// CALLER blocks until R is answered; with CAN_DONATE its context goes to a CALLEE that has none. R is in nobody's use.
void reply_push(struct reply *r, struct tcb *caller, struct tcb *callee, bool can_donate);
// The context of CALLER, which waits on R, goes along to CALLEE, which has none; R heads its stack.
static inline void reply_lend_context(struct reply *r, struct tcb *caller, struct tcb *callee)
{
    struct sched_context *sc = caller->sc;
    struct reply *below = sc->reply;
    r->prev = below;
    if (below) {
        below->next = r;
        below->sc = NULL;
    }
    r->sc = sc;
    sc->reply = r;
    sched_context_pass(sc, caller, callee);
}
// The context lent along R, the head of its stack, goes from CALLEE, which has it, back to CALLER, which has none.
static inline void reply_return_context(struct reply *r, struct tcb *caller, struct tcb *callee)
{
    struct sched_context *sc = r->sc;
    struct reply *below = r->prev;
    if (below) {
        below->sc = sc;
        below->next = NULL;
    }
    sc->reply = below;
    r->sc = NULL;
    r->prev = NULL;
    sched_context_pass(sc, callee, caller);
}
// R's caller waits no more since it is answered: it gets back the context that is lent along R if R heads the stack.
// The caller is left inactive. Returns the thread that had the context, for sched_context_make_up_for when the caller runs;
// NULL none.
struct tcb *reply_pop(struct reply *r);
// T, BLOCKED_ON_REPLY, is cancelled: its Reply is free, no context moves. T is left inactive.
void reply_cancel_caller(struct tcb *t);
// R is to be used for something else: a waiting caller resumes with PEER_GONE, a receiver becomes inactive.
void reply_evict(struct reply *r);
