// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

#include "content.h"

#include <stdbool.h>

#include <kn/proto/layout.h>
#include <lx/abi.h>

#include "filesystem.h"
#include "inode.h"
#include "port.h"
#include "trona/heap.h"
#include "trona/string.h"

#define PAGE ((uint64_t)4096)
#define NO_ARCHIVE UINT64_MAX
#define READ_AHEAD (16 * PAGE) // window asked for at least, on reads
#define GROWTH (256 * PAGE)    // at most this much more than needed when an object grows
#define NR_BUCKETS 256

struct content {
    uint64_t object; // 0: not made yet
    uint64_t object_size;
    uint64_t archive_offset; // NO_ARCHIVE: made of zeros
    uint64_t nr_pages;
    bool is_mapped;
    struct {
        uint64_t start, end;
        unsigned char *at;
        bool is_writable;
    } window;
    struct inode *inode;
    struct content *next; // in its bucket, once it has an object
};

static struct content *buckets[NR_BUCKETS];

static uint64_t round_up(uint64_t n) { return (n + PAGE - 1) & ~(PAGE - 1); }

static struct content **bucket(uint64_t object) { return &buckets[(object ^ object >> 8) % NR_BUCKETS]; }

struct content *content_create(struct inode *inode)
{
    struct content *c = trona_alloc_zero(sizeof *c);
    if (c) {
        c->archive_offset = NO_ARCHIVE;
        c->inode = inode;
    }
    return c;
}

static void set_pages(struct content *c, uint64_t pages)
{
    c->inode->fs->nr_pages += pages - c->nr_pages;
    c->nr_pages = pages;
}

void content_set_archive(struct inode *inode, uint64_t offset, uint64_t size)
{
    inode->content->archive_offset = offset;
    inode->size = size;
    set_pages(inode->content, round_up(size) / PAGE);
}

void content_destroy(struct inode *inode)
{
    struct content *c = inode->content;
    if (!c)
        return;
    set_pages(c, 0);
    if (c->object) {
        struct content **link = bucket(c->object);
        while (*link != c)
            link = &(*link)->next;
        *link = c->next;
        port_object_destroy(c->object);
    }
    trona_free(c, sizeof *c);
    inode->content = NULL;
}

static long need_object(struct content *c)
{
    if (c->object)
        return 0;
    uint64_t object, size = c->archive_offset == NO_ARCHIVE ? 0 : c->inode->size;
    long status = size ? port_object_from_archive(c->archive_offset, size, &object) : port_object_create(0, &object);
    if (status)
        return status;
    c->object = object;
    c->object_size = round_up(size);
    struct content **b = bucket(object);
    c->next = *b;
    *b = c;
    return 0;
}

// Makes the object at least SIZE bytes. Unless programs see its end, it grows by more than that, to save calls.
static long grow_object(struct content *c, uint64_t size)
{
    size = round_up(size);
    if (size <= c->object_size)
        return 0;
    uint64_t more = c->object_size < GROWTH ? c->object_size : GROWTH;
    uint64_t want = !c->is_mapped && size < c->object_size + more ? c->object_size + more : size;
    long status = port_object_resize(c->object, want);
    if (status == 0)
        c->object_size = want;
    return status;
}

static void drop_window(struct content *c) { c->window.start = c->window.end = 0; }

// Points *AT to what is mapped at POS; the bytes there from POS on, 0 for a hole, or a negative errno.
static int64_t window(struct content *c, uint64_t pos, uint64_t length, bool is_write, unsigned char **at)
{
    if (pos >= c->window.start && pos < c->window.end && (c->window.is_writable || !is_write)) {
        *at = c->window.at + (pos - c->window.start);
        return (int64_t)(c->window.end - pos);
    }
    uint64_t start = pos & ~(PAGE - 1), end = round_up(pos + length), limit = c->object_size;
    if (!is_write && end < start + READ_AHEAD)
        end = start + READ_AHEAD;
    if (end > limit)
        end = limit;
    struct filesystem *fs = c->inode->fs;
    if (is_write && c->nr_pages * PAGE < end && fs->nr_pages + (end - start) / PAGE > fs->max_pages)
        return -LX_ENOSPC;
    void *base;
    uint64_t mapped, pages = c->nr_pages;
    long status = port_object_window(c->object, start, end - start, is_write, &base, &mapped, &pages);
    if (status) {
        drop_window(c); // it may have moved
        return status == -LX_ENOMEM && is_write ? -LX_ENOSPC : status;
    }
    if (mapped > end - start)
        mapped = end - start;
    set_pages(c, pages);
    if (start + mapped <= pos) {
        drop_window(c);
        return 0;
    }
    bool joins = c->window.at && c->window.end == start && c->window.at + (start - c->window.start) == base &&
                 c->window.is_writable == is_write;
    if (!joins) {
        c->window.start = start;
        c->window.at = base;
        c->window.is_writable = is_write;
    }
    c->window.end = start + mapped;
    *at = (unsigned char *)base + (pos - start);
    return (int64_t)(start + mapped - pos);
}

long content_read(struct inode *inode, void *data, size_t n, uint64_t pos)
{
    struct content *c = inode->content;
    if (pos >= inode->size || n == 0)
        return 0;
    if (n > inode->size - pos)
        n = inode->size - pos;
    long status = need_object(c);
    for (size_t done = 0; status == 0;) {
        if (done == n)
            return (long)n;
        unsigned char *at = NULL;
        // A sparse file may be larger than its object: what is behind that is a hole.
        int64_t got = pos + done < c->object_size ? window(c, pos + done, n - done, false, &at) : 0;
        if (got < 0)
            return done ? (long)done : got;
        size_t step = got ? (size_t)got : PAGE - (pos + done) % PAGE;
        if (step > n - done)
            step = n - done;
        if (got)
            memcpy((char *)data + done, at, step);
        else
            memset((char *)data + done, 0, step);
        done += step;
    }
    return status;
}

// Zeros what programs may have written behind the end of the file through mappings of its last page.
static long clear_tail(struct content *c)
{
    uint64_t size = c->inode->size;
    if (!c->is_mapped || size % PAGE == 0)
        return 0;
    unsigned char *at;
    int64_t got = window(c, size, PAGE - size % PAGE, true, &at);
    if (got <= 0)
        return (long)got;
    memset(at, 0, PAGE - size % PAGE);
    return 0;
}

long content_write(struct inode *inode, const void *data, size_t n, uint64_t pos)
{
    struct content *c = inode->content;
    if (n == 0)
        return 0;
    if (pos > CONTENT_MAX_SIZE - n)
        return -LX_EFBIG;
    long status = need_object(c);
    if (status == 0 && pos + n > inode->size)
        status = clear_tail(c);
    if (status == 0)
        status = grow_object(c, pos + n);
    size_t done = 0;
    while (status == 0 && done < n) {
        unsigned char *at;
        int64_t got = window(c, pos + done, n - done, true, &at);
        if (got <= 0) {
            status = got ? (long)got : -LX_ENOSPC;
            break;
        }
        size_t step = (size_t)got < n - done ? (size_t)got : n - done;
        memcpy(at, (const char *)data + done, step);
        done += step;
    }
    if (pos + done > inode->size && done)
        inode->size = pos + done;
    return done ? (long)done : status == -LX_ENOMEM ? -LX_ENOSPC : status;
}

static long shrink(struct content *c, uint64_t size)
{
    if (!c->object && size == 0) {
        c->archive_offset = NO_ARCHIVE;
        set_pages(c, 0);
        return 0;
    }
    long status = need_object(c);
    if (status == 0)
        status = port_object_resize(c->object, size);
    if (status)
        return status;
    c->object_size = round_up(size);
    drop_window(c);
    set_pages(c, size ? port_object_pages(c->object) : 0);
    return 0;
}

long content_resize(struct inode *inode, uint64_t size)
{
    struct content *c = inode->content;
    if (size > CONTENT_MAX_SIZE)
        return -LX_EFBIG;
    long status = 0;
    if (size < inode->size) {
        status = shrink(c, size);
    } else if (size > inode->size && (c->object || c->archive_offset != NO_ARCHIVE)) {
        status = need_object(c);
        if (status == 0)
            status = clear_tail(c);
        if (status == 0 && c->is_mapped)
            status = grow_object(c, size);
    }
    if (status == 0)
        inode->size = size;
    return status;
}

long content_allocate(struct inode *inode, uint64_t offset, uint64_t length)
{
    struct content *c = inode->content;
    struct filesystem *fs = inode->fs;
    uint64_t start = offset & ~(PAGE - 1), end = round_up(offset + length);
    if (end > CONTENT_MAX_SIZE)
        return -LX_EFBIG;
    if ((end - start) / PAGE >
        fs->max_pages - (fs->nr_pages < fs->max_pages ? fs->nr_pages : fs->max_pages) + c->nr_pages)
        return -LX_ENOSPC;
    long status = need_object(c);
    if (status == 0)
        status = grow_object(c, end);
    for (uint64_t at = start; status == 0 && at < end;) {
        unsigned char *data;
        uint64_t step = end - at < KN_LAYOUT_WINDOW_SIZE ? end - at : KN_LAYOUT_WINDOW_SIZE;
        int64_t got = window(c, at, step, true, &data);
        if (got <= 0)
            status = got ? (long)got : -LX_ENOSPC;
        else
            at += (uint64_t)got;
    }
    return status == -LX_ENOMEM ? -LX_ENOSPC : status;
}

long content_punch(struct inode *inode, uint64_t offset, uint64_t length)
{
    struct content *c = inode->content;
    if (offset >= inode->size)
        return 0;
    if (length > inode->size - offset)
        length = inode->size - offset;
    long status = need_object(c);
    if (status == 0 && offset < c->object_size)
        status =
            port_object_punch(c->object, offset, length < c->object_size - offset ? length : c->object_size - offset);
    if (status == 0) {
        drop_window(c);
        set_pages(c, port_object_pages(c->object));
    }
    return status;
}

long content_map(struct inode *inode, uint64_t *object)
{
    struct content *c = inode->content;
    long status = need_object(c);
    if (status == 0 && c->object_size != round_up(inode->size)) {
        status = port_object_resize(c->object, inode->size);
        if (status == 0)
            c->object_size = round_up(inode->size);
        drop_window(c);
    }
    if (status == 0) {
        c->is_mapped = true;
        *object = c->object;
    }
    return status;
}

uint64_t content_pages(struct inode *inode)
{
    struct content *c = inode->content;
    if (c->is_mapped)
        set_pages(c, port_object_pages(c->object));
    return c->nr_pages;
}

struct inode *content_find(uint64_t object)
{
    for (struct content *c = *bucket(object); c; c = c->next)
        if (c->object == object)
            return c->inode;
    return NULL;
}
