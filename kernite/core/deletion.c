// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// Deletion and revocation.
//
// Deleting a capability first finalises its object if no other capability names it: afterwards nothing in the kernel
// refers to the object's memory, and the slot can be emptied. The exceptions are CNodes and TCBs, which hold slots
// themselves: their last capability becomes a Zombie, which counts the slots that are still to be emptied, from the top
// down. Each step below is bounded; between two of them the operation may stop and be taken up again, by the same
// thread or by whoever deletes or revokes next, from what stands in the slots: there is no other state.
//
//   capability --delete, others exist--> slot empty
//   capability --delete, last one--> object finalised --> slot empty
//   CNode, TCB --delete, last one--> Zombie n --> Zombie n-1 .. --> Zombie 0 --> slot empty
//
// A CNode may hold the last capability of a second one, that one of a third, and so on, without bound; the kernel stack
// is bounded. So nested Zombies are taken apart in place: of the root Zombie P (the one in the slot to be deleted) the
// top slot T is emptied. When T holds a Zombie Q whose top slot F becomes a Zombie R, the two are turned round: R comes
// to T, Q to the first slot of R, and what was there to F. When R has shrunk to that first slot, Q returns to T.
//
// A CNode may hold its own last capability through others: the root slot then lies in a CNode that is found on the way
// down. The ring is broken by swapping the two Zombies, so that each lies in its own CNode or in one that is a Zombie
// as well. Nobody but the derivation tree reaches such parked Zombies; the next Revoke of their untyped deletes them.
//
// I1  A Zombie is the only capability of its object.
// I2  The slots of a Zombie's object from the count on are empty, except the Zombie's own.
// I3  The memory of an object is free (no capability names it) only if its slots are all empty.
// I4  The root slot keeps the capability of the same object from preemption to preemption, unless it lies in a CNode
//     that nobody can address any more.

#include "arch/api/mmu.h"
#include "core/derivation.h"
#include "core/objects.h"
#include "core/preempt.h"
#include "debug/log.h"
#include "object/tcb.h"

#define FRAMES_AT_ONCE 16 // of a Revoke, between two preemption points

static bool is_zombie(const struct cte *slot)
{
    return cap_type(slot->cap) == KN_CAP_TYPE_ZOMBIE;
}

static struct cte *zombie_slots(struct cap zombie)
{
    void *object = cap_object(zombie);
    return cap_zombie_is_tcb(zombie) ? ((struct tcb *)object)->slots : object;
}

// Whether SLOT is one of the Zombie's.
static bool zombie_holds(struct cap zombie, const struct cte *slot)
{
    const struct cte *first = zombie_slots(zombie);
    word_t count = cap_zombie_is_tcb(zombie) ? TCB_NR_SLOTS : BIT(cap_zombie_radix(zombie));
    return first <= slot && slot < first + count;
}

static struct cap zombie_of_cnode(struct cap cap)
{
    word_t radix = cap_cnode_radix(cap);
    return cap_with_field(cap_new(KN_CAP_TYPE_ZOMBIE, cap_paddr(cap), BIT(radix)), 53, 6, radix);
}

static struct cap zombie_of_tcb(struct cap cap)
{
    return cap_with_field(cap_new(KN_CAP_TYPE_ZOMBIE, cap_paddr(cap), TCB_NR_SLOTS), 59, 1, 1);
}

// A frame leaves a thread's IPC buffer slot: the kernel must not write to it any more.
static void forget_ipc_buffer(struct cte *slot)
{
    if (slot->prev & CTE_IPC_BUFFER)
        container_of(slot, struct tcb, slots[TCB_IPC_BUFFER])->ipc_buffer_kernel = NULL;
}

// Ends the last capability in SLOT, with its object: *BECOMES is null, or a Zombie that takes its place.
static kerr_t finalise_last(struct cte *slot, struct cap *becomes)
{
    struct cap cap = slot->cap;
    void *object = cap_object(cap);
    switch ((enum kn_cap_type_enum)cap_type(cap)) {
    case KN_CAP_TYPE_CNODE: *becomes = zombie_of_cnode(cap); break;
    case KN_CAP_TYPE_TCB:
        tcb_finalise(object);
        *becomes = zombie_of_tcb(cap);
        break;
    case KN_CAP_TYPE_ENDPOINT:
        slot->cap = cap_with_rights(cap, 0); // or the waiters that are sent back would come again, for ever
        return endpoint_cancel_all(object);
    case KN_CAP_TYPE_NOTIFICATION:
        slot->cap = cap_with_rights(cap, 0);
        notification_finalise(object);
        return notification_cancel_all(object);
    case KN_CAP_TYPE_REPLY: reply_finalise(object); break;
    case KN_CAP_TYPE_SCHED_CONTEXT: sched_context_finalise(object); break;
    case KN_CAP_TYPE_VSPACE:
        if (cap_is_mapped(cap))
            vspace_finalise(cap);
        break;
    case KN_CAP_TYPE_PAGE_TABLE:
        if (cap_is_mapped(cap))
            page_table_finalise(cap);
        break;
    case KN_CAP_TYPE_ASID_POOL: return asid_pool_finalise(cap);
    case KN_CAP_TYPE_IRQ_HANDLER: return irq_handler_finalise(cap.w[1]);
    case KN_CAP_TYPE_IO_PORT: io_port_finalise(cap.w[1] & 0xffff, (cap.w[1] >> 16) & 0xffff); break;
    case KN_CAP_TYPE_FRAME:
    case KN_CAP_TYPE_UNTYPED:
    case KN_CAP_TYPE_SCHED_CONTROL:
    case KN_CAP_TYPE_ASID_CONTROL:
    case KN_CAP_TYPE_IRQ_CONTROL:
    case KN_CAP_TYPE_IO_PORT_CONTROL:
    case KN_CAP_TYPE_SMC:
    case KN_CAP_TYPE_ZOMBIE:
    case KN_CAP_TYPE_NULL: break;
    }
    return KERR_OK;
}

// Deletes the Frame capability in SLOT: each has its own mapping, so it does not matter whether there are others.
static void delete_frame(struct cte *slot)
{
    forget_ipc_buffer(slot);
    if (cap_is_mapped(slot->cap))
        frame_unmap(slot->cap);
    cdt_remove(slot);
}

// Empties SLOT, which holds no Zombie, or makes a Zombie of its capability.
static kerr_t finalise(struct cte *slot)
{
    struct cap becomes = CAP_NULL;
    word_t type = cap_type(slot->cap);
    if (type == KN_CAP_TYPE_FRAME) {
        delete_frame(slot);
        return KERR_OK;
    }
    if (type == KN_CAP_TYPE_CNODE || type == KN_CAP_TYPE_VSPACE)
        tcb_spaces_generation++;
    if (cdt_is_final(slot)) {
        kerr_t status = finalise_last(slot, &becomes);
        if (status != KERR_OK)
            return status;
    }
    if (cap_is_null(becomes))
        cdt_remove(slot);
    else
        slot->cap = becomes;
    return KERR_OK;
}

static void zombie_shrink(struct cte *slot)
{
    slot->cap.w[1]--;
}

// Q in T has come to the Zombie R in its top slot F: takes R to T, so that it goes first (see above).
static void descend(struct cte *t, struct cte *f)
{
    struct cap q = t->cap, r = f->cap;
    if (cap_zombie_left(q) == 1) { // F is the first slot of Q, and nothing else is left there
        cdt_remove(t);
        cdt_move(r, f, t);
        return;
    }
    struct cte *first = zombie_slots(r);
    cdt_swap(r, t, q, f);
    if (cte_is_empty(first))
        cdt_move(q, f, first);
    else
        cdt_swap(first->cap, f, q, first);
}

// One step of emptying T, which holds a Zombie and is the top slot of the Zombie in ROOT.
static kerr_t reduce_nested(struct cte *root, struct cte *t)
{
    if (zombie_holds(t->cap, root)) {
        cdt_swap(t->cap, root, root->cap, t);
        return KERR_OK;
    }
    word_t left = cap_zombie_left(t->cap);
    if (left == 0) {
        cdt_remove(t);
        return KERR_OK;
    }
    struct cte *f = &zombie_slots(t->cap)[left - 1];
    if (cte_is_empty(f))
        zombie_shrink(t);
    else if (!is_zombie(f))
        return finalise(f);
    else if (cap_zombie_left(f->cap) == 0)
        cdt_remove(f);
    else if (zombie_holds(f->cap, root))
        cdt_swap(f->cap, root, root->cap, f);
    else
        descend(t, f);
    return KERR_OK;
}

// One step of emptying ROOT.
static kerr_t reduce(struct cte *root)
{
    if (!is_zombie(root))
        return finalise(root);
    word_t left = cap_zombie_left(root->cap);
    if (left == 0) {
        cdt_remove(root);
        return KERR_OK;
    }
    struct cte *t = &zombie_slots(root->cap)[left - 1];
    if (t == root || cte_is_empty(t)) // a Zombie in its own CNode goes when it has passed itself
        zombie_shrink(root);
    else if (is_zombie(t))
        return reduce_nested(root, t);
    else
        return finalise(t);
    return KERR_OK;
}

kerr_t cap_delete(struct cte *slot)
{
    while (!cte_is_empty(slot)) {
        kerr_t status = reduce(slot);
        if (status != KERR_OK)
            return status;
        if (!cte_is_empty(slot) && preemption_point())
            return KERR_PREEMPTED;
    }
    return KERR_OK;
}

// Whether A and B are capabilities of one Frame: what the parent test comes to for them.
static inline bool is_same_frame(struct cap a, struct cap b)
{
    return cap_type(a) == KN_CAP_TYPE_FRAME && cap_with_rights(a, 0).w[0] == cap_with_rights(b, 0).w[0];
}

// Deletes children of SLOT that are capabilities of the same frame, which takes few steps each, but not many of them.
static void revoke_frames(struct cte *slot)
{
    if (!cte_is_revocable(slot))
        return;
    for (word_t i = 0; i < FRAMES_AT_ONCE; i++) {
        struct cte *child = cte_next(slot);
        if (!child || !is_same_frame(slot->cap, child->cap))
            return;
        delete_frame(child);
    }
}

kerr_t cap_revoke(struct cte *slot)
{
    for (;;) {
        if (cap_type(slot->cap) == KN_CAP_TYPE_FRAME)
            revoke_frames(slot);
        if (!cdt_has_children(slot))
            break;
        struct cte *child = cte_next(slot);
        kerr_t status = cap_delete(child);
        if (status != KERR_OK)
            return status;
        if (preemption_point())
            return KERR_PREEMPTED;
    }
    return KERR_OK;
}
