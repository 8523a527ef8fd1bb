// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

#include "cspace.h"

#include <kn/proto/layout.h>
#include <kn/stubs.h>

#include "pool.h"
#include "trona/heap.h"
#include "trona/startup.h"

// Per added CNode: for each free slot of it the next one on the free list.
static uint32_t *next_free[1 << KN_LAYOUT_SERVER_TOP_RADIX];
static uint32_t radix;
static uint32_t high_water, limit; // slots [high_water, limit) have never been used
static uint32_t freed;             // head of the free list, 0 none
static uint32_t nr_cnodes = 1;
// Growing needs heap, and the heap grows by slots: so the next CNode's links are there before it is needed.
static uint32_t *spare_links;

void cspace_init(void)
{
    const struct kn_layout_startup *page = trona_startup_page();
    radix = (uint32_t)__builtin_ctzl(page->nr_slots);
    high_water = (uint32_t)page->first_free_slot;
    limit = (uint32_t)page->nr_slots;
    next_free[0] = trona_alloc(sizeof(uint32_t) << radix);
    spare_links = trona_alloc(sizeof(uint32_t) << radix);
}

static bool add_cnode(void)
{
    if (nr_cnodes == 1 << KN_LAYOUT_SERVER_TOP_RADIX)
        return false;
    kn_cptr_t untyped = spare_links ? pool_untyped(radix + KN_SLOT_BITS) : 0;
    if (!untyped || kn_untyped_retype(untyped, KN_OBJECT_TYPE_CNODE, radix, 0, 0, nr_cnodes, 1, OWN_CNODE) != KN_ERROR_NONE)
        return false;
    next_free[nr_cnodes] = spare_links;
    spare_links = NULL;
    high_water = nr_cnodes << radix;
    limit = high_water + (1u << radix);
    nr_cnodes++;
    return true;
}

static void need_spare_links(void)
{
    static bool is_asking; // the heap may ask for slots meanwhile
    if (spare_links || is_asking)
        return;
    is_asking = true;
    spare_links = trona_alloc(sizeof(uint32_t) << radix);
    is_asking = false;
}

uint32_t slots_take(unsigned count)
{
    if (limit - high_water < count + 1) { // one more: the new CNode's untyped needs a slot
        while (high_water < limit) // the rest serves single slots
            slot_give(high_water++);
        if (!add_cnode())
            return 0;
    }
    high_water += count;
    uint32_t first = high_water - count;
    need_spare_links();
    return first;
}

uint32_t slot_take(void)
{
    if (!freed)
        return slots_take(1);
    uint32_t slot = freed;
    freed = next_free[slot >> radix][slot & ((1u << radix) - 1)];
    return slot;
}

void slot_give(uint32_t slot)
{
    next_free[slot >> radix][slot & ((1u << radix) - 1)] = freed;
    freed = slot;
}

void slot_delete(uint32_t slot)
{
    kn_cnode_delete(OWN_CNODE, slot, KN_WORD_BITS);
    slot_give(slot);
}
