// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

#include "cspace.h"

#include <stdbool.h>

#include <kn/stubs.h>

#include "own.h"
#include "source.h"
#include "trona/heap.h"
#include "trona/startup.h"

#define MAX_CNODES (1u << KN_LAYOUT_SERVER_TOP_RADIX)
#define LINKS_A_PAGE (1024u)
#define MAX_LINK_PAGES 64

static uint32_t *first_links;      // of the first CNode, from the heap; those of the others are at OWN_LINKS
static uint32_t radix;
static uint32_t high_water, limit; // slots [high_water, limit) have never been used
static uint32_t freed;             // head of the free list, 0 none
static uint32_t nr_cnodes = 1;
static uint32_t reserve;           // I2
static bool is_growing;

// What is there already of the next CNode's links; kept when growing fails half way.
static struct {
    uint32_t slot[MAX_LINK_PAGES];
    uint32_t made, mapped;
} next_links;

static uint32_t link_pages(void)
{
    return (1u << radix) / LINKS_A_PAGE;
}

void cspace_init(void)
{
    const struct kn_layout_startup *page = trona_startup_page();
    radix = (uint32_t)__builtin_ctzl(page->nr_slots);
    high_water = (uint32_t)page->first_free_slot;
    limit = (uint32_t)page->nr_slots;
    first_links = trona_alloc(sizeof(uint32_t) << radix);
    reserve = link_pages() + 8; // two page tables, a chunk, and some
}

uint32_t *slot_link(uint32_t slot)
{
    uint32_t cnode = slot >> radix;
    if (!cnode)
        return &first_links[slot];
    return (uint32_t *)OWN_LINKS + ((kn_word_t)(cnode - 1) << radix) + (slot & ((1u << radix) - 1));
}

kn_error_t cspace_retype(kn_cptr_t untyped, kn_word_t type, kn_word_t size_bits, uint32_t slot, kn_word_t count)
{
    return kn_untyped_retype(untyped, type, size_bits, slot >> radix, KN_WORD_BITS - radix, slot & ((1u << radix) - 1), count,
                             OWN_CNODE);
}

// Memory for the links of CNode number nr_cnodes. Goes on where it stopped.
static bool make_links(void)
{
    kn_word_t vaddr = OWN_LINKS + ((kn_word_t)(nr_cnodes - 1) << radix) * sizeof(uint32_t);
    while (next_links.made < link_pages()) {
        uint32_t slot = slot_take();
        if (!slot)
            return false;
        if (!source_take(KN_OBJECT_TYPE_FRAME, KN_PAGE_BITS, KN_PAGE_BITS, 1, slot)) {
            slot_give(slot);
            return false;
        }
        next_links.slot[next_links.made++] = slot;
    }
    for (; next_links.mapped < next_links.made; next_links.mapped++)
        if (own_map(next_links.slot[next_links.mapped], 1, vaddr + ((kn_word_t)next_links.mapped << KN_PAGE_BITS)) != 1)
            return false;
    return true;
}

static bool grow(void)
{
    if (is_growing || nr_cnodes == MAX_CNODES || link_pages() == 0 || link_pages() > MAX_LINK_PAGES)
        return false;
    is_growing = true;
    bool has_grown = make_links() && source_take_cnode(radix, nr_cnodes);
    is_growing = false;
    if (!has_grown)
        return false;
    while (high_water < limit) // the rest serves single slots
        slot_give(high_water++);
    next_links.made = next_links.mapped = 0;
    high_water = nr_cnodes << radix;
    limit = high_water + (1u << radix);
    nr_cnodes++;
    return true;
}

uint32_t slots_take(uint32_t count)
{
    uint32_t held_back = is_growing ? 0 : reserve;
    if (limit - high_water < count + held_back && !grow())
        return 0;
    high_water += count;
    return high_water - count;
}

uint32_t slot_take(void)
{
    if (!freed)
        return slots_take(1);
    uint32_t slot = freed;
    freed = *slot_link(slot);
    return slot;
}

void slot_give(uint32_t slot)
{
    *slot_link(slot) = freed;
    freed = slot;
}

void slot_delete(uint32_t slot)
{
    kn_cnode_delete(OWN_CNODE, slot, KN_WORD_BITS);
    slot_give(slot);
}
