// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// Who the process is, whom it belongs with, whom it sends signals.

#include "calls.h"

#include "trona/string.h"

#define NICE_BIAS 20 // the system call returns 20 - nice

SYSCALL(getpid) { return (long)signal_page()->pid; }
SYSCALL(getppid) { return (long)signal_page()->ppid; }
SYSCALL(gettid) { return (long)thread_tid(t); }

SYSCALL(set_tid_address)
{
    t->clear_tid = a[0];
    return (long)thread_tid(t);
}

SYSCALL(setpgid)
{
    if ((int)a[0] < 0 || (int)a[1] < 0)
        return (int)a[1] < 0 ? -LX_EINVAL : -LX_ESRCH;
    return kn_proc_setpgid(PROC, (uint32_t)a[0], (uint32_t)a[1]);
}

SYSCALL(getpgid)
{
    word_t pgid, sid;
    if ((int)a[0] < 0)
        return -LX_ESRCH;
    long r = kn_proc_getpgid(PROC, (uint32_t)a[0], &pgid, &sid);
    return r ? r : (long)pgid;
}

SYSCALL(getsid)
{
    word_t pgid, sid;
    if ((int)a[0] < 0)
        return -LX_ESRCH;
    long r = kn_proc_getpgid(PROC, (uint32_t)a[0], &pgid, &sid);
    return r ? r : (long)sid;
}

SYSCALL(setsid)
{
    word_t sid;
    long r = kn_proc_setsid(PROC, &sid);
    return r ? r : (long)sid;
}

static bool is_signal(word_t sig) { return (uint32_t)sig <= LX_NSIG; }

SYSCALL(kill)
{
    int pid = (int)a[0];
    word_t sig = (uint32_t)a[1];
    if (!is_signal(sig))
        return -LX_EINVAL;
    if (pid > 0)
        return kn_proc_kill(PROC, KN_PROC_TARGET_PROCESS, pid, 0, sig, LX_SI_USER, 0);
    if (pid == -1)
        return kn_proc_kill(PROC, KN_PROC_TARGET_ALL, 0, 0, sig, LX_SI_USER, 0);
    if (pid == INT32_MIN)
        return -LX_ESRCH;
    return kn_proc_kill(PROC, KN_PROC_TARGET_GROUP, -(long)pid, 0, sig, LX_SI_USER, 0);
}

SYSCALL(tgkill)
{
    word_t sig = (uint32_t)a[2];
    if ((int)a[0] <= 0 || (int)a[1] <= 0 || !is_signal(sig))
        return -LX_EINVAL;
    return kn_proc_kill(PROC, KN_PROC_TARGET_THREAD, (int)a[1], (uint32_t)a[0], sig, LX_SI_TKILL, 0);
}

SYSCALL(tkill)
{
    word_t sig = (uint32_t)a[1];
    if ((int)a[0] <= 0 || !is_signal(sig))
        return -LX_EINVAL;
    return kn_proc_kill(PROC, KN_PROC_TARGET_THREAD, (int)a[0], 0, sig, LX_SI_TKILL, 0);
}

// A program may claim any negative code but for itself only the kernel's.
static long queue_info(word_t kind, int id, word_t tgid, word_t sig, word_t addr)
{
    struct lx_siginfo info;
    if (!is_signal(sig))
        return -LX_EINVAL;
    if (get_user(&info, addr))
        return -LX_EFAULT;
    if ((info.code >= 0 || info.code == LX_SI_TKILL) && tgid != signal_page()->pid)
        return -LX_EPERM;
    return kn_proc_kill(PROC, kind, id, kind == KN_PROC_TARGET_THREAD ? tgid : 0, sig, info.code, info.value);
}

SYSCALL(rt_sigqueueinfo) { return queue_info(KN_PROC_TARGET_PROCESS, (int)a[0], (uint32_t)a[0], (uint32_t)a[1], a[2]); }

SYSCALL(rt_tgsigqueueinfo)
{
    if ((int)a[0] <= 0 || (int)a[1] <= 0)
        return -LX_EINVAL;
    return queue_info(KN_PROC_TARGET_THREAD, (int)a[1], (uint32_t)a[0], (uint32_t)a[2], a[3]);
}

SYSCALL(getpriority)
{
    int64_t nice;
    long r = kn_proc_priority(PROC, (uint32_t)a[0], (uint32_t)a[1], 0, 0, (word_t *)&nice);
    return r ? r : NICE_BIAS - nice;
}

SYSCALL(setpriority)
{
    word_t nice;
    return kn_proc_priority(PROC, (uint32_t)a[0], (uint32_t)a[1], 1, (int)a[2], &nice);
}

// There are no disks to share: everyone has the priority that Linux derives from nice, and sets it in vain.
SYSCALL(ioprio_get)
{
    word_t nice;
    if (a[0] < 1 || a[0] > 3)
        return -LX_EINVAL;
    return kn_proc_priority(PROC, a[0] - 1, (uint32_t)a[1], 0, 0, &nice);
}

SYSCALL(ioprio_set)
{
    if ((uint32_t)a[2] >> LX_IOPRIO_CLASS_SHIFT > 3)
        return -LX_EINVAL;
    return sys_ioprio_get(t, a);
}

static long set_name(word_t addr)
{
    char name[sizeof process.name] = {0};
    word_t words[2];
    long n = copy_string_from_user(name, addr, sizeof name);
    if (n == -LX_EFAULT)
        return n;
    name[sizeof name - 1] = 0; // Linux cuts longer names
    memcpy(words, name, sizeof words);
    long r = kn_proc_set_name(PROC, words[0], words[1]);
    if (r == 0)
        memcpy(process.name, name, sizeof name);
    return r;
}

static long get_subreaper(word_t addr)
{
    int32_t is_subreaper = process.is_subreaper;
    return put_user(&is_subreaper, addr);
}

static long set_subreaper(word_t on)
{
    word_t old;
    long r = kn_proc_subreaper(PROC, on != 0, &old);
    if (r == 0)
        process.is_subreaper = on != 0;
    return r;
}

SYSCALL(prctl)
{
    switch ((uint32_t)a[0]) {
    case LX_PR_SET_NAME: return set_name(a[1]);
    case LX_PR_GET_NAME: return put_user(&process.name, a[1]);
    case LX_PR_SET_CHILD_SUBREAPER: return set_subreaper(a[1]);
    case LX_PR_GET_CHILD_SUBREAPER: return get_subreaper(a[1]);
    case LX_PR_GET_DUMPABLE: return 1;
    case LX_PR_GET_KEEPCAPS:
    case LX_PR_GET_NO_NEW_PRIVS: return 0;
    case LX_PR_GET_TID_ADDRESS: return put_user(&t->clear_tid, a[1]);
    default: return -LX_EINVAL;
    }
}
