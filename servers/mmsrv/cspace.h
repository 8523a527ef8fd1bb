// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// mmsrv's capability slots. Its CSpace has two levels: the top CNode, in whose slot 0 is the CNode that init filled, and
// CNodes of the same size added below it as slots are needed.
//
// Each slot has a link word. Of a free slot it is the next free one; whoever holds a slot may use it for lists of its own
// (slot_link), so that remembering a capability, or giving one back, never needs memory.
// I1: a slot number below the high-water mark is in use or on the free list.
// I2: at least as many slots as growing needs are free when slot_take or slots_take is called; only growing uses them.

#include <kn/abi.h>
#include <kn/proto/layout.h>

#define OWN_CNODE KN_LAYOUT_SERVER_SLOT_CNODE

void cspace_init(void);
// One empty slot, 0 if there is no memory for more.
uint32_t slot_take(void);
void slot_give(uint32_t slot);   // it is empty again
void slot_delete(uint32_t slot); // deletes the capability in it first
// COUNT consecutive slots in one CNode, for ever. 0: no memory.
uint32_t slots_take(uint32_t count);
// The link word of a slot that is in use.
uint32_t *slot_link(uint32_t slot);
// Untyped_Retype into COUNT consecutive slots.
kn_error_t cspace_retype(kn_cptr_t untyped, kn_word_t type, kn_word_t size_bits, uint32_t slot, kn_word_t count);
