// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

#include "mapping.h"

#include <kn/stubs.h>
#include <lx/abi.h>

#include "cspace.h"
#include "trona/log.h"

kn_word_t mapping_rights(unsigned prot)
{
    kn_word_t rights = prot & (LX_PROT_READ | LX_PROT_EXEC) ? KN_RIGHTS_READ : 0;
    return prot & LX_PROT_WRITE ? KN_RIGHTS_READ | KN_RIGHTS_WRITE : rights;
}

kn_word_t mapping_attr(unsigned prot)
{
    return prot & LX_PROT_EXEC ? 0 : KN_VM_ATTR_EXECUTE_NEVER;
}

// Kernel calls that can only fail if mmsrv's books are wrong.
static void require(kn_error_t error, const char *what, kn_word_t vaddr)
{
    if (error != KN_ERROR_NONE)
        trona_panic("%s at 0x%lx fails with error %ld", what, vaddr, (long)error);
}

static bool add_table(struct mapping *m, kn_word_t vaddr)
{
    table_t table = table_take();
    if (!table)
        return false;
    require(kn_page_table_map(table_slot(table), vaddr, 0, m->vspace), "PageTable_Map", vaddr);
    *table_link(table) = m->tables;
    m->tables = table;
    return true;
}

static void copy_frame(uint32_t slot, uint32_t frame)
{
    require(kn_cnode_copy(OWN_CNODE, slot, KN_WORD_BITS, frame, KN_WORD_BITS, KN_RIGHTS_MASK, OWN_CNODE), "CNode_Copy", slot);
}

uint32_t mapping_add_frame(struct mapping *m, kn_word_t vaddr, uint32_t frame, unsigned prot)
{
    uint32_t slot = slot_take();
    if (!slot)
        return 0;
    copy_frame(slot, frame);
    kn_error_t error;
    while ((error = kn_frame_map(slot, vaddr, mapping_rights(prot), mapping_attr(prot), m->vspace)) == KN_ERROR_FAILED_LOOKUP)
        if (!add_table(m, vaddr)) {
            slot_delete(slot);
            return 0;
        }
    require(error, "Frame_Map", vaddr);
    return slot;
}

uint32_t mapping_add(struct mapping *m, kn_word_t vaddr, page_t page, unsigned prot)
{
    return mapping_add_frame(m, vaddr, page_slot(page), prot);
}

void mapping_replace(struct mapping *m, uint32_t slot, kn_word_t vaddr, page_t page, unsigned prot)
{
    require(kn_cnode_delete(OWN_CNODE, slot, KN_WORD_BITS), "CNode_Delete", vaddr);
    copy_frame(slot, page_slot(page));
    mapping_change(m, slot, vaddr, prot); // the page tables are there
}

void mapping_change(struct mapping *m, uint32_t slot, kn_word_t vaddr, unsigned prot)
{
    require(kn_frame_map(slot, vaddr, mapping_rights(prot), mapping_attr(prot), m->vspace), "Frame_Map", vaddr);
}

void mapping_narrow(struct mapping *m, kn_word_t start, kn_word_t end, unsigned prot)
{
    while (start < end) {
        kn_word_t pages = (end - start) / PAGE, done = 0;
        kn_error_t error = kn_vspace_protect_range(m->vspace, start, pages < KN_RANGE_MAX ? pages : KN_RANGE_MAX,
                                                   mapping_rights(prot), mapping_attr(prot), &done);
        require(error, "VSpace_ProtectRange", start);
        start += done * PAGE; // fewer than asked for if an interrupt was due
    }
}

void mapping_remove(uint32_t slot)
{
    slot_delete(slot);
}

void mapping_destroy(struct mapping *m)
{
    while (m->tables) {
        table_t table = m->tables;
        m->tables = *table_link(table);
        kn_page_table_unmap(table_slot(table));
        table_give(table);
    }
}
