// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

#include "growth.h"

#define OPERATIONS FEWEST // one by one, beside N capabilities
static_assert(CROWD + MOST + 2 * OPERATIONS <= 1ul << SPACE_RADIX, "room for all of them");

static kn_cptr_t original; // whose copies are in the crowd

// N objects of one size, from as few Retypes as that takes; then all of them go.
static void measure_retype(kn_word_t n)
{
    kn_word_t retype_total = 0, revoke_total = 0, rounds = rounds_of(n);
    for (kn_word_t i = 0; i < rounds; i++) {
        kn_word_t start = instructions_now();
        make_objects(KN_OBJECT_TYPE_ENDPOINT, 0, CROWD, n);
        kn_word_t made = instructions_now();
        CHECK_OK(revoke(arena));
        revoke_total += instructions_now() - made;
        retype_total += made - start;
    }
    report("retype", n, retype_total, rounds * n);
    report("revoke_untyped", n, revoke_total, rounds * n);
}

// One more object of an untyped that has N.
static void measure_retype_one(kn_word_t n)
{
    make_objects(KN_OBJECT_TYPE_ENDPOINT, 0, CROWD, n);
    kn_word_t start = instructions_now();
    for (kn_word_t i = 0; i < OPERATIONS; i++)
        CHECK_OK(retype(arena, KN_OBJECT_TYPE_ENDPOINT, 0, CROWD + n + i, 1));
    report("retype_one", n, instructions_now() - start, OPERATIONS);
    CHECK_OK(revoke(arena));
}

static void measure_revoke(kn_word_t n)
{
    kn_word_t total = 0, rounds = rounds_of(n);
    for (kn_word_t i = 0; i < rounds; i++) {
        fill(ROOT, CROWD, DEPTH, original, n);
        kn_word_t start = instructions_now();
        CHECK_OK(revoke(original));
        total += instructions_now() - start;
    }
    report("revoke_copies", n, total, rounds * n);
}

// A CNode of at least N slots, all of them full, goes.
static void measure_delete_cnode(kn_word_t n)
{
    kn_word_t radix = 1, total = 0, rounds = rounds_of(n);
    while (1ul << radix < n)
        radix++;
    kn_word_t slots = 1ul << radix;
    for (kn_word_t i = 0; i < rounds; i++) {
        kn_cptr_t node = env_mark();
        CHECK_OK(retype(arena, KN_OBJECT_TYPE_CNODE, radix, node, 1));
        fill(node, 0, radix, original, slots);
        kn_word_t start = instructions_now();
        CHECK_OK(delete_cap(node));
        total += instructions_now() - start;
    }
    report("delete_cnode", slots, total, rounds * slots);
}

// The last capability of each of N CNodes but the first is in the one before.
static void measure_delete_nested(kn_word_t n)
{
    kn_word_t total = 0, rounds = rounds_of(n);
    for (kn_word_t i = 0; i < rounds; i++) {
        make_objects(KN_OBJECT_TYPE_CNODE, 1, CROWD, n);
        for (kn_word_t inner = n - 1; inner > 0; inner--)
            CHECK_OK(kn_cnode_move(CROWD + inner - 1, inner % 2, 1, CROWD + inner, DEPTH, ROOT));
        kn_word_t start = instructions_now();
        CHECK_OK(delete_cap(CROWD));
        total += instructions_now() - start;
    }
    report("delete_nested", n, total, rounds * n);
}

// Beside N copies in one CNode, and in one place of the derivation tree: more of them come, go elsewhere, and go.
static void measure_single(kn_word_t n)
{
    kn_cptr_t first = CROWD + n, second = first + OPERATIONS;
    fill(ROOT, CROWD, DEPTH, original, n);
    kn_word_t start = instructions_now();
    for (kn_word_t i = 0; i < OPERATIONS; i++)
        CHECK_OK(copy(first + i, CROWD + n / 2));
    kn_word_t copied = instructions_now();
    for (kn_word_t i = 0; i < OPERATIONS; i++)
        CHECK_OK(move(second + i, first + i));
    kn_word_t moved = instructions_now();
    for (kn_word_t i = 0; i < OPERATIONS; i++)
        CHECK_OK(delete_cap(second + i));
    kn_word_t deleted = instructions_now();
    report("copy", n, copied - start, OPERATIONS);
    report("move", n, moved - copied, OPERATIONS);
    report("delete", n, deleted - moved, OPERATIONS);
    CHECK_OK(revoke(original));
}

void measure_capabilities(void)
{
    original = make_frame();
    grow(measure_retype, MOST);
    grow(measure_retype_one, MOST);
    grow(measure_revoke, MOST);
    grow(measure_delete_cnode, MOST);
    grow(measure_delete_nested, MOST);
    grow(measure_single, MOST);
}
