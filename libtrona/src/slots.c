// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

#include "trona/slots.h"

#include <kn/proto/layout.h>
#include <kn/stubs.h>

#include "trona/heap.h"
#include "trona/log.h"

// The free list is threaded through heap cells, allocated when a slot is freed for the first time.
struct free_slot {
    struct free_slot *next;
    kn_cptr_t slot;
};

static kn_cptr_t next_fresh, end_fresh;
static struct free_slot *freed;  // slots to hand out again
static struct free_slot *cells;  // cells without a slot

void trona_slots_init(kn_cptr_t first, kn_cptr_t end)
{
    next_fresh = first;
    end_fresh = end;
}

kn_cptr_t trona_slot_alloc(void)
{
    struct free_slot *cell = freed;
    if (cell) {
        freed = cell->next;
        cell->next = cells;
        cells = cell;
        return cell->slot;
    }
    return next_fresh < end_fresh ? next_fresh++ : 0;
}

void trona_slot_free(kn_cptr_t slot)
{
    if (slot + 1 == next_fresh) {
        next_fresh--;
        return;
    }
    struct free_slot *cell = cells;
    if (cell)
        cells = cell->next;
    else
        cell = trona_alloc(sizeof *cell);
    if (!cell)
        return; // the slot is lost: harmless, and only when there is no memory at all
    *cell = (struct free_slot){freed, slot};
    freed = cell;
}

void trona_slot_delete(kn_cptr_t slot)
{
    kn_cnode_delete(KN_LAYOUT_SERVER_SLOT_CNODE, slot, KN_WORD_BITS);
    trona_slot_free(slot);
}
