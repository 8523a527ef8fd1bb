// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// The capability derivation tree (CDT): a doubly linked list of slots in derivation order. A slot's descendants
// follow it directly; whether one is a descendant is decided by the parent test of the seL4 manual: the parent's
// capability is revocable, covers the child's memory, and (endpoint, notification) either is the unbadged original
// or has the same badge while the child is not the first of its badge.

#include "core/cap.h"

// A capability slot: 32 bytes. The low five bits of prev and next are flags.
struct cte {
    _Alignas(32) struct cap cap;
    word_t prev; // address of the previous slot
    word_t next; // address of the next slot | CTE_REVOCABLE | CTE_FIRST_BADGED
};
static_assert(sizeof(struct cte) == 32, "a slot is 32 bytes");

#define CTE_REVOCABLE BIT(0)
#define CTE_FIRST_BADGED BIT(1)
// In prev; belongs to the slot, not to what it holds: the IPC buffer slot of a TCB (tcb_init sets it). A frame that is
// deleted from it takes the TCB's ipc_buffer_kernel with it.
#define CTE_IPC_BUFFER BIT(0)

static inline struct cte *cte_next(const struct cte *s) { return (struct cte *)(s->next & ~MASK(5)); }
static inline struct cte *cte_prev(const struct cte *s) { return (struct cte *)(s->prev & ~MASK(5)); }
static inline bool cte_is_revocable(const struct cte *s) { return s->next & CTE_REVOCABLE; }
static inline bool cte_is_first_badged(const struct cte *s) { return s->next & CTE_FIRST_BADGED; }
static inline bool cte_is_empty(const struct cte *s) { return cap_is_null(s->cap); }

// The first slot of the list, NULL if it is empty. Walking it is for checks and dumps: it has no bound.
struct cte *cdt_head(void);

// Puts CAP, derived from PARENT, into the empty slot DEST. O(1). An untyped PARENT is full
// afterwards.
void cdt_insert(struct cap cap, struct cte *parent, struct cte *dest);
// Puts a root capability (no ancestors) into the empty slot DEST: boot only.
void cdt_insert_root(struct cap cap, struct cte *dest);
// Puts the capability of a fresh object, child of the untyped in PARENT, into the empty slot DEST, revocable. O(1).
void cdt_insert_object(struct cap cap, struct cte *parent, struct cte *dest);
// The same for COUNT objects of 2^OBJECT_BITS bytes one behind the other, CAP for the first, and as many slots of a CNode,
// from DEST on. O(COUNT): a few instructions for each.
void cdt_insert_objects(struct cap cap, word_t object_bits, struct cte *parent, struct cte *dest, word_t count);
// Moves SRC's place in the tree to the empty slot DEST, with CAP as its new capability. O(1).
void cdt_move(struct cap cap, struct cte *src, struct cte *dest);
// Exchanges the places of two occupied slots in the tree; afterwards SLOT1 holds CAP1 (made from what was in SLOT2) and
// SLOT2 holds CAP2. O(1).
void cdt_swap(struct cap cap1, struct cte *slot1, struct cap cap2, struct cte *slot2);
// Takes SLOT out of the tree and empties it; its children stay derived from its ancestors. O(1).
void cdt_remove(struct cte *slot);
// Whether CHILD (which follows PARENT in the list) is derived from PARENT.
bool cdt_is_parent_of(const struct cte *parent, const struct cte *child);
bool cdt_has_children(const struct cte *slot);
// Whether SLOT holds the last capability of its object. O(1).
bool cdt_is_final(const struct cte *slot);

bool cap_same_region(struct cap a, struct cap b); // B's memory lies in A's
bool cap_same_object(struct cap a, struct cap b);

// What may be copied from SLOT: OK and *OUT, or error in INV (Untyped with children: REVOKE_FIRST; Zombie, IRQControl, ..: null).
// INV may be NULL: then the error is not recorded.
struct invocation;
kerr_t cap_derive(struct invocation *inv, const struct cte *slot, struct cap *out);
// Masks rights.
struct cap cap_mask_rights(struct cap cap, word_t rights);
// Sets badge or guard; *OK false if this type or state does not allow it: only an unbadged capability can get a badge,
// and not with PRESERVE (Mutate, Rotate), which allows 0 alone: the badge stays. A type without badge allows 0 alone.
struct cap cap_update_badge(struct cap cap, badge_t badge, bool preserve, bool *ok);

// Deletes the capability in SLOT, finalising its object if it was the last one. May be preempted (KERR_PREEMPTED);
// calling it again goes on. Afterwards SLOT is empty.
kerr_t cap_delete(struct cte *slot);
// Deletes every descendant of SLOT. Preemptible in the same way.
kerr_t cap_revoke(struct cte *slot);
