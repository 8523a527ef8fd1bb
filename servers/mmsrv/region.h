// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// Regions: what an address space shall have where. A treap by start address: look-up, insertion and removal in O(log n).
// I1: regions of a space don't overlap; start and end are page aligned, start < end.
// I2: a region with an object is on the object's list of regions.

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct object;
struct space;

struct region {
    struct region *left, *right; // treap
    uint64_t priority;           // treap heap order
    uint64_t start, end;
    struct space *space;
    struct object *object;       // NULL: anonymous
    uint64_t page_offset;        // object's page at start
    struct region *object_next, *object_prev; // the object's regions
    uint8_t prot;                // LX_PROT_*
    bool is_shared;              // MAP_SHARED
    bool may_write;              // shared file mapping: mprotect may make it writable
    bool is_stack;               // grows down
    bool is_runtime;             // the layer's: not inherited as such, not the program's to change
    bool is_wired;               // pages present from the start, shared with a server; copied at fork, not shared
    bool is_charged;             // its pages are counted as committed
};

struct region *region_find(struct region *root, uint64_t addr);       // the one that contains ADDR
struct region *region_at_or_after(struct region *root, uint64_t addr);// first with end > ADDR
struct region *region_before(struct region *root, uint64_t addr);     // last with end <= ADDR
void region_insert(struct region **root, struct region *r);
void region_remove(struct region **root, struct region *r);
