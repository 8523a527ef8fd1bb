// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

#include "lock.h"

#include <lx/abi.h>

#include "inode.h"
#include "trona/heap.h"
#include "wait.h"

struct lock {
    struct lock *next;
    const void *file; // flock: the description; NULL: a record lock
    uint64_t serial;  // record locks: the process
    struct lock_range range;
};

struct flock_list {
    struct lock *first;
    unsigned nr_locks;
    struct wait_queue waiters;
};

#define MAX_LOCKS 1024 // of one file

static struct flock_list *need_list(struct inode *inode)
{
    if (!inode->locks)
        inode->locks = trona_alloc_zero(sizeof *inode->locks);
    return inode->locks;
}

static bool overlaps(const struct lock_range *a, const struct lock_range *b)
{
    return a->start < b->end && b->start < a->end;
}

static bool is_same_owner(const struct lock *l, const void *file, uint64_t serial)
{
    return l->file == file && l->serial == serial;
}

// A lock of another owner of the same kind that excludes RANGE.
static struct lock *find_conflict(const struct flock_list *list, const void *file, uint64_t serial,
                                  const struct lock_range *range)
{
    for (struct lock *l = list ? list->first : NULL; l; l = l->next)
        if (!l->file == !file && !is_same_owner(l, file, serial) && overlaps(&l->range, range) &&
            (l->range.type == LX_F_WRLCK || range->type == LX_F_WRLCK))
            return l;
    return NULL;
}

static void add(struct flock_list *list, struct lock *lock)
{
    lock->next = list->first;
    list->first = lock;
    list->nr_locks++;
}

static void drop(struct flock_list *list, struct lock **link)
{
    struct lock *l = *link;
    *link = l->next;
    list->nr_locks--;
    trona_free(l, sizeof *l);
}

void lock_list_destroy(struct inode *inode)
{
    struct flock_list *list = inode->locks;
    if (!list)
        return;
    while (list->first)
        drop(list, &list->first);
    wait_queue_end(&list->waiters);
    trona_free(list, sizeof *list);
    inode->locks = NULL;
}

static void end_if_unused(struct inode *inode)
{
    if (!inode->locks->first && !wait_has_tickets(&inode->locks->waiters))
        lock_list_destroy(inode);
}

// Takes RANGE out of what the owner holds; SPARE becomes the upper half of a lock that is split. Whether it was used.
static bool carve(struct flock_list *list, const void *file, uint64_t serial, const struct lock_range *range,
                  struct lock *spare)
{
    bool is_used = false;
    for (struct lock **link = &list->first; *link;) {
        struct lock *l = *link;
        if (!is_same_owner(l, file, serial) || !overlaps(&l->range, range)) {
            link = &l->next;
        } else if (l->range.start >= range->start && l->range.end <= range->end) {
            drop(list, link);
        } else {
            if (l->range.start < range->start && l->range.end > range->end) {
                *spare = *l;
                spare->range.start = range->end;
                add(list, spare);
                is_used = true;
                l->range.end = range->start;
            } else if (l->range.start < range->start) {
                l->range.end = range->start;
            } else {
                l->range.start = range->end;
            }
            link = &l->next;
        }
    }
    return is_used;
}

// Sets RANGE for the owner: two spare locks are had before anything changes.
static long set(struct inode *inode, const struct io *io, const void *file, uint64_t serial,
                const struct lock_range *range)
{
    struct flock_list *list = range->type == LX_F_UNLCK ? inode->locks : need_list(inode);
    if (!list)
        return range->type == LX_F_UNLCK ? 0 : -LX_ENOLCK;
    if (range->type != LX_F_UNLCK && find_conflict(list, file, serial, range))
        return wait_or_again(io, &list->waiters);
    struct lock *upper = trona_alloc(sizeof *upper), *new = trona_alloc(sizeof *new);
    if (!upper || !new || (range->type != LX_F_UNLCK && list->nr_locks >= MAX_LOCKS)) {
        trona_free(upper, sizeof *upper);
        trona_free(new, sizeof *new);
        return -LX_ENOLCK;
    }
    if (!carve(list, file, serial, range, upper))
        trona_free(upper, sizeof *upper);
    if (range->type == LX_F_UNLCK) {
        trona_free(new, sizeof *new);
    } else {
        *new = (struct lock){NULL, file, serial, *range};
        add(list, new);
    }
    wait_wake_all(&list->waiters);
    end_if_unused(inode);
    return 0;
}

long lock_set(struct file *file, const struct io *io, uint64_t serial, const struct lock_range *range)
{
    return set(file->inode, io, NULL, serial, range);
}

void lock_test(struct inode *inode, uint64_t serial, const struct lock_range *range, struct lock_range *found,
               uint64_t *owner)
{
    const struct lock *l = find_conflict(inode->locks, NULL, serial, range);
    if (l) {
        *found = l->range;
        *owner = l->serial;
    } else {
        *found = *range;
        found->type = LX_F_UNLCK;
    }
}

long lock_whole(struct file *file, const struct io *io, unsigned type)
{
    const struct lock_range all = {type, 0, UINT64_MAX};
    return set(file->inode, io, file, 0, &all);
}

static void drop_owner(struct inode *inode, const void *file, uint64_t serial)
{
    struct flock_list *list = inode->locks;
    bool any = false;
    for (struct lock **link = list ? &list->first : NULL; link && *link;) {
        if (is_same_owner(*link, file, serial)) {
            drop(list, link);
            any = true;
        } else {
            link = &(*link)->next;
        }
    }
    if (any) {
        wait_wake_all(&list->waiters);
        end_if_unused(inode);
    }
}

void lock_close(struct inode *inode, uint64_t serial) { drop_owner(inode, NULL, serial); }

void lock_release_file(struct file *file) { drop_owner(file->inode, file, 0); }
