// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// Endpoints: rendezvous of senders and receivers, FIFO. See object/endpoint.c.

#include "core/cpu.h"
#include "core/derivation.h"

enum endpoint_state { ENDPOINT_IDLE = 0, ENDPOINT_SENDING, ENDPOINT_RECEIVING };

struct endpoint {
    struct tcb_queue queue;      // [k]
    word_t state;                // [k] enum endpoint_state
    struct tcb *cancel_position; // [k] where a preempted CancelBadgedSends goes on; NULL none
    badge_t cancel_badge;        // [k]
    word_t reserved[3];
};
static_assert(sizeof(struct endpoint) == BIT(KN_ENDPOINT_BITS), "endpoint size");
