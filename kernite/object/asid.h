// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// ASIDs: the name by which mappings refer to their address space. Two levels: a table of pools, a pool of roots.
// See object/asid.c.

#include "core/derivation.h"
#include "kernel/invocation_dispatch.h"

#define ASID_POOL_BITS (KN_ASID_POOL_BITS - 3)
#define NR_ASID_POOLS 16 // 16 pools of 512: 8192 address spaces. ASID 0 is never used.

struct asid_pool {
    struct { word_t root; } entry[1 << ASID_POOL_BITS]; // [k] physical address of the root table; 0 free
};
static_assert(sizeof(struct asid_pool) == BIT(KN_ASID_POOL_BITS), "pool size");

extern struct asid_pool *asid_pools[NR_ASID_POOLS]; // [k] NULL: does not exist

// The root table of ASID, one of a mapping record; 0 if it has none.
static inline word_t asid_root(word_t asid)
{
    const struct asid_pool *pool = asid_pools[asid >> ASID_POOL_BITS];
    return pool ? pool->entry[asid & MASK(ASID_POOL_BITS)].root : 0;
}

// The root table of the address space that VSPACE, a VSpace or null capability, gives; 0 if it gives none: a mapping record
// outlives its ASID, so the table decides. ASID 0, which a capability without record names, has no root.
static inline word_t asid_root_of(struct cap vspace)
{
    word_t root = asid_root(cap_map_asid(vspace));
    return root == cap_paddr(vspace).raw ? root : 0;
}

// The root table of ASID; false if it has none.
bool asid_lookup(word_t asid, paddr_t *root);
// Makes the cleared page at POOL_PADDR the pool of number POOL, which has none.
void asid_pool_install(word_t pool, paddr_t pool_paddr);
// The next free ASID of pool POOL, which exists; 0 if all are taken. Changes nothing.
word_t asid_pool_find_free(word_t pool);
// Gives the free ASID, whose pool exists, to the address space with this root.
void asid_assign(word_t asid, paddr_t root);
// Takes ASID away from its address space: no CPU runs in it afterwards, no TLB holds its translations.
void asid_release(word_t asid);

struct asid_control_make_pool_plan {
    word_t pool;         // its number
    struct cte *untyped; // what it is made of
    struct cte *dest;    // slot for its capability
};

struct asid_pool_assign_plan {
    word_t asid;        // free
    struct cte *vspace; // the address space that gets it
};
