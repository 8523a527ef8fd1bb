// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// ASIDControl and ASIDPool.

#include "provoke.h"

#define POOL_SIZE 512
#define NR_POOLS 16

static kn_error_t make_pool(kn_cptr_t slot)
{
    return kn_asid_control_make_pool(KN_INIT_CAP_ASID_CONTROL, slot, DEPTH, make_untyped(KN_ASID_POOL_BITS), ROOT);
}

VALID(asid_control_make_pool)
{
    c->asid_control = KN_INIT_CAP_ASID_CONTROL;
    c->index = slot_new();
    c->depth = DEPTH;
    c->untyped = make_untyped(KN_ASID_POOL_BITS);
    c->root = ROOT;
}

ERROR(asid_control_make_pool, all_taken)
{
    for (int i = 1; i < NR_POOLS; i++) // boot has made one
        CHECK_OK(make_pool(slot_new()));
}

ERROR(asid_control_make_pool, untyped_size) { c->untyped = make_untyped(KN_ASID_POOL_BITS + 1); }

ERROR(asid_control_make_pool, untyped_children)
{
    CHECK_OK(retype(v->untyped, KN_OBJECT_TYPE_ENDPOINT, 0, slot_new(), 1));
}

DEST_ERRORS(asid_control_make_pool)

VALID(asid_pool_assign)
{
    c->asid_pool = KN_INIT_CAP_ASID_POOL;
    c->vspace = make(KN_OBJECT_TYPE_VSPACE, 0);
}

ERROR(asid_pool_assign, has_asid) { CHECK_OK(kn_asid_pool_assign(KN_INIT_CAP_ASID_POOL, v->vspace)); }

ERROR(asid_pool_assign, full)
{
    c->asid_pool = slot_new();
    CHECK_OK(make_pool(c->asid_pool));
    kn_cptr_t spaces = make_many(KN_OBJECT_TYPE_VSPACE, 0, POOL_SIZE);
    for (kn_word_t i = 0; i < POOL_SIZE; i++)
        CHECK_OK(kn_asid_pool_assign(c->asid_pool, spaces + i));
}
