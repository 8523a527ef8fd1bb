// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// The allocator under other names: the server loop's has its own slots.

#include "unit.h"

#include "kernel.h"

#define trona_slots_init tested_slots_init
#define trona_slot_alloc tested_slot_alloc
#define trona_slot_free tested_slot_free
#define trona_slot_delete tested_slot_delete
#include "../src/slots.c"

TEST(slots_are_handed_out_once_and_again_after_they_were_given_back)
{
    bool is_out[40] = {0};
    test_reset();
    tested_slots_init(20, 40);
    for (int i = 0; i < 20; i++) {
        kn_cptr_t slot = tested_slot_alloc();
        CHECK(slot >= 20 && slot < 40 && !is_out[slot]);
        is_out[slot] = true;
    }
    CHECK(!tested_slot_alloc());
    unit_fail_allocation_after(0); // giving back needs no memory
    for (kn_cptr_t slot = 20; slot < 40; slot += 2)
        tested_slot_delete(slot);
    for (int i = 0; i < 10; i++) {
        kn_cptr_t slot = tested_slot_alloc();
        CHECK(slot % 2 == 0);
    }
    CHECK(!tested_slot_alloc());
    while (spare || freed) {
        struct cell **list = spare ? &spare : &freed, *cell = *list;
        *list = cell->next;
        trona_free(cell, sizeof *cell);
    }
}
