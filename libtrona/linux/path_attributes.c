// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// Modes, owners, times and access of names, and their forms for open descriptors.

#include "calls.h"
#include "path_times.h"

#define MODE_BITS 07777ul
#define AT_FOLLOW_FLAGS ((word_t)(LX_AT_SYMLINK_NOFOLLOW | LX_AT_EMPTY_PATH))

SYSCALL(fchmodat)
{
    word_t dir;
    long r = path_prepare(t, a[0], a[1], KN_VFS_PATH, 0, &dir);
    return r ? r : kn_vfs_chmod(VFS, t->index, dir, a[2] & MODE_BITS, 0);
}

SYSCALL(fchmod)
{
    struct fd *f;
    long r = fd_handle(a[0], &f);
    if (r == 0)
        r = path_prepare_empty(t);
    return r ? r : kn_vfs_chmod(VFS, t->index, f->handle, a[1] & MODE_BITS, LX_AT_EMPTY_PATH);
}

SYSCALL(fchownat)
{
    word_t dir;
    if (a[4] & ~AT_FOLLOW_FLAGS)
        return -LX_EINVAL;
    long r = path_prepare(t, a[0], a[1], KN_VFS_PATH, a[4], &dir);
    return r ? r : kn_vfs_chown(VFS, t->index, dir, (uint32_t)a[2], (uint32_t)a[3], a[4]);
}

SYSCALL(fchown)
{
    struct fd *f;
    long r = fd_handle(a[0], &f);
    if (r == 0)
        r = path_prepare_empty(t);
    return r ? r : kn_vfs_chown(VFS, t->index, f->handle, (uint32_t)a[1], (uint32_t)a[2], LX_AT_EMPTY_PATH);
}

SYSCALL(faccessat2)
{
    word_t dir;
    if (a[2] & ~(word_t)(LX_R_OK | LX_W_OK | LX_X_OK) || a[3] & ~(AT_FOLLOW_FLAGS | LX_AT_EACCESS))
        return -LX_EINVAL;
    long r = path_prepare(t, a[0], a[1], KN_VFS_PATH, a[3], &dir);
    return r ? r : kn_vfs_access(VFS, t->index, dir, a[2], a[3]);
}

SYSCALL(faccessat) { return sys_faccessat2(t, (const word_t[]){a[0], a[1], a[2], 0, 0, 0}); }

static bool is_valid_time(const struct lx_timespec *ts)
{
    return ts->tv_nsec == LX_UTIME_NOW || ts->tv_nsec == LX_UTIME_OMIT || (uint64_t)ts->tv_nsec < NS_PER_SECOND;
}

long set_path_times(struct thread *t, word_t dirfd, word_t path, const struct lx_timespec times[2], word_t flags)
{
    word_t dir;
    long r;
    if (!is_valid_time(&times[0]) || !is_valid_time(&times[1]) || flags & ~AT_FOLLOW_FLAGS)
        return -LX_EINVAL;
    if (path) {
        r = path_prepare(t, dirfd, path, KN_VFS_PATH, flags, &dir);
    } else { // futimens
        struct fd *f;
        if (flags & ~(word_t)LX_AT_EMPTY_PATH)
            return -LX_EINVAL;
        r = (int)dirfd == LX_AT_FDCWD ? -LX_EFAULT : fd_handle(dirfd, &f);
        if (r == 0)
            r = path_prepare_empty(t);
        if (r == 0)
            dir = f->handle;
        flags |= LX_AT_EMPTY_PATH;
    }
    return r ? r
             : kn_vfs_utimens(VFS, t->index, dir, times[0].tv_sec, (word_t)times[0].tv_nsec, times[1].tv_sec,
                              (word_t)times[1].tv_nsec, flags);
}

SYSCALL(utimensat)
{
    struct lx_timespec times[2] = {{0, LX_UTIME_NOW}, {0, LX_UTIME_NOW}};
    if (a[2] && get_user(&times, a[2]))
        return -LX_EFAULT;
    if (times[0].tv_nsec == LX_UTIME_OMIT && times[1].tv_nsec == LX_UTIME_OMIT)
        return 0;
    return set_path_times(t, a[0], a[1], times, (uint32_t)a[3]);
}
