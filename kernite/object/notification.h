// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// Notifications: a word of sticky bits and the threads that wait for it. See object/notification.c.

#include "core/cpu.h"
#include "core/derivation.h"

enum notification_state { NOTIFICATION_IDLE = 0, NOTIFICATION_WAITING, NOTIFICATION_ACTIVE };

struct notification {
    struct tcb_queue queue;      // [k]
    word_t state;                // [k] enum notification_state
    word_t bits;                 // [k] ACTIVE: the badges signalled so far
    struct tcb *bound;           // [k] bound thread
    struct sched_context *sc;    // [k] bound scheduling context, donated to passive waiters
    word_t reserved[2];
};
static_assert(sizeof(struct notification) == BIT(KN_NOTIFICATION_BITS), "notification size");

// Adds BADGE to the bits, or wakes the first waiter (or the bound thread in a receive) with it.
void notification_signal(struct notification *n, badge_t badge);
// T, the current thread, takes the bits into its badge register, or waits for them if BLOCKING, else gets 0.
void notification_receive(struct notification *n, struct tcb *t, bool blocking);
// Whether T's bound notification is active; then its bits have been given to T.
bool notification_poll_bound(struct tcb *t);
// Takes T, blocked on N, out of its queue. T's state is the caller's business.
void notification_dequeue(struct notification *n, struct tcb *t);
// T, which has no bound notification, and N, which has no bound thread and no waiters, become bound.
void notification_bind(struct notification *n, struct tcb *t);
// Undoes T's binding, if any.
void notification_unbind(struct tcb *t);
// T is about to block: a scheduling context that N has lent it goes back to N.
void notification_take_back_context(struct notification *n, struct tcb *t);
