// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// Capability addresses. Each CNode capability on the way consumes its guard and then its radix from the top of the bits
// that are left; every CNode has a radix of at least 1, so the walk has at most 64 levels.

#include "core/cspace.h"

#include "arch/api/mmu.h"
#include "object/tcb.h"

#define ALL_LEVELS (KN_WORD_BITS + 1) // no limit

static struct lookup_result failed(word_t type, word_t word0, word_t word1, word_t word2)
{
    return (struct lookup_result){.failure = {type, {word0, word1, word2}}};
}

// An address on its way: the bits that are left, and these at the top of a word.
struct walk {
    word_t bits, rest;
};

// Consumes the guard of NODE, a CNode. False: *FAILURE says why not.
ALWAYS_INLINE static bool consume_guard(struct cap node, struct walk *w, struct lookup_result *failure)
{
    word_t size = cap_cnode_guard_size(node), level = size + cap_cnode_radix(node);
    if (size > w->bits || w->rest >> (KN_WORD_BITS - size) != cap_cnode_guard(node)) {
        *failure = failed(KN_LOOKUP_FAILURE_GUARD_MISMATCH, w->bits, cap_cnode_guard(node), size);
        return false;
    }
    if (level > w->bits) {
        *failure = failed(KN_LOOKUP_FAILURE_DEPTH_MISMATCH, w->bits, level, 0);
        return false;
    }
    w->rest <<= size;
    w->bits -= size;
    return true;
}

// The slot that the last bits name in NODE, a CNode whose guard is consumed and whose radix is at least as many.
ALWAYS_INLINE static struct lookup_result last_slot(struct cap node, const struct walk *w)
{
    word_t radix = cap_cnode_radix(node);
    if (radix > w->bits)
        return failed(KN_LOOKUP_FAILURE_DEPTH_MISMATCH, w->bits, radix, 0);
    word_t index = w->rest >> (KN_WORD_BITS - radix);
    return (struct lookup_result){.slot = (struct cte *)cap_object(node) + index, .nr_left = BIT(radix) - index};
}

// Walks BITS bits of CPTR from ROOT until they are consumed or a slot holds no CNode, through at most LEVELS CNodes; *LEFT:
// bits not consumed. A system call may have several addresses of 64 levels: an instruction in the loop counts hundreds of
// times.
static struct lookup_result walk(const struct cap *root, cptr_t cptr, word_t bits, word_t levels, word_t *left)
{
    const struct cap *node = root;
    struct lookup_result failure;
    struct walk w = {bits, cptr << (KN_WORD_BITS - bits)};
    *left = 0;
    if (cap_type(*root) != KN_CAP_TYPE_CNODE)
        return failed(KN_LOOKUP_FAILURE_INVALID_ROOT, 0, 0, 0);
    do {
        if (UNLIKELY(!cap_is_plain_cnode(*node))) {
            if (cap_type(*node) != KN_CAP_TYPE_CNODE)
                break;
            if (!consume_guard(*node, &w, &failure))
                return failure;
        }
        word_t radix = cap_cnode_radix(*node);
        if (UNLIKELY(radix >= w.bits))
            return last_slot(*node, &w);
        word_t index = w.rest >> (KN_WORD_BITS - radix);
        w.rest <<= radix;
        w.bits -= radix;
        node = &((struct cte *)cap_object(*node))[index].cap;
    } while (--levels > 0);
    if (cap_type(*node) == KN_CAP_TYPE_CNODE)
        return failed(KN_LOOKUP_FAILURE_DEPTH_MISMATCH, w.bits, cap_cnode_radix(*node), 0);
    *left = w.bits;
    return (struct lookup_result){.slot = container_of(node, struct cte, cap)};
}

static struct lookup_result lookup_slot(const struct cap *root, cptr_t cptr, word_t depth, word_t levels)
{
    word_t left;
    struct lookup_result result = walk(root, cptr, depth, levels, &left);
    if (result.slot && left != 0)
        return failed(KN_LOOKUP_FAILURE_DEPTH_MISMATCH, left, 0, 0);
    return result;
}

struct lookup_result cspace_lookup_slot(struct cap root, cptr_t cptr, word_t depth)
{
    return lookup_slot(&root, cptr, depth, ALL_LEVELS);
}

struct lookup_result cspace_lookup_slot_of_message(struct cap root, cptr_t cptr, word_t depth)
{
    return lookup_slot(&root, cptr, depth, KN_MSG_CAP_MAX_LEVELS);
}

struct lookup_result cspace_lookup(struct tcb *t, cptr_t cptr)
{
    word_t left;
    return walk(&t->slots[TCB_CSPACE].cap, cptr, KN_WORD_BITS, ALL_LEVELS, &left);
}

struct lookup_result cspace_lookup_of_message(struct tcb *t, cptr_t cptr)
{
    word_t left;
    return walk(&t->slots[TCB_CSPACE].cap, cptr, KN_WORD_BITS, KN_MSG_CAP_MAX_LEVELS, &left);
}
