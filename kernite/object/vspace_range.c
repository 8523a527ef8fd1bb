// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// Range operations on an address space: batches of at most KN_RANGE_MAX single operations in one system call.
//
// Every item is checked, then carried out, before the next one is looked at: an error concerns the next item, which is
// as it was, and the error reply carries in word 5 how many were done. Every few items there is a preemption point; when
// an interrupt is due the batch ends early and successfully with what it has done, so that it makes progress whatever the
// caller's budget. Unmapping and narrowing need only the VSpace capability: they
// act on the page tables and leave the mapping records of frame capabilities behind (see frame.c).
//
// I1  done items are carried out in full, their TLB maintenance included, when the invocation ends (vspace.c I3).

#include "arch/api/mmu.h"
#include "core/preempt.h"
#include "object/frame.h"
#include "object/vspace.h"

#define PAGE_SIZE BIT(KN_PAGE_BITS)
#define STEPS_PER_PREEMPTION_POINT 16 // asking costs more than a step
#define MAX_PAGE_FLUSHES 16 // beyond it one flush of the ASID at the end is cheaper

// Counts a step of a batch; whether it should stop behind it.
static bool range_must_stop(word_t *steps)
{
    return ++*steps % STEPS_PER_PREEMPTION_POINT == 0 && preemption_point();
}

// TLB maintenance of a batch.
struct range_flush {
    word_t asid;
    word_t count; // entries taken out or narrowed so far
};

static void range_flush_page(struct range_flush *flush, vaddr_t vaddr)
{
    if (flush->count++ < MAX_PAGE_FLUSHES)
        arch_tlb_flush_page(flush->asid, vaddr);
}

static void range_flush_finish(const struct range_flush *flush)
{
    if (flush->count > MAX_PAGE_FLUSHES)
        arch_tlb_flush_asid(flush->asid);
}

// Ends a batch of which DONE items were carried out; STATUS is that of the next one.
static kerr_t range_finish(struct invocation *inv, word_t done, kerr_t status)
{
    inv->is_batch = true;
    inv->done = done;
    if (status == KERR_OK)
        invocation_set_result(inv, 0, done);
    return status;
}

// The checks that all pages of a range share.
static kerr_t check_range(struct invocation *inv, vaddr_t vaddr, word_t count, struct vspace_ref *space)
{
    if (!vspace_from_cap(inv->cap, space))
        return err_capability(inv, 0);
    if (!IS_ALIGNED(vaddr, KN_PAGE_BITS))
        return err_alignment(inv, KN_PAGE_BITS);
    if (!vspace_is_user(vaddr, count << KN_PAGE_BITS))
        return err_range(inv, 0, ARCH_USER_TOP - (count << KN_PAGE_BITS));
    return KERR_OK;
}

// Pages from VADDR to the end of what the entry at LEVEL covers, at most LEFT.
static word_t pages_to_next_entry(vaddr_t vaddr, word_t level, word_t left)
{
    word_t pages = (BIT(arch_level_shift(level)) - (vaddr & MASK(arch_level_shift(level)))) >> KN_PAGE_BITS;
    return pages < left ? pages : left;
}

kerr_t decode_vspace_map_range(struct invocation *inv, const struct vspace_map_range_args *args,
                               struct vspace_map_range_plan *plan)
{
    if (!vspace_from_cap(inv->cap, &plan->space))
        return err_capability(inv, 0);
    kerr_t status = frame_check_flags(inv, args->rights, 4, args->attr, 5);
    if (status != KERR_OK)
        return status;
    plan->vaddr = args->vaddr;
    plan->count = args->count;
    plan->rights = args->rights;
    plan->attr = args->attr;
    return invocation_lookup_range(inv, true, args->frames_root->cap, args->index, args->depth, args->count, &plan->frames);
}

// Maps the frame in SLOT at VADDR; *SIZE is its size.
static kerr_t map_one(struct invocation *inv, const struct vspace_map_range_plan *plan, struct vspace_cursor *cursor,
                      struct cte *slot, vaddr_t vaddr, word_t *size)
{
    if (cap_type(slot->cap) != KN_CAP_TYPE_FRAME)
        return err_capability(inv, 2);
    struct frame_request request = {vaddr, 2, plan->rights, plan->attr};
    struct frame_map_plan map;
    kerr_t status = frame_check_map(inv, slot, plan->space.asid, cursor, &request, &map);
    if (status != KERR_OK)
        return status;
    frame_commit_map(&map);
    *size = BIT(cap_size_bits(slot->cap));
    return KERR_OK;
}

kerr_t invoke_vspace_map_range(struct invocation *inv, const struct vspace_map_range_plan *plan)
{
    struct vspace_cursor cursor = {.root = plan->space.root};
    vaddr_t vaddr = plan->vaddr;
    kerr_t status = KERR_OK;
    word_t done = 0, steps = 0;
    do {
        word_t size = 0;
        status = map_one(inv, plan, &cursor, plan->frames + done, vaddr, &size);
        if (status != KERR_OK)
            break;
        vaddr += size;
        done++;
    } while (done < plan->count && !range_must_stop(&steps));
    return range_finish(inv, done, status);
}

kerr_t decode_vspace_unmap_range(struct invocation *inv, const struct vspace_unmap_range_args *args,
                                 struct vspace_unmap_range_plan *plan)
{
    plan->vaddr = args->vaddr;
    plan->count = args->count;
    return check_range(inv, args->vaddr, args->count, &plan->space);
}

kerr_t invoke_vspace_unmap_range(struct invocation *inv, const struct vspace_unmap_range_plan *plan)
{
    struct vspace_cursor cursor = {.root = plan->space.root};
    struct range_flush flush = {.asid = plan->space.asid};
    kerr_t status = KERR_OK;
    word_t done = 0, steps = 0;
    do {
        vaddr_t vaddr = plan->vaddr + done * PAGE_SIZE;
        struct vspace_walk walk = vspace_cursor_walk(&cursor, vaddr, VSPACE_LEAF);
        if (pte_is_valid(*walk.entry)) {
            if (walk.level != VSPACE_LEAF) {
                status = err_argument(inv, 0);
                break;
            }
            arch_pte_write(walk.entry, (pte_t){0});
            range_flush_page(&flush, vaddr);
        }
        done += pages_to_next_entry(vaddr, walk.level, plan->count - done);
    } while (done < plan->count && !range_must_stop(&steps));
    range_flush_finish(&flush);
    return range_finish(inv, done, status);
}

kerr_t decode_vspace_protect_range(struct invocation *inv, const struct vspace_protect_range_args *args,
                                   struct vspace_protect_range_plan *plan)
{
    kerr_t status = check_range(inv, args->vaddr, args->count, &plan->space);
    if (status != KERR_OK)
        return status;
    status = frame_check_flags(inv, args->rights, 2, args->attr, 3);
    if (status != KERR_OK)
        return status;
    if (args->attr & KN_VM_ATTR_UNCACHED) // the memory type is the frame capability's business
        return err_argument(inv, 3);
    plan->vaddr = args->vaddr;
    plan->count = args->count;
    plan->rights = args->rights;
    plan->attr = args->attr;
    return KERR_OK;
}

// ENTRY with what PLAN leaves of its rights.
static pte_t narrowed(pte_t entry, const struct vspace_protect_range_plan *plan)
{
    return pte_make_frame(pte_paddr(entry), VSPACE_LEAF, pte_rights(entry) & plan->rights, pte_attr(entry) | plan->attr);
}

kerr_t invoke_vspace_protect_range(struct invocation *inv, const struct vspace_protect_range_plan *plan)
{
    struct vspace_cursor cursor = {.root = plan->space.root};
    struct range_flush flush = {.asid = plan->space.asid};
    kerr_t status = KERR_OK;
    word_t done = 0, steps = 0;
    do {
        vaddr_t vaddr = plan->vaddr + done * PAGE_SIZE;
        struct vspace_walk walk = vspace_cursor_walk(&cursor, vaddr, VSPACE_LEAF);
        if (pte_is_valid(*walk.entry)) {
            if (walk.level != VSPACE_LEAF) {
                status = err_argument(inv, 0);
                break;
            }
            arch_pte_write(walk.entry, narrowed(*walk.entry, plan));
            range_flush_page(&flush, vaddr);
        }
        done += pages_to_next_entry(vaddr, walk.level, plan->count - done);
    } while (done < plan->count && !range_must_stop(&steps));
    range_flush_finish(&flush);
    return range_finish(inv, done, status);
}
