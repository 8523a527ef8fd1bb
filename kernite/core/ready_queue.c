// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// The ready queues of each CPU: one FIFO a priority, and a two-level bitmap that finds the highest in two steps.
//
// I1  in_ready_queue is set exactly for the threads in ready[t->priority] of cpus[t->cpu]; the links run both ways.
// I2  Bit p of ready_l2 is set exactly if ready[p] is not empty; bit i of ready_l1 exactly if ready_l2[i] is not 0.
// I3  A queued thread is schedulable, its context's head refill is ready, and it is no CPU's current thread (between
//     kernel entries).

#include "core/ready_queue.h"

#include "core/scheduler.h"
#include "debug/log.h"
#include "object/tcb.h"

static struct tcb_queue *queue_of(const struct tcb *t)
{
    return &cpus[t->cpu].ready[t->priority];
}

static void mark(struct cpu *cpu, word_t priority)
{
    cpu->ready_l2[priority / 64] |= BIT(priority % 64);
    cpu->ready_l1 |= BIT(priority / 64);
}

static void unmark(struct cpu *cpu, word_t priority)
{
    cpu->ready_l2[priority / 64] &= ~BIT(priority % 64);
    if (cpu->ready_l2[priority / 64] == 0)
        cpu->ready_l1 &= ~BIT(priority / 64);
}

ALWAYS_INLINE void ready_enqueue(struct tcb *t)
{
    if (t->in_ready_queue)
        return;
    struct tcb_queue *q = queue_of(t);
    t->sched_prev = q->tail;
    t->sched_next = NULL;
    if (q->tail)
        q->tail->sched_next = t;
    else
        q->head = t;
    q->tail = t;
    t->in_ready_queue = true;
    mark(&cpus[t->cpu], t->priority);
}

ALWAYS_INLINE void ready_enqueue_front(struct tcb *t)
{
    if (t->in_ready_queue)
        return;
    struct tcb_queue *q = queue_of(t);
    t->sched_prev = NULL;
    t->sched_next = q->head;
    if (q->head)
        q->head->sched_prev = t;
    else
        q->tail = t;
    q->head = t;
    t->in_ready_queue = true;
    mark(&cpus[t->cpu], t->priority);
}

ALWAYS_INLINE void ready_dequeue(struct tcb *t)
{
    struct cpu *cpu = &cpus[t->cpu];
    if (cpu->candidate == t)
        cpu->candidate = NULL;
    if (!t->in_ready_queue)
        return;
    struct tcb_queue *q = queue_of(t);
    if (t->sched_prev)
        t->sched_prev->sched_next = t->sched_next;
    else
        q->head = t->sched_next;
    if (t->sched_next)
        t->sched_next->sched_prev = t->sched_prev;
    else
        q->tail = t->sched_prev;
    t->sched_next = t->sched_prev = NULL;
    t->in_ready_queue = false;
    if (!q->head)
        unmark(cpu, t->priority);
}

ALWAYS_INLINE struct tcb *ready_first(const struct cpu *cpu)
{
    if (cpu->ready_l1 == 0)
        return NULL;
    word_t priority = ready_highest(cpu);
    kassert(cpu->ready[priority].head);
    return cpu->ready[priority].head;
}
