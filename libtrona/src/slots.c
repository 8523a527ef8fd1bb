// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

#include "trona/slots.h"

#include <kn/proto/layout.h>
#include <kn/stubs.h>

#include "trona/heap.h"

// A slot has a cell in the heap from its first use on; so giving it back needs no memory.
struct cell {
    struct cell *next;
    kn_cptr_t slot;
};

static kn_cptr_t next_fresh, end_fresh;
static struct cell *freed; // slots to hand out again
static struct cell *spare; // cells of slots that are handed out

void trona_slots_init(kn_cptr_t first, kn_cptr_t end)
{
    next_fresh = first;
    end_fresh = end;
}

kn_cptr_t trona_slot_alloc(void)
{
    struct cell *cell = freed;
    if (cell) {
        freed = cell->next;
    } else {
        cell = next_fresh < end_fresh ? trona_alloc(sizeof *cell) : NULL;
        if (!cell)
            return 0;
        cell->slot = next_fresh++;
    }
    cell->next = spare;
    spare = cell;
    return cell->slot;
}

void trona_slot_free(kn_cptr_t slot)
{
    struct cell *cell = spare;
    if (!cell)
        return; // not from here: it is not handed out again
    spare = cell->next;
    *cell = (struct cell){freed, slot};
    freed = cell;
}

void trona_slot_delete(kn_cptr_t slot)
{
    kn_cnode_delete(KN_LAYOUT_SERVER_SLOT_CNODE, slot, KN_WORD_BITS);
    trona_slot_free(slot);
}
