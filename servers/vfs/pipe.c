// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

#include "pipe.h"

#include <lx/abi.h>

#include "client.h"
#include "file.h"
#include "inode.h"
#include "streams.h"
#include "trona/heap.h"
#include "trona/string.h"

#define DEFAULT_CAPACITY (16 * PIPE_PAGE)
#define MAX_CAPACITY (1u << 20)
#define IN_BITS (LX_POLLIN | LX_POLLRDNORM)
#define OUT_BITS (LX_POLLOUT | LX_POLLWRNORM)

static struct pipe *pipe_of(const struct file *file) { return file->inode->pipe; }

static bool has_reader(const struct pipe *p) { return p->nr_readers || p->opening_readers.fired.first; }

static bool has_writer(const struct pipe *p) { return p->nr_writers || p->opening_writers.fired.first; }

// Room for an atomic write.
static bool is_writable(const struct pipe *p) { return pipe_buffer_room(&p->buffer) >= LX_PIPE_BUF; }

// A thread whose open had succeeded did not come back: who counted on its end looks again.
static void on_reader_lost(struct wait_queue *queue)
{
    struct pipe *p = (struct pipe *)((char *)queue - offsetof(struct pipe, opening_readers));
    if (!has_reader(p))
        wait_wake_all(&p->writers);
}

static void on_writer_lost(struct wait_queue *queue)
{
    struct pipe *p = (struct pipe *)((char *)queue - offsetof(struct pipe, opening_writers));
    if (!has_writer(p))
        wait_wake_all(&p->readers);
}

static struct pipe *pipe_new(void)
{
    struct pipe *p = trona_alloc_zero(sizeof *p);
    if (!p)
        return NULL;
    if (!pipe_buffer_init(&p->buffer, DEFAULT_CAPACITY)) {
        trona_free(p, sizeof *p);
        return NULL;
    }
    p->opening_readers.on_unused = on_reader_lost;
    p->opening_writers.on_unused = on_writer_lost;
    return p;
}

void fifo_inode_end(struct inode *inode)
{
    struct pipe *p = inode->pipe;
    if (!p)
        return;
    inode->pipe = NULL;
    wait_queue_end(&p->readers);
    wait_queue_end(&p->writers);
    wait_queue_end(&p->opening_readers);
    wait_queue_end(&p->opening_writers);
    pipe_buffer_destroy(&p->buffer);
    trona_free(p, sizeof *p);
}

static void end_if_unused(struct inode *inode)
{
    const struct pipe *p = inode->pipe;
    if (!p->nr_readers && !p->nr_writers && !wait_has_tickets(&p->opening_readers) &&
        !wait_has_tickets(&p->opening_writers))
        fifo_inode_end(inode);
}

static long pipe_read(struct file *file, const struct io *io, void *data, size_t n, uint64_t *pos)
{
    (void)pos;
    struct pipe *p = pipe_of(file);
    if (n == 0)
        return 0;
    if (pipe_buffer_length(&p->buffer) == 0)
        return has_writer(p) ? wait_or_again(io, &p->readers) : 0;
    size_t done = pipe_buffer_read(&p->buffer, data, n);
    if (pipe_buffer_length(&p->buffer))
        wait_wake_one(&p->readers);
    if (is_writable(p))
        wait_wake_one(&p->writers);
    inode_touch_read(file->inode);
    return (long)done;
}

static long pipe_write(struct file *file, const struct io *io, const void *data, size_t n, uint64_t *pos)
{
    (void)pos;
    struct pipe *p = pipe_of(file);
    if (n == 0)
        return 0;
    if (!has_reader(p))
        return -LX_EPIPE;
    bool is_atomic = n <= LX_PIPE_BUF;
    if (pipe_buffer_room(&p->buffer) < (is_atomic ? n : 1))
        return wait_or_again(io, &p->writers);
    size_t done = pipe_buffer_write(&p->buffer, data, n, is_atomic);
    if (!done)
        return -LX_ENOMEM;
    wait_wake_one(&p->readers);
    if (is_writable(p))
        wait_wake_one(&p->writers);
    inode_touch_data(file->inode);
    return (long)done;
}

static long pipe_poll(struct file *file, struct thread *waiter, unsigned events)
{
    (void)events;
    struct pipe *p = pipe_of(file);
    unsigned bits = 0;
    long status = 0;
    if (file_may_read(file)) {
        bits |= pipe_buffer_length(&p->buffer) ? IN_BITS : 0;
        bits |= !has_writer(p) && p->writers_ever != file->offset ? LX_POLLHUP : 0;
        status = waiter ? wait_readiness(waiter, &p->readers) : 0;
    }
    if (file_may_write(file)) {
        bits |= is_writable(p) ? OUT_BITS : 0;
        bits |= !has_reader(p) ? LX_POLLERR : 0;
        status = waiter && status == 0 ? wait_readiness(waiter, &p->writers) : status;
    }
    return status ? status : (long)bits;
}

static long pipe_ioctl(struct file *file, const struct io *io, unsigned command, uint64_t argument, void *data,
                       size_t *out_length)
{
    (void)io;
    (void)argument;
    if (command != LX_FIONREAD)
        return -LX_ENOTTY;
    int32_t length = (int32_t)pipe_buffer_length(&pipe_of(file)->buffer);
    memcpy(data, &length, sizeof length);
    *out_length = sizeof length;
    return 0;
}

static void pipe_release(struct file *file)
{
    struct pipe *p = pipe_of(file);
    if (file_may_read(file) && --p->nr_readers == 0)
        wait_wake_all(&p->writers);
    if (file_may_write(file) && --p->nr_writers == 0)
        wait_wake_all(&p->readers);
    end_if_unused(file->inode);
}

const struct file_ops pipe_ops = {
    .traits = FILE_STREAM,
    .read = pipe_read,
    .write = pipe_write,
    .poll = pipe_poll,
    .ioctl = pipe_ioctl,
    .release = pipe_release,
};

// FILE becomes an end. Its offset tells how many writers there had been if none was there then: with only those the reader
// sees no hang-up.
static void attach(struct file *file)
{
    struct pipe *p = pipe_of(file);
    file->ops = &pipe_ops;
    if (file_may_write(file)) {
        p->nr_writers++;
        p->writers_ever++;
        wait_wake_all(&p->opening_readers);
    }
    if (file_may_read(file)) {
        p->nr_readers++;
        wait_wake_all(&p->opening_writers);
    }
    file->offset = p->nr_writers ? UINT64_MAX : p->writers_ever;
}

// A pipe without a name, which can be opened by /proc/PID/fd only: nothing waits there, and its other end may be gone for good.
static bool is_nameless(const struct file *file)
{
    return !file->inode->fs;
}

// Whether the open of one end has to wait for the other.
static bool lacks_other_end(const struct file *file, const struct pipe *p)
{
    if (is_nameless(file) || (file_may_read(file) && file_may_write(file)))
        return false;
    if (file_may_read(file))
        return !has_writer(p) && !wait_has_tickets(&p->opening_writers);
    return !has_reader(p) && !wait_has_tickets(&p->opening_readers);
}

long fifo_open(struct file *file, const struct io *io)
{
    struct inode *inode = file->inode;
    if (!inode->pipe && !(inode->pipe = pipe_new()))
        return -LX_ENOMEM;
    struct pipe *p = inode->pipe;
    bool is_awaited = io->thread && wait_was_fired(io->thread);
    if (!is_awaited && !has_reader(p) && !has_writer(p))
        pipe_buffer_clear(&p->buffer);
    if (!is_awaited && lacks_other_end(file, p)) {
        long status = 0;
        if (file->flags & LX_O_NONBLOCK)
            status = file_may_write(file) ? -LX_ENXIO : 0;
        else
            status = wait_or_again(io, file_may_write(file) ? &p->opening_writers : &p->opening_readers);
        if (status) {
            end_if_unused(inode);
            return status;
        }
    }
    attach(file);
    if (is_nameless(file))
        file->offset = UINT64_MAX;
    return 0;
}

long pipe_create(const struct io *io, unsigned flags, struct file *ends[2])
{
    struct inode *inode = inode_create_anonymous(LX_S_IFIFO | 0600, io->client);
    if (!inode)
        return -LX_ENOMEM;
    inode->pipe = pipe_new();
    ends[0] = inode->pipe ? file_create(inode, LX_O_RDONLY | (flags & LX_O_NONBLOCK)) : NULL;
    ends[1] = ends[0] ? file_create(inode, LX_O_WRONLY | (flags & LX_O_NONBLOCK)) : NULL;
    if (ends[1]) {
        attach(ends[0]);
        attach(ends[1]);
        ends[0]->offset = UINT64_MAX;
    } else {
        file_put(ends[0]);
        fifo_inode_end(inode);
    }
    inode_put(inode);
    return ends[1] ? 0 : -LX_ENOMEM;
}

long pipe_set_size(struct file *file, uint64_t size, uint64_t *size_out)
{
    if (file->ops != &pipe_ops)
        return -LX_EBADF;
    struct pipe *p = pipe_of(file);
    size_t capacity = PIPE_PAGE;
    while (capacity < size && capacity < MAX_CAPACITY)
        capacity *= 2;
    if (size > capacity)
        return -LX_EPERM;
    if (size && capacity != p->buffer.capacity) {
        if (pipe_buffer_length(&p->buffer) > capacity)
            return -LX_EBUSY;
        if (!pipe_buffer_resize(&p->buffer, capacity))
            return -LX_ENOMEM;
        if (is_writable(p))
            wait_wake_one(&p->writers);
    }
    *size_out = p->buffer.capacity;
    return 0;
}
