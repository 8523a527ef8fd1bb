// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// Scheduling calls: all program threads share one priority and one policy.

#include "calls.h"

#define TIME_SLICE_NS 10000000

static const struct kn_layout_time_page *time_page(void)
{
    return (const struct kn_layout_time_page *)KN_LAYOUT_TIME_PAGE;
}

static word_t cpu_mask(void)
{
    word_t n = time_page()->nr_cpus;
    return n >= 64 || n == 0 ? 1 : ((word_t)1 << n) - 1;
}

SYSCALL(sched_yield)
{
    kn_yield();
    return 0;
}

SYSCALL(getcpu)
{
    uint32_t zero = 0;
    if ((a[0] && put_user(&zero, a[0])) || (a[1] && put_user(&zero, a[1])))
        return -LX_EFAULT;
    return 0;
}

// Whether PID is a process or thread that may be asked about; 0 is oneself.
static long check_pid(word_t pid)
{
    word_t pgid, sid;
    if ((int)pid < 0)
        return -LX_EINVAL;
    return pid && pid != signal_page()->pid ? kn_proc_getpgid(PROC, (uint32_t)pid, &pgid, &sid) : 0;
}

SYSCALL(sched_getaffinity)
{
    word_t mask = cpu_mask();
    if (a[1] < sizeof mask || a[1] % sizeof mask)
        return -LX_EINVAL;
    long r = check_pid(a[0]);
    if (r == 0)
        r = put_user(&mask, a[2]);
    return r ? r : (long)sizeof mask;
}

// Threads are not bound to CPUs yet: a set is good if it has one of them.
SYSCALL(sched_setaffinity)
{
    word_t mask = 0;
    long r = check_pid(a[0]);
    if (r == 0)
        r = copy_from_user(&mask, a[2], a[1] < sizeof mask ? a[1] : sizeof mask);
    return r == 0 && !(mask & cpu_mask()) ? -LX_EINVAL : r;
}

SYSCALL(sched_getscheduler)
{
    long r = check_pid(a[0]);
    return r ? r : LX_SCHED_OTHER;
}

static long set_policy(word_t pid, int policy, word_t param)
{
    int32_t priority;
    if (!param || (int)pid < 0)
        return -LX_EINVAL;
    if (get_user(&priority, param))
        return -LX_EFAULT;
    long r = check_pid(pid);
    if (r)
        return r;
    if (policy == LX_SCHED_FIFO || policy == LX_SCHED_RR)
        return priority < 1 || priority > 99 ? -LX_EINVAL : -LX_EPERM;
    return policy == LX_SCHED_OTHER && priority == 0 ? 0 : -LX_EINVAL;
}

SYSCALL(sched_setscheduler) { return set_policy(a[0], (int)a[1] & ~LX_SCHED_RESET_ON_FORK, a[2]); }
SYSCALL(sched_setparam) { return set_policy(a[0], LX_SCHED_OTHER, a[1]); }

SYSCALL(sched_getparam)
{
    int32_t priority = 0;
    if (!a[1])
        return -LX_EINVAL;
    long r = check_pid(a[0]);
    return r ? r : put_user(&priority, a[1]);
}

static long priority_bound(word_t policy, long realtime)
{
    switch ((uint32_t)policy) {
    case LX_SCHED_FIFO:
    case LX_SCHED_RR: return realtime;
    case LX_SCHED_OTHER:
    case LX_SCHED_BATCH:
    case LX_SCHED_IDLE: return 0;
    default: return -LX_EINVAL;
    }
}

SYSCALL(sched_get_priority_max) { return priority_bound(a[0], 99); }
SYSCALL(sched_get_priority_min) { return priority_bound(a[0], 1); }

SYSCALL(sched_rr_get_interval)
{
    struct lx_timespec ts = {0, TIME_SLICE_NS};
    long r = check_pid(a[0]);
    return r ? r : put_user(&ts, a[1]);
}
