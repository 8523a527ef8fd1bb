// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// A sparse array of 64-bit entries by page number: leaves of 64 entries in a balanced tree. Serves address spaces (what is
// at a page) and objects (which frame holds a page).
// I1: a leaf has a non-zero entry, or a reservation that was not used yet.

#include <stddef.h>

#include "tree.h"

#define PAGEMAP_LEAF_BITS 6

struct pagemap_leaf;

struct pagemap {
    struct tree leaves;
    struct pagemap_leaf *recent; // found last; NULL: none
    size_t count;                // non-zero entries
};

typedef void pagemap_visitor(void *context, uint64_t index, uint64_t value);

uint64_t pagemap_get(struct pagemap *map, uint64_t index); // 0: none
// Makes room for an entry at INDEX, so that a later pagemap_set there cannot fail. -LX_ENOMEM. An unused reservation is
// undone by pagemap_set(map, index, 0).
long pagemap_reserve(struct pagemap *map, uint64_t index);
// Makes room where MAP has entries in [start, end), DELTA pages further on (modulo 2^64); it stays, whatever is set and
// taken, until pagemap_trim of the target range. All or nothing; -LX_ENOMEM.
long pagemap_reserve_shifted(struct pagemap *map, uint64_t start, uint64_t end, uint64_t delta);
void pagemap_trim(struct pagemap *map, uint64_t start, uint64_t end);
// Sets an entry; a non-zero one only where one is or pagemap_reserve has made room.
void pagemap_set(struct pagemap *map, uint64_t index, uint64_t value);
// Calls VISIT for every non-zero entry in [start, end), in ascending order. VISIT may set the entry it is given, and
// entries outside the range where there is room. O(log n) and the leaves in the range.
void pagemap_visit(struct pagemap *map, uint64_t start, uint64_t end, pagemap_visitor *visit, void *context);
// Empties [start, end), calling VISIT with each entry that was there, which must leave the map alone.
void pagemap_take(struct pagemap *map, uint64_t start, uint64_t end, pagemap_visitor *visit, void *context);
void pagemap_destroy(struct pagemap *map); // entries are forgotten
