// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// Timers that programs set: one a thread (thread_timer), which wakes it, and ITIMER_REAL, which sends SIGALRM.

#include <stdint.h>

struct process;
struct timer;

// What ITIMER_REAL is now, in nanoseconds from now: value 0 if it is not armed.
void alarm_get(const struct process *p, uint64_t *value, uint64_t *interval);
// Arms it (VALUE 0: disarms).
void alarm_set(struct process *p, uint64_t value, uint64_t interval);

// What the timers of struct thread and struct process do.
void alarm_thread_fired(struct timer *timer);
void alarm_itimer_fired(struct timer *timer);
