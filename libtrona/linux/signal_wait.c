// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// Calls that wait for signals, and restart_syscall.

#include "calls.h"

SYSCALL(rt_sigsuspend)
{
    word_t mask;
    if (a[1] != sizeof mask)
        return -LX_EINVAL;
    if (get_user(&mask, a[0]))
        return -LX_EFAULT;
    t->saved_blocked = t->blocked;
    t->has_saved_blocked = true;
    signal_set_blocked(t, mask);
    while (!wait_for_wake(t, NEVER)) {
    }
    return -RESTART_NOHAND;
}

SYSCALL(rt_sigtimedwait)
{
    struct lx_timespec ts;
    struct lx_siginfo info;
    word_t set, sig, deadline = NEVER;
    long r = 0;
    if (a[3] != sizeof set)
        return -LX_EINVAL;
    if (get_user(&set, a[0]) || (a[2] && get_user(&ts, a[2])))
        return -LX_EFAULT;
    if (a[2]) {
        if (!timespec_is_valid(&ts))
            return -LX_EINVAL;
        word_t ns = timespec_to_ns(&ts);
        deadline = ns ? deadline_after(ns) : 0;
    }
    set &= ~(SIGNAL_BIT(LX_SIGKILL) | SIGNAL_BIT(LX_SIGSTOP));
    while (!(sig = signal_take(t, set, &info)) && r == 0)
        r = deadline ? wait_for_signal(t, set, deadline) : -LX_ETIMEDOUT;
    wait_end(t);
    if (!sig)
        return r == -LX_ETIMEDOUT ? -LX_EAGAIN : r == -RESTART_SYS ? -RESTART_NOHAND : r;
    if (a[1] && put_user(&info, a[1]))
        return -LX_EFAULT;
    return (long)sig;
}

// After a stop interrupted a call with a relative time-out. A program that makes it up itself gets what Linux gives.
SYSCALL(restart_syscall)
{
    if (!t->has_restart)
        return -LX_EINTR;
    t->has_restart = false;
    return t->restart.resume(t, &t->restart);
}
