// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// Address spaces. A VSpace is the root table; below it hang page tables and frames that users insert with their
// capabilities. The kernel's own entries in the root (or its own root, on aarch64) are not reachable by user addresses.
//
// States: fresh -> has an ASID (ASIDPool_Assign) -> lost it (its pool went: unusable for ever, see asid.c I2).
// The object dies with its last capability, and its ASID with it; tables and frames below it live on, their mapping
// records then name an ASID that no longer leads to them.
//
// I1  Every valid user entry that a walk from an assigned root reaches has the capability that recorded it: a frame
//     entry a Frame capability with this ASID and address and at least these rights, a table entry a PageTable
//     capability. (The converse does not hold: a record is a hint, checked against the entry when it is used.)
// I2  A table is entered at most once: Map needs a capability without a record, which is the only one of its table.
// I3  When an entry is taken out, or narrowed, its translation is in no TLB before the invocation ends.

#include "object/vspace.h"

#include "core/cspace.h"
#include "core/objects.h"
#include "debug/log.h"
#include "object/asid.h"

ALWAYS_INLINE bool vspace_from_cap(struct cap cap, struct vspace_ref *space)
{
    *space = (struct vspace_ref){cap_map_asid(cap), {asid_root_of(cap)}};
    return space->root.raw != 0;
}

word_t vspace_large_level_of(word_t size_bits)
{
    for (word_t level = VSPACE_LEAF - 1; level > 0; level--)
        if (arch_level_shift(level) == size_bits)
            return level;
    kpanic("a frame of 2^%lu bytes has no level", size_bits);
}

ALWAYS_INLINE struct vspace_walk vspace_walk(paddr_t root, vaddr_t vaddr, word_t level)
{
    pte_t *entry = (pte_t *)phys_to_ptr(root) + ((vaddr >> arch_level_shift(0)) & MASK(ARCH_ROOT_BITS));
    for (word_t at = 0; at < ARCH_LEVELS - 1; at++) { // bounds and shifts are constants when it is unrolled
        if (at == level || !pte_is_table(*entry, at))
            return (struct vspace_walk){entry, at};
        pte_t *table = phys_to_ptr(pte_paddr(*entry));
        entry = table + ((vaddr >> arch_level_shift(at + 1)) & MASK(ARCH_TABLE_BITS));
    }
    return (struct vspace_walk){entry, ARCH_LEVELS - 1};
}

ALWAYS_INLINE struct vspace_walk vspace_cursor_walk_far(struct vspace_cursor *cursor, vaddr_t vaddr, word_t level)
{
    struct vspace_walk walk = vspace_walk(cursor->root, vaddr, level);
    if (walk.level == VSPACE_LEAF) {
        cursor->table = walk.entry - ((vaddr >> arch_level_shift(VSPACE_LEAF)) & MASK(ARCH_TABLE_BITS));
        cursor->block = vaddr >> arch_level_shift(VSPACE_LEAF - 1);
    }
    return walk;
}

kerr_t vspace_err_walk(struct invocation *inv, struct vspace_walk walk)
{
    if (pte_is_valid(*walk.entry))
        return err_delete_first(inv);
    struct lookup_failure failure = {KN_LOOKUP_FAILURE_MISSING_CAPABILITY, {arch_level_shift(walk.level)}};
    return err_lookup(inv, true, &failure);
}

void vspace_init(void *root) { arch_vspace_init(root); }

void vspace_finalise(struct cap cap)
{
    struct vspace_ref space;
    if (vspace_from_cap(cap, &space))
        asid_release(space.asid);
}
