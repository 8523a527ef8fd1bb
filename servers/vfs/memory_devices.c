// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

#include "memory_devices.h"

#include "clock.h"
#include "device.h"
#include "file.h"
#include "log_reader.h"
#include "random.h"
#include "trona/format.h"
#include "trona/heap.h"
#include "trona/log.h"
#include "trona/string.h"

static int64_t seek_nowhere(struct file *file, int64_t offset, unsigned whence)
{
    (void)file, (void)offset, (void)whence;
    return 0;
}

static long read_nothing(struct file *file, const struct io *io, void *data, size_t n, uint64_t *pos)
{
    (void)file, (void)io, (void)data, (void)n, (void)pos;
    return 0;
}

static long write_nothing(struct file *file, const struct io *io, const void *data, size_t n, uint64_t *pos)
{
    (void)file, (void)io, (void)data, (void)pos;
    return (long)n;
}

static long write_full(struct file *file, const struct io *io, const void *data, size_t n, uint64_t *pos)
{
    (void)file, (void)io, (void)data, (void)n, (void)pos;
    return -LX_ENOSPC;
}

static long read_zeros(struct file *file, const struct io *io, void *data, size_t n, uint64_t *pos)
{
    (void)file, (void)io, (void)pos;
    memset(data, 0, n);
    return (long)n;
}

static long read_random(struct file *file, const struct io *io, void *data, size_t n, uint64_t *pos)
{
    (void)file, (void)io, (void)pos;
    random_bytes(data, n);
    return (long)n;
}

static long write_random(struct file *file, const struct io *io, const void *data, size_t n, uint64_t *pos)
{
    (void)file, (void)io, (void)pos;
    random_mix(data, n);
    return (long)n;
}

static const struct file_ops null_ops = {.read = read_nothing, .write = write_nothing, .seek = seek_nowhere};
static const struct file_ops zero_ops = {.read = read_zeros, .write = write_nothing, .seek = seek_nowhere};
static const struct file_ops full_ops = {.read = read_zeros, .write = write_full, .seek = seek_nowhere};
static const struct file_ops random_ops = {.read = read_random, .write = write_random, .seek = seek_nowhere};

// /dev/kmsg: a record a read, "level,sequence,microseconds,-;text\n".
struct kmsg {
    struct log_cursor cursor;
    uint64_t sequence;
};

static long kmsg_read(struct file *file, const struct io *io, void *data, size_t n, uint64_t *pos)
{
    (void)io, (void)pos;
    struct kmsg *k = file->object;
    struct log_cursor before = k->cursor;
    char line[LOG_MAX_LINE], record[LOG_MAX_LINE + 64];
    int length = log_next_line(&k->cursor, line);
    // Nobody tells vfs of new lines, so a reader is never made to wait.
    if (length < 0)
        return -LX_EAGAIN;
    int head = trona_format(record, sizeof record, "6,%lu,%lu,-;", (unsigned long)k->sequence,
                            (unsigned long)(clock_monotonic_ns() / 1000));
    size_t total = (size_t)head + (size_t)length + 1;
    if (total > n) {
        k->cursor = before;
        return -LX_EINVAL;
    }
    memcpy(record + head, line, (size_t)length);
    record[total - 1] = '\n';
    memcpy(data, record, total);
    k->sequence++;
    return (long)total;
}

static long kmsg_write(struct file *file, const struct io *io, const void *data, size_t n, uint64_t *pos)
{
    (void)file, (void)io, (void)pos;
    char line[200];
    size_t length = n < sizeof line - 1 ? n : sizeof line - 1;
    memcpy(line, data, length);
    while (length && line[length - 1] == '\n')
        length--;
    for (size_t i = 0; i < length; i++)
        if ((unsigned char)line[i] < ' ')
            line[i] = ' ';
    line[length] = 0;
    trona_log("kmsg: %s", line);
    return (long)n;
}

static long kmsg_poll(struct file *file, struct thread *waiter, unsigned events)
{
    (void)waiter, (void)events;
    const struct kmsg *k = file->object;
    return LX_POLLOUT | LX_POLLWRNORM | (log_has_line(&k->cursor) ? LX_POLLIN | LX_POLLRDNORM : 0);
}

static int64_t kmsg_seek(struct file *file, int64_t offset, unsigned whence)
{
    struct kmsg *k = file->object;
    if (offset != 0)
        return -LX_ESPIPE;
    if (whence == LX_SEEK_END)
        log_seek_end(&k->cursor);
    else if (whence == LX_SEEK_SET || whence == LX_SEEK_DATA)
        memset(&k->cursor, 0, sizeof k->cursor);
    else
        return -LX_EINVAL;
    return 0;
}

static void kmsg_release(struct file *file) { trona_free(file->object, sizeof(struct kmsg)); }

static const struct file_ops kmsg_ops = {
    .read = kmsg_read,
    .write = kmsg_write,
    .poll = kmsg_poll,
    .seek = kmsg_seek,
    .release = kmsg_release,
};

static long open_kmsg(struct file *file, const struct io *io)
{
    (void)io;
    file->object = trona_alloc_zero(sizeof(struct kmsg));
    if (!file->object)
        return -LX_ENOMEM;
    file->ops = &kmsg_ops;
    return 0;
}

#define OPENER(name)                                                                                                   \
    static long open_##name(struct file *file, const struct io *io)                                                    \
    {                                                                                                                  \
        (void)io;                                                                                                      \
        file->ops = &name##_ops;                                                                                       \
        return 0;                                                                                                      \
    }
OPENER(null)
OPENER(zero)
OPENER(full)
OPENER(random)

void memory_devices_register(void)
{
    device_register("null", 0666, 1, 3, open_null);
    device_register("zero", 0666, 1, 5, open_zero);
    device_register("full", 0666, 1, 7, open_full);
    device_register("random", 0666, 1, 8, open_random);
    device_register("urandom", 0666, 1, 9, open_random);
    device_register("kmsg", 0644, 1, 11, open_kmsg);
}
