// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

#include "fd.h"

#include <stddef.h>

#define WORDS (FD_MAX / 64)

static struct fd table[FD_MAX];
static uint64_t used[WORDS];
static int nr_open;

static bool is_open(int fd) { return used[fd / 64] >> fd % 64 & 1; }

static void mark_open(int fd)
{
    used[fd / 64] |= (uint64_t)1 << fd % 64;
    nr_open++;
}

// The lowest descriptor from FROM on whose bit in used, exclusive-or FLIP, is set; -1 if none.
static int find_bit(int from, uint64_t flip)
{
    if (from < 0 || from >= FD_MAX)
        return -1;
    uint64_t word = (used[from / 64] ^ flip) & ~(uint64_t)0 << from % 64;
    for (int i = from / 64;; word = used[i] ^ flip) {
        if (word)
            return i * 64 + __builtin_ctzll(word);
        if (++i == WORDS)
            return -1;
    }
}

struct fd *fd_get(int fd) { return fd >= 0 && fd < FD_MAX && is_open(fd) ? &table[fd] : NULL; }

int fd_find_free(int from, int limit)
{
    int fd = find_bit(from, ~(uint64_t)0);
    return fd < limit ? fd : -1;
}

void fd_install(int fd, uint64_t handle, uint32_t type, bool is_cloexec)
{
    table[fd] = (struct fd){handle, type, (uint16_t)fd, (uint16_t)fd, is_cloexec};
    mark_open(fd);
}

void fd_duplicate(int old, int fd, bool is_cloexec)
{
    struct fd *o = &table[old];
    table[fd] = (struct fd){o->handle, o->type, o->next, (uint16_t)old, is_cloexec};
    table[o->next].prev = (uint16_t)fd;
    o->next = (uint16_t)fd;
    mark_open(fd);
}

bool fd_remove(int fd, uint64_t *handle)
{
    struct fd *f = &table[fd];
    bool is_last = f->next == fd;
    *handle = f->handle;
    table[f->next].prev = f->prev;
    table[f->prev].next = f->next;
    used[fd / 64] &= ~((uint64_t)1 << fd % 64);
    nr_open--;
    return is_last;
}

int fd_next_open(int fd) { return find_bit(fd + 1, 0); }

int fd_count(void) { return nr_open; }

int fd_first_of_ring(int fd)
{
    int first = fd;
    for (int i = table[fd].next; i != fd; i = table[i].next) {
        if (i < first)
            first = i;
    }
    return first;
}
