// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// ASIDs. An address space can be used only while it has an ASID: capabilities that record a mapping name the address
// space by it, so when it is taken away the mappings become unreachable at once, without a walk.
//
// States of an ASID: no pool -> free (MakePool) -> assigned (Assign) -> free (the last VSpace capability goes) -> no
// pool (the last pool capability goes, which releases all ASIDs of the pool, one by one and preemptible). The pool's
// memory belongs to its ASIDPool capabilities; the table of pools is the kernel's own.
//
// I1  asid_lookup(a) = r implies a VSpace capability with address r that records a.
// I2  All capabilities of one VSpace object record the same ASID, assigned or released, or none: only a mapped VSpace
//     capability can be copied, and Assign refuses one that records an ASID, even if that has been released.
// I3  pool_first_free[p] is at most the lowest free index of pool p.
// I4  ASID 0 is never assigned.

#include "object/asid.h"

#include "arch/api/cpu.h"
#include "arch/api/mmu.h"
#include "core/objects.h"
#include "core/preempt.h"
#include "core/smp.h"
#include "debug/log.h"
#include "object/tcb.h"
#include "object/vspace.h"

struct asid_pool *asid_pools[NR_ASID_POOLS];
static word_t pool_first_free[NR_ASID_POOLS]; // [k] where the search for a free entry starts

#define ASID_POOL_ENTRIES BIT(ASID_POOL_BITS)

static word_t asid_pool_number(word_t asid) { return asid >> ASID_POOL_BITS; }
static word_t asid_index(word_t asid) { return asid & MASK(ASID_POOL_BITS); }

bool asid_lookup(word_t asid, paddr_t *root)
{
    kassert(asid_pool_number(asid) < NR_ASID_POOLS);
    *root = (paddr_t){asid_root(asid)};
    return root->raw != 0;
}

void asid_pool_install(word_t pool, paddr_t paddr)
{
    kassert(pool < NR_ASID_POOLS && !asid_pools[pool]);
    asid_pools[pool] = phys_to_ptr(paddr);
    pool_first_free[pool] = pool == 0 ? 1 : 0; // I4
}

word_t asid_pool_find_free(word_t pool)
{
    const struct asid_pool *p = asid_pools[pool];
    for (word_t i = pool_first_free[pool]; i < ASID_POOL_ENTRIES; i++)
        if (p->entry[i].root == 0)
            return pool << ASID_POOL_BITS | i;
    return 0;
}

void asid_assign(word_t asid, paddr_t root)
{
    struct asid_pool *pool = asid_pools[asid_pool_number(asid)];
    kassert(asid != 0 && pool && pool->entry[asid_index(asid)].root == 0);
    pool->entry[asid_index(asid)].root = root.raw;
    if (pool_first_free[asid_pool_number(asid)] == asid_index(asid))
        pool_first_free[asid_pool_number(asid)]++;
}

void asid_release(word_t asid)
{
    word_t number = asid_pool_number(asid);
    struct asid_pool *pool = asid_pools[number];
    word_t root = arch_root(asid, (paddr_t){pool->entry[asid_index(asid)].root});
    if (UNLIKELY(nr_cpus > 1))
        smp_stall_space(root);
    pool->entry[asid_index(asid)].root = 0;
    if (asid_index(asid) < pool_first_free[number])
        pool_first_free[number] = asid_index(asid);
    // The current thread may run on these tables although its slot does not say so any more: Revoke empties the slot and
    // leaves the tables live. Its look-up fails from now on, so this leaves them; only then is the flush final.
    tcb_spaces_generation++;
    tcb_check_spaces(this_cpu()->current);
    arch_tlb_flush_asid(asid);
}

kerr_t asid_pool_finalise(struct cap cap)
{
    word_t first = cap.w[1];
    const struct asid_pool *pool = asid_pools[asid_pool_number(first)];
    for (word_t i = 0; i < ASID_POOL_ENTRIES; i++) {
        if (pool->entry[i].root == 0)
            continue;
        asid_release(first + i); // a TLB flush and what goes with it
        if (preemption_point())
            return KERR_PREEMPTED;
    }
    asid_pools[asid_pool_number(first)] = NULL;
    return KERR_OK;
}

// The number of a pool that does not exist yet; false if there are all.
static bool asid_find_pool_number(word_t *pool)
{
    for (*pool = 0; *pool < NR_ASID_POOLS; ++*pool)
        if (!asid_pools[*pool])
            return true;
    return false;
}

kerr_t decode_asid_control_make_pool(struct invocation *inv, const struct asid_control_make_pool_args *args,
                                     struct asid_control_make_pool_plan *plan)
{
    struct cap untyped = args->untyped->cap;
    if (!asid_find_pool_number(&plan->pool))
        return err_delete_first(inv);
    if (cap_size_bits(untyped) != KN_ASID_POOL_BITS || cap_is_device(untyped))
        return err_capability(inv, 1);
    if (cdt_has_children(args->untyped))
        return err_revoke_first(inv);
    plan->untyped = args->untyped;
    return invocation_lookup_empty_slot(inv, args->root->cap, args->index, args->depth, &plan->dest);
}

kerr_t invoke_asid_control_make_pool(struct invocation *inv, const struct asid_control_make_pool_plan *plan)
{
    (void)inv;
    paddr_t memory = cap_paddr(plan->untyped->cap);
    __builtin_memset(phys_to_ptr(memory), 0, BIT(KN_ASID_POOL_BITS));
    plan->untyped->cap = cap_untyped_full(plan->untyped->cap);
    asid_pool_install(plan->pool, memory);
    cdt_insert_object(cap_new(KN_CAP_TYPE_ASID_POOL, memory, plan->pool << ASID_POOL_BITS), plan->untyped, plan->dest);
    return KERR_OK;
}

kerr_t decode_asid_pool_assign(struct invocation *inv, const struct asid_pool_assign_args *args,
                               struct asid_pool_assign_plan *plan)
{
    if (cap_is_mapped(args->vspace->cap)) // I2
        return err_capability(inv, 1);
    plan->vspace = args->vspace;
    plan->asid = asid_pool_find_free(asid_pool_number(inv->cap.w[1]));
    return plan->asid == 0 ? err_delete_first(inv) : KERR_OK;
}

kerr_t invoke_asid_pool_assign(struct invocation *inv, const struct asid_pool_assign_plan *plan)
{
    (void)inv;
    asid_assign(plan->asid, cap_paddr(plan->vspace->cap));
    plan->vspace->cap.w[1] = map_word(plan->asid, 0, 0);
    return KERR_OK;
}
