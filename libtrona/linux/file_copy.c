// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// sendfile and copy_file_range: what vfs reads into the window it writes out of it, without a copy in between.

#include "calls.h"

#define MAX_TRANSFER 0x7ffff000ul

struct copy {
    struct thread *t;
    struct fd *in, *out;
    word_t in_position, out_position;
};

// Writes N bytes of the window; a short count only with an error or nothing to wait for.
static long write_window(struct copy *c, word_t n)
{
    word_t count = 0;
    for (;;) {
        long r = kn_vfs_write(VFS, c->t->index, c->out->handle, n, c->out_position, KN_VFS_IO_WAIT, &count);
        if (r == 0)
            return (long)count;
        if (r == -LX_EPIPE)
            signal_raise(c->t, LX_SIGPIPE);
        if (r != -LX_EAGAIN || is_nonblocking(c->out->handle))
            return r;
        r = vfs_wait(c->t);
        if (r)
            return r;
    }
}

// Only what was written counts as read: the input's position is kept by us, and set by the caller at the end.
static long copy_data(struct copy *c, word_t n)
{
    word_t done = 0;
    while (done < n) {
        word_t piece = n - done < KN_LAYOUT_WINDOW_SIZE ? n - done : KN_LAYOUT_WINDOW_SIZE, count = 0;
        long r = kn_vfs_read(VFS, c->t->index, c->in->handle, piece, c->in_position, 0, &count);
        if (r == 0 && count)
            r = write_window(c, count);
        if (r < 0)
            return done ? (long)done : r;
        if (r == 0)
            break;
        done += (word_t)r;
        c->in_position += (word_t)r;
        if (c->out_position != KN_VFS_OFFSET_CURRENT)
            c->out_position += (word_t)r;
    }
    return (long)done;
}

// The position at user address ADDR, or the file's own if it is 0.
static long load_position(const struct fd *f, word_t addr, word_t *position)
{
    if (!addr)
        return kn_vfs_seek(VFS, f->handle, 0, LX_SEEK_CUR, position);
    if (get_user(position, addr))
        return -LX_EFAULT;
    return (int64_t)*position < 0 ? -LX_EINVAL : 0;
}

static long store_position(const struct fd *f, word_t addr, word_t position)
{
    word_t ignored;
    if (addr)
        return put_user(&position, addr);
    return kn_vfs_seek(VFS, f->handle, (int64_t)position, LX_SEEK_SET, &ignored);
}

static long copy_begin(struct copy *c, struct thread *t, word_t in, word_t out)
{
    c->t = t;
    long r = fd_handle(in, &c->in);
    if (r == 0)
        r = fd_handle(out, &c->out);
    if (r == 0 && c->in->type != LX_S_IFREG)
        r = -LX_EINVAL;
    return r ? r : vfs_attach(t);
}

SYSCALL(sendfile)
{
    struct copy c;
    word_t n = a[3] < MAX_TRANSFER ? a[3] : MAX_TRANSFER;
    long r = copy_begin(&c, t, a[1], a[0]);
    if (r == 0)
        r = load_position(c.in, a[2], &c.in_position);
    if (r)
        return r;
    c.out_position = KN_VFS_OFFSET_CURRENT;
    long done = copy_data(&c, n);
    if (done < 0)
        return done;
    r = store_position(c.in, a[2], c.in_position);
    return r ? r : done;
}

SYSCALL(copy_file_range)
{
    struct copy c;
    word_t n = a[4] < MAX_TRANSFER ? a[4] : MAX_TRANSFER;
    long r = copy_begin(&c, t, a[0], a[2]);
    if (r == 0 && (a[5] || c.out->type != LX_S_IFREG))
        r = -LX_EINVAL;
    if (r == 0)
        r = load_position(c.in, a[1], &c.in_position);
    if (r == 0)
        r = load_position(c.out, a[3], &c.out_position);
    if (r)
        return r;
    long done = copy_data(&c, n);
    if (done < 0)
        return done;
    r = store_position(c.in, a[1], c.in_position);
    if (r == 0)
        r = store_position(c.out, a[3], c.out_position);
    return r ? r : done;
}
