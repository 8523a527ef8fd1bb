// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// Regions: what an address space shall have where, in a balanced tree by start address.
// I1: regions of a space don't overlap; start and end are page aligned, start < end; node.key is start.
// I2: a region with an object is on the object's list of regions.
// I3: lowest, highest, gap, count sum up the region's subtree.

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tree.h"

struct object;
struct space;

struct region {
    struct tree_node node;
    uint64_t start, end;
    uint64_t lowest, highest, gap; // of the subtree: first address, end, largest hole between two of its regions
    size_t count;                  // regions in the subtree
    struct space *space;
    struct object *object;         // NULL: anonymous
    uint64_t page_offset;          // object's page at start
    struct region *object_next, *object_prev; // the object's regions
    uint8_t prot;                  // LX_PROT_*
    bool is_shared;                // MAP_SHARED
    bool may_write;                // shared mapping: mprotect may make it writable
    bool is_stack;                 // grows down
    bool is_runtime;               // the layer's: not the program's to change
    bool is_wired;                 // pages shared with a server, which charges them; copied at fork, not shared
    bool is_charged;               // all its pages are counted as committed; else its private pages, one by one
};

void region_tree_init(struct tree *tree);
void region_insert(struct tree *tree, struct region *r);
void region_remove(struct tree *tree, struct region *r);
// Changes the bounds of R, which keeps its place among its neighbours.
void region_resize(struct tree *tree, struct region *r, uint64_t start, uint64_t end);

struct region *region_find(const struct tree *tree, uint64_t addr);        // the one that contains ADDR
struct region *region_at_or_after(const struct tree *tree, uint64_t addr); // the first with end > ADDR
struct region *region_before(const struct tree *tree, uint64_t addr);      // the last with end <= ADDR
struct region *region_first(const struct tree *tree);
struct region *region_next(const struct region *r);
struct region *region_nth(const struct tree *tree, size_t index); // in ascending order, from 0; NULL: behind the last
size_t region_count(const struct tree *tree);
// The highest address of LENGTH free bytes in [low, high); 0: none. O(log n).
uint64_t region_find_gap(const struct tree *tree, uint64_t low, uint64_t high, uint64_t length);

static inline uint64_t region_pages(const struct region *r)
{
    return (r->end - r->start) / 4096;
}

// The object's page that R has at ADDR.
static inline uint64_t region_object_index(const struct region *r, uint64_t addr)
{
    return r->page_offset + (addr - r->start) / 4096;
}
