// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// An untyped is a piece of memory of 2^size_bits bytes, aligned to its size, that has no type yet. Retype hands out its
// memory from the start: the watermark (bytes used, in the capability) only rises while there are children. When the
// last child is gone, the next Retype starts at 0 again. Untypeds themselves are made by boot and by Retype, and end
// without ceremony when their capability is deleted: the memory then belongs to the ancestors again.
//
// I1  All children lie below the watermark, and do not overlap.
// I2  Memory above the watermark is named by no capability but the untyped's own and its ancestors'.
// I3  Kernel objects and frames of RAM are clear when their capability appears. Device memory is never touched and
//     holds frames and untypeds only.
// I4  Retype makes all its objects or none.
//
// The memory is made ready first, which is preemptible, from the last byte down; then all capabilities appear at once. A
// Retype that is interrupted leaves a note in the free memory itself, at the watermark, and the flag CLEARING in the
// capability, by which the next one knows that the note is the kernel's. The first object, over which the note may lie,
// is made ready last and without a stop. Whoever changes the watermark drops the flag (cap_untyped_with_used). Of several
// interrupted Retypes one has a note, for as long as it comes back before many others have: so it ends, even if several CPUs
// give way to each other at each step.

#include "object/untyped.h"

#include "arch/api/mmu.h"
#include "core/cpu.h"
#include "core/cspace.h"
#include "core/objects.h"
#include "core/preempt.h"

#define CLEAR_STEP BIT(12) // bytes made ready between two preemption points
#define PATIENCE (2 * KERNEL_MAX_CPUS) // interrupted Retypes until another one's note counts as forgotten

// The note of an interrupted Retype: [end, to) is ready. Offsets from the untyped's start.
struct clearing {
    word_t type, from, to; // what was asked for
    word_t end;
    word_t nr_others; // Retypes of something else that have been interrupted since
};

word_t object_bits(word_t type, word_t size_bits)
{
    switch (type) {
    case KN_OBJECT_TYPE_UNTYPED:
        return size_bits >= KN_UNTYPED_MIN_BITS && size_bits <= KN_UNTYPED_MAX_BITS ? size_bits : 0;
    case KN_OBJECT_TYPE_CNODE:
        return size_bits >= 1 && size_bits <= KN_UNTYPED_MAX_BITS - KN_SLOT_BITS ? size_bits + KN_SLOT_BITS : 0;
    case KN_OBJECT_TYPE_SCHED_CONTEXT:
        return size_bits >= KN_SCHED_CONTEXT_MIN_BITS && size_bits <= KN_UNTYPED_MAX_BITS ? size_bits : 0;
    case KN_OBJECT_TYPE_FRAME: return arch_frame_size_ok(size_bits) ? size_bits : 0;
    case KN_OBJECT_TYPE_TCB: return KN_TCB_BITS;
    case KN_OBJECT_TYPE_ENDPOINT: return KN_ENDPOINT_BITS;
    case KN_OBJECT_TYPE_NOTIFICATION: return KN_NOTIFICATION_BITS;
    case KN_OBJECT_TYPE_REPLY: return KN_REPLY_BITS;
    case KN_OBJECT_TYPE_VSPACE: return KN_VSPACE_BITS;
    case KN_OBJECT_TYPE_PAGE_TABLE: return KN_PAGE_TABLE_BITS;
    }
    return 0;
}

static struct cap with_size(struct cap cap, word_t size_bits, bool is_device)
{
    return cap_with_field(cap_with_field(cap, 53, 6, size_bits), 59, 1, is_device);
}

// The first capability of an object of TYPE at P.
static struct cap object_cap(word_t type, word_t size_bits, paddr_t p, bool is_device)
{
    switch (type) {
    case KN_OBJECT_TYPE_UNTYPED: return with_size(cap_new(KN_CAP_TYPE_UNTYPED, p, 0), size_bits, is_device);
    case KN_OBJECT_TYPE_FRAME:
        return with_size(cap_with_rights(cap_new(KN_CAP_TYPE_FRAME, p, 0), KN_RIGHTS_READ | KN_RIGHTS_WRITE), size_bits,
                         is_device);
    case KN_OBJECT_TYPE_TCB: return cap_new(KN_CAP_TYPE_TCB, p, 0);
    case KN_OBJECT_TYPE_ENDPOINT: return cap_with_rights(cap_new(KN_CAP_TYPE_ENDPOINT, p, 0), KN_RIGHTS_ALL);
    case KN_OBJECT_TYPE_NOTIFICATION:
        return cap_with_rights(cap_new(KN_CAP_TYPE_NOTIFICATION, p, 0), KN_RIGHTS_READ | KN_RIGHTS_WRITE);
    case KN_OBJECT_TYPE_CNODE: return cap_cnode_with_radix(cap_new(KN_CAP_TYPE_CNODE, p, 0), size_bits);
    case KN_OBJECT_TYPE_REPLY: return cap_with_rights(cap_new(KN_CAP_TYPE_REPLY, p, 0), KN_RIGHTS_GRANT);
    case KN_OBJECT_TYPE_SCHED_CONTEXT: return with_size(cap_new(KN_CAP_TYPE_SCHED_CONTEXT, p, 0), size_bits, false);
    case KN_OBJECT_TYPE_VSPACE: return cap_new(KN_CAP_TYPE_VSPACE, p, 0);
    case KN_OBJECT_TYPE_PAGE_TABLE: return cap_new(KN_CAP_TYPE_PAGE_TABLE, p, 0);
    }
    return CAP_NULL;
}

static kerr_t check_type(struct invocation *inv, word_t type, word_t size_bits)
{
    if (cap_is_device(inv->cap) && type != KN_OBJECT_TYPE_UNTYPED && type != KN_OBJECT_TYPE_FRAME)
        return err_argument(inv, 0);
    if (object_bits(type, size_bits) != 0)
        return KERR_OK;
    switch (type) {
    case KN_OBJECT_TYPE_UNTYPED: return err_range(inv, KN_UNTYPED_MIN_BITS, KN_UNTYPED_MAX_BITS);
    case KN_OBJECT_TYPE_CNODE: return err_range(inv, 1, KN_UNTYPED_MAX_BITS - KN_SLOT_BITS);
    case KN_OBJECT_TYPE_SCHED_CONTEXT: return err_range(inv, KN_SCHED_CONTEXT_MIN_BITS, KN_UNTYPED_MAX_BITS);
    case KN_OBJECT_TYPE_FRAME: return err_argument(inv, 1);
    }
    return err_argument(inv, 0);
}

// The CNode that (root, index, depth) names.
static kerr_t find_node(struct invocation *inv, const struct untyped_retype_args *args, struct cap *node)
{
    struct cte *slot = args->root;
    if (args->depth != 0) {
        kerr_t status = invocation_lookup_slot(inv, false, args->root->cap, args->index, args->depth, &slot);
        if (status != KERR_OK)
            return status;
    }
    *node = slot->cap;
    if (cap_type(*node) == KN_CAP_TYPE_CNODE)
        return KERR_OK;
    return err_lookup(inv, false, &(struct lookup_failure){KN_LOOKUP_FAILURE_MISSING_CAPABILITY, {args->depth}});
}

// The slots [offset, offset + count) of NODE, which must be empty.
static kerr_t check_slots(struct invocation *inv, struct cap node, word_t offset, word_t count, struct cte **first)
{
    word_t size = BIT(cap_cnode_radix(node));
    if (offset >= size)
        return err_range(inv, 0, size - 1);
    if (count > size - offset)
        return err_range(inv, 1, size - offset);
    *first = (struct cte *)cap_object(node) + offset;
    for (word_t i = 0; i < count; i++)
        if (!cte_is_empty(*first + i))
            return err_delete_first(inv);
    return KERR_OK;
}

kerr_t decode_untyped_retype(struct invocation *inv, const struct untyped_retype_args *args,
                             struct untyped_retype_plan *plan)
{
    kerr_t status = check_type(inv, args->type, args->size_bits);
    if (status != KERR_OK)
        return status;
    struct cap node;
    status = find_node(inv, args, &node);
    if (status != KERR_OK)
        return status;
    status = check_slots(inv, node, args->offset, args->nr_objects, &plan->dest);
    if (status != KERR_OK)
        return status;
    plan->slot = inv->slot;
    plan->type = args->type;
    plan->size_bits = args->size_bits;
    plan->count = args->nr_objects;
    plan->object_bits = object_bits(args->type, args->size_bits);
    plan->used = cdt_has_children(inv->slot) ? cap_untyped_used(inv->cap) : 0;
    plan->from = ALIGN_UP(plan->used, plan->object_bits);
    word_t size = BIT(cap_size_bits(inv->cap));
    if (plan->from > size || (size - plan->from) >> plan->object_bits < plan->count)
        return err_memory(inv, size - plan->used);
    return KERR_OK;
}

// Makes [START, START + SIZE) ready: whole objects of TYPE, or a part of one that needs no more than to be clear.
static void make_ready(word_t type, char *start, word_t size)
{
    arch_clear(start, size);
    if (type == KN_OBJECT_TYPE_FRAME)
        arch_clean_frame(start, size);
    if (type == KN_OBJECT_TYPE_TCB)
        for (word_t at = 0; at < size; at += BIT(KN_TCB_BITS))
            tcb_init((struct tcb *)(start + at));
    if (type == KN_OBJECT_TYPE_VSPACE)
        for (word_t at = 0; at < size; at += BIT(KN_VSPACE_BITS))
            vspace_init(start + at);
}
static_assert(BIT(KN_TCB_BITS) <= CLEAR_STEP && BIT(KN_VSPACE_BITS) <= CLEAR_STEP, "whole objects in a step");

// Makes the memory [from, TO) of PLAN ready, all of it above the watermark.
static kerr_t make_all_ready(const struct untyped_retype_plan *plan, word_t to)
{
    struct cte *slot = plan->slot;
    char *memory = cap_object(slot->cap);
    struct clearing *note = (struct clearing *)(memory + cap_untyped_used(slot->cap));
    word_t end = to;
    bool is_noted = cap_untyped_is_clearing(slot->cap);
    bool is_own = is_noted && note->type == plan->type && note->from == plan->from && note->to == to;
    if (is_own)
        end = note->end;
    for (;;) {
        word_t step = end - plan->from < CLEAR_STEP ? end - plan->from : CLEAR_STEP;
        end -= step;
        make_ready(plan->type, memory + end, step);
        if (end == plan->from)
            return KERR_OK;
        if (preemption_point()) {
            if (is_noted && !is_own && note->nr_others++ < PATIENCE)
                return KERR_PREEMPTED;
            *note = (struct clearing){plan->type, plan->from, to, end, 0};
            slot->cap = cap_untyped_with_clearing(slot->cap, true);
            return KERR_PREEMPTED;
        }
    }
}

kerr_t invoke_untyped_retype(struct invocation *inv, const struct untyped_retype_plan *plan)
{
    (void)inv;
    struct cte *slot = plan->slot;
    bool is_device = cap_is_device(slot->cap);
    word_t to = plan->from + (plan->count << plan->object_bits);
    if (cap_untyped_used(slot->cap) != plan->used)
        slot->cap = cap_untyped_with_used(slot->cap, plan->used);
    if (!is_device && plan->type != KN_OBJECT_TYPE_UNTYPED) {
        kerr_t status = make_all_ready(plan, to);
        if (status != KERR_OK)
            return status;
    }
    slot->cap = cap_untyped_with_used(slot->cap, to);
    paddr_t p = {cap_paddr(slot->cap).raw + plan->from};
    struct cap cap = object_cap(plan->type, plan->size_bits, p, is_device);
    cdt_insert_objects(cap, plan->object_bits, slot, plan->dest, plan->count); // I4: in one go
    return KERR_OK;
}
