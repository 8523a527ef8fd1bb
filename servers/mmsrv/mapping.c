// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

#include "mapping.h"

#include <kn/proto/layout.h>
#include <kn/stubs.h>
#include <lx/abi.h>

#include "cspace.h"
#include "trona/heap.h"
#include "trona/log.h"

struct table_cell {
    struct table_cell *next;
    kn_cptr_t slot;
};

kn_word_t mapping_rights(unsigned prot)
{
    kn_word_t rights = prot & (LX_PROT_READ | LX_PROT_EXEC) ? KN_RIGHTS_READ : 0;
    return prot & LX_PROT_WRITE ? KN_RIGHTS_READ | KN_RIGHTS_WRITE : rights;
}

kn_word_t mapping_attr(unsigned prot)
{
    return prot & LX_PROT_EXEC ? 0 : KN_VM_ATTR_EXECUTE_NEVER;
}

static bool add_table(struct mapping *m, kn_word_t vaddr)
{
    struct table_cell *cell = trona_alloc(sizeof *cell);
    kn_cptr_t table = cell ? pool_table() : 0;
    if (!table) {
        trona_free(cell, sizeof *cell);
        return false;
    }
    kn_error_t error = kn_page_table_map(table, vaddr, 0, m->vspace);
    if (error != KN_ERROR_NONE)
        trona_panic("PageTable_Map at 0x%lx fails with error %ld", vaddr, (long)error);
    *cell = (struct table_cell){m->tables, table};
    m->tables = cell;
    return true;
}

uint32_t mapping_add(struct mapping *m, kn_word_t vaddr, page_t page, kn_word_t rights, kn_word_t attr)
{
    return mapping_add_frame(m, vaddr, page_slot(page), rights, attr);
}

uint32_t mapping_add_frame(struct mapping *m, kn_word_t vaddr, kn_cptr_t frame, kn_word_t rights, kn_word_t attr)
{
    uint32_t slot = slot_take();
    if (!slot)
        return 0;
    kn_error_t error = kn_cnode_copy(OWN_CNODE, slot, KN_WORD_BITS, frame, KN_WORD_BITS, KN_RIGHTS_MASK, OWN_CNODE);
    if (error != KN_ERROR_NONE)
        trona_panic("copying frame %lu fails with error %ld", frame, (long)error);
    while ((error = kn_frame_map(slot, vaddr, rights, attr, m->vspace)) == KN_ERROR_FAILED_LOOKUP)
        if (!add_table(m, vaddr)) {
            slot_delete(slot);
            return 0;
        }
    if (error != KN_ERROR_NONE)
        trona_panic("Frame_Map at 0x%lx fails with error %ld", vaddr, (long)error);
    return slot;
}

void mapping_change(struct mapping *m, uint32_t slot, kn_word_t vaddr, kn_word_t rights, kn_word_t attr)
{
    kn_error_t error = kn_frame_map(slot, vaddr, rights, attr, m->vspace);
    if (error != KN_ERROR_NONE)
        trona_panic("changing the mapping at 0x%lx fails with error %ld", vaddr, (long)error);
}

void mapping_remove(uint32_t slot)
{
    slot_delete(slot);
}

void mapping_destroy(struct mapping *m)
{
    while (m->tables) {
        struct table_cell *cell = m->tables;
        m->tables = cell->next;
        kn_page_table_unmap(cell->slot);
        pool_table_free(cell->slot);
        trona_free(cell, sizeof *cell);
    }
}
