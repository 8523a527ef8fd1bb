// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// Scheduling contexts: who has them. Their accounts are in object/refill.c, their invocations in
// object/sched_context_invoke.c.
//
//   unconfigured (period 0) --SchedControl_Configure--> configured; a thread can have either, but runs only on the latter
//
//   free --Bind--> at home --Call to a passive server--> lent (on a stack of Replies) --answer--> at home
//   at home --Send that donates, caller vanished--> away (on no stack)
//   any --the thread that has it dies--> free, with claim --> goes to the caller when the Reply is answered or destroyed
//   free --signal of its notification--> lent to the woken thread --next wait--> free
//   any --Unbind--> free, without claim
//
// `home` is the claim of the thread that the context was bound to. It matters when the context is on no stack: a home
// thread that is runnable without a context gets it back as soon as nobody runs on it: at once if it is free or its
// thread is not runnable (sched_context_recall), else when that thread stops running (sched_context_return_home). So a
// client whose server or whose server's server has died goes on.
//
// Links without ownership: thread, notification, Reply and context each undo their links when they die. Death of the
// context: yielder, thread, claim, notification, stack, release queue, and the CPUs that charge it.
//
// I1  sc->tcb = t exactly if t->sc = sc. sc->home = t exactly if t->home_sc = sc.
// I2  sc->notification = n exactly if n->sc = sc. sc->yield_from = t exactly if t->yield_to = sc.
// I3  sc->reply = r exactly if r->sc = sc: r heads the stack of Replies along which sc was lent.
// I4  t->cpu = sc->cpu for the thread that has sc.
// I5  A runnable thread without a context has no claim to a context that is on no stack and whose thread is not
//     runnable (between kernel entries).

#include "object/sched_context.h"

#include "arch/api/context.h"
#include "arch/api/cpu.h"
#include "arch/api/timer.h"
#include "core/objects.h"
#include "core/release_queue.h"
#include "core/scheduler.h"
#include "core/smp.h"
#include "debug/log.h"
#include "object/notification.h"
#include "object/refill.h"
#include "object/reply.h"
#include "object/tcb.h"

static_assert(sizeof(struct sched_context) == KN_SCHED_CONTEXT_BYTES && sizeof(struct refill) == KN_REFILL_BYTES,
              "users know how many refills there are room for");
static_assert(KN_SCHED_CONTEXT_BYTES + KN_SCHED_CONTEXT_MIN_REFILLS * KN_REFILL_BYTES <= BIT(KN_SCHED_CONTEXT_MIN_BITS),
              "the smallest context holds the refills that it needs");

void sched_context_detach(struct sched_context *sc)
{
    struct tcb *t = sc->tcb;
    if (!t)
        return;
    smp_stall(t);
    ready_dequeue(t);
    release_remove(sc);
    t->sc = NULL;
    sc->tcb = NULL;
}

void sched_context_donate(struct sched_context *sc, struct tcb *t)
{
    kassert(!t->sc && !t->in_ready_queue);
    sched_context_detach(sc);
    sc->tcb = t;
    t->sc = sc;
    t->cpu = sc->cpu;
}

static void drop_claim(struct sched_context *sc)
{
    if (sc->home)
        sc->home->home_sc = NULL;
    sc->home = NULL;
}

void sched_context_bind_tcb(struct sched_context *sc, struct tcb *t)
{
    kassert(!sc->tcb && !t->sc);
    if (t->home_sc)
        drop_claim(t->home_sc);
    drop_claim(sc);
    sc->home = t;
    t->home_sc = sc;
    sched_context_donate(sc, t);
    thread_wake(t);
}

void sched_context_unbind_tcb(struct sched_context *sc)
{
    sched_context_detach(sc);
    drop_claim(sc);
}

void sched_context_forget_tcb(struct tcb *t)
{
    if (t->home_sc)
        drop_claim(t->home_sc);
    if (!t->sc)
        return;
    struct tcb *home = t->sc->home;
    sched_context_detach(t->sc);
    if (home)
        sched_context_make_up_for(home);
}

void sched_context_bind_notification(struct sched_context *sc, struct notification *n)
{
    kassert(!sc->notification && !n->sc);
    sc->notification = n;
    n->sc = sc;
}

void sched_context_unbind_notification(struct sched_context *sc)
{
    if (!sc->notification)
        return;
    sc->notification->sc = NULL;
    sc->notification = NULL;
}

void sched_context_leave_stack(struct sched_context *sc)
{
    if (!sc->reply)
        return;
    sc->reply->sc = NULL;
    sc->reply = NULL;
}

void sched_context_recall(struct tcb *t)
{
    struct sched_context *sc = t->home_sc;
    if (t->sc || !sc || sc->reply || (sc->tcb && thread_is_runnable(sc->tcb)))
        return;
    sched_context_donate(sc, t);
}

void sched_context_return_home(struct tcb *t)
{
    if (t->sc && t->sc->home)
        sched_context_make_up_for(t->sc->home);
}

void sched_context_configure(struct sched_context *sc, const struct sched_context_parameters *p)
{
    struct cpu *cpu = this_cpu();
    struct tcb *t = sc->tcb;
    if (t)
        smp_stall(t);
    bool is_update = t && sc->period != 0 && sc->cpu == p->cpu;
    if (cpu->current_sc == sc)
        scheduler_commit();
    if (t)
        ready_dequeue(t);
    release_remove(sc);
    sc->budget = p->budget;
    sc->period = p->period;
    sc->badge = p->badge;
    sc->cpu = p->cpu;
    sc->is_sporadic = p->is_sporadic;
    sc->consumed = 0;
    if (is_update)
        refill_update(sc, p->refills, cpu->now);
    else
        refill_new(sc, p->refills, cpu->now);
    if (!t)
        return;
    t->cpu = p->cpu;
    if (t == cpu->current) {
        cpu->must_reprogram = true;
        reschedule_required();
    }
    possible_switch_to(t);
}

word_t sched_context_take_consumed_us(struct sched_context *sc)
{
    if (this_cpu()->current_sc == sc)
        scheduler_commit();
    word_t us = arch_ticks_to_us(sc->consumed);
    sc->consumed = 0;
    return us;
}

void sched_context_cancel_yield(struct tcb *t)
{
    if (!t->yield_to)
        return;
    t->yield_to->yield_from = NULL;
    t->yield_to = NULL;
}

void sched_context_complete_yield(struct tcb *t)
{
    struct sched_context *sc = t->yield_to;
    sched_context_cancel_yield(t);
    arch_set_mr(&t->context, 0, sched_context_take_consumed_us(sc));
}

void sched_context_finalise(struct sched_context *sc)
{
    if (sc->yield_from)
        sched_context_cancel_yield(sc->yield_from);
    sched_context_unbind_tcb(sc);
    sched_context_unbind_notification(sc);
    sched_context_leave_stack(sc);
    struct cpu *cpu = this_cpu();
    if (cpu->current_sc == sc) {
        cpu->current_sc = NULL;
        cpu->consumed = 0;
    }
}
