// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// Capability addresses. Each CNode capability on the way consumes its guard and then its radix from the top of the bits
// that are left; every CNode has a radix of at least 1, so the walk has at most 64 levels.

#include "core/cspace.h"

#include "arch/api/mmu.h"
#include "object/tcb.h"

static struct lookup_result failed(word_t type, word_t word0, word_t word1, word_t word2)
{
    return (struct lookup_result){.failure = {type, {word0, word1, word2}}};
}

// Walks BITS bits of CPTR from NODE until they are consumed or a slot holds no CNode; *LEFT: bits not consumed.
ALWAYS_INLINE static struct lookup_result walk(struct cap node, cptr_t cptr, word_t bits, word_t *left)
{
    if (cap_type(node) != KN_CAP_TYPE_CNODE)
        return failed(KN_LOOKUP_FAILURE_INVALID_ROOT, 0, 0, 0);
    for (;;) {
        word_t radix = cap_cnode_radix(node), guard_size = cap_cnode_guard_size(node);
        word_t level = radix + guard_size;
        word_t guard = (cptr >> ((bits - guard_size) % KN_WORD_BITS)) & MASK(guard_size);
        if (guard_size > bits || guard != cap_cnode_guard(node))
            return failed(KN_LOOKUP_FAILURE_GUARD_MISMATCH, bits, cap_cnode_guard(node), guard_size);
        if (level > bits)
            return failed(KN_LOOKUP_FAILURE_DEPTH_MISMATCH, bits, level, 0);
        bits -= level;
        word_t index = (cptr >> bits) & MASK(radix);
        struct cte *slot = (struct cte *)cap_object(node) + index;
        if (bits == 0 || cap_type(slot->cap) != KN_CAP_TYPE_CNODE) {
            *left = bits;
            return (struct lookup_result){.slot = slot, .nr_left = BIT(radix) - index};
        }
        node = slot->cap;
    }
}

struct lookup_result cspace_lookup_slot(struct cap root, cptr_t cptr, word_t depth)
{
    word_t left;
    struct lookup_result result = walk(root, cptr, depth, &left);
    if (result.slot && left != 0)
        return failed(KN_LOOKUP_FAILURE_DEPTH_MISMATCH, left, 0, 0);
    return result;
}

struct lookup_result cspace_lookup(struct tcb *t, cptr_t cptr)
{
    word_t left;
    return walk(t->slots[TCB_CSPACE].cap, cptr, KN_WORD_BITS, &left);
}
