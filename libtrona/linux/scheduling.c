// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// Scheduling calls: all program threads share one priority and one policy. procsrv chooses their CPUs.

#include "calls.h"

#define TIME_SLICE_NS 10000000

SYSCALL(sched_yield)
{
    kn_yield();
    return 0;
}

SYSCALL(getcpu)
{
    uint32_t cpu = (uint32_t)__atomic_load_n(&signal_page()->thread[t->index].cpu, __ATOMIC_RELAXED), node = 0;
    if ((a[0] && put_user(&cpu, a[0])) || (a[1] && put_user(&node, a[1])))
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
    word_t mask;
    if (a[1] < sizeof mask || a[1] % sizeof mask)
        return -LX_EINVAL;
    if ((int)a[0] < 0)
        return -LX_ESRCH;
    long r = kn_proc_affinity(PROC, (uint32_t)a[0], 0, &mask);
    if (r == 0)
        r = put_user(&mask, a[2]);
    return r ? r : (long)sizeof mask;
}

SYSCALL(sched_setaffinity)
{
    word_t mask = 0;
    long r = copy_from_user(&mask, a[2], a[1] < sizeof mask ? a[1] : sizeof mask);
    if (r)
        return r;
    if ((int)a[0] < 0)
        return -LX_ESRCH;
    return mask ? kn_proc_affinity(PROC, (uint32_t)a[0], mask, &mask) : -LX_EINVAL;
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
