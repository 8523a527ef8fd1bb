// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// ASIDs: the name by which mappings refer to their address space. Two levels: a table of pools, a pool of roots.

#include "core/derivation.h"

#define ASID_POOL_BITS (KN_ASID_POOL_BITS - 3)
#define NR_ASID_POOLS 16 // 16 pools of 512: 8192 address spaces. ASID 0 is never used.

struct asid_pool {
    struct { word_t root; } entry[1 << ASID_POOL_BITS]; // [k] physical address of the root table; 0 free
};

// The root table of ASID; false if it has none.
bool asid_lookup(word_t asid, paddr_t *root);
