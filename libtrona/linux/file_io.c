// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// read, write and their kin: through the window, in pieces of its size. Only the first piece may wait; what was moved
// before an error or a signal is the result.

#include "calls.h"

#define MAX_TRANSFER 0x7ffff000ul // as Linux

// What a transfer moves data of: FD of the table, at POSITION (KN_VFS_OFFSET_CURRENT: the file's).
struct transfer {
    struct thread *t;
    uint64_t handle;
    uint32_t type;
    word_t position;
    bool has_asked;      // what follows is known
    bool is_nonblocking; // of the description
    word_t deadline;     // when a read that waits ends with nothing (a terminal's VTIME)
};

typedef long (*window_io)(kn_cptr_t ep, kn_word_t thread_index, kn_word_t handle, kn_word_t length, kn_word_t offset,
                          kn_word_t io_flags, kn_word_t *count);

static long ask_how_it_waits(struct transfer *x)
{
    word_t flags, timeout;
    long r = kn_vfs_get_flags(VFS, x->handle, &flags, &timeout);
    if (r)
        return r;
    x->has_asked = true;
    x->is_nonblocking = flags & LX_O_NONBLOCK;
    x->deadline = timeout == NEVER ? NEVER : deadline_after(timeout);
    return 0;
}

// One Call, repeated until it need not wait, if MAY_WAIT. The count or -errno.
static long window_transfer(struct transfer *x, window_io io, word_t length, bool may_wait)
{
    for (;;) {
        word_t count = 0;
        word_t flags = vfs_io_flags(x->t) | (may_wait ? KN_VFS_IO_WAIT : 0);
        long r = io(VFS, x->t->index, x->handle, length, x->position, flags, &count);
        if (r == 0)
            return (long)count;
        if (r != -LX_EAGAIN || !may_wait)
            return r;
        if (!x->has_asked && (r = ask_how_it_waits(x)))
            return r;
        if (x->is_nonblocking)
            return -LX_EAGAIN;
        r = vfs_wait_until(x->t, io == kn_vfs_read ? x->deadline : NEVER);
        if (r == -LX_ETIMEDOUT)
            return 0;
        if (r)
            return r;
    }
}

static void advance(struct transfer *x, word_t n)
{
    if (x->position != KN_VFS_OFFSET_CURRENT)
        x->position += n;
}

// Only of these can a read be repeated: what was taken from a pipe or terminal is gone.
static bool is_repeatable(const struct transfer *x) { return x->type == LX_S_IFREG || x->type == LX_S_IFDIR; }

static long read_piece(struct transfer *x, word_t dest, word_t n, bool may_wait)
{
    if (!is_repeatable(x) && probe_user_write(dest, n))
        return -LX_EFAULT;
    long count = window_transfer(x, kn_vfs_read, n, may_wait);
    if (count <= 0)
        return count;
    if (copy_to_user(dest, thread_window(x->t), (size_t)count))
        return -LX_EFAULT;
    advance(x, (word_t)count);
    return count;
}

static long write_piece(struct transfer *x, word_t src, word_t n, bool may_wait)
{
    if (copy_from_user(thread_window(x->t), src, n))
        return -LX_EFAULT;
    long count = window_transfer(x, kn_vfs_write, n, may_wait);
    if (count > 0)
        advance(x, (word_t)count);
    return count;
}

// A read ends with the first short piece; further pieces are taken only if they are there at once.
static long read_all(struct transfer *x, word_t dest, word_t n, bool may_wait)
{
    word_t done = 0;
    do {
        word_t piece = n - done < KN_LAYOUT_WINDOW_SIZE ? n - done : KN_LAYOUT_WINDOW_SIZE;
        long r = read_piece(x, dest + done, piece, may_wait && done == 0);
        if (r < 0)
            return done ? (long)done : r;
        done += (word_t)r;
        if ((word_t)r < piece)
            break;
    } while (done < n);
    return (long)done;
}

// A blocking write goes on until all is written.
static long write_all(struct transfer *x, word_t src, word_t n)
{
    word_t done = 0;
    do {
        word_t piece = n - done < KN_LAYOUT_WINDOW_SIZE ? n - done : KN_LAYOUT_WINDOW_SIZE;
        long r = write_piece(x, src + done, piece, true);
        if (r == -LX_EPIPE)
            signal_raise(x->t, LX_SIGPIPE);
        if (r < 0)
            return done ? (long)done : r;
        done += (word_t)r;
        if (r == 0)
            break;
    } while (done < n);
    return (long)done;
}

static long transfer_begin(struct transfer *x, struct thread *t, word_t fd, word_t position)
{
    struct fd *f;
    long r = fd_handle(fd, &f);
    if (r)
        return r;
    *x = (struct transfer){.t = t, .handle = f->handle, .type = f->type, .position = position};
    return vfs_attach(t);
}

static long check_buffer(word_t addr, word_t *n)
{
    if ((int64_t)*n < 0)
        return -LX_EINVAL;
    if (*n > MAX_TRANSFER)
        *n = MAX_TRANSFER;
    return is_user_range(addr, *n) ? 0 : -LX_EFAULT;
}

static long do_read(struct thread *t, word_t fd, word_t buffer, word_t n, word_t position)
{
    struct transfer x;
    long r = transfer_begin(&x, t, fd, position);
    if (r == 0)
        r = check_buffer(buffer, &n);
    return r ? r : read_all(&x, buffer, n, true);
}

static long do_write(struct thread *t, word_t fd, word_t buffer, word_t n, word_t position)
{
    struct transfer x;
    long r = transfer_begin(&x, t, fd, position);
    if (r == 0)
        r = check_buffer(buffer, &n);
    return r ? r : write_all(&x, buffer, n);
}

SYSCALL(read) { return do_read(t, a[0], a[1], a[2], KN_VFS_OFFSET_CURRENT); }
SYSCALL(write) { return do_write(t, a[0], a[1], a[2], KN_VFS_OFFSET_CURRENT); }

SYSCALL(pread64) { return (int64_t)a[3] < 0 ? -LX_EINVAL : do_read(t, a[0], a[1], a[2], a[3]); }
SYSCALL(pwrite64) { return (int64_t)a[3] < 0 ? -LX_EINVAL : do_write(t, a[0], a[1], a[2], a[3]); }

// Moves the vectors one after the other; ends with the first short one.
static long vector_io(struct thread *t, const word_t *a, word_t position, bool is_write)
{
    struct transfer x;
    word_t done = 0, n = (uint32_t)a[2];
    long r = transfer_begin(&x, t, a[0], position);
    if (r)
        return r;
    if (n > LX_IOV_MAX)
        return -LX_EINVAL;
    for (word_t i = 0; i < n; i++) {
        struct lx_iovec v;
        r = get_user(&v, a[1] + i * sizeof v);
        if (r == 0)
            r = check_buffer(v.iov_base, &v.iov_len);
        if (r == 0 && v.iov_len == 0)
            continue;
        if (r == 0)
            r = is_write ? write_all(&x, v.iov_base, v.iov_len) : read_all(&x, v.iov_base, v.iov_len, done == 0);
        if (r < 0)
            return done ? (long)done : r;
        done += (word_t)r;
        if ((word_t)r < v.iov_len)
            break;
    }
    return (long)done;
}

SYSCALL(readv) { return vector_io(t, a, KN_VFS_OFFSET_CURRENT, false); }
SYSCALL(writev) { return vector_io(t, a, KN_VFS_OFFSET_CURRENT, true); }
SYSCALL(preadv) { return (int64_t)a[3] < 0 ? -LX_EINVAL : vector_io(t, a, a[3], false); }
SYSCALL(pwritev) { return (int64_t)a[3] < 0 ? -LX_EINVAL : vector_io(t, a, a[3], true); }

SYSCALL(lseek)
{
    struct fd *f;
    word_t position;
    long r = fd_handle(a[0], &f);
    if (r == 0)
        r = kn_vfs_seek(VFS, f->handle, (int64_t)a[1], a[2], &position);
    return r ? r : (long)position;
}
