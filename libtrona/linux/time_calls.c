// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// Reading and setting clocks, interval timers.

#include "calls.h"
#include "clocks.h"

#define NS_PER_US 1000ul

static long cpu_clock(word_t *ns)
{
    word_t user, system;
    long r = kn_proc_times(PROC, &user, &system, NULL, NULL, NULL, NULL);
    *ns = user + system;
    return r;
}

long clock_now(word_t clock, word_t *ns)
{
    switch ((uint32_t)clock) {
    case LX_CLOCK_MONOTONIC:
    case LX_CLOCK_MONOTONIC_RAW:
    case LX_CLOCK_MONOTONIC_COARSE:
    case LX_CLOCK_BOOTTIME:
    case LX_CLOCK_BOOTTIME_ALARM: *ns = clock_monotonic_ns(); return 0;
    case LX_CLOCK_REALTIME:
    case LX_CLOCK_REALTIME_COARSE:
    case LX_CLOCK_REALTIME_ALARM:
    case LX_CLOCK_TAI: *ns = clock_monotonic_ns() + (word_t)clock_realtime_offset_ns(); return 0;
    case LX_CLOCK_PROCESS_CPUTIME_ID:
    case LX_CLOCK_THREAD_CPUTIME_ID: return cpu_clock(ns);
    default: return -LX_EINVAL;
    }
}

SYSCALL(clock_gettime)
{
    word_t ns;
    long r = clock_now(a[0], &ns);
    if (r)
        return r;
    struct lx_timespec ts = ns_to_timespec(ns);
    return put_user(&ts, a[1]);
}

SYSCALL(clock_getres)
{
    word_t ns;
    struct lx_timespec ts = {0, 1};
    long r = clock_now(a[0], &ns);
    return r || !a[1] ? r : put_user(&ts, a[1]);
}

SYSCALL(gettimeofday)
{
    struct lx_timezone zone = {0};
    struct lx_timeval tv = ns_to_timeval(clock_monotonic_ns() + (word_t)clock_realtime_offset_ns());
    if (a[0] && put_user(&tv, a[0]))
        return -LX_EFAULT;
    return a[1] ? put_user(&zone, a[1]) : 0;
}

SYSCALL(clock_settime)
{
    struct lx_timespec ts;
    if ((uint32_t)a[0] != LX_CLOCK_REALTIME)
        return -LX_EINVAL;
    if (get_user(&ts, a[1]))
        return -LX_EFAULT;
    if (!timespec_is_valid(&ts))
        return -LX_EINVAL;
    return kn_proc_clock_set(PROC, (int64_t)timespec_to_ns(&ts));
}

static bool is_valid_timeval(const struct lx_timeval *tv) { return tv->tv_sec >= 0 && (uint64_t)tv->tv_usec < 1000000; }

static word_t timeval_to_ns(const struct lx_timeval *tv)
{
    struct lx_timespec ts = {tv->tv_sec, tv->tv_usec * (int64_t)NS_PER_US};
    return timespec_to_ns(&ts);
}

SYSCALL(settimeofday)
{
    struct lx_timeval tv;
    struct lx_timezone zone;
    if ((a[0] && get_user(&tv, a[0])) || (a[1] && get_user(&zone, a[1])))
        return -LX_EFAULT;
    if (!a[0])
        return signal_page()->euid ? -LX_EPERM : 0; // the kernel's time zone: nothing reads it
    return is_valid_timeval(&tv) ? kn_proc_clock_set(PROC, (int64_t)timeval_to_ns(&tv)) : -LX_EINVAL;
}

static long itimer(word_t which, const struct lx_itimerval *new, struct lx_itimerval *old)
{
    word_t value = 0, interval = 0;
    word_t new_value = new ? timeval_to_ns(&new->it_value) : 0,
           new_interval = new ? timeval_to_ns(&new->it_interval) : 0;
    long r = kn_proc_itimer(PROC, (uint32_t)which, new != NULL, new_value, new_interval, &value, &interval);
    *old = (struct lx_itimerval){.it_value = ns_to_timeval(value), .it_interval = ns_to_timeval(interval)};
    return r;
}

SYSCALL(getitimer)
{
    struct lx_itimerval old;
    long r = itimer(a[0], NULL, &old);
    return r ? r : put_user(&old, a[1]);
}

SYSCALL(setitimer)
{
    struct lx_itimerval new = {0}, old;
    if (a[1] && get_user(&new, a[1]))
        return -LX_EFAULT;
    if (!is_valid_timeval(&new.it_value) || !is_valid_timeval(&new.it_interval))
        return -LX_EINVAL;
    long r = itimer(a[0], &new, &old);
    return r || !a[2] ? r : put_user(&old, a[2]);
}
