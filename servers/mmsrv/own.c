// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

#include "own.h"

#include <stdbool.h>
#include <stddef.h>

#include <kn/stubs.h>

#include "cspace.h"
#include "source.h"

#define PAGE 4096
#define TABLE_BYTES 0x200000 // what one page table covers
#define HEAP_BATCH 16
#define RW (KN_RIGHTS_READ | KN_RIGHTS_WRITE)

static bool add_table(kn_word_t vaddr)
{
    static uint32_t spare; // made, but not in use because mapping it failed
    if (!spare) {
        uint32_t slot = slot_take();
        if (!slot)
            return false;
        if (!source_take(KN_OBJECT_TYPE_PAGE_TABLE, 0, KN_PAGE_TABLE_BITS, 1, slot)) {
            slot_give(slot);
            return false;
        }
        spare = slot;
    }
    if (kn_page_table_map(spare, vaddr, 0, KN_LAYOUT_SERVER_SLOT_VSPACE) != KN_ERROR_NONE)
        return false;
    spare = 0;
    return true;
}

kn_word_t own_map(uint32_t slot, kn_word_t count, kn_word_t vaddr)
{
    kn_word_t mapped = 0;
    while (mapped < count) {
        kn_word_t at = vaddr + mapped * PAGE, done = 0;
        kn_word_t n = (TABLE_BYTES - at % TABLE_BYTES) / PAGE;
        if (n > count - mapped)
            n = count - mapped;
        if (n > KN_RANGE_MAX)
            n = KN_RANGE_MAX;
        kn_error_t error = kn_vspace_map_range(KN_LAYOUT_SERVER_SLOT_VSPACE, slot + mapped, KN_WORD_BITS, at, n, RW,
                                               KN_VM_ATTR_EXECUTE_NEVER, OWN_CNODE, &done);
        mapped += done; // fewer than asked for if an interrupt was due
        if (error != KN_ERROR_NONE && !(error == KN_ERROR_FAILED_LOOKUP && add_table(at + done * PAGE)))
            break;
    }
    return mapped;
}

size_t own_grow_heap(kn_word_t addr, size_t bytes)
{
    static uint32_t slots, made, mapped; // a batch: its slots, frames in them, frames mapped
    size_t done = 0;
    while (done < bytes) {
        if (mapped == made) {
            if (made || !slots)
                slots = slots_take(HEAP_BATCH);
            made = mapped = 0;
            if (!slots || !source_take(KN_OBJECT_TYPE_FRAME, KN_PAGE_BITS, KN_PAGE_BITS, HEAP_BATCH, slots))
                break;
            made = HEAP_BATCH;
        }
        kn_word_t n = own_map(slots + mapped, made - mapped, addr + done);
        if (n == 0)
            break;
        mapped += (uint32_t)n;
        done += n * PAGE;
    }
    return done;
}
