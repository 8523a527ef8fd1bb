// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// The names in a directory of a memory file system: a hash for lookups, and a list in order of creation for readers, whose
// cursors stay good while others insert and remove.
//
// I1: a linked entry is in exactly one directory, in its list (by ascending cookie) and in its bucket; the directory holds a
//     reference to it.
// I2: cookies are never used again in a directory; a cursor is the smallest cookie not yet read.
// I3: hint is NULL or a linked entry: where the last reader stopped.

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "inode.h"

struct directory {
    struct entry *first, *last, *hint;
    struct entry **buckets;
    uint32_t nr_buckets; // power of two
    uint32_t count;
    uint64_t next_cookie;
};

// An empty directory; NULL: no memory.
struct directory *directory_create(void);
// Ends an empty directory. NULL is allowed.
void directory_destroy(struct directory *dir);
// The entry of that name (not held), NULL if there is none.
struct entry *directory_find(const struct directory *dir, const char *name, size_t length);
// Links ENTRY, whose name must not be there; takes a reference. Cannot fail.
void directory_insert(struct directory *dir, struct entry *entry);
// Unlinks it and drops the directory's reference.
void directory_remove(struct directory *dir, struct entry *entry);
static inline bool directory_is_empty(const struct directory *dir) { return dir->count == 0; }
// Emits the entries with cookies from CURSOR on, until EMIT refuses.
void directory_read(struct directory *dir, uint64_t cursor, readdir_emit emit, void *context);
