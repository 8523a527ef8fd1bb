// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// The vDSO: a shared object that programs find through AT_SYSINFO_EHDR. It reads the clock without a system call, and
// falls back to one for what the time page doesn't tell. No writable data, no relocations.

#include <kn/abi.h>
#include <lx/abi.h>

#include "clock.h"
#include "vdso_arch.h"

#define NS_PER_SECOND 1000000000ul

long VDSO_NAME(clock_gettime)(int clock, struct lx_timespec *ts);
long VDSO_NAME(clock_getres)(int clock, struct lx_timespec *ts);
long VDSO_NAME(gettimeofday)(struct lx_timeval *tv, struct lx_timezone *zone);

static uint64_t realtime_ns(void)
{
    struct clock_sample s = clock_sample();
    return s.monotonic_ns + (uint64_t)s.realtime_offset_ns;
}

long VDSO_NAME(clock_gettime)(int clock, struct lx_timespec *ts)
{
    uint64_t ns;
    switch (clock) {
    case LX_CLOCK_MONOTONIC:
    case LX_CLOCK_MONOTONIC_RAW:
    case LX_CLOCK_MONOTONIC_COARSE:
    case LX_CLOCK_BOOTTIME: ns = clock_sample().monotonic_ns; break;
    case LX_CLOCK_REALTIME:
    case LX_CLOCK_REALTIME_COARSE:
    case LX_CLOCK_TAI: ns = realtime_ns(); break;
    default: return vdso_call(LX_SYS_clock_gettime, clock, (long)ts);
    }
    ts->tv_sec = (int64_t)(ns / NS_PER_SECOND);
    ts->tv_nsec = (int64_t)(ns % NS_PER_SECOND);
    return 0;
}

long VDSO_NAME(clock_getres)(int clock, struct lx_timespec *ts)
{
    return vdso_call(LX_SYS_clock_getres, clock, (long)ts);
}

long VDSO_NAME(gettimeofday)(struct lx_timeval *tv, struct lx_timezone *zone)
{
    if (tv) {
        uint64_t ns = realtime_ns();
        tv->tv_sec = (int64_t)(ns / NS_PER_SECOND);
        tv->tv_usec = (int64_t)(ns % NS_PER_SECOND / 1000);
    }
    if (zone)
        *zone = (struct lx_timezone){0};
    return 0;
}
