// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

#include "growth.h"

#define GUARDS 0xaaaaaaaaaaaaaaaaul // bits 10 at each level: a guard of one bit, then slot 0

// Revokes, without a child to go, the capability in slot 1 of the last one of LEVELS CNodes.
static kn_word_t time_lookups(kn_cptr_t first, kn_word_t levels, kn_word_t guard_bits)
{
    kn_word_t depth = levels * (1 + guard_bits);
    kn_word_t index = 1 | (guard_bits ? GUARDS >> (KN_WORD_BITS - depth) : 0);
    kn_word_t start = instructions_now();
    for (kn_word_t i = 0; i < FEWEST; i++)
        CHECK_OK(kn_cnode_revoke(first, index, depth));
    return instructions_now() - start;
}

// CNodes of one bit, with guards of GUARD_BITS: slot 0 of each leads to the next. What a level more costs, in the mean.
static void measure_levels(const char *curve, kn_word_t guard_bits)
{
    kn_word_t levels = KN_WORD_BITS / (1 + guard_bits);
    kn_cptr_t nodes = make_many(KN_OBJECT_TYPE_CNODE, 1, levels), first = slots_new(levels), frame = make_frame();
    for (kn_word_t i = 0; i < levels; i++) {
        CHECK_OK(mint(first + i, nodes + i, KN_RIGHTS_ALL, guard_bits ? kn_cnode_guard_new(1, guard_bits) : 0));
        CHECK_OK(kn_cnode_copy(nodes + i, 1, 1, frame, DEPTH, KN_RIGHTS_ALL, ROOT));
        if (i > 0)
            CHECK_OK(kn_cnode_copy(nodes + i - 1, 0, 1, first + i, DEPTH, KN_RIGHTS_ALL, ROOT));
    }
    kn_word_t one = time_lookups(first, 1, guard_bits);
    for (kn_word_t n = 2; n <= levels; n *= 2)
        report(curve, n, time_lookups(first, n, guard_bits) - one, FEWEST * (n - 1));
}

void measure_lookup(void)
{
    measure_levels("lookup", 0);
    measure_levels("lookup_guards", 1);
}
