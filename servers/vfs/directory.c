// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

#include "directory.h"

#include "trona/heap.h"
#include "trona/string.h"

#define FIRST_BUCKETS 8

struct directory *directory_create(void)
{
    struct directory *dir = trona_alloc_zero(sizeof *dir);
    if (!dir)
        return NULL;
    dir->nr_buckets = FIRST_BUCKETS;
    dir->buckets = trona_alloc_zero(dir->nr_buckets * sizeof *dir->buckets);
    if (!dir->buckets) {
        trona_free(dir, sizeof *dir);
        return NULL;
    }
    return dir;
}

void directory_destroy(struct directory *dir)
{
    if (!dir)
        return;
    trona_free(dir->buckets, dir->nr_buckets * sizeof *dir->buckets);
    trona_free(dir, sizeof *dir);
}

static struct entry **bucket(const struct directory *dir, uint32_t hash)
{
    return &dir->buckets[hash & (dir->nr_buckets - 1)];
}

struct entry *directory_find(const struct directory *dir, const char *name, size_t length)
{
    uint32_t hash = entry_hash(name, length);
    for (struct entry *e = *bucket(dir, hash); e; e = e->hash_next)
        if (e->hash == hash && e->length == length && memcmp(e->name, name, length) == 0)
            return e;
    return NULL;
}

// Doubles the buckets; without memory the chains just grow longer.
static void grow(struct directory *dir)
{
    uint32_t nr_new = dir->nr_buckets * 2;
    struct entry **new = trona_alloc_zero(nr_new * sizeof *new);
    if (!new)
        return;
    trona_free(dir->buckets, dir->nr_buckets * sizeof *dir->buckets);
    dir->buckets = new;
    dir->nr_buckets = nr_new;
    for (struct entry *e = dir->first; e; e = e->next) {
        struct entry **b = bucket(dir, e->hash);
        e->hash_next = *b;
        *b = e;
    }
}

void directory_insert(struct directory *dir, struct entry *entry)
{
    if (dir->count >= dir->nr_buckets)
        grow(dir);
    entry_get(entry);
    entry->is_linked = true;
    entry->cookie = dir->next_cookie++;
    entry->next = NULL;
    entry->previous = dir->last;
    if (dir->last)
        dir->last->next = entry;
    else
        dir->first = entry;
    dir->last = entry;
    struct entry **b = bucket(dir, entry->hash);
    entry->hash_next = *b;
    *b = entry;
    dir->count++;
}

void directory_remove(struct directory *dir, struct entry *entry)
{
    struct entry **link = bucket(dir, entry->hash);
    while (*link != entry)
        link = &(*link)->hash_next;
    *link = entry->hash_next;
    if (entry->previous)
        entry->previous->next = entry->next;
    else
        dir->first = entry->next;
    if (entry->next)
        entry->next->previous = entry->previous;
    else
        dir->last = entry->previous;
    if (dir->hint == entry)
        dir->hint = entry->next;
    dir->count--;
    entry->is_linked = false;
    entry->next = entry->previous = entry->hash_next = NULL;
    entry_put(entry);
}

// The first entry whose cookie is at least CURSOR. From the hint or the list's nearer end: readers go forward.
static struct entry *seek(struct directory *dir, uint64_t cursor)
{
    if (!dir->last || dir->last->cookie < cursor)
        return NULL;
    struct entry *e = dir->hint && dir->hint->cookie <= cursor ? dir->hint : dir->first;
    while (e && e->cookie < cursor)
        e = e->next;
    return e;
}

void directory_read(struct directory *dir, uint64_t cursor, readdir_emit emit, void *context)
{
    struct entry *e = seek(dir, cursor);
    while (e && emit(context, e->name, e->length, e->inode->ino, e->inode->mode, e->cookie + 1))
        e = e->next;
    dir->hint = e;
}
