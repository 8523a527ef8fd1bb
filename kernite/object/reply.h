// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// Reply objects: link a caller that waits for its reply with the thread that will give it, and form the stack along
// which scheduling contexts are donated and come back. See object/reply.c.

#include "core/derivation.h"

struct reply {
    struct tcb *tcb;            // [k] the thread that uses it: the caller (waits for a reply) or the receiver that offers it
    word_t caller_is_waiting;   // [k] whether tcb is a caller BLOCKED_ON_REPLY
    struct reply *prev;         // [k] call stack: towards the first caller
    struct reply *next;         // [k] call stack: towards the running thread
    struct sched_context *sc;   // [k] head of the stack: the context that came with the call; else NULL
    word_t can_grant;           // [k]
    word_t reserved[2];
};
static_assert(sizeof(struct reply) == BIT(KN_REPLY_BITS), "reply size");
