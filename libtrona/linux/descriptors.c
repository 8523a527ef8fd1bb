// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// Calls on descriptors as such: closing, duplicating, flags, locks, pipes.

#include "calls.h"

#define FLOCK_COMMAND 0x100 // vfs.lock: a LOCK_* of flock follows

SYSCALL(close)
{
    struct fd *f;
    long r = fd_handle(a[0], &f);
    return r ? r : fd_close((int)a[0]);
}

SYSCALL(close_range)
{
    uint32_t first = (uint32_t)a[0], last = (uint32_t)a[1];
    if (first > last || a[2] & ~(word_t)(LX_CLOSE_RANGE_UNSHARE | LX_CLOSE_RANGE_CLOEXEC))
        return -LX_EINVAL;
    if (first >= FD_MAX)
        return 0;
    for (int fd = fd_next_open((int)first - 1); fd >= 0 && (uint32_t)fd <= last; fd = fd_next_open(fd)) {
        if (a[2] & LX_CLOSE_RANGE_CLOEXEC)
            fd_get(fd)->is_cloexec = true;
        else
            fd_close(fd);
    }
    return 0;
}

static long duplicate_from(int old, int from, bool is_cloexec)
{
    int fd = fd_find_free(from, (int)process.nofile);
    if (fd < 0)
        return -LX_EMFILE;
    fd_duplicate(old, fd, is_cloexec);
    return fd;
}

SYSCALL(dup)
{
    struct fd *f;
    long r = fd_handle(a[0], &f);
    return r ? r : duplicate_from((int)a[0], 0, false);
}

SYSCALL(dup3)
{
    struct fd *f;
    int old = (int)a[0], new = (int)a[1];
    if (a[2] & ~(word_t)LX_O_CLOEXEC || old == new)
        return -LX_EINVAL;
    if (fd_handle(a[0], &f) || new < 0 || new >= (int)process.nofile)
        return -LX_EBADF;
    if (fd_get(new))
        fd_close(new);
    fd_duplicate(old, new, a[2] != 0);
    return new;
}

SYSCALL(pipe2)
{
    word_t in, out;
    if (a[1] & ~(word_t)(LX_O_CLOEXEC | LX_O_NONBLOCK | LX_O_DIRECT))
        return -LX_EINVAL;
    if (a[1] & LX_O_DIRECT)
        return -LX_EINVAL; // packets are not supported
    long r = kn_vfs_pipe(VFS, a[1] & LX_O_NONBLOCK, &in, &out);
    if (r)
        return r;
    bool is_cloexec = a[1] & LX_O_CLOEXEC;
    long first = fd_open_handle(0, in, LX_S_IFIFO, is_cloexec);
    if (first < 0) {
        kn_vfs_close(VFS, out);
        return first;
    }
    long second = fd_open_handle(0, out, LX_S_IFIFO, is_cloexec);
    int32_t fds[2] = {(int32_t)first, (int32_t)second};
    r = second < 0 ? second : put_user(&fds, a[0]);
    if (r) {
        fd_close((int)first);
        if (second >= 0)
            fd_close((int)second);
    }
    return r;
}

// A lock's start as vfs wants it: from the beginning of the file.
static long lock_start(struct thread *t, const struct fd *f, const struct lx_flock *l, int64_t *start)
{
    word_t base = 0;
    if (l->l_whence == LX_SEEK_CUR) {
        long r = kn_vfs_seek(VFS, f->handle, 0, LX_SEEK_CUR, &base);
        if (r)
            return r;
    } else if (l->l_whence == LX_SEEK_END) {
        long r = path_prepare_empty(t);
        if (r == 0)
            r = kn_vfs_stat(VFS, t->index, f->handle, LX_AT_EMPTY_PATH);
        if (r)
            return r;
        base = ((const struct kn_vfs_stat *)thread_window(t))->size;
    } else if (l->l_whence != LX_SEEK_SET) {
        return -LX_EINVAL;
    }
    if (__builtin_add_overflow((int64_t)base, l->l_start, start))
        return -LX_EOVERFLOW;
    if (l->l_len < 0) // the bytes before start
        *start += l->l_len;
    return *start < 0 ? -LX_EINVAL : 0;
}

// One vfs.lock, repeated while it must wait (MAY_WAIT).
static long lock(struct thread *t, const struct fd *f, word_t command, bool may_wait, struct lx_flock *l)
{
    word_t type, start, length, pid;
    word_t bytes = l->l_len < 0 ? -(word_t)l->l_len : (word_t)l->l_len;
    long r = vfs_attach(t);
    while (r == 0) {
        r = kn_vfs_lock(VFS, t->index, f->handle, command, (word_t)l->l_type, (word_t)l->l_start, bytes,
                        may_wait ? KN_VFS_IO_WAIT : 0, &type, &start, &length, &pid);
        if (r == 0) {
            *l = (struct lx_flock){
                .l_type = (int16_t)type, .l_start = (int64_t)start, .l_len = (int64_t)length, .l_pid = (int32_t)pid};
            return 0;
        }
        if (r != -LX_EAGAIN || !may_wait)
            return r;
        r = vfs_wait(t);
    }
    return r;
}

static long record_lock(struct thread *t, const struct fd *f, word_t command, word_t addr)
{
    struct lx_flock l;
    int64_t start;
    if (get_user(&l, addr))
        return -LX_EFAULT;
    if (l.l_type != LX_F_RDLCK && l.l_type != LX_F_WRLCK && l.l_type != LX_F_UNLCK)
        return -LX_EINVAL;
    long r = lock_start(t, f, &l, &start);
    if (r)
        return r;
    l.l_start = start;
    struct lx_flock answer = l;
    r = lock(t, f, command, command == LX_F_SETLKW, &answer);
    if (r || command != LX_F_GETLK)
        return r;
    if (answer.l_type == LX_F_UNLCK) {
        if (get_user(&answer, addr))
            return -LX_EFAULT;
        answer.l_type = LX_F_UNLCK;
    }
    return put_user(&answer, addr);
}

SYSCALL(flock)
{
    struct fd *f;
    word_t operation = a[1] & ~(word_t)LX_LOCK_NB;
    struct lx_flock l = {0};
    long r = fd_handle(a[0], &f);
    if (r)
        return r;
    if (operation != LX_LOCK_SH && operation != LX_LOCK_EX && operation != LX_LOCK_UN)
        return -LX_EINVAL;
    return lock(t, f, FLOCK_COMMAND | operation, !(a[1] & LX_LOCK_NB), &l);
}

static long get_flags(const struct fd *f)
{
    word_t flags;
    long r = kn_vfs_get_flags(VFS, f->handle, &flags, NULL);
    return r ? r : (long)flags;
}

// Linux ignores what F_SETFL cannot change; of the rest vfs refuses what it does not support.
static long set_flags(const struct fd *f, word_t flags)
{
    return kn_vfs_set_flags(VFS, f->handle,
                            flags & (LX_O_APPEND | LX_O_NONBLOCK | LX_O_ASYNC | LX_O_DIRECT | LX_O_NOATIME));
}

static long pipe_size(const struct fd *f, word_t size)
{
    word_t result;
    long r = kn_vfs_pipe_size(VFS, f->handle, size, &result);
    return r ? r : (long)result;
}

SYSCALL(fcntl)
{
    struct fd *f;
    long r = fd_handle(a[0], &f);
    if (r)
        return r;
    switch ((uint32_t)a[1]) {
    case LX_F_DUPFD:
    case LX_F_DUPFD_CLOEXEC:
        if ((int)a[2] < 0 || (int)a[2] >= (int)process.nofile)
            return -LX_EINVAL;
        return duplicate_from((int)a[0], (int)a[2], a[1] == LX_F_DUPFD_CLOEXEC);
    case LX_F_GETFD: return f->is_cloexec ? LX_FD_CLOEXEC : 0;
    case LX_F_SETFD: f->is_cloexec = a[2] & LX_FD_CLOEXEC; return 0;
    case LX_F_GETFL: return get_flags(f);
    case LX_F_SETFL: return set_flags(f, a[2]);
    case LX_F_GETLK:
    case LX_F_SETLK:
    case LX_F_SETLKW: return record_lock(t, f, a[1], a[2]);
    // Nobody gets SIGIO yet, and there are no leases.
    case LX_F_GETOWN:
    case LX_F_GETSIG: return 0;
    case LX_F_GETLEASE: return LX_F_UNLCK;
    case LX_F_GETPIPE_SZ: return pipe_size(f, 0);
    case LX_F_SETPIPE_SZ: return (int)a[2] <= 0 ? -LX_EINVAL : pipe_size(f, (uint32_t)a[2]);
    default: return -LX_EINVAL;
    }
}
