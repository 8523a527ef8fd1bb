// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// mmsrv's capability slots. Its CSpace has two levels: the top CNode, in whose slot 0 is the CNode that init filled, and
// CNodes of the same size added below it as slots are needed.
// I1: a slot number below the high-water mark is in use or on the free list.

#include <kn/abi.h>

#define OWN_CNODE KN_LAYOUT_SERVER_SLOT_CNODE

void cspace_init(void);
// One empty slot, 0 if there is no memory for more.
uint32_t slot_take(void);
void slot_give(uint32_t slot);   // it is empty again
void slot_delete(uint32_t slot); // deletes the capability in it first
// COUNT (at most 64) consecutive slots in one CNode, for ever. 0: no memory.
uint32_t slots_take(unsigned count);
