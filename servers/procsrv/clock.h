// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// The clock: the tick counter that everybody may read, and the page that tells programs how to make nanoseconds of it.

#include <stdint.h>

struct kn_layout_time_page;

// PAGE: the shared page. ns = (ticks * mult) >> 32 with mult rounded down: what clock_now says, everybody says.
void clock_init(struct kn_layout_time_page *page, uint64_t ticks_per_second, uint64_t nr_cpus);
// Nanoseconds since reset: CLOCK_MONOTONIC.
uint64_t clock_now(void);
uint64_t clock_ticks_to_ns(uint64_t ticks);
// The tick count at which clock_now will say DEADLINE or a little before, never after by more than a few ticks.
uint64_t clock_deadline_ticks(uint64_t deadline);
// CLOCK_REALTIME is REALTIME ns when CLOCK_MONOTONIC is MONOTONIC ns.
void clock_set_realtime(int64_t realtime, uint64_t monotonic);
int64_t clock_realtime_offset(void);
