// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// A hash table from 64-bit numbers (never 0) to pointers: chains threaded through the items themselves. O(1) expected;
// the table doubles when it is full, and stays as it is when there is no memory for that.

#include <stddef.h>
#include <stdint.h>

struct idmap_link {
    struct idmap_link *next;
    uint64_t id;
};

struct idmap {
    struct idmap_link **bucket;
    size_t nr_buckets; // a power of two, or 0 before the first insertion
    size_t count;
};

// Inserts LINK, whose id is set and not in the map. 0, or -LX_ENOMEM (only for the first item).
long idmap_insert(struct idmap *map, struct idmap_link *link);
struct idmap_link *idmap_find(const struct idmap *map, uint64_t id); // NULL: none
void idmap_remove(struct idmap *map, struct idmap_link *link);       // LINK is in the map
void idmap_destroy(struct idmap *map);                               // the table; the items are the caller's
