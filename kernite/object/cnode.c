// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// A CNode is 2^radix capability slots and nothing else: all state is in the slots (core/derivation.h) and in the
// capabilities to it, which carry radix and guard. It is made cleared, by Retype; it ends as a Zombie whose slots are
// emptied one by one (core/deletion.c).
//
// I1  The radix of all capabilities to a CNode is the same and at least 1; radix and guard size make at most 64 bits.
// I2  Copy and Mint never give more rights than the source has; Move, Mutate and Rotate keep them, and the place in the
//     derivation tree.
// I3  A destination slot is empty before it receives a capability.
//
// Revoke, Delete and CancelBadgedSends are preemptible and restartable: what they have done, they need not do again.

#include "object/cnode.h"

#include "arch/api/mmu.h"
#include "core/objects.h"
#include "core/preempt.h"
#include "object/endpoint.h"

#define COPIES_PER_STEP 16 // capabilities copied between two preemption points

kerr_t invoke_cnode_revoke(struct invocation *inv, const struct cnode_revoke_plan *plan)
{
    (void)inv;
    return cap_revoke(plan->slot);
}

kerr_t invoke_cnode_delete(struct invocation *inv, const struct cnode_delete_plan *plan)
{
    (void)inv;
    return cap_delete(plan->slot);
}

kerr_t invoke_cnode_cancel_badged_sends(struct invocation *inv, const struct cnode_cancel_badged_sends_plan *plan)
{
    word_t epoch = plan->epoch;
    if (cap_badge(plan->endpoint) == 0)
        return KERR_OK;
    kerr_t status = endpoint_cancel_badged(cap_object(plan->endpoint), cap_badge(plan->endpoint), &epoch);
    if (status == KERR_PREEMPTED || plan->epoch != 0)
        invocation_set_word(inv, CNODE_CANCEL_EPOCH_WORD, status == KERR_PREEMPTED ? epoch : 0);
    return status;
}

kerr_t invoke_cnode_copy(struct invocation *inv, const struct cnode_copy_plan *plan)
{
    (void)inv;
    cdt_insert(plan->cap, plan->src, plan->dest);
    return KERR_OK;
}

kerr_t invoke_cnode_mint(struct invocation *inv, const struct cnode_mint_plan *plan)
{
    return invoke_cnode_copy(inv, &plan->copy);
}

kerr_t invoke_cnode_move(struct invocation *inv, const struct cnode_move_plan *plan)
{
    (void)inv;
    cdt_move(plan->cap, plan->src, plan->dest);
    return KERR_OK;
}

kerr_t invoke_cnode_mutate(struct invocation *inv, const struct cnode_mutate_plan *plan)
{
    return invoke_cnode_move(inv, &plan->move);
}

kerr_t invoke_cnode_rotate(struct invocation *inv, const struct cnode_rotate_plan *plan)
{
    (void)inv;
    if (plan->src == plan->dest) {
        cdt_swap(plan->pivot_cap, plan->src, plan->src_cap, plan->pivot);
    } else {
        cdt_move(plan->pivot_cap, plan->pivot, plan->dest);
        cdt_move(plan->src_cap, plan->src, plan->pivot);
    }
    return KERR_OK;
}

kerr_t invoke_cnode_copy_range(struct invocation *inv, const struct cnode_copy_range_plan *plan)
{
    word_t done = 0;
    do {
        struct cap cap;
        inv->done = done;
        kerr_t status = cnode_check_copy(inv, plan->src + done, plan->src_depth, plan->dest + done, plan->rights, &cap);
        if (status != KERR_OK)
            return status;
        cdt_insert(cap, plan->src + done, plan->dest + done);
        done++;
    } while (done < plan->count && !(done % COPIES_PER_STEP == 0 && preemption_point()));
    invocation_set_result(inv, 0, done);
    return KERR_OK;
}
