// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// Waiting. A thread of a program that would block is registered in the queue of the object it asked for and answered
// EAGAIN; when its turn comes its notification is signalled and it asks again. Two kinds of registration: a *ticket*
// (reads, writes, FIFO opens, locks: FIFO, woken one at a time) and *readiness* (poll: always woken).
//
// Life of a ticket: pending -> fired (wait_wake_*) -> gone, by wait_begin of the same asking (used), by wait_begin of
// another one or wait_cancel (a fired ticket passes its wake on). A readiness entry just ends.
// W1: an operation that used a wake and leaves its object ready for another waiter wakes the next one itself.
// W2: a queue outlives its registrations, or wait_queue_end was called.
// W3: all registrations of a thread are found from the thread (struct thread.waits), all of a queue from the queue.
// W4: a pending ticket is on its queue's tickets list, a fired one on fired, a readiness entry on readiness until it is
//     woken; then it is on no list of a queue.

#include <stdbool.h>

#include "file.h"

struct waiter;

struct wait_list {
    struct waiter *first, *last;
};

// All zero: empty.
struct wait_queue {
    struct wait_list tickets, fired, readiness;
    // Called when a fired ticket has ended unused and its wake was passed on. NULL: nothing else to do.
    void (*on_unused)(struct wait_queue *queue);
};

// A request of THREAD begins that may wait for WHAT (the description; FIFO opens and locks: the inode): ends what the thread
// was registered on. Fired tickets of another WHAT pass on; those of the same are used up. poll: WHAT is NULL, nothing
// is used up.
void wait_begin(struct thread *thread, const void *what);
// Whether the request that has begun used up a fired ticket.
bool wait_was_fired(const struct thread *thread);
// Registers: a ticket, or readiness. 0 or -LX_ENOMEM.
long wait_ticket(struct thread *thread, struct wait_queue *queue);
long wait_readiness(struct thread *thread, struct wait_queue *queue);
// What an operation answers that would block on QUEUE: -LX_EAGAIN, after having registered a ticket if IO may wait; or
// -LX_ENOMEM.
long wait_or_again(const struct io *io, struct wait_queue *queue);
// Wakes all readiness entries and the first pending ticket; wait_wake_all: and all tickets.
void wait_wake_one(struct wait_queue *queue);
void wait_wake_all(struct wait_queue *queue);
// Ends all waits of the thread (interrupted, dead), passing fired tickets on. Whether a ticket or readiness had fired.
bool wait_cancel(struct thread *thread);
// Whether a ticket waits in the queue, pending or fired.
bool wait_has_tickets(const struct wait_queue *queue);
// The object goes: wakes everyone and empties the queue.
void wait_queue_end(struct wait_queue *queue);
