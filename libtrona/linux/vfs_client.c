// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// What every call to vfs needs: attaching, handles of descriptors, paths in the window, waiting.

#include "layer.h"
#include "path_fd.h"

#include "trona/string.h"

long vfs_attach(struct thread *t)
{
    if (t->is_attached)
        return 0;
    long r = kn_vfs_attach(VFS, t->index, thread_slot(t, KN_LAYOUT_THREAD_SLOT_VFS_SIGNAL));
    t->is_attached = r == 0;
    return r;
}

long fd_handle(word_t fd, struct fd **out)
{
    struct fd *f = fd_get((int)fd);
    *out = f;
    return f ? 0 : -LX_EBADF;
}

bool is_nonblocking(uint64_t handle)
{
    word_t flags = 0;
    return kn_vfs_get_flags(VFS, handle, &flags, NULL) || flags & LX_O_NONBLOCK;
}

long fd_close(int fd)
{
    uint64_t handle;
    return fd_remove(fd, &handle) ? kn_vfs_close(VFS, handle) : 0;
}

long fd_open_handle(int from, uint64_t handle, uint32_t type, bool is_cloexec)
{
    int fd = fd_find_free(from, (int)process.nofile);
    if (fd < 0) {
        kn_vfs_close(VFS, handle);
        return -LX_EMFILE;
    }
    fd_install(fd, handle, type, is_cloexec);
    return fd;
}

static long directory_handle(word_t dirfd, word_t *dir)
{
    struct fd *f;
    *dir = KN_VFS_CWD;
    if ((int)dirfd == LX_AT_FDCWD)
        return 0;
    long r = fd_handle(dirfd, &f);
    if (r == 0)
        *dir = f->handle;
    return r;
}

// A path in the window that names a descriptor by number gets its handle.
static long translate_fd(char *path, word_t flags)
{
    int fd;
    const char *rest;
    if (!path_names_fd(path, signal_page()->pid, !(flags & LX_AT_SYMLINK_NOFOLLOW), &fd, &rest))
        return 0;
    const struct fd *f = fd_get(fd);
    if (!f)
        return -LX_ENOENT;
    return path_write_handle(path, LX_PATH_MAX, f->handle, rest) ? 0 : -LX_ENAMETOOLONG;
}

long path_prepare(struct thread *t, word_t dirfd, word_t src, word_t offset, word_t flags, word_t *dir)
{
    char *path = (char *)thread_window(t) + offset;
    long r = vfs_attach(t);
    if (r)
        return r;
    long length = copy_string_from_user(path, src, LX_PATH_MAX);
    if (length < 0)
        return length;
    if (length == 0 && !(flags & LX_AT_EMPTY_PATH))
        return -LX_ENOENT;
    if (path[0] == '/') {
        *dir = KN_VFS_CWD;
        return translate_fd(path, flags);
    }
    return directory_handle(dirfd, dir);
}

long path_prepare_empty(struct thread *t)
{
    long r = vfs_attach(t);
    if (r == 0)
        *((char *)thread_window(t) + KN_VFS_PATH) = 0;
    return r;
}

static bool ignores(const struct thread *t, word_t sig)
{
    return t->blocked & SIGNAL_BIT(sig) || process.action[sig].handler == LX_SIG_IGN;
}

word_t vfs_io_flags(const struct thread *t)
{
    return (ignores(t, LX_SIGTTIN) ? KN_VFS_IO_IGNORES_TTIN : 0) |
           (ignores(t, LX_SIGTTOU) ? KN_VFS_IO_IGNORES_TTOU : 0);
}

long vfs_wait_until(struct thread *t, word_t deadline)
{
    word_t had_fired;
    long r = wait_for_wake(t, deadline);
    if (deadline != NEVER)
        wait_end(t);
    if (r)
        kn_vfs_cancel_wait(VFS, t->index, &had_fired);
    return r;
}

long vfs_wait(struct thread *t) { return vfs_wait_until(t, NEVER); }
