// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// FIFO queues of the threads that are blocked on an object, linked by queue_next and queue_prev. All O(1).

#include "core/cpu.h"
#include "object/tcb.h"

static inline void tcb_queue_append(struct tcb_queue *q, struct tcb *t)
{
    t->queue_prev = q->tail;
    t->queue_next = NULL;
    if (q->tail)
        q->tail->queue_next = t;
    else
        q->head = t;
    q->tail = t;
}

static inline void tcb_queue_remove(struct tcb_queue *q, struct tcb *t)
{
    if (t->queue_prev)
        t->queue_prev->queue_next = t->queue_next;
    else
        q->head = t->queue_next;
    if (t->queue_next)
        t->queue_next->queue_prev = t->queue_prev;
    else
        q->tail = t->queue_prev;
    t->queue_next = t->queue_prev = NULL;
}

// The same for T, which is Q's head.
static inline void tcb_queue_remove_head(struct tcb_queue *q, struct tcb *t)
{
    q->head = t->queue_next;
    if (t->queue_next)
        t->queue_next->queue_prev = NULL;
    else
        q->tail = NULL;
    t->queue_next = NULL;
}
