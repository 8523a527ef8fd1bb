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
