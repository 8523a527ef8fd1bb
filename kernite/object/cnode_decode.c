// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// The checks of the CNode methods, in the order in which the specification lists the errors: destination, then source,
// then what the capability allows.

#include "core/cspace.h"
#include "object/cnode.h"

// The slot that the invoked CNode names.
static kerr_t target(struct invocation *inv, word_t index, word_t depth, struct cte **slot)
{
    return invocation_lookup_slot(inv, false, inv->cap, index, depth, slot);
}

static kerr_t err_empty(struct invocation *inv, bool is_source, word_t depth)
{
    return err_lookup(inv, is_source, &(struct lookup_failure){KN_LOOKUP_FAILURE_MISSING_CAPABILITY, {depth}});
}

// An occupied source slot.
static kerr_t source(struct invocation *inv, const struct cte *root, word_t index, word_t depth, struct cte **slot)
{
    kerr_t status = invocation_lookup_slot(inv, true, root->cap, index, depth, slot);
    if (status != KERR_OK)
        return status;
    return cte_is_empty(*slot) ? err_empty(inv, true, depth) : KERR_OK;
}

// What a copy of SRC's capability with at most RIGHTS is.
static kerr_t check_derive(struct invocation *inv, const struct cte *src, word_t rights, struct cap *cap)
{
    kerr_t status = cap_derive(inv, src, cap);
    if (status != KERR_OK)
        return status;
    *cap = cap_mask_rights(*cap, rights);
    return cap_is_null(*cap) ? err_illegal(inv) : KERR_OK;
}

// CAP with BADGE, which an operation that moves (PRESERVE) may not give to badged objects.
static kerr_t check_badge(struct invocation *inv, badge_t badge, bool preserve, struct cap *cap)
{
    bool ok;
    *cap = cap_update_badge(*cap, badge, preserve, &ok);
    return ok ? KERR_OK : err_illegal(inv);
}

kerr_t cnode_check_copy(struct invocation *inv, struct cte *src, word_t src_depth, struct cte *dest, word_t rights,
                        struct cap *cap)
{
    if (!cte_is_empty(dest))
        return err_delete_first(inv);
    if (cte_is_empty(src))
        return err_empty(inv, true, src_depth);
    return check_derive(inv, src, rights, cap);
}

kerr_t decode_cnode_revoke(struct invocation *inv, const struct cnode_revoke_args *args,
                           struct cnode_revoke_plan *plan)
{
    return target(inv, args->index, args->depth, &plan->slot);
}

kerr_t decode_cnode_delete(struct invocation *inv, const struct cnode_delete_args *args,
                           struct cnode_delete_plan *plan)
{
    return target(inv, args->index, args->depth, &plan->slot);
}

kerr_t decode_cnode_cancel_badged_sends(struct invocation *inv, const struct cnode_cancel_badged_sends_args *args,
                                        struct cnode_cancel_badged_sends_plan *plan)
{
    struct cte *slot;
    kerr_t status = target(inv, args->index, args->depth, &slot);
    if (status != KERR_OK)
        return status;
    plan->endpoint = slot->cap;
    plan->epoch = invocation_arg(inv, CNODE_CANCEL_EPOCH_WORD);
    if (cap_type(slot->cap) != KN_CAP_TYPE_ENDPOINT || cap_rights(slot->cap) != KN_RIGHTS_ALL)
        return err_illegal(inv);
    return KERR_OK;
}

kerr_t decode_cnode_copy(struct invocation *inv, const struct cnode_copy_args *args, struct cnode_copy_plan *plan)
{
    kerr_t status = invocation_lookup_empty_slot(inv, inv->cap, args->index, args->depth, &plan->dest);
    if (status != KERR_OK)
        return status;
    status = source(inv, args->src_root, args->src_index, args->src_depth, &plan->src);
    if (status != KERR_OK)
        return status;
    return check_derive(inv, plan->src, args->rights, &plan->cap);
}

kerr_t decode_cnode_mint(struct invocation *inv, const struct cnode_mint_args *args, struct cnode_mint_plan *plan)
{
    const struct cnode_copy_args copy = {
        .index = args->index,
        .depth = args->depth,
        .src_index = args->src_index,
        .src_depth = args->src_depth,
        .rights = args->rights,
        .src_root = args->src_root,
    };
    kerr_t status = decode_cnode_copy(inv, &copy, &plan->copy);
    if (status != KERR_OK)
        return status;
    return check_badge(inv, args->badge, false, &plan->copy.cap);
}

kerr_t decode_cnode_move(struct invocation *inv, const struct cnode_move_args *args, struct cnode_move_plan *plan)
{
    kerr_t status = invocation_lookup_empty_slot(inv, inv->cap, args->index, args->depth, &plan->dest);
    if (status != KERR_OK)
        return status;
    status = source(inv, args->src_root, args->src_index, args->src_depth, &plan->src);
    if (status != KERR_OK)
        return status;
    plan->cap = plan->src->cap;
    return KERR_OK;
}

kerr_t decode_cnode_mutate(struct invocation *inv, const struct cnode_mutate_args *args,
                           struct cnode_mutate_plan *plan)
{
    const struct cnode_move_args move = {
        .index = args->index,
        .depth = args->depth,
        .src_index = args->src_index,
        .src_depth = args->src_depth,
        .src_root = args->src_root,
    };
    kerr_t status = decode_cnode_move(inv, &move, &plan->move);
    if (status != KERR_OK)
        return status;
    return check_badge(inv, args->badge, true, &plan->move.cap);
}

kerr_t decode_cnode_rotate(struct invocation *inv, const struct cnode_rotate_args *args,
                           struct cnode_rotate_plan *plan)
{
    kerr_t status = target(inv, args->index, args->depth, &plan->dest);
    if (status != KERR_OK)
        return status;
    status = invocation_lookup_slot(inv, true, args->src_root->cap, args->src_index, args->src_depth, &plan->src);
    if (status != KERR_OK)
        return status;
    status = invocation_lookup_slot(inv, false, args->pivot_root->cap, args->pivot_index, args->pivot_depth,
                                    &plan->pivot);
    if (status != KERR_OK)
        return status;
    if (plan->pivot == plan->src || plan->pivot == plan->dest)
        return err_illegal(inv);
    if (plan->src != plan->dest && !cte_is_empty(plan->dest))
        return err_delete_first(inv);
    if (cte_is_empty(plan->src))
        return err_empty(inv, true, args->src_depth);
    if (cte_is_empty(plan->pivot))
        return err_empty(inv, false, args->pivot_depth);
    plan->src_cap = plan->src->cap;
    plan->pivot_cap = plan->pivot->cap;
    status = check_badge(inv, args->pivot_badge, true, &plan->src_cap);
    if (status != KERR_OK)
        return status;
    return check_badge(inv, args->dest_badge, true, &plan->pivot_cap);
}

kerr_t decode_cnode_copy_range(struct invocation *inv, const struct cnode_copy_range_args *args,
                               struct cnode_copy_range_plan *plan)
{
    inv->is_batch = true;
    kerr_t status = invocation_lookup_range(inv, false, inv->cap, args->index, args->depth, args->count, &plan->dest);
    if (status != KERR_OK)
        return status;
    status = invocation_lookup_range(inv, true, args->src_root->cap, args->src_index, args->src_depth, args->count,
                                     &plan->src);
    if (status != KERR_OK)
        return status;
    plan->src_depth = args->src_depth;
    plan->rights = args->rights;
    plan->count = args->count;
    struct cap first;
    return cnode_check_copy(inv, plan->src, plan->src_depth, plan->dest, plan->rights, &first);
}
