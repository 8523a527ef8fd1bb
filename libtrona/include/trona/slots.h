// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// Slot allocator of a native program: the free slots of its own one-level CNode. O(1).
// I1: a slot is either handed out or on the free list or above the high-water mark, never two of them.

#include <kn/abi.h>

// Slots [first, end) are free.
void trona_slots_init(kn_cptr_t first, kn_cptr_t end);
// An empty slot, or 0 if there is none, or no memory to remember it.
kn_cptr_t trona_slot_alloc(void);
// Gives an empty slot back.
void trona_slot_free(kn_cptr_t slot);
// Empties the slot (deletes the capability) and gives it back.
void trona_slot_delete(kn_cptr_t slot);
