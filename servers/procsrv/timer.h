// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// Timers: a heap of deadlines in nanoseconds of CLOCK_MONOTONIC. Setting and cancelling is O(log n) and never fails:
// there is room for all timers that all processes can have.
//
// I1: heap[i]->position == i + 1 for all i < count; a timer that is not set has position 0.
// I2: no timer's deadline is before its parent's in the heap.

#include <stdint.h>

#define TIMER_NEVER (~(uint64_t)0)

struct timer {
    uint64_t deadline;
    uint32_t position;
    void (*fire)(struct timer *timer); // it is no longer set then
};

// Sets or moves the timer; TIMER_NEVER cancels it.
void timer_set(struct timer *timer, uint64_t deadline);
void timer_cancel(struct timer *timer);
// The earliest deadline, TIMER_NEVER if there is none.
uint64_t timer_next(void);
// Fires what is due at NOW. What a fired timer sets anew for a time before NOW fires in the next call.
void timer_run(uint64_t now);
