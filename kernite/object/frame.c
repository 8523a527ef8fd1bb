// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// Frames. Each capability of a frame can carry one mapping: it records address space (by ASID), address and level.
// A copy starts without one.
//
// States of a capability: unmapped -> mapped (Map) -> unmapped (Unmap, deletion). A recorded mapping may be gone
// already: its entry removed by VSpace_UnmapRange, its table unmapped, its address space deleted. So a record is only
// a hint, and counts only while the entry that it names holds this frame. If another capability of the same frame has
// been mapped there meanwhile, the record counts for that mapping too: unmapping either removes it.
//
// I1  A mapping has at most the rights of a capability that records it.
// I2  When a Frame capability goes, no entry that it records holds its frame any more.

#include "object/frame.h"

#include "core/objects.h"
#include "object/asid.h"

#define FRAME_RIGHTS (KN_RIGHTS_READ | KN_RIGHTS_WRITE)
#define RIGHTS_ALL (FRAME_RIGHTS | KN_RIGHTS_GRANT | KN_RIGHTS_GRANT_REPLY)
#define ATTR_ALL (KN_VM_ATTR_UNCACHED | KN_VM_ATTR_EXECUTE_NEVER)

static bool pte_holds(pte_t pte, word_t level, paddr_t frame)
{
    return pte_is_valid(pte) && pte_is_frame(pte, level) && pte_paddr(pte).raw == frame.raw;
}

// frame_entry of a CAP that is mapped at LEVEL.
ALWAYS_INLINE static inline pte_t *entry_at(struct cap cap, word_t level)
{
    paddr_t root = {asid_root(cap_map_asid(cap))};
    if (!root.raw)
        return NULL;
    struct vspace_walk walk = vspace_walk(root, cap_map_vaddr(cap), level);
    return walk.level == level && pte_holds(*walk.entry, level, cap_paddr(cap)) ? walk.entry : NULL;
}

NOINLINE static pte_t *large_entry(struct cap cap) { return entry_at(cap, cap_map_level(cap)); }

// The entry that maps the frame of CAP where CAP records it; NULL if there is none.
static pte_t *frame_entry(struct cap cap)
{
    if (!cap_is_mapped(cap))
        return NULL;
    return LIKELY(cap_map_level(cap) == VSPACE_LEAF) ? entry_at(cap, VSPACE_LEAF) : large_entry(cap);
}

void frame_unmap(struct cap cap)
{
    pte_t *entry = frame_entry(cap);
    if (!entry)
        return;
    arch_pte_write(entry, (pte_t){0});
    arch_tlb_flush_page(cap_map_asid(cap), cap_map_vaddr(cap));
}

kerr_t frame_check_flags(struct invocation *inv, word_t rights, word_t rights_arg, word_t attr, word_t attr_arg)
{
    if (rights & ~(word_t)RIGHTS_ALL)
        return err_argument(inv, rights_arg);
    if (attr & ~(word_t)ATTR_ALL)
        return err_argument(inv, attr_arg);
    return KERR_OK;
}

// frame_check_map for a frame of 2^SIZE_BITS bytes.
ALWAYS_INLINE static inline kerr_t check_map(struct invocation *inv, struct cte *slot, word_t asid,
                                             struct vspace_cursor *cursor, const struct frame_request *request,
                                             struct frame_map_plan *plan, word_t size_bits)
{
    struct cap cap = slot->cap;
    word_t level = vspace_level_of(size_bits);
    word_t record = map_word(asid, request->vaddr, level);
    if (!vspace_is_user(request->vaddr, BIT(size_bits)))
        return err_argument(inv, request->vaddr_arg);
    if (cap_is_mapped(cap) && cap.w[1] != record && frame_entry(cap))
        return err_argument(inv, request->vaddr_arg);
    if (!IS_ALIGNED(request->vaddr, size_bits))
        return err_alignment(inv, size_bits);
    struct vspace_walk walk = vspace_cursor_walk(cursor, request->vaddr, level);
    if (walk.level != level)
        return vspace_err_walk(inv, walk);
    if (pte_is_valid(*walk.entry) && !(cap.w[1] == record && pte_holds(*walk.entry, level, cap_paddr(cap))))
        return err_delete_first(inv);
    plan->slot = slot;
    plan->entry = walk.entry;
    plan->value = pte_make_frame(cap_paddr(cap), level, request->rights & cap_rights(cap) & FRAME_RIGHTS, request->attr);
    plan->record = record;
    return KERR_OK;
}

NOINLINE static kerr_t check_map_large(struct invocation *inv, struct cte *slot, word_t asid,
                                       struct vspace_cursor *cursor, const struct frame_request *request,
                                       struct frame_map_plan *plan)
{
    return check_map(inv, slot, asid, cursor, request, plan, cap_size_bits(slot->cap));
}

ALWAYS_INLINE kerr_t frame_check_map(struct invocation *inv, struct cte *slot, word_t asid,
                                     struct vspace_cursor *cursor, const struct frame_request *request,
                                     struct frame_map_plan *plan)
{
    if (UNLIKELY(cap_size_bits(slot->cap) != KN_PAGE_BITS))
        return check_map_large(inv, slot, asid, cursor, request, plan);
    return check_map(inv, slot, asid, cursor, request, plan, KN_PAGE_BITS);
}

// frame_commit_map for an entry that maps the frame already.
NOINLINE static void change_mapping(const struct frame_map_plan *plan)
{
    struct cap recorded = {{0, plan->record}};
    bool is_other_type = pte_attr(*plan->entry) != pte_attr(plan->value);
    if (is_other_type) { // may change only through an invalid entry (Arm ARM, break-before-make)
        arch_pte_write(plan->entry, (pte_t){0});
        arch_tlb_flush_page(cap_map_asid(recorded), cap_map_vaddr(recorded));
    }
    arch_pte_write(plan->entry, plan->value);
    if (!is_other_type)
        arch_tlb_flush_page(cap_map_asid(recorded), cap_map_vaddr(recorded));
}

ALWAYS_INLINE void frame_commit_map(const struct frame_map_plan *plan)
{
    plan->slot->cap.w[1] = plan->record;
    if (UNLIKELY(pte_is_valid(*plan->entry)))
        change_mapping(plan);
    else
        arch_pte_write(plan->entry, plan->value);
}

kerr_t decode_frame_map(struct invocation *inv, const struct frame_map_args *args, struct frame_map_plan *plan)
{
    struct vspace_ref space;
    if (!vspace_from_cap(args->vspace->cap, &space))
        return err_capability(inv, 1);
    kerr_t status = frame_check_flags(inv, args->rights, 1, args->attr, 2);
    if (status != KERR_OK)
        return status;
    struct frame_request request = {args->vaddr, 0, args->rights, args->attr};
    struct vspace_cursor cursor = {.root = space.root};
    return frame_check_map(inv, inv->slot, space.asid, &cursor, &request, plan);
}

kerr_t invoke_frame_map(struct invocation *inv, const struct frame_map_plan *plan)
{
    (void)inv;
    frame_commit_map(plan);
    return KERR_OK;
}

kerr_t decode_frame_unmap(struct invocation *inv, const struct frame_unmap_args *args, struct frame_unmap_plan *plan)
{
    (void)args;
    plan->slot = inv->slot;
    return KERR_OK;
}

kerr_t invoke_frame_unmap(struct invocation *inv, const struct frame_unmap_plan *plan)
{
    (void)inv;
    frame_unmap(plan->slot->cap);
    plan->slot->cap.w[1] = 0;
    return KERR_OK;
}

kerr_t decode_frame_get_address(struct invocation *inv, const struct frame_get_address_args *args,
                                struct frame_get_address_plan *plan)
{
    (void)args;
    plan->paddr = cap_paddr(inv->cap);
    return KERR_OK;
}

kerr_t invoke_frame_get_address(struct invocation *inv, const struct frame_get_address_plan *plan)
{
    invocation_set_result(inv, 0, plan->paddr.raw);
    return KERR_OK;
}
