// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

#include "provoke.h"

#define SOURCE_ERRORS(method)                                                                                          \
    ERROR(method, src_lookup) { no_slot(&c->src_depth); }                                                              \
    ERROR(method, src_empty)                                                                                           \
    {                                                                                                                  \
        c->src_index = slots_new(2);                                                                                   \
        expect(2, v->src_depth);                                                                                       \
    }

#define DERIVE_ERRORS(method)                                                                                          \
    ERROR(method, untyped_children) { c->src_index = untyped_with_child(); }                                           \
    ERROR(method, not_mapped) { c->src_index = make(KN_OBJECT_TYPE_PAGE_TABLE, 0); }                                   \
    ERROR(method, no_copies) { c->src_index = KN_INIT_CAP_IRQ_CONTROL; }

static kn_cptr_t untyped_with_child(void)
{
    kn_cptr_t untyped = make_untyped(KN_PAGE_BITS);
    CHECK_OK(retype(untyped, KN_OBJECT_TYPE_ENDPOINT, 0, slot_new(), 1));
    return untyped;
}

VALID(cnode_revoke)
{
    c->cnode = ROOT;
    c->index = make_endpoint();
    c->depth = DEPTH;
}

ERROR(cnode_revoke, slot_lookup) { no_slot(&c->depth); }

VALID(cnode_delete)
{
    c->cnode = ROOT;
    c->index = make_endpoint();
    c->depth = DEPTH;
}

ERROR(cnode_delete, slot_lookup) { no_slot(&c->depth); }

VALID(cnode_cancel_badged_sends)
{
    c->cnode = ROOT;
    c->index = badged(make_endpoint(), 1);
    c->depth = DEPTH;
}

ERROR(cnode_cancel_badged_sends, slot_lookup) { no_slot(&c->depth); }
ERROR(cnode_cancel_badged_sends, no_endpoint) { c->index = with_rights(v->index, READ_WRITE); }

// The words that all methods with a source and a destination have.
#define SET_SOURCE_AND_DEST(c)                                                                                         \
    do {                                                                                                               \
        (c)->cnode = (c)->src_root = ROOT;                                                                             \
        (c)->index = slot_new();                                                                                       \
        (c)->depth = (c)->src_depth = DEPTH;                                                                           \
        (c)->src_index = make_endpoint();                                                                              \
    } while (0)

VALID(cnode_copy)
{
    SET_SOURCE_AND_DEST(c);
    c->rights = KN_RIGHTS_ALL;
}

DEST_ERRORS(cnode_copy)
SOURCE_ERRORS(cnode_copy)
DERIVE_ERRORS(cnode_copy)

VALID(cnode_mint)
{
    SET_SOURCE_AND_DEST(c);
    c->rights = KN_RIGHTS_ALL;
    c->badge = 1;
}

DEST_ERRORS(cnode_mint)
SOURCE_ERRORS(cnode_mint)
DERIVE_ERRORS(cnode_mint)
ERROR(cnode_mint, badge) { c->src_index = badged(v->src_index, 2); }

VALID(cnode_move) { SET_SOURCE_AND_DEST(c); }

DEST_ERRORS(cnode_move)
SOURCE_ERRORS(cnode_move)

VALID(cnode_mutate) { SET_SOURCE_AND_DEST(c); }

DEST_ERRORS(cnode_mutate)
SOURCE_ERRORS(cnode_mutate)
ERROR(cnode_mutate, badge) { c->badge = 1; }

VALID(cnode_rotate)
{
    SET_SOURCE_AND_DEST(c);
    c->pivot_root = ROOT;
    c->pivot_index = make_notification();
    c->pivot_depth = DEPTH;
}

DEST_ERRORS(cnode_rotate)
SOURCE_ERRORS(cnode_rotate)
ERROR(cnode_rotate, pivot_lookup) { no_slot(&c->pivot_depth); }
ERROR(cnode_rotate, pivot_same) { c->pivot_index = c->index; }

ERROR(cnode_rotate, pivot_empty)
{
    c->pivot_index = slot_new();
    expect(2, DEPTH);
}

ERROR(cnode_rotate, pivot_badge) { c->pivot_badge = 1; }
ERROR(cnode_rotate, dest_badge) { c->dest_badge = 1; }

VALID(cnode_copy_range)
{
    c->cnode = c->src_root = ROOT;
    c->index = slots_new(2);
    c->depth = c->src_depth = DEPTH;
    c->src_index = make_many(KN_OBJECT_TYPE_ENDPOINT, 0, 2);
    c->rights = KN_RIGHTS_ALL;
    c->count = 2;
}

DEST_ERRORS(cnode_copy_range)
SOURCE_ERRORS(cnode_copy_range)
DERIVE_ERRORS(cnode_copy_range)

ERROR(cnode_copy_range, dest_range)
{
    c->index = last_slot();
    expect(1, 1);
}

ERROR(cnode_copy_range, src_range)
{
    c->src_index = last_slot();
    expect(1, 1);
}
