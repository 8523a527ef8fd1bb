// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// Reply objects. A Reply is free, offered by a receiver, or has a waiting caller:
//
//   free --Recv blocks--> offered --message is a Call--> free for a moment --> waited for --answered--> free
//   free --Recv finds a Call--> waited for
//   offered --signal, Send, cancelled--> free
//   waited for --caller suspended, resumed, deleted--> free
//   waited for --Reply destroyed or offered anew--> free, and the caller resumes with the label PEER_GONE
//
// A caller whose Call finds a receiver without a scheduling context lends its own: the Replies along which one context
// has been lent form a stack, head nearest to the thread that has it now. An answer through the head brings the context
// back to that caller. A Reply that leaves from the middle, or whose caller vanishes, cuts the stack: those below it
// are on no stack any more, and an answer through them moves no context (see sched_context.c about going home).
//
// A Reply belongs to whoever holds its capabilities; it owns neither thread nor context. A faulted thread that waits
// for its handler is a caller too; when its Reply is destroyed it executes the faulting instruction again.
//
// I1  r->tcb = t exactly if t->reply = r.
// I2  caller_is_waiting: tcb is BLOCKED_ON_REPLY, with blocked_object = r. Otherwise tcb is NULL, or BLOCKED_ON_RECEIVE.
// I3  prev, next and sc are NULL unless caller_is_waiting; r->prev = p exactly if p->next = r.
// I4  r->sc = s exactly if s->reply = r; then next is NULL. At most one Reply of a stack, its head, has a context.

#include "object/reply.h"

#include "core/ipc.h"
#include "core/objects.h"
#include "core/scheduler.h"
#include "debug/log.h"
#include "object/sched_context.h"
#include "object/tcb.h"

static void link_tcb(struct reply *r, struct tcb *t)
{
    kassert(!r->tcb && !t->reply && !r->prev && !r->next && !r->sc);
    r->tcb = t;
    t->reply = r;
}

static void unlink_tcb(struct reply *r)
{
    r->tcb->reply = NULL;
    r->tcb = NULL;
    r->caller_is_waiting = false;
}

void reply_offer(struct reply *r, struct tcb *receiver)
{
    link_tcb(r, receiver);
}

void reply_withdraw(struct tcb *t)
{
    if (!t->reply)
        return;
    kassert(!t->reply->caller_is_waiting);
    unlink_tcb(t->reply);
}

void reply_push(struct reply *r, struct tcb *caller, struct tcb *callee, bool can_donate)
{
    struct sched_context *sc = caller->sc;
    link_tcb(r, caller);
    r->caller_is_waiting = true;
    ipc_block(caller, THREAD_BLOCKED_ON_REPLY, r);
    if (!can_donate || !sc || callee->sc)
        return;
    reply_lend_context(r, caller, callee);
}

// Cuts R out of its stack; what lies below is on no stack any more.
static void cut(struct reply *r)
{
    if (r->sc)
        r->sc->reply = NULL;
    if (r->next)
        r->next->prev = NULL;
    if (r->prev)
        r->prev->next = NULL;
    r->sc = NULL;
    r->next = r->prev = NULL;
}

struct tcb *reply_pop(struct reply *r)
{
    struct tcb *loser = NULL;
    struct tcb *caller = r->tcb;
    struct sched_context *sc = r->sc;
    struct reply *below = r->prev;
    kassert(r->caller_is_waiting && caller->state == THREAD_BLOCKED_ON_REPLY);
    cut(r);
    if (sc) {
        if (below) {
            below->sc = sc;
            sc->reply = below;
        }
        if (!caller->sc) {
            loser = sc->tcb;
            sched_context_donate(sc, caller);
        }
    }
    unlink_tcb(r);
    thread_set_state(caller, THREAD_INACTIVE);
    return loser;
}

void reply_cancel_caller(struct tcb *t)
{
    struct reply *r = t->reply;
    kassert(r && r->caller_is_waiting);
    cut(r);
    unlink_tcb(r);
    thread_set_state(t, THREAD_INACTIVE);
}

static void resume_with_peer_gone(struct tcb *caller)
{
    if (caller->fault.label != KN_FAULT_NULL) { // it faults again, to whatever handler it has then
        ipc_restart(caller);
        return;
    }
    ipc_receive_nothing(caller);
    arch_set_info(&caller->context, kn_msg_info_new(KN_LABEL_PEER_GONE, 0, 0, 0));
    thread_set_state(caller, THREAD_RUNNING);
    thread_wake(caller);
}

void reply_evict(struct reply *r)
{
    struct tcb *t = r->tcb;
    if (!t)
        return;
    if (!r->caller_is_waiting) {
        ipc_cancel(t);
        return;
    }
    struct tcb *loser = reply_pop(r);
    resume_with_peer_gone(t);
    if (loser)
        sched_context_make_up_for(loser);
}

void reply_finalise(struct reply *r)
{
    reply_evict(r);
}
