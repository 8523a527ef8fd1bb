// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// Calls that make, remove and rename names. vfs does them; here are Linux's argument checks.

#include "calls.h"

#include "trona/string.h"

#define MODE_BITS 07777ul

static word_t masked(word_t mode) { return mode & ~(word_t)process.umask; }

SYSCALL(openat)
{
    word_t dir, handle, type, status;
    word_t flags = (uint32_t)a[2], mode = 0;
    if (flags & (LX_O_CREAT | (LX_O_TMPFILE & ~LX_O_DIRECTORY)))
        mode = masked(a[3] & MODE_BITS);
    for (;;) {
        long r = path_prepare(t, a[0], a[1], KN_VFS_PATH, 0, &dir);
        if (r == 0)
            r = kn_vfs_open(VFS, t->index, dir, flags & ~(word_t)LX_O_CLOEXEC, mode, &handle, &type, &status);
        if (r == 0)
            return fd_open_handle(0, handle, (uint32_t)type, flags & LX_O_CLOEXEC);
        if (r != -LX_EAGAIN || flags & LX_O_NONBLOCK)
            return r;
        r = vfs_wait(t); // a FIFO without its other end
        if (r)
            return r;
    }
}

SYSCALL(mkdirat)
{
    word_t dir;
    long r = path_prepare(t, a[0], a[1], KN_VFS_PATH, 0, &dir);
    return r ? r : kn_vfs_mkdir(VFS, t->index, dir, masked(a[2] & MODE_BITS));
}

SYSCALL(mknodat)
{
    word_t dir, mode = (uint32_t)a[2];
    long r = path_prepare(t, a[0], a[1], KN_VFS_PATH, 0, &dir);
    if (r)
        return r;
    if (!(mode & LX_S_IFMT))
        mode |= LX_S_IFREG;
    if ((mode & LX_S_IFMT) == LX_S_IFDIR)
        return -LX_EPERM;
    return kn_vfs_mknod(VFS, t->index, dir, (mode & LX_S_IFMT) | masked(mode & MODE_BITS), a[3]);
}

SYSCALL(unlinkat)
{
    word_t dir;
    if (a[2] & ~(word_t)LX_AT_REMOVEDIR)
        return -LX_EINVAL;
    long r = path_prepare(t, a[0], a[1], KN_VFS_PATH, 0, &dir);
    return r ? r : kn_vfs_unlink(VFS, t->index, dir, a[2]);
}

SYSCALL(renameat2)
{
    word_t dir, dir2;
    if (a[4] & ~(word_t)LX_RENAME_NOREPLACE)
        return -LX_EINVAL;
    long r = path_prepare(t, a[0], a[1], KN_VFS_PATH, 0, &dir);
    if (r == 0)
        r = path_prepare(t, a[2], a[3], KN_VFS_PATH2, 0, &dir2);
    return r ? r : kn_vfs_rename(VFS, t->index, dir, dir2, a[4]);
}

SYSCALL(renameat) { return sys_renameat2(t, (const word_t[]){a[0], a[1], a[2], a[3], 0, 0}); }

SYSCALL(linkat)
{
    word_t dir, dir2;
    if (a[4] & ~(word_t)(LX_AT_SYMLINK_FOLLOW | LX_AT_EMPTY_PATH))
        return -LX_EINVAL;
    long r = path_prepare(t, a[0], a[1], KN_VFS_PATH, a[4], &dir);
    if (r == 0)
        r = path_prepare(t, a[2], a[3], KN_VFS_PATH2, 0, &dir2);
    return r ? r : kn_vfs_link(VFS, t->index, dir, dir2, a[4]);
}

SYSCALL(symlinkat)
{
    word_t dir, dir2;
    long r = path_prepare(t, (word_t)LX_AT_FDCWD, a[0], KN_VFS_PATH, 0, &dir);
    if (r == 0)
        r = path_prepare(t, a[1], a[2], KN_VFS_PATH2, 0, &dir2);
    return r ? r : kn_vfs_symlink(VFS, t->index, dir2);
}

SYSCALL(readlinkat)
{
    word_t dir, length;
    if ((int)a[3] <= 0)
        return -LX_EINVAL;
    // An empty path names the link that was opened with O_PATH.
    long r = path_prepare(t, a[0], a[1], KN_VFS_PATH, LX_AT_EMPTY_PATH | LX_AT_SYMLINK_NOFOLLOW, &dir);
    if (r == 0)
        r = kn_vfs_readlink(VFS, t->index, dir, &length);
    if (r)
        return r;
    if (length > (uint32_t)a[3])
        length = (uint32_t)a[3];
    r = copy_to_user(a[2], thread_window(t), length);
    return r ? r : (long)length;
}

SYSCALL(chdir)
{
    word_t dir;
    long r = path_prepare(t, (word_t)LX_AT_FDCWD, a[0], KN_VFS_PATH, 0, &dir);
    return r ? r : kn_vfs_chdir(VFS, t->index, dir);
}

SYSCALL(fchdir)
{
    struct fd *f;
    long r = fd_handle(a[0], &f);
    if (r == 0)
        r = path_prepare_empty(t);
    return r ? r : kn_vfs_chdir(VFS, t->index, f->handle);
}

SYSCALL(chroot)
{
    word_t dir;
    long r = path_prepare(t, (word_t)LX_AT_FDCWD, a[0], KN_VFS_PATH, 0, &dir);
    return r ? r : kn_vfs_chroot(VFS, t->index);
}

SYSCALL(getcwd)
{
    word_t length;
    long r = vfs_attach(t);
    if (r == 0)
        r = kn_vfs_getcwd(VFS, t->index, &length);
    if (r)
        return r;
    if (length > a[1])
        return -LX_ERANGE;
    r = copy_to_user(a[0], thread_window(t), length);
    return r ? r : (long)length;
}

SYSCALL(umask)
{
    uint32_t old = process.umask;
    process.umask = (uint32_t)a[0] & 0777;
    return old;
}

// The string at SRC (0: empty) to OFFSET of the window.
static long copy_optional(struct thread *t, word_t src, word_t offset)
{
    char *dest = (char *)thread_window(t) + offset;
    *dest = 0;
    if (!src)
        return 0;
    long n = copy_string_from_user(dest, src, LX_PATH_MAX);
    return n < 0 ? n : 0;
}

SYSCALL(mount)
{
    word_t dir;
    long r = path_prepare(t, (word_t)LX_AT_FDCWD, a[1], KN_VFS_PATH2, 0, &dir);
    if (r == 0)
        r = copy_optional(t, a[0], KN_VFS_PATH);
    if (r == 0)
        r = copy_optional(t, a[2], KN_VFS_PATH3);
    if (r == 0)
        r = copy_optional(t, a[4], KN_VFS_PATH4);
    return r ? r : kn_vfs_mount(VFS, t->index, a[3]);
}

SYSCALL(umount2)
{
    word_t dir;
    if (a[1] & ~(word_t)(LX_MNT_FORCE | LX_MNT_DETACH | LX_MNT_EXPIRE | LX_UMOUNT_NOFOLLOW))
        return -LX_EINVAL;
    long r = path_prepare(t, (word_t)LX_AT_FDCWD, a[0], KN_VFS_PATH, 0, &dir);
    return r ? r : kn_vfs_umount(VFS, t->index, a[1]);
}
