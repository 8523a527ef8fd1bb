// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// nanosleep and clock_nanosleep.

#include "calls.h"
#include "clocks.h"

// Sleeps until DEADLINE (monotonic): 0 or -RESTART_SYS.
static long sleep_until(struct thread *t, word_t deadline)
{
    long r;
    while ((r = wait_for_wake(t, deadline)) == 0) {
    }
    wait_end(t);
    return r == -LX_ETIMEDOUT ? 0 : r;
}

// A relative sleep until arg[0]; what is left goes to user address arg[1] (0: nowhere) when a signal ends it.
static long sleep_relative(struct thread *t, const struct restart *restart)
{
    struct restart args = *restart;
    long r = sleep_until(t, args.arg[0]);
    if (r != -RESTART_SYS)
        return r;
    word_t now = clock_monotonic_ns();
    struct lx_timespec left = ns_to_timespec(args.arg[0] > now ? args.arg[0] - now : 0);
    if (args.arg[1] && put_user(&left, args.arg[1]))
        return -LX_EFAULT;
    t->restart = args;
    return -RESTART_BLOCK;
}

static long start_relative(struct thread *t, const struct lx_timespec *ts, word_t remaining)
{
    struct restart r = {sleep_relative, {deadline_after(timespec_to_ns(ts)), remaining}};
    return sleep_relative(t, &r);
}

SYSCALL(nanosleep)
{
    struct lx_timespec ts;
    if (get_user(&ts, a[0]))
        return -LX_EFAULT;
    return timespec_is_valid(&ts) ? start_relative(t, &ts, a[1]) : -LX_EINVAL;
}

SYSCALL(clock_nanosleep)
{
    struct lx_timespec ts;
    word_t now;
    uint32_t clock = (uint32_t)a[0];
    if (clock_now(clock, &now))
        return -LX_EINVAL;
    if (clock == LX_CLOCK_PROCESS_CPUTIME_ID || clock == LX_CLOCK_THREAD_CPUTIME_ID)
        return -LX_EOPNOTSUPP;
    if (get_user(&ts, a[2]))
        return -LX_EFAULT;
    if (!timespec_is_valid(&ts))
        return -LX_EINVAL;
    if (!(a[1] & LX_TIMER_ABSTIME))
        return start_relative(t, &ts, a[3]);
    word_t wanted = timespec_to_ns(&ts);
    if (wanted <= now)
        return 0;
    long r = sleep_until(t, deadline_after(wanted - now));
    return r == -RESTART_SYS ? -RESTART_NOHAND : r;
}
