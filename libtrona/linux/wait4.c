// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// Waiting for children. Status words are made by procsrv.

#include "calls.h"

#include "trona/string.h"

#define PAGE_KIB (1l << KN_PAGE_BITS >> 10)
#define STATUS_CONTINUED 0xffff
#define STATUS_STOPPED 0x7f

struct child {
    word_t pid, status, uid, user_ns, system_ns, max_rss_pages;
};

// The core of wait4 and waitid: 0 with C->pid 0 if there is nothing yet and WNOHANG.
static long wait_child(struct thread *t, word_t idtype, word_t id, word_t options, struct child *c)
{
    for (;;) {
        long r = kn_proc_wait(PROC, t->index, idtype, id, options, &c->pid, &c->status, &c->uid, &c->user_ns,
                              &c->system_ns, &c->max_rss_pages);
        if (r != -LX_EAGAIN)
            return r;
        r = wait_for_wake(t, NEVER);
        if (r)
            return r;
    }
}

static long put_rusage(const struct child *c, word_t addr)
{
    struct lx_rusage u;
    if (!addr)
        return 0;
    memset(&u, 0, sizeof u);
    u.utime = ns_to_timeval(c->user_ns);
    u.stime = ns_to_timeval(c->system_ns);
    u.maxrss = (int64_t)c->max_rss_pages * PAGE_KIB;
    return put_user(&u, addr);
}

SYSCALL(wait4)
{
    struct child c;
    int pid = (int)a[0];
    word_t idtype = LX_P_PID, id = (uint32_t)pid;
    if (a[2] & ~(word_t)(LX_WNOHANG | LX_WUNTRACED | LX_WCONTINUED | 0xe0000000ul)) // __WNOTHREAD, __WALL, __WCLONE
        return -LX_EINVAL;
    if (pid == INT32_MIN)
        return -LX_ESRCH;
    if (pid == -1) {
        idtype = LX_P_ALL;
    } else if (pid <= 0) {
        idtype = LX_P_PGID;
        id = (uint32_t)-pid; // 0: the own group
    }
    word_t options = LX_WEXITED | (a[2] & (LX_WNOHANG | LX_WUNTRACED | LX_WCONTINUED));
    long r = wait_child(t, idtype, id, options, &c);
    if (r || !c.pid)
        return r;
    int32_t status = (int32_t)c.status;
    if (a[1] && put_user(&status, a[1]))
        return -LX_EFAULT;
    r = put_rusage(&c, a[3]);
    return r ? r : (long)c.pid;
}

static void child_siginfo(const struct child *c, struct lx_siginfo *info)
{
    uint32_t status = (uint32_t)c->status;
    memset(info, 0, sizeof *info);
    if (!c->pid)
        return;
    info->signo = LX_SIGCHLD;
    info->pid = (int32_t)c->pid;
    info->uid = (uint32_t)c->uid;
    if (status == STATUS_CONTINUED) {
        info->code = LX_CLD_CONTINUED;
        info->value = LX_SIGCONT;
    } else if ((status & 0xff) == STATUS_STOPPED) {
        info->code = LX_CLD_STOPPED;
        info->value = status >> 8 & 0xff;
    } else if (status & 0x7f) {
        info->code = status & 0x80 ? LX_CLD_DUMPED : LX_CLD_KILLED;
        info->value = status & 0x7f;
    } else {
        info->code = LX_CLD_EXITED;
        info->value = status >> 8 & 0xff;
    }
}

SYSCALL(waitid)
{
    struct child c;
    struct lx_siginfo info;
    word_t known = LX_WNOHANG | LX_WSTOPPED | LX_WEXITED | LX_WCONTINUED | LX_WNOWAIT | 0xe0000000ul;
    if (a[3] & ~known || !(a[3] & (LX_WSTOPPED | LX_WEXITED | LX_WCONTINUED)))
        return -LX_EINVAL;
    if (a[0] > LX_P_PGID || (a[0] == LX_P_PID && (int)a[1] <= 0) || (a[0] == LX_P_PGID && (int)a[1] < 0))
        return -LX_EINVAL;
    long r = wait_child(t, a[0], (uint32_t)a[1], a[3] & ~0xe0000000ul, &c);
    if (r)
        return r;
    child_siginfo(&c, &info);
    if (a[2] && copy_to_user(a[2], &info, offsetof(struct lx_siginfo, utime)))
        return -LX_EFAULT;
    return put_rusage(&c, a[4]);
}
