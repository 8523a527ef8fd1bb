// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// Scheduling contexts: the right to a budget of CPU time in every period. See object/sched_context.c.

#include "core/cpu.h"
#include "core/derivation.h"
#include "core/scheduler.h"
#include "kernel/invocation_dispatch.h"
#include "object/tcb.h"

struct refill {
    ticks_t time;   // usable from then on
    ticks_t amount;
};

struct sched_context {
    ticks_t period;              // [k] 0: never configured, not runnable
    ticks_t budget;              // [k] equal to the period: round robin
    ticks_t consumed;            // [k] since last reported
    word_t cpu;                  // [k]
    badge_t badge;               // [k] in timeout faults
    struct tcb *tcb;             // [k] thread it is bound or donated to
    struct tcb *home;            // [k] thread it is bound to by Bind; NULL none
    struct reply *reply;         // [k] head of the call stack it travels on
    struct notification *notification; // [k] bound notification
    struct tcb *yield_from;      // [k] thread that yielded to it
    struct sched_context *release_parent, *release_left, *release_right; // [k] release queue, see core/release_queue.c
    word_t release_rank;         // [k] the same: length of the right spine
    bool in_release_queue;       // [k]
    bool is_sporadic;            // [k]
    word_t refill_max;           // [k] refills in use, at least 2 unless round robin
    word_t refill_head;          // [k]
    word_t refill_count;         // [k]
    struct refill refills[];     // [k] ring; as many as the object's size allows
};

// How many refills a context of 2^SIZE_BITS bytes can have.
static inline word_t sched_context_max_refills(word_t size_bits)
{
    word_t room = (BIT(size_bits) - sizeof(struct sched_context)) / sizeof(struct refill);
    return room < KN_SCHED_CONTEXT_MAX_REFILLS ? room : KN_SCHED_CONTEXT_MAX_REFILLS;
}

static inline bool sched_context_is_round_robin(const struct sched_context *sc) { return sc->budget == sc->period; }

struct sched_context_parameters {
    ticks_t budget, period; // min_budget <= budget <= period
    word_t refills;         // at least KN_SCHED_CONTEXT_MIN_REFILLS, at most sched_context_max_refills
    badge_t badge;
    word_t cpu;
    bool is_sporadic;
};

// Gives SC (new) parameters. A context that a thread has keeps within the old and the new budget.
void sched_context_configure(struct sched_context *sc, const struct sched_context_parameters *p);
// An answer through the stack of Replies along which SC was lent will move it no more.
void sched_context_leave_stack(struct sched_context *sc);
// SC, which no thread has, and T, which has no context, become bound; T starts if it is runnable.
void sched_context_bind_tcb(struct sched_context *sc, struct tcb *t);
// Takes SC from the thread that has it, if any, and that thread's claim to it.
void sched_context_unbind_tcb(struct sched_context *sc);
// SC and N, neither of which has such a partner, become bound.
void sched_context_bind_notification(struct sched_context *sc, struct notification *n);
void sched_context_unbind_notification(struct sched_context *sc);
// Moves SC from the thread that has it, if any, to T, which has none. T's state may be any; it is not queued.
void sched_context_donate(struct sched_context *sc, struct tcb *t);
// The same from FROM, which has SC and is in no queue of the scheduler.
static inline void sched_context_pass(struct sched_context *sc, struct tcb *from, struct tcb *to)
{
    from->sc = NULL;
    sc->tcb = to;
    to->sc = sc;
    to->cpu = sc->cpu;
}
// Takes SC from the thread that has it, if any; the thread's claim (home) stays.
void sched_context_detach(struct sched_context *sc);
// T loses the context that it has and its claim to the one bound to it.
void sched_context_forget_tcb(struct tcb *t);
// T has lost the context of another thread that it ran on. If it can go on with its own one, it does.
static inline void sched_context_make_up_for(struct tcb *t)
{
    if (UNLIKELY(t->home_sc && !t->sc && thread_is_runnable(t)))
        thread_wake(t);
}
// T is runnable without a context: if the one bound to T is idle elsewhere, T gets it back.
void sched_context_recall(struct tcb *t);
// T, not runnable, has another thread's context: if that thread is runnable and without one, it gets it back.
void sched_context_return_home(struct tcb *t);
// Ticks used since the last report, this entry's included; resets the count. Microseconds.
word_t sched_context_take_consumed_us(struct sched_context *sc);
// YieldTo's end: T, which runs again, gets the consumed time as its result.
void sched_context_complete_yield(struct tcb *t);
// The same without a result.
void sched_context_cancel_yield(struct tcb *t);

struct sched_context_bind_plan {
    struct sched_context *sc;
    struct tcb *tcb;                   // or
    struct notification *notification;
};

struct sched_context_unbind_plan {
    struct sched_context *sc;
};

struct sched_context_unbind_object_plan {
    struct sched_context *sc;
    bool is_tcb; // else its notification
};

struct sched_context_consumed_plan {
    struct sched_context *sc;
};

struct sched_context_yield_to_plan {
    struct sched_context *sc;
};
