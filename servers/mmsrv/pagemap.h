// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// A sparse array of 64-bit entries by page number: leaves of 64 entries, found by hash. Serves address spaces (what is
// at a page) and objects (which frame holds a page).
// I1: a leaf exists iff it has a non-zero entry; used counts them.

#include "idmap.h"

#define PAGEMAP_LEAF_BITS 6

struct pagemap {
    struct idmap leaves;
    struct pagemap_leaf *first; // all leaves, for visits of huge ranges
    size_t count;               // non-zero entries
};

uint64_t pagemap_get(const struct pagemap *map, uint64_t index); // 0: none
// Makes room for an entry at INDEX, so that a later pagemap_set there cannot fail. -LX_ENOMEM. An unused reservation is
// undone by pagemap_set(map, index, 0).
long pagemap_reserve(struct pagemap *map, uint64_t index);
// Sets an entry; a non-zero one only where one is or pagemap_reserve has made room.
void pagemap_set(struct pagemap *map, uint64_t index, uint64_t value);
// Calls VISIT for every non-zero entry in [start, end), in no order. VISIT may set the entry it is given, and
// entries outside the range.
// Cost: the smaller of the leaves in the map and those that the range covers.
void pagemap_visit(struct pagemap *map, uint64_t start, uint64_t end, void (*visit)(void *context, uint64_t index, uint64_t value),
                   void *context);
void pagemap_destroy(struct pagemap *map);
