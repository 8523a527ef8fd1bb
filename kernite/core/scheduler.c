// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// The scheduler. At kernel_exit the CPU goes to the schedulable thread of the highest priority; among equals the current
// one stays until its turn or budget ends, then the others in order of arrival. A thread is schedulable if it is runnable
// (RUNNING or RESTART) and has a configured context that does not wait in the release queue.
//
// Time. kernel_enter reads the clock once and adds to `consumed`, which belongs to current_sc; it is charged when another
// context becomes current, or when somebody needs the account. So time in the kernel is charged to whom it ends with.
// Work that a thread asks for is done even if its budget ends on the way; at exit the budget is looked at:
//   round robin: the next turn begins, behind the others of its priority;
//   else, with a timeout handler: a timeout fault;
//   else: the context waits for its next refill in the release queue.
// The timer is one-shot and tickless: it is programmed only if the new deadline (end of the head refill, first release)
// is earlier than the one it has; an early interrupt costs one look. A CPU with nothing to do has no deadline.
//
// Direct switch. A thread that is woken does not enter a queue: it is the `candidate`, weighed against the current one
// at exit. Only when there are several possibilities (must_reschedule) all go through the queues.
//
// Several CPUs. Each has its own queues and timer; a thread is in those of t->cpu. Who changes another CPU's lets it know
// (core/smp.c I4), and takes a running thread off its CPU before anything of it is changed.
//
// Between kernel entries, for a CPU without must_reschedule and must_reprogram:
// I1  A schedulable thread is current on its CPU or in its ready queue, never both; the candidate is NULL.
// I2  The current thread is schedulable and no ready thread has a higher priority; or it is the idle thread and none is
//     ready.
// I3  current_sc is the current thread's context, NULL for the idle thread.
// I4  deadline is at most now - consumed + head amount of current_sc, and at most the first release time (unless that
//     is due: then the timer is about to fire).
// I5  The context of a runnable thread is in the release queue exactly if its head refill was not due when it was last
//     looked at; see core/release_queue.c I4.

#include "core/scheduler.h"

#include "arch/api/cpu.h"
#include "arch/api/timer.h"
#include "core/fault.h"
#include "core/ready_queue.h"
#include "core/release_queue.h"
#include "core/smp.h"
#include "debug/log.h"
#include "object/refill.h"
#include "object/tcb.h"

#define NO_DEADLINE (~(ticks_t)0)

ALWAYS_INLINE bool thread_is_runnable(const struct tcb *t)
{
    return t->state == THREAD_RUNNING || t->state == THREAD_RESTART;
}

ALWAYS_INLINE bool thread_is_schedulable(const struct tcb *t)
{
    return thread_is_runnable(t) && t->sc && t->sc->period != 0 && !t->sc->in_release_queue;
}

void thread_set_state(struct tcb *t, word_t state)
{
    t->state = state;
    if (thread_is_runnable(t) || state == THREAD_INACTIVE)
        t->blocked_object = NULL;
    if (!thread_is_runnable(t)) {
        ready_dequeue(t);
        if (t->sc)
            release_remove(t->sc);
    }
}

void reschedule_required(void)
{
    this_cpu()->must_reschedule = true;
}

// T is in the ready queue of another CPU: if it is better than what runs there, that CPU has to look.
static void tell_cpu_of(const struct tcb *t)
{
    struct cpu *cpu = &cpus[t->cpu];
    if (cpu->current != cpu->idle && t->priority <= cpu->current->priority)
        return;
    cpu->must_reschedule = true;
    smp_reschedule(cpu);
}

void thread_set_priority(struct tcb *t, word_t priority)
{
    bool was_queued = t->in_ready_queue;
    if (was_queued)
        ready_dequeue(t);
    t->priority = priority;
    if (was_queued)
        ready_enqueue(t);
    if (t->cpu == this_cpu()->id)
        reschedule_required();
    else if (was_queued)
        tell_cpu_of(t);
}

NOINLINE static bool postpone(struct sched_context *sc)
{
    release_insert(sc);
    return false;
}

// T's context SC may be used now; else it goes to the release queue.
ALWAYS_INLINE static bool is_due(struct sched_context *sc, ticks_t now)
{
    return !sc->in_release_queue && (refill_is_ready(sc, now) || postpone(sc));
}

ALWAYS_INLINE void possible_switch_to(struct tcb *t)
{
    struct cpu *cpu = this_cpu();
    if (!thread_is_schedulable(t) || t->in_ready_queue || t == cpu->candidate || t == cpu->current)
        return;
    if (t->sc != cpu->current_sc && !is_due(t->sc, cpu->now))
        return;
    if (t->cpu != cpu->id) {
        ready_enqueue(t);
        tell_cpu_of(t);
    } else if (!cpu->candidate && !cpu->must_reschedule) {
        cpu->candidate = t;
    } else {
        if (cpu->candidate)
            ready_enqueue(cpu->candidate);
        cpu->candidate = NULL;
        cpu->must_reschedule = true;
        ready_enqueue(t);
    }
}

void thread_wake(struct tcb *t)
{
    struct cpu *cpu = this_cpu();
    if (!t->sc)
        sched_context_recall(t);
    struct sched_context *sc = t->sc;
    if (sc && sc->is_sporadic && sc->period != 0 && sc != cpu->current_sc)
        refill_unblock(sc, cpu->now);
    possible_switch_to(t);
}

ALWAYS_INLINE void scheduler_commit(void)
{
    struct cpu *cpu = this_cpu();
    if (cpu->current_sc && cpu->consumed > 0)
        refill_charge(cpu->current_sc, cpu->consumed);
    cpu->consumed = 0;
}

// The thread of SC, current or about to be, has no budget left for now, or none of this turn.
static void end_turn(struct cpu *cpu, struct sched_context *sc)
{
    struct tcb *t = sc->tcb;
    bool is_round_robin = sched_context_is_round_robin(sc);
    if (is_round_robin)
        refill_next_turn(sc);
    if (!t || !thread_is_schedulable(t))
        return;
    if (!is_round_robin && fault_has_timeout_handler(t)) {
        fault_timeout(t, sc->badge);
        return;
    }
    ready_dequeue(t);
    cpu->must_reschedule = true;
    if (is_due(sc, cpu->now))
        ready_enqueue(t);
}

static void check_budget(struct cpu *cpu)
{
    struct sched_context *sc = cpu->current_sc;
    if (!sc || sc->in_release_queue ||
        (refill_is_sufficient(sc, cpu->consumed) && refill_is_ready(sc, cpu->now)))
        return;
    scheduler_commit();
    cpu->must_reprogram = true;
    end_turn(cpu, sc);
}

void scheduler_put_aside(struct cpu *cpu, struct tcb *t)
{
    struct sched_context *sc = cpu->current_sc;
    ticks_t now = this_cpu()->now;
    if (sc)
        refill_charge(sc, cpu->consumed + (now > cpu->now ? now - cpu->now : 0)); // clocks of two CPUs may differ a little
    cpu->now = now;
    cpu->consumed = 0;
    cpu->current_sc = NULL;
    cpu->must_reschedule = true;
    cpu->must_reprogram = true;
    if (thread_is_schedulable(t) && is_due(t->sc, now))
        ready_enqueue_front(t);
}

void scheduler_yield(void)
{
    struct cpu *cpu = this_cpu();
    struct sched_context *sc = cpu->current_sc;
    if (LIKELY(sched_context_is_round_robin(sc))) { // the turn's end moves away: the timer may stay
        scheduler_commit();
        refill_next_turn(sc);
        ready_enqueue(cpu->current);
        reschedule_required();
        return;
    }
    ticks_t used = sc->consumed + cpu->consumed;
    ticks_t left = refill_head(sc)->amount;
    refill_charge(sc, left > cpu->consumed ? left : cpu->consumed);
    cpu->consumed = 0;
    sc->consumed = used; // what is given up has not been used
    if (is_due(sc, cpu->now))
        ready_enqueue(cpu->current);
    cpu->must_reprogram = true;
    reschedule_required();
}

// Releases one context: that may take as long as all else that an exit has to do. For the next one the timer fires again, at
// once if it is due.
static void release_due(struct cpu *cpu)
{
    struct sched_context *sc = cpu->release_head;
    if (!sc || !refill_is_ready(sc, cpu->now))
        return;
    release_remove(sc);
    if (sc->tcb == cpu->current)
        reschedule_required();
    possible_switch_to(sc->tcb);
    cpu->must_reprogram = true;
}

// Whether the current thread has a context to be used now: the one so far, or another that is due.
ALWAYS_INLINE static bool may_use_context(struct cpu *cpu, struct tcb *t)
{
    return t->sc == cpu->current_sc || is_due(t->sc, cpu->now);
}

NOINLINE static bool go_to_other_cpu(struct cpu *cpu, struct tcb *t)
{
    if (may_use_context(cpu, t)) {
        ready_enqueue(t);
        tell_cpu_of(t);
    }
    return false;
}

// Whether the current thread can go on here.
ALWAYS_INLINE static bool current_may_stay(struct cpu *cpu, struct tcb *t)
{
    if (!thread_is_schedulable(t))
        return false;
    return LIKELY(t->cpu == cpu->id) ? may_use_context(cpu, t) : go_to_other_cpu(cpu, t);
}

ALWAYS_INLINE static struct tcb *take_first(struct cpu *cpu)
{
    struct tcb *t = ready_first(cpu);
    if (!t)
        return cpu->idle;
    ready_dequeue(t);
    return t;
}

// The choice if queues and contexts are as they were when the kernel was entered: no ready thread has a higher priority
// than CURRENT, which is as fit to run as it was, and CANDIDATE (NULL: none) is the only one that has been woken.
static struct tcb *choose_simply(struct cpu *cpu, struct tcb *current, struct tcb *candidate)
{
    if (!candidate)
        return current;
    cpu->candidate = NULL;
    if (candidate->priority <= current->priority) {
        ready_enqueue(candidate);
        return current;
    }
    ready_enqueue_front(current);
    return candidate;
}

static struct tcb *choose_thread(struct cpu *cpu)
{
    struct tcb *current = cpu->current;
    if (LIKELY(!cpu->must_reschedule && current->state == THREAD_RUNNING && current->sc && current->sc == cpu->current_sc))
        return choose_simply(cpu, current, cpu->candidate);
    if (!current->sc && thread_is_runnable(current)) // it has given its context away
        thread_wake(current);
    struct tcb *candidate = cpu->candidate;
    bool may_stay = current_may_stay(cpu, current);
    bool only_candidate = !cpu->must_reschedule;
    cpu->candidate = NULL;
    cpu->must_reschedule = false;
    if (only_candidate && may_stay && !candidate)
        return current;
    if (only_candidate && may_stay && candidate->priority <= current->priority) {
        ready_enqueue(candidate);
        return current;
    }
    if (may_stay)
        ready_enqueue_front(current);
    if (!candidate)
        return take_first(cpu);
    const struct tcb *first = ready_first(cpu);
    if (!first || candidate->priority > first->priority || (only_candidate && candidate->priority == first->priority))
        return candidate;
    ready_enqueue(candidate);
    return take_first(cpu);
}

static inline void program_timer(struct cpu *cpu)
{
    ticks_t deadline = NO_DEADLINE;
    cpu->must_reprogram = false;
    if (cpu->current_sc)
        deadline = cpu->now - cpu->consumed + refill_head(cpu->current_sc)->amount;
    if (cpu->release_head && refill_head(cpu->release_head)->time < deadline)
        deadline = refill_head(cpu->release_head)->time;
    if (deadline < cpu->deadline) {
        cpu->deadline = deadline;
        arch_timer_set_deadline(deadline);
    }
}

ALWAYS_INLINE void scheduler_switch_context(struct cpu *cpu, struct sched_context *sc)
{
    scheduler_commit();
    cpu->current_sc = sc;
    if (sc && !sc->is_sporadic)
        refill_unblock(sc, cpu->now);
    program_timer(cpu);
}

ALWAYS_INLINE void scheduler_switch_turn(struct cpu *cpu, struct sched_context *from, struct sched_context *to)
{
    ticks_t used = cpu->consumed;
    kassert(from == cpu->current_sc && refill_turn(from)->amount >= used);
    from->consumed += used;
    refill_turn(from)->amount -= used;
    cpu->consumed = 0;
    cpu->current_sc = to;
    ticks_t deadline = cpu->now + refill_turn(to)->amount;
    if (UNLIKELY(deadline < cpu->deadline)) {
        cpu->deadline = deadline;
        arch_timer_set_deadline(deadline);
    }
}

// What is counted without a current context is dropped with the next one.
ALWAYS_INLINE void kernel_enter(void)
{
    struct cpu *cpu = this_cpu();
    ticks_t now = arch_timer_now();
    cpu->consumed += now - cpu->now;
    cpu->now = now;
}

static void go_to(struct cpu *cpu, struct tcb *next)
{
    if (next->sc != cpu->current_sc)
        scheduler_switch_context(cpu, next->sc);
    else if (UNLIKELY(cpu->must_reprogram))
        program_timer(cpu);
    if (next != cpu->current) {
        tcb_check_spaces(next);
        arch_switch_to(next);
        cpu->current = next;
    }
}

// NEXT is about to return to user mode.
static void finish_exit(struct tcb *next)
{
    if (next->state == THREAD_RESTART)
        next->state = THREAD_RUNNING;
    if (next->yield_to)
        sched_context_complete_yield(next);
    if (next->upcall_kick)
        upcall_take_pending_kick(next);
}

// kernel_exit when something has happened that matters.
NOINLINE static struct tcb *leave_for_best(struct cpu *cpu)
{
    if (UNLIKELY(cpu->must_reprogram || !scheduler_has_time(cpu))) {
        check_budget(cpu);
        release_due(cpu);
    }
    struct tcb *current = cpu->current;
    if (UNLIKELY(current->sc && current->sc->home != current && !thread_is_runnable(current)))
        sched_context_return_home(current);
    struct tcb *next = choose_thread(cpu);
    go_to(cpu, next);
    finish_exit(next);
    return next;
}

ALWAYS_INLINE struct tcb *kernel_exit(void)
{
    struct cpu *cpu = this_cpu();
    struct tcb *t = cpu->current;
    bool is_quiet = !cpu->candidate && !cpu->must_reschedule && t->state == THREAD_RUNNING && !t->yield_to &&
                    !t->upcall_kick && t->sc && t->sc == cpu->current_sc && !cpu->must_reprogram &&
                    scheduler_has_time(cpu);
    return LIKELY(is_quiet) ? t : leave_for_best(cpu);
}

void scheduler_timer_interrupt(void)
{
    struct cpu *cpu = this_cpu();
    arch_timer_ack();
    cpu->deadline = NO_DEADLINE;
    cpu->must_reprogram = true;
}

void scheduler_init(struct cpu *cpu, struct tcb *idle)
{
    idle->state = THREAD_IDLE;
    idle->cpu = cpu->id;
    cpu->idle = idle;
    cpu->current = idle;
    cpu->now = arch_timer_now();
    cpu->deadline = NO_DEADLINE;
    cpu->min_budget = arch_us_to_ticks(KN_TICKLESS_MIN_BUDGET_US);
}
