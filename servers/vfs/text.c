// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

#include "text.h"

#include <stdarg.h>

#include "inode.h"
#include "trona/format.h"
#include "trona/heap.h"
#include "trona/string.h"

#define FIRST_SIZE 1024
#define MAX_SIZE ((size_t)1 << 20)

static bool make_room(struct text *t, size_t n)
{
    if (t->length + n <= t->size)
        return true;
    size_t size = t->size ? t->size * 2 : FIRST_SIZE;
    while (size < t->length + n)
        size *= 2;
    char *data = size <= MAX_SIZE ? trona_alloc(size) : NULL;
    if (!data) {
        t->is_short = true;
        return false;
    }
    if (t->length)
        memcpy(data, t->data, t->length);
    trona_free(t->data, t->size);
    t->data = data;
    t->size = size;
    return true;
}

void text_append(struct text *t, const char *data, size_t length)
{
    if (!make_room(t, length))
        return;
    if (length)
        memcpy(t->data + t->length, data, length);
    t->length += length;
}

void text_print(struct text *t, const char *format, ...)
{
    char line[512];
    va_list args;
    va_start(args, format);
    int n = trona_vformat(line, sizeof line, format, args);
    va_end(args);
    text_append(t, line, n < (int)sizeof line ? (size_t)n : sizeof line - 1);
}

void text_free(struct text *t)
{
    trona_free(t->data, t->size);
    *t = (struct text){0};
}

struct text_file {
    struct text text;
    bool is_made; // the text has been written once
    void (*generate)(struct text *text, struct inode *inode, struct client *client);
    long (*store)(struct inode *inode, struct client *client, const char *data, size_t n);
};

static long text_read(struct file *file, const struct io *io, void *data, size_t n, uint64_t *pos)
{
    struct text_file *t = file->object;
    if (*pos == 0 || !t->is_made) {
        t->is_made = true;
        t->text.length = 0;
        t->text.is_short = false;
        t->generate(&t->text, file->inode, io->client);
        if (t->text.is_short)
            return -LX_ENOMEM;
    }
    if (*pos >= t->text.length)
        return 0;
    if (n > t->text.length - *pos)
        n = t->text.length - *pos;
    memcpy(data, t->text.data + *pos, n);
    *pos += n;
    return (long)n;
}

static long text_write(struct file *file, const struct io *io, const void *data, size_t n, uint64_t *pos)
{
    struct text_file *t = file->object;
    char copy[4096];
    if (!t->store)
        return -LX_EIO;
    if (n > sizeof copy)
        return -LX_EINVAL;
    memcpy(copy, data, n);
    long status = t->store(file->inode, io->client, copy, n);
    if (status)
        return status;
    *pos += n;
    return (long)n;
}

static void text_release(struct file *file)
{
    struct text_file *t = file->object;
    text_free(&t->text);
    trona_free(t, sizeof *t);
}

static const struct file_ops text_ops = {.read = text_read, .write = text_write, .release = text_release};

long text_open(struct file *file, void (*generate)(struct text *, struct inode *, struct client *),
               long (*store)(struct inode *, struct client *, const char *, size_t))
{
    struct text_file *t = trona_alloc_zero(sizeof *t);
    if (!t)
        return -LX_ENOMEM;
    t->generate = generate;
    t->store = store;
    file->object = t;
    file->ops = &text_ops;
    return 0;
}
