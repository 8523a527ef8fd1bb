// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// The scheduler: ready queues, current thread, budgets. See core/scheduler.c for invariants.

#include "core/cpu.h"

struct tcb;
struct sched_context;

// Entry and exit of the kernel, called by arch code around every handler.
void kernel_enter(void);       // reads the clock, charges the current context
struct tcb *kernel_exit(void); // picks the thread, switches to it, takes a pending kick; its context is to be restored

// SC, NULL for the idle thread, becomes the context that is charged; the timer is programmed if need be. The current thread
// is the caller's business.
void scheduler_switch_context(struct cpu *cpu, struct sched_context *sc);
// The same between two round-robin contexts, while scheduler_has_time: FROM's turn lasts, and the first release comes after
// the deadline that the timer has (scheduler.c I4).
void scheduler_switch_turn(struct cpu *cpu, struct sched_context *from, struct sched_context *to);
// Whether the current budget lasts and no context is to be released for now: looked at no more closely than the timer's
// deadline, which comes before the ends of both (scheduler.c I4). False says nothing.
static inline bool scheduler_has_time(const struct cpu *cpu) { return cpu->now + cpu->min_budget <= cpu->deadline; }

// Queues. T must have a scheduling context with budget to be ready.
void ready_enqueue(struct tcb *t);  // behind its priority's queue
void ready_enqueue_front(struct tcb *t);
void ready_dequeue(struct tcb *t);  // no effect if not queued
bool thread_is_runnable(const struct tcb *t);   // by state
bool thread_is_schedulable(const struct tcb *t);// runnable, with a context that has budget and is not waiting for a refill

// T has become runnable after having been blocked or inactive: gets back its own context if that is idle elsewhere,
// starts to use its refills, and possible_switch_to. Without a context it stays where it is.
void thread_wake(struct tcb *t);
// T has become runnable (or its context, priority changed): switch to it if it beats the current thread, else queue it.
// A context whose refill is not due yet waits in the release queue. No effect if T is not runnable or has no context.
void possible_switch_to(struct tcb *t);
// The current thread may no longer run or be the best: choose at exit.
void reschedule_required(void);
// Sets state; a thread that stops running leaves the queues of the scheduler. Whoever sets THREAD_RESTART has put PC back
// at the instruction to be executed again: on its way to user mode such a thread is as good as running.
void thread_set_state(struct tcb *t, word_t state);
void thread_set_priority(struct tcb *t, word_t priority);
// The current thread gives up the rest of its context's head refill (system call Yield).
void scheduler_yield(void);

// Charges the current context with what has been used so far. It may be without budget afterwards: kernel_exit looks.
void scheduler_commit(void);
// CPU, another one, has left its current thread T for the idle thread and is about to go through the kernel: its account is
// settled, and T is ready if it can run.
void scheduler_put_aside(struct cpu *cpu, struct tcb *t);

// Boot: makes T the current thread of CPU.
void scheduler_init(struct cpu *cpu, struct tcb *idle);

// The kernel timer has fired on this CPU: budgets and releases are looked at, the timer is programmed anew.
void scheduler_timer_interrupt(void);
