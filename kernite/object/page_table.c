// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// Page tables. One object serves every level; where it is inserted decides what its entries cover.
//
// States: fresh (empty, in no table) -> inserted (Map) -> fresh (Unmap, which also clears it). An inserted table whose
// parent table or address space goes is stranded: its capability still records the place, no walk reaches it, and Unmap
// makes it fresh. A table dies with its last capability and leaves its parent first.
//
// I1  A capability without a record is the only one of its table (it cannot be copied), and the table is empty.
// I2  A table reached by a walk at level L from an entry for address A has a capability that records (A, L) under this
//     ASID; L counts the entry that points to it: 0 is the root's.

#include "object/page_table.h"

#include "core/objects.h"
#include "object/asid.h"

// The entry that points to the table of CAP; NULL if it is in no live address space.
static pte_t *page_table_entry(struct cap cap)
{
    paddr_t root;
    if (!cap_is_mapped(cap) || !asid_lookup(cap_map_asid(cap), &root))
        return NULL;
    struct vspace_walk walk = vspace_walk(root, cap_map_vaddr(cap), cap_map_level(cap));
    if (walk.level != cap_map_level(cap) || !pte_is_table(*walk.entry, walk.level))
        return NULL;
    return pte_paddr(*walk.entry).raw == cap_paddr(cap).raw ? walk.entry : NULL;
}

void page_table_finalise(struct cap cap)
{
    pte_t *entry = page_table_entry(cap);
    if (!entry)
        return;
    arch_pte_write(entry, (pte_t){0});
    arch_tlb_flush_asid(cap_map_asid(cap)); // table walks are cached too, for any address below the entry
}

kerr_t decode_page_table_map(struct invocation *inv, const struct page_table_map_args *args,
                             struct page_table_map_plan *plan)
{
    struct vspace_ref space;
    if (cap_is_mapped(inv->cap))
        return err_capability(inv, 0);
    if (!vspace_from_cap(args->vspace->cap, &space))
        return err_capability(inv, 1);
    if (!vspace_is_user(args->vaddr, 1))
        return err_argument(inv, 0);
    if (args->attr != 0)
        return err_argument(inv, 1);
    plan->at = vspace_walk(space.root, args->vaddr, VSPACE_LEAF);
    if (plan->at.level == VSPACE_LEAF || pte_is_valid(*plan->at.entry))
        return err_delete_first(inv);
    plan->slot = inv->slot;
    plan->record = map_word(space.asid, args->vaddr & ~MASK(arch_level_shift(plan->at.level)), plan->at.level);
    return KERR_OK;
}

kerr_t invoke_page_table_map(struct invocation *inv, const struct page_table_map_plan *plan)
{
    (void)inv;
    arch_pte_write(plan->at.entry, pte_make_table(cap_paddr(plan->slot->cap)));
    plan->slot->cap.w[1] = plan->record;
    return KERR_OK;
}

kerr_t decode_page_table_unmap(struct invocation *inv, const struct page_table_unmap_args *args,
                               struct page_table_unmap_plan *plan)
{
    (void)args;
    if (!cdt_is_final(inv->slot)) // I1
        return err_revoke_first(inv);
    plan->slot = inv->slot;
    return KERR_OK;
}

kerr_t invoke_page_table_unmap(struct invocation *inv, const struct page_table_unmap_plan *plan)
{
    (void)inv;
    struct cap cap = plan->slot->cap;
    if (!cap_is_mapped(cap))
        return KERR_OK;
    page_table_finalise(cap);
    __builtin_memset(cap_object(cap), 0, BIT(KN_PAGE_TABLE_BITS));
    plan->slot->cap.w[1] = 0;
    return KERR_OK;
}
