// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// The stat family.

#include "calls.h"
#include "stat.h"

#define STAT_FLAGS ((word_t)(LX_AT_SYMLINK_NOFOLLOW | LX_AT_EMPTY_PATH | LX_AT_NO_AUTOMOUNT))

// Has vfs write struct kn_vfs_stat of PATH relative to DIRFD to the window and copies it to OUT.
static long query(struct thread *t, word_t dirfd, word_t path, word_t flags, struct kn_vfs_stat *out)
{
    word_t dir;
    long r = path_prepare(t, dirfd, path, KN_VFS_PATH, flags, &dir);
    if (r == 0)
        r = kn_vfs_stat(VFS, t->index, dir, flags & (LX_AT_SYMLINK_NOFOLLOW | LX_AT_EMPTY_PATH));
    if (r == 0)
        *out = *(const struct kn_vfs_stat *)thread_window(t);
    return r;
}

SYSCALL(newfstatat)
{
    struct kn_vfs_stat from;
    struct lx_stat to;
    if (a[3] & ~STAT_FLAGS)
        return -LX_EINVAL;
    long r = query(t, a[0], a[1], a[3], &from);
    if (r)
        return r;
    stat_convert(&from, &to);
    return put_user(&to, a[2]);
}

SYSCALL(fstat)
{
    struct fd *f;
    struct kn_vfs_stat from;
    struct lx_stat to;
    long r = fd_handle(a[0], &f);
    if (r == 0)
        r = path_prepare_empty(t);
    if (r == 0)
        r = kn_vfs_stat(VFS, t->index, f->handle, LX_AT_EMPTY_PATH);
    if (r)
        return r;
    from = *(const struct kn_vfs_stat *)thread_window(t);
    stat_convert(&from, &to);
    return put_user(&to, a[1]);
}

SYSCALL(statx)
{
    struct kn_vfs_stat from;
    struct lx_statx to;
    if (a[2] & ~(STAT_FLAGS | LX_AT_STATX_SYNC_TYPE) || a[3] & LX_STATX_RESERVED)
        return -LX_EINVAL;
    long r = query(t, a[0], a[1], a[2], &from);
    if (r)
        return r;
    statx_convert(&from, &to);
    return put_user(&to, a[4]);
}

static long put_statfs(struct thread *t, word_t dir, word_t flags, word_t dest)
{
    struct lx_statfs to;
    long r = kn_vfs_statfs(VFS, t->index, dir, flags);
    if (r)
        return r;
    struct kn_vfs_statfs from = *(const struct kn_vfs_statfs *)thread_window(t);
    statfs_convert(&from, &to);
    return put_user(&to, dest);
}

SYSCALL(statfs)
{
    word_t dir;
    long r = path_prepare(t, (word_t)LX_AT_FDCWD, a[0], KN_VFS_PATH, 0, &dir);
    return r ? r : put_statfs(t, dir, 0, a[1]);
}

SYSCALL(fstatfs)
{
    struct fd *f;
    long r = fd_handle(a[0], &f);
    if (r == 0)
        r = path_prepare_empty(t);
    return r ? r : put_statfs(t, f->handle, LX_AT_EMPTY_PATH, a[1]);
}
