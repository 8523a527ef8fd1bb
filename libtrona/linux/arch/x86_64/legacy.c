// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// Calls that only x86_64 has, most of them older forms of others.

#include "calls.h"
#include "fd_directory.h"
#include "fork.h"
#include "path_times.h"
#include "polling.h"
#include "trona/string.h"

#define CWD ((word_t)LX_AT_FDCWD)
#define NS_PER_MS 1000000ul
#define ARGS(...) ((const word_t[6]){__VA_ARGS__})

SYSCALL(open) { return sys_openat(t, ARGS(CWD, a[0], a[1], a[2])); }
SYSCALL(creat) { return sys_openat(t, ARGS(CWD, a[0], LX_O_CREAT | LX_O_WRONLY | LX_O_TRUNC, a[1])); }
SYSCALL(stat) { return sys_newfstatat(t, ARGS(CWD, a[0], a[1], 0)); }
SYSCALL(lstat) { return sys_newfstatat(t, ARGS(CWD, a[0], a[1], LX_AT_SYMLINK_NOFOLLOW)); }
SYSCALL(access) { return sys_faccessat(t, ARGS(CWD, a[0], a[1])); }
SYSCALL(mkdir) { return sys_mkdirat(t, ARGS(CWD, a[0], a[1])); }
SYSCALL(mknod) { return sys_mknodat(t, ARGS(CWD, a[0], a[1], a[2])); }
SYSCALL(rmdir) { return sys_unlinkat(t, ARGS(CWD, a[0], LX_AT_REMOVEDIR)); }
SYSCALL(unlink) { return sys_unlinkat(t, ARGS(CWD, a[0], 0)); }
SYSCALL(rename) { return sys_renameat(t, ARGS(CWD, a[0], CWD, a[1])); }
SYSCALL(link) { return sys_linkat(t, ARGS(CWD, a[0], CWD, a[1], 0)); }
SYSCALL(symlink) { return sys_symlinkat(t, ARGS(a[0], CWD, a[1])); }
SYSCALL(readlink) { return sys_readlinkat(t, ARGS(CWD, a[0], a[1], a[2])); }
SYSCALL(chmod) { return sys_fchmodat(t, ARGS(CWD, a[0], a[1])); }
SYSCALL(chown) { return sys_fchownat(t, ARGS(CWD, a[0], a[1], a[2], 0)); }
SYSCALL(lchown) { return sys_fchownat(t, ARGS(CWD, a[0], a[1], a[2], LX_AT_SYMLINK_NOFOLLOW)); }
SYSCALL(pipe) { return sys_pipe2(t, ARGS(a[0], 0)); }
SYSCALL(getpgrp) { return sys_getpgid(t, ARGS(0)); }

// The older record is as long: it has the type in its last byte, behind the name, instead of before it.
static void to_old_records(void *data, word_t n)
{
    unsigned char *end = (unsigned char *)data + n;
    for (unsigned char *p = data; p < end;) {
        struct lx_dirent64 head;
        memcpy(&head, p, sizeof head);
        memmove(p + sizeof head - 1, p + sizeof head, head.d_reclen - sizeof head);
        p[head.d_reclen - 1] = head.d_type;
        p += head.d_reclen;
    }
}

SYSCALL(getdents) { return directory_read(t, a, to_old_records); }

SYSCALL(dup2)
{
    struct fd *f;
    if ((uint32_t)a[0] != (uint32_t)a[1])
        return sys_dup3(t, ARGS(a[0], a[1], 0));
    long r = fd_handle(a[0], &f);
    return r ? r : (int)a[0];
}

SYSCALL(fork)
{
    struct clone_args c = {.flags = LX_SIGCHLD};
    return fork_process(t, &c);
}

SYSCALL(vfork)
{
    struct clone_args c = {.flags = LX_SIGCHLD | LX_CLONE_VFORK};
    return fork_process(t, &c);
}

SYSCALL(pause)
{
    while (!wait_for_wake(t, NEVER)) {
    }
    return -RESTART_NOHAND;
}

SYSCALL(alarm)
{
    word_t old, interval;
    long r = kn_proc_itimer(PROC, LX_ITIMER_REAL, 1, (uint32_t)a[0] * NS_PER_SECOND, 0, &old, &interval);
    return r ? r : (long)((old + NS_PER_SECOND - 1) / NS_PER_SECOND);
}

SYSCALL(time)
{
    long seconds = (long)((clock_monotonic_ns() + (word_t)clock_realtime_offset_ns()) / NS_PER_SECOND);
    return a[0] && put_user(&seconds, a[0]) ? -LX_EFAULT : seconds;
}

static bool timevals_to_timespecs(const struct lx_timeval tv[2], struct lx_timespec ts[2])
{
    for (int i = 0; i < 2; i++) {
        if ((uint64_t)tv[i].tv_usec >= 1000000)
            return false;
        ts[i] = (struct lx_timespec){tv[i].tv_sec, tv[i].tv_usec * 1000};
    }
    return true;
}

SYSCALL(futimesat)
{
    struct lx_timeval tv[2];
    struct lx_timespec ts[2] = {{0, LX_UTIME_NOW}, {0, LX_UTIME_NOW}};
    if (a[2]) {
        if (get_user(&tv, a[2]))
            return -LX_EFAULT;
        if (!timevals_to_timespecs(tv, ts))
            return -LX_EINVAL;
    }
    return set_path_times(t, a[0], a[1], ts, 0);
}

SYSCALL(utimes) { return sys_futimesat(t, ARGS(CWD, a[0], a[1])); }

SYSCALL(utime)
{
    struct lx_utimbuf u;
    struct lx_timespec ts[2] = {{0, LX_UTIME_NOW}, {0, LX_UTIME_NOW}};
    if (a[1]) {
        if (get_user(&u, a[1]))
            return -LX_EFAULT;
        ts[0] = (struct lx_timespec){u.actime, 0};
        ts[1] = (struct lx_timespec){u.modtime, 0};
    }
    return set_path_times(t, CWD, a[0], ts, 0);
}

// Goes on after a stop with the deadline it had.
static long poll_restart(struct thread *t, const struct restart *r)
{
    struct restart args = *r;
    long result = poll_user(t, args.arg[0], args.arg[1], args.arg[2]);
    if (result != -RESTART_SYS)
        return result;
    t->restart = args;
    return -RESTART_BLOCK;
}

SYSCALL(poll)
{
    int timeout = (int)a[2];
    word_t deadline = timeout < 0 ? NEVER : timeout ? deadline_after((word_t)timeout * NS_PER_MS) : 0;
    struct restart r = {poll_restart, {a[0], a[1], deadline}};
    return poll_restart(t, &r);
}

SYSCALL(select)
{
    struct lx_timeval tv;
    word_t deadline = NEVER;
    if (a[4]) {
        if (get_user(&tv, a[4]))
            return -LX_EFAULT;
        if (tv.tv_sec < 0 || tv.tv_usec < 0)
            return -LX_EINVAL;
        struct lx_timespec ts = {tv.tv_sec + tv.tv_usec / 1000000, tv.tv_usec % 1000000 * 1000};
        word_t ns = timespec_to_ns(&ts);
        deadline = ns ? deadline_after(ns) : 0;
    }
    long r = select_user(t, a[0], &a[1], deadline);
    if (a[4]) {
        word_t now = clock_monotonic_ns();
        tv = ns_to_timeval(deadline > now ? deadline - now : 0);
        put_user(&tv, a[4]);
    }
    return r == -RESTART_SYS ? -RESTART_NOHAND : r;
}

// GS base is the layer's.
SYSCALL(arch_prctl)
{
    word_t base;
    switch ((uint32_t)a[0]) {
    case LX_ARCH_SET_FS:
        if (a[1] >= KN_LAYOUT_PROGRAM_END)
            return -LX_EPERM;
        set_tls_base(a[1]);
        return 0;
    case LX_ARCH_GET_FS: base = get_tls_base(); return put_user(&base, a[1]);
    default: return -LX_EINVAL;
    }
}
