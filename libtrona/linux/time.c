// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// Clocks and units of time.

#include "clock.h"
#include "layer.h"

word_t clock_monotonic_ns(void) { return clock_sample().monotonic_ns; }

int64_t clock_realtime_offset_ns(void) { return clock_sample().realtime_offset_ns; }

word_t deadline_after(word_t ns)
{
    word_t now = clock_monotonic_ns();
    return ns >= NEVER - 1 - now ? NEVER - 1 : now + ns;
}

bool timespec_is_valid(const struct lx_timespec *ts)
{
    return ts->tv_sec >= 0 && (uint64_t)ts->tv_nsec < NS_PER_SECOND;
}

word_t timespec_to_ns(const struct lx_timespec *ts)
{
    if ((uint64_t)ts->tv_sec >= NEVER / NS_PER_SECOND)
        return NEVER - 1;
    return (uint64_t)ts->tv_sec * NS_PER_SECOND + (uint64_t)ts->tv_nsec;
}

struct lx_timespec ns_to_timespec(word_t ns)
{
    return (struct lx_timespec){(int64_t)(ns / NS_PER_SECOND), (int64_t)(ns % NS_PER_SECOND)};
}

struct lx_timeval ns_to_timeval(word_t ns)
{
    return (struct lx_timeval){(int64_t)(ns / NS_PER_SECOND), (int64_t)(ns % NS_PER_SECOND / 1000)};
}
