// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// The capability derivation tree, kept as one doubly linked list of all occupied slots in derivation order: a slot is
// followed by its descendants, the youngest child first. No depth is stored; cdt_is_parent_of decides from the two
// capabilities and the flags of their slots. Every operation here is O(1).
//
// I1  A slot is in the list exactly if it is occupied; prev and next agree.
// I2  The descendants of a slot stand directly behind it, without a gap. All capabilities of one object do, too, so the
//     last one is known by its two neighbours.
// I3  REVOCABLE: the slot was made by Retype or boot, or its capability differs from its parent's in badge or type of
//     authority. Plain copies are not revocable: they are siblings, children of the original.
// I4  FIRST_BADGED: the slot is not derived from the capability before it, although both have the same badge.
// I5  An untyped that has a copy of itself, or whose memory went to an object not made by Retype, is full.
// I6  The low bits of prev belong to the slot and survive every change of its contents.

#include "core/derivation.h"

#include "debug/log.h"

#define SLOT_BITS_MASK MASK(KN_SLOT_BITS)

static struct cte *head; // [k] first slot of the list

struct cte *cdt_head(void)
{
    return head;
}

static void set_prev(struct cte *slot, const struct cte *prev)
{
    slot->prev = (slot->prev & SLOT_BITS_MASK) | (word_t)prev;
}

static void set_next(struct cte *slot, const struct cte *next)
{
    slot->next = (slot->next & SLOT_BITS_MASK) | (word_t)next;
}

// Puts SLOT between PREV and NEXT, either of which may be NULL, with FLAGS.
static void link_between(struct cte *slot, struct cte *prev, struct cte *next, word_t flags)
{
    set_prev(slot, prev);
    slot->next = (word_t)next | flags;
    if (prev)
        set_next(prev, slot);
    else
        head = slot;
    if (next)
        set_prev(next, slot);
}

static void unlink_slot(struct cte *slot)
{
    struct cte *prev = cte_prev(slot), *next = cte_next(slot);
    if (prev)
        set_next(prev, next);
    else
        head = next;
    if (next)
        set_prev(next, prev);
    set_prev(slot, NULL);
    slot->next = 0;
}

// Whether CHILD, about to be derived from PARENT, gets an own subtree (I3).
static bool starts_subtree(struct cap child, struct cap parent)
{
    switch (cap_type(child)) {
    case KN_CAP_TYPE_UNTYPED: return true;
    case KN_CAP_TYPE_ENDPOINT:
    case KN_CAP_TYPE_NOTIFICATION:
    case KN_CAP_TYPE_SMC: return cap_badge(child) != cap_badge(parent);
    case KN_CAP_TYPE_IRQ_HANDLER:
    case KN_CAP_TYPE_IO_PORT: return cap_type(parent) != cap_type(child);
    }
    return false;
}

void cdt_insert(struct cap cap, struct cte *parent, struct cte *dest)
{
    kassert(cte_is_empty(dest) && !cte_is_empty(parent) && !cap_is_null(cap));
    word_t flags = starts_subtree(cap, parent->cap) ? CTE_REVOCABLE | CTE_FIRST_BADGED : 0;
    if (cap_type(parent->cap) == KN_CAP_TYPE_UNTYPED)
        parent->cap = cap_untyped_full(parent->cap);
    dest->cap = cap;
    link_between(dest, parent, cte_next(parent), flags);
}

void cdt_insert_object(struct cap cap, struct cte *parent, struct cte *dest)
{
    kassert(cte_is_empty(dest) && cap_type(parent->cap) == KN_CAP_TYPE_UNTYPED);
    dest->cap = cap;
    link_between(dest, parent, cte_next(parent), CTE_REVOCABLE | CTE_FIRST_BADGED);
}

void cdt_insert_objects(struct cap cap, word_t object_bits, struct cte *parent, struct cte *dest, word_t count)
{
    kassert(count > 0 && cap_type(parent->cap) == KN_CAP_TYPE_UNTYPED);
    struct cte *next = cte_next(parent), *behind = next;
    for (word_t i = 0; i < count; i++) { // the last one comes first
        struct cte *slot = dest + i;
        kassert(cte_is_empty(slot) && !(slot->prev & SLOT_BITS_MASK));
        slot->cap = cap;
        slot->prev = (word_t)(slot + 1);
        slot->next = (word_t)behind | CTE_REVOCABLE | CTE_FIRST_BADGED;
        cap = cap_next_object(cap, object_bits);
        behind = slot;
    }
    set_prev(behind, parent);
    set_next(parent, behind);
    if (next)
        set_prev(next, dest);
}

void cdt_insert_root(struct cap cap, struct cte *dest)
{
    kassert(cte_is_empty(dest));
    dest->cap = cap;
    link_between(dest, NULL, head, CTE_REVOCABLE | CTE_FIRST_BADGED);
}

void cdt_move(struct cap cap, struct cte *src, struct cte *dest)
{
    kassert(cte_is_empty(dest) && !cte_is_empty(src));
    struct cte *prev = cte_prev(src), *next = cte_next(src);
    word_t flags = src->next & SLOT_BITS_MASK;
    src->cap = CAP_NULL;
    set_prev(src, NULL);
    src->next = 0;
    dest->cap = cap;
    link_between(dest, prev, next, flags);
}

void cdt_swap(struct cap cap1, struct cte *slot1, struct cap cap2, struct cte *slot2)
{
    kassert(slot1 != slot2 && !cte_is_empty(slot1) && !cte_is_empty(slot2));
    struct cte *prev1 = cte_prev(slot1), *next1 = cte_next(slot1);
    struct cte *prev2 = cte_prev(slot2), *next2 = cte_next(slot2);
    word_t flags1 = slot1->next & SLOT_BITS_MASK, flags2 = slot2->next & SLOT_BITS_MASK;
    // Neighbours take each other's place.
    link_between(slot2, prev1 == slot2 ? slot1 : prev1, next1 == slot2 ? slot1 : next1, flags1);
    link_between(slot1, prev2 == slot1 ? slot2 : prev2, next2 == slot1 ? slot2 : next2, flags2);
    slot1->cap = cap1;
    slot2->cap = cap2;
}

ALWAYS_INLINE void cdt_remove(struct cte *slot)
{
    struct cte *next = cte_next(slot);
    if (next && cte_is_first_badged(slot)) // I4: what followed it must not fall to the capability before it
        next->next |= CTE_FIRST_BADGED;
    unlink_slot(slot);
    slot->cap = CAP_NULL;
}

bool cdt_is_parent_of(const struct cte *parent, const struct cte *child)
{
    if (!cte_is_revocable(parent) || !cap_same_region(parent->cap, child->cap))
        return false;
    switch (cap_type(parent->cap)) {
    case KN_CAP_TYPE_ENDPOINT:
    case KN_CAP_TYPE_NOTIFICATION:
    case KN_CAP_TYPE_SMC:
        return cap_badge(parent->cap) == 0 ||
               (cap_badge(parent->cap) == cap_badge(child->cap) && !cte_is_first_badged(child));
    }
    return true;
}

bool cdt_has_children(const struct cte *slot)
{
    struct cte *next = cte_next(slot);
    return next && cdt_is_parent_of(slot, next);
}

bool cdt_is_final(const struct cte *slot)
{
    struct cte *prev = cte_prev(slot), *next = cte_next(slot);
    return !(prev && cap_same_object(prev->cap, slot->cap)) && !(next && cap_same_object(slot->cap, next->cap));
}
