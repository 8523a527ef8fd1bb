// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// Limits and what was used.

#include "calls.h"

#include "trona/string.h"

#define PAGE_KIB (1l << KN_PAGE_BITS >> 10)
#define NS_PER_USER_TICK (NS_PER_SECOND / LX_USER_HZ)

static long limit(word_t pid, word_t resource, const struct lx_rlimit *new, struct lx_rlimit *old)
{
    if (resource >= LX_RLIM_NLIMITS)
        return -LX_EINVAL;
    if (new &&new->cur > new->max)
        return -LX_EINVAL;
    long r =
        kn_proc_rlimit(PROC, pid, resource, new != NULL, new ? new->cur : 0, new ? new->max : 0, &old->cur, &old->max);
    if (r == 0 && new &&resource == LX_RLIMIT_NOFILE && (!pid || pid == signal_page()->pid))
        process.nofile = new->cur < FD_MAX ? (uint32_t) new->cur : FD_MAX;
    return r;
}

SYSCALL(prlimit64)
{
    struct lx_rlimit new, old;
    if ((int)a[0] < 0)
        return -LX_ESRCH;
    if (a[2] && get_user(&new, a[2]))
        return -LX_EFAULT;
    long r = limit((uint32_t)a[0], (uint32_t)a[1], a[2] ? &new : NULL, &old);
    return r || !a[3] ? r : put_user(&old, a[3]);
}

SYSCALL(getrlimit)
{
    struct lx_rlimit old;
    long r = limit(0, (uint32_t)a[0], NULL, &old);
    return r ? r : put_user(&old, a[1]);
}

SYSCALL(setrlimit)
{
    struct lx_rlimit new, old;
    if (get_user(&new, a[1]))
        return -LX_EFAULT;
    return limit(0, (uint32_t)a[0], &new, &old);
}

SYSCALL(getrusage)
{
    word_t user, system, child_user, child_system, rss, child_rss;
    struct lx_rusage u;
    int who = (int)a[0];
    if (who != LX_RUSAGE_SELF && who != LX_RUSAGE_CHILDREN && who != LX_RUSAGE_THREAD)
        return -LX_EINVAL;
    long r = kn_proc_times(PROC, &user, &system, &child_user, &child_system, &rss, &child_rss);
    if (r)
        return r;
    bool is_children = who == LX_RUSAGE_CHILDREN;
    memset(&u, 0, sizeof u);
    u.utime = ns_to_timeval(is_children ? child_user : user);
    u.stime = ns_to_timeval(is_children ? child_system : system);
    u.maxrss = (int64_t)(is_children ? child_rss : rss) * PAGE_KIB;
    return put_user(&u, a[1]);
}

SYSCALL(times)
{
    word_t user, system, child_user, child_system, rss, child_rss;
    long r = kn_proc_times(PROC, &user, &system, &child_user, &child_system, &rss, &child_rss);
    if (r)
        return r;
    struct lx_tms tms = {(int64_t)(user / NS_PER_USER_TICK), (int64_t)(system / NS_PER_USER_TICK),
                         (int64_t)(child_user / NS_PER_USER_TICK), (int64_t)(child_system / NS_PER_USER_TICK)};
    if (a[0] && put_user(&tms, a[0]))
        return -LX_EFAULT;
    return (long)(clock_monotonic_ns() / NS_PER_USER_TICK);
}
