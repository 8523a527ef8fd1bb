// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

#include "wait.h"

#include <lx/abi.h>

#include "client.h"
#include "trona/heap.h"

struct waiter {
    struct thread *thread;
    struct waiter *next_of_thread;
    struct wait_queue *queue; // NULL: the queue has ended
    struct wait_list *list;   // of the queue, on which it is; NULL: none
    struct waiter *next, *previous;
    const void *asking;
    bool is_ticket, has_fired;
};

static void list_append(struct wait_list *list, struct waiter *w)
{
    w->list = list;
    w->next = NULL;
    w->previous = list->last;
    *(list->last ? &list->last->next : &list->first) = w;
    list->last = w;
}

static void list_remove(struct waiter *w)
{
    if (!w->list)
        return;
    *(w->previous ? &w->previous->next : &w->list->first) = w->next;
    *(w->next ? &w->next->previous : &w->list->last) = w->previous;
    w->list = NULL;
}

static void fire(struct waiter *w)
{
    list_remove(w);
    w->has_fired = true;
    if (w->is_ticket)
        list_append(&w->queue->fired, w);
    thread_signal(w->thread);
}

// Ends a registration that is no longer on its thread's list. One that had fired and did not help passes its wake on.
static void end(struct waiter *w, bool is_used)
{
    struct wait_queue *queue = w->queue;
    bool passes_on = queue && w->is_ticket && w->has_fired && !is_used;
    list_remove(w);
    trona_free(w, sizeof *w);
    if (!passes_on)
        return;
    if (queue->tickets.first)
        fire(queue->tickets.first);
    if (queue->on_unused)
        queue->on_unused(queue);
}

bool wait_cancel(struct thread *thread)
{
    bool had_fired = false;
    struct waiter *w;
    while ((w = thread->waits)) {
        had_fired |= w->has_fired;
        thread->waits = w->next_of_thread;
        end(w, false);
    }
    thread->asking = NULL;
    thread->was_fired = false;
    return had_fired;
}

void wait_begin(struct thread *thread, const void *what)
{
    struct waiter *w;
    thread->was_fired = false;
    while ((w = thread->waits)) {
        bool is_same = what && w->asking == what;
        thread->was_fired |= is_same && w->is_ticket && w->has_fired;
        thread->waits = w->next_of_thread;
        end(w, is_same);
    }
    thread->asking = what;
}

bool wait_was_fired(const struct thread *thread) { return thread->was_fired; }

static long register_on(struct thread *thread, struct wait_queue *queue, bool is_ticket)
{
    struct waiter *w = trona_alloc_zero(sizeof *w);
    if (!w)
        return -LX_ENOMEM;
    w->thread = thread;
    w->queue = queue;
    w->asking = thread->asking;
    w->is_ticket = is_ticket;
    w->next_of_thread = thread->waits;
    thread->waits = w;
    list_append(is_ticket ? &queue->tickets : &queue->readiness, w);
    return 0;
}

long wait_ticket(struct thread *thread, struct wait_queue *queue) { return register_on(thread, queue, true); }

long wait_readiness(struct thread *thread, struct wait_queue *queue) { return register_on(thread, queue, false); }

long wait_or_again(const struct io *io, struct wait_queue *queue)
{
    if (!io->may_wait || !io->thread)
        return -LX_EAGAIN;
    long status = wait_ticket(io->thread, queue);
    return status ? status : -LX_EAGAIN;
}

static void wake_readiness(struct wait_queue *queue)
{
    while (queue->readiness.first)
        fire(queue->readiness.first);
}

void wait_wake_one(struct wait_queue *queue)
{
    wake_readiness(queue);
    if (queue->tickets.first)
        fire(queue->tickets.first);
}

void wait_wake_all(struct wait_queue *queue)
{
    wake_readiness(queue);
    while (queue->tickets.first)
        fire(queue->tickets.first);
}

bool wait_has_tickets(const struct wait_queue *queue) { return queue->tickets.first || queue->fired.first; }

void wait_queue_end(struct wait_queue *queue)
{
    wait_wake_all(queue);
    struct waiter *w;
    while ((w = queue->fired.first)) {
        list_remove(w);
        w->queue = NULL;
    }
}
