// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// Scheduling contexts: the right to a budget of CPU time in every period. See object/sched_context.c.

#include "core/cpu.h"
#include "core/derivation.h"

struct refill {
    ticks_t time;   // usable from then on
    ticks_t amount;
};

struct sched_context {
    ticks_t period;              // [k] 0: never configured, not runnable
    ticks_t budget;              // [k]
    ticks_t consumed;            // [k] since last reported
    word_t cpu;                  // [k]
    badge_t badge;               // [k] in timeout faults
    struct tcb *tcb;             // [k] thread it is bound or donated to
    struct tcb *home;            // [k] thread it is bound to by Bind; NULL none
    struct reply *reply;         // [k] head of the call stack it travels on
    struct notification *notification; // [k] bound notification
    struct tcb *yield_from;      // [k] thread that yielded to it
    struct sched_context *release_next, *release_prev; // [k] release queue
    bool in_release_queue;       // [k]
    bool is_sporadic;            // [k]
    word_t refill_max;           // [k] refills in use, at least 2 unless round robin
    word_t refill_head;          // [k]
    word_t refill_count;         // [k]
    struct refill refills[];     // [k] ring; as many as the object's size allows
};
