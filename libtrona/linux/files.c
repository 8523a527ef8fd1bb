// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// Calls on files beyond reading and writing: sizes, synchronisation, directories, hints.

#include "calls.h"
#include "fd_directory.h"

long directory_read(struct thread *t, const word_t *a, void (*convert)(void *data, word_t n))
{
    struct fd *f;
    word_t n = (uint32_t)a[2], count;
    if (n > KN_LAYOUT_WINDOW_SIZE)
        n = KN_LAYOUT_WINDOW_SIZE;
    long r = fd_handle(a[0], &f);
    if (r == 0)
        r = vfs_attach(t);
    // What vfs has handed out is behind the position.
    if (r == 0)
        r = probe_user_write(a[1], n);
    if (r == 0)
        r = f->type & KN_VFS_OWN_HANDLES ? fd_directory_read(f->handle, thread_window(t), n, &count)
                                         : kn_vfs_getdents(VFS, t->index, f->handle, n, &count);
    if (r == 0 && convert)
        convert(thread_window(t), count);
    if (r == 0)
        r = copy_to_user(a[1], thread_window(t), count);
    return r ? r : (long)count;
}

SYSCALL(getdents64) { return directory_read(t, a, NULL); }

SYSCALL(ftruncate)
{
    struct fd *f;
    if ((int64_t)a[1] < 0)
        return -LX_EINVAL;
    long r = fd_handle(a[0], &f);
    if (r == 0)
        r = path_prepare_empty(t);
    return r ? r : kn_vfs_truncate(VFS, t->index, f->handle, a[1], LX_AT_EMPTY_PATH);
}

SYSCALL(truncate)
{
    word_t dir;
    if ((int64_t)a[1] < 0)
        return -LX_EINVAL;
    long r = path_prepare(t, (word_t)LX_AT_FDCWD, a[0], KN_VFS_PATH, 0, &dir);
    return r ? r : kn_vfs_truncate(VFS, t->index, dir, a[1], 0);
}

SYSCALL(fallocate)
{
    struct fd *f;
    if ((int64_t)a[2] < 0 || (int64_t)a[3] <= 0)
        return -LX_EINVAL;
    long r = fd_handle(a[0], &f);
    return r ? r : kn_vfs_fallocate(VFS, f->handle, a[1], a[2], a[3]);
}

static long sync_handle(word_t fd)
{
    struct fd *f;
    long r = fd_handle(fd, &f);
    return r ? r : kn_vfs_fsync(VFS, f->handle);
}

SYSCALL(fsync) { return sync_handle(a[0]); }
SYSCALL(fdatasync) { return sync_handle(a[0]); }
SYSCALL(syncfs) { return sync_handle(a[0]); }
SYSCALL(sync_file_range) { return sync_handle(a[0]); }

SYSCALL(sync)
{
    kn_vfs_fsync(VFS, KN_VFS_CWD);
    return 0;
}

// Hints; the descriptor is checked as Linux does.
SYSCALL(fadvise64)
{
    struct fd *f;
    long r = fd_handle(a[0], &f);
    if (r)
        return r;
    if (f->type == LX_S_IFIFO)
        return -LX_ESPIPE;
    return (uint32_t)a[3] > 5 ? -LX_EINVAL : 0; // POSIX_FADV_NOREUSE is the last
}

SYSCALL(readahead)
{
    struct fd *f;
    long r = fd_handle(a[0], &f);
    return r == 0 && f->type != LX_S_IFREG ? -LX_EINVAL : r;
}
