// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// Address spaces: the ASID table, and the capability behind every entry that users can reach.

#include "arch/api/mmu.h"
#include "debug/check_private.h"
#include "object/asid.h"
#include "object/vspace.h"

// Whether some capability of TYPE for the object at P records RECORD, with at least RIGHTS.
static bool has_record(struct cte *head, word_t type, paddr_t p, word_t record, word_t rights)
{
    for (struct cte *s = head; s; s = cte_next(s)) {
        if (cap_type(s->cap) != type || cap_paddr(s->cap).raw != p.raw || s->cap.w[1] != record)
            continue;
        if (type != KN_CAP_TYPE_FRAME || (rights & ~cap_rights(s->cap)) == 0)
            return true;
    }
    return false;
}

// An entry of a table: LEVEL, and VADDR where what it maps begins.
static word_t check_entry(struct cte *head, const pte_t *entry, word_t asid, vaddr_t vaddr, word_t level)
{
    word_t record = map_word(asid, vaddr, level);
    if (pte_is_table(*entry, level)) {
        CHECK(has_record(head, KN_CAP_TYPE_PAGE_TABLE, pte_paddr(*entry), record, 0), CHECK_MAPPING, entry,
              "a table entry without a PageTable capability that records it");
        return CHECK_OK;
    }
    CHECK(pte_is_frame(*entry, level), CHECK_MAPPING, entry, "an entry is neither table nor frame");
    CHECK(has_record(head, KN_CAP_TYPE_FRAME, pte_paddr(*entry), record, pte_rights(*entry)), CHECK_MAPPING, entry,
          "a frame entry without a Frame capability that records it with these rights");
    return CHECK_OK;
}

// Walks without recursion: the position is an entry index at each level.
static word_t check_tables(struct cte *head, struct vspace_ref space)
{
    const pte_t *table[ARCH_LEVELS];
    word_t index[ARCH_LEVELS] = {0};
    word_t level = 0;
    vaddr_t base[ARCH_LEVELS] = {0}; // of the table at each level
    table[0] = phys_to_ptr(space.root);
    for (;;) {
        word_t nr_entries = level == 0 ? BIT(ARCH_ROOT_BITS) : BIT(ARCH_TABLE_BITS);
        if (index[level] == nr_entries) {
            if (level == 0)
                return CHECK_OK;
            index[--level]++;
            continue;
        }
        const pte_t *entry = &table[level][index[level]];
        vaddr_t vaddr = base[level] + (index[level] << arch_level_shift(level));
        if (!pte_is_valid(*entry)) {
            index[level]++;
            continue;
        }
        CHECK_PART(check_entry(head, entry, space.asid, vaddr, level));
        if (!pte_is_table(*entry, level)) {
            index[level]++;
            continue;
        }
        level++;
        table[level] = phys_to_ptr(pte_paddr(*entry));
        base[level] = vaddr;
        index[level] = 0;
    }
}

static word_t check_asids(struct cte *head)
{
    word_t nr_live = 0, nr_assigned = 0;
    paddr_t root;
    struct vspace_ref space;
    for (struct cte *s = NULL; (s = check_next_object(head, s, KN_CAP_TYPE_VSPACE));)
        nr_live += vspace_from_cap(s->cap, &space);
    for (word_t asid = 0; asid < (NR_ASID_POOLS << ASID_POOL_BITS); asid++)
        nr_assigned += asid_lookup(asid, &root);
    CHECK(!asid_lookup(0, &root), CHECK_ASID, NULL, "ASID 0 is assigned");
    CHECK(nr_live == nr_assigned, CHECK_ASID, NULL,
          "an ASID leads to an address space whose capability does not record it");
    return CHECK_OK;
}

word_t check_memory(struct cte *head)
{
    struct vspace_ref space;
    CHECK_PART(check_asids(head));
    for (struct cte *s = NULL; (s = check_next_object(head, s, KN_CAP_TYPE_VSPACE));) {
        if (vspace_from_cap(s->cap, &space))
            CHECK_PART(check_tables(head, space));
    }
    return CHECK_OK;
}
