// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// Address spaces: the root table, and walks through the tables. See object/vspace.c; range operations are in
// object/vspace_range.c.

#include "arch/api/mmu.h"
#include "core/derivation.h"
#include "kernel/invocation_dispatch.h"

#define VSPACE_LEAF (ARCH_LEVELS - 1) // the level of 4 KiB entries

// A live address space.
struct vspace_ref {
    word_t asid;  // assigned
    paddr_t root; // its root table
};

// Where a walk ended: at the level asked for, or above it at an entry that is not a table.
struct vspace_walk {
    pte_t *entry;
    word_t level;
};

// Remembers the last 4 KiB table that was reached, for walks to neighbouring addresses while no table changes.
struct vspace_cursor {
    paddr_t root;
    pte_t *table; // NULL: none yet
    word_t block; // address bits above what table covers
};

// The address space of a VSpace capability (or null); false if it has no ASID (never had one, or its pool is gone).
bool vspace_from_cap(struct cap cap, struct vspace_ref *space);
// Whether [VADDR, VADDR + SIZE) are user addresses; SIZE is not 0.
static inline bool vspace_is_user(vaddr_t vaddr, word_t size)
{
    return vaddr < ARCH_USER_TOP && size <= ARCH_USER_TOP - vaddr;
}
// The level whose entries map frames of 2^SIZE_BITS bytes, a size that frames have.
word_t vspace_large_level_of(word_t size_bits);
static inline word_t vspace_level_of(word_t size_bits)
{
    return size_bits == KN_PAGE_BITS ? VSPACE_LEAF : vspace_large_level_of(size_bits);
}
// The entry of VADDR, a user address, at LEVEL, or the one above where the walk ends.
struct vspace_walk vspace_walk(paddr_t root, vaddr_t vaddr, word_t level);
// The same, quicker for neighbours.
struct vspace_walk vspace_cursor_walk_far(struct vspace_cursor *cursor, vaddr_t vaddr, word_t level);
static inline struct vspace_walk vspace_cursor_walk(struct vspace_cursor *cursor, vaddr_t vaddr, word_t level)
{
    if (level != VSPACE_LEAF || !cursor->table || cursor->block != vaddr >> arch_level_shift(VSPACE_LEAF - 1))
        return vspace_cursor_walk_far(cursor, vaddr, level);
    word_t index = (vaddr >> arch_level_shift(VSPACE_LEAF)) & MASK(ARCH_TABLE_BITS);
    return (struct vspace_walk){cursor->table + index, level};
}
// The error of a walk that ended above its level: FAILED_LOOKUP if a table is missing, else DELETE_FIRST.
kerr_t vspace_err_walk(struct invocation *inv, struct vspace_walk walk);

struct vspace_map_range_plan {
    struct vspace_ref space;
    struct cte *frames; // slot of the first one; the others are behind it in its CNode
    vaddr_t vaddr;      // of the first frame
    word_t count;       // frames
    word_t rights;      // KN_RIGHTS_*, not yet masked by the capabilities'
    word_t attr;        // KN_VM_ATTR_*
};

struct vspace_unmap_range_plan {
    struct vspace_ref space;
    vaddr_t vaddr;
    word_t count; // 4 KiB pages
};

struct vspace_protect_range_plan {
    struct vspace_ref space;
    vaddr_t vaddr;
    word_t count;  // 4 KiB pages
    word_t rights; // the most that shall remain
    word_t attr;   // EXECUTE_NEVER or 0
};
