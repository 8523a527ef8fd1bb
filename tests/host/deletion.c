// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// Deletion of CNodes and TCBs that hold each other's capabilities in every way, preempted at every point. The invariant
// checker runs at each preemption; in the end a Revoke of the untyped must leave nothing.

#include "harness.h"

#define NR_NODES 10
#define NODE_RADIX 2

static word_t untyped, nodes; // slots; the nodes' may be empty
static uint64_t seed;

static word_t random_below(word_t n)
{
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return (seed >> 33) % n;
}

static void make_nodes(void)
{
    for (word_t i = 0; i < NR_NODES; i++) {
        word_t type = i % 4 == 3 ? KN_OBJECT_TYPE_TCB : KN_OBJECT_TYPE_CNODE;
        OK(kn_untyped_retype(untyped, type, NODE_RADIX, 0, 0, nodes + i, 1, ROOT_CNODE));
    }
}

// Puts a capability of the node FROM into the node TO: a copy, or the one of the root CNode. Errors do not matter.
static void nest(word_t to, word_t from, word_t slot, bool is_copy)
{
    if (cap_type(cte_at(nodes + to)->cap) == KN_CAP_TYPE_TCB)
        (void)kn_tcb_set_space(nodes + to, 0, 0, nodes + from, ROOT_VSPACE);
    else if (is_copy)
        (void)kn_cnode_copy(nodes + to, slot, NODE_RADIX, nodes + from, DEPTH, KN_RIGHTS_ALL, ROOT_CNODE);
    else
        (void)kn_cnode_move(nodes + to, slot, NODE_RADIX, nodes + from, DEPTH, ROOT_CNODE);
}

static void random_step(void)
{
    word_t a = random_below(NR_NODES), b = random_below(NR_NODES), slot = random_below(BIT(NODE_RADIX));
    switch (random_below(8)) {
    case 0: OK(delete(nodes + a)); break;
    case 1: OK(revoke(nodes + a)); break;
    case 2:
    case 3:
    case 4: nest(a, b, slot, true); break;
    default: nest(a, b, slot, false);
    }
}

static void tangle(word_t first_seed, word_t nr_seeds, bool is_forced)
{
    untyped = make(KN_OBJECT_TYPE_UNTYPED, 15);
    nodes = new_slots(NR_NODES);
    for (word_t s = 0; s < nr_seeds; s++) {
        seed = first_seed + s;
        make_nodes();
        host.nr_forced = is_forced ? ~0ul : 0;
        for (word_t i = 0; i < 40; i++)
            random_step();
        OK(revoke(untyped));
        host.nr_forced = 0;
        EXPECT(!cdt_has_children(cte_at(untyped)));
        for (word_t i = 0; i < NR_NODES; i++)
            EXPECT(is_empty(nodes + i));
    }
}

TEST(any_tangle_of_cnodes_and_tcbs_can_be_deleted) { tangle(1, 60, false); }

TEST(any_tangle_of_cnodes_and_tcbs_can_be_deleted_with_preemption_everywhere) { tangle(1000, 60, true); }

TEST(nested_cnodes_are_deleted_to_any_depth)
{
    const word_t depth = 60;
    untyped = make(KN_OBJECT_TYPE_UNTYPED, 15);
    nodes = new_slots(depth);
    OK(kn_untyped_retype(untyped, KN_OBJECT_TYPE_CNODE, NODE_RADIX, 0, 0, nodes, depth, ROOT_CNODE));
    for (word_t i = depth - 1; i > 0; i--)
        OK(kn_cnode_move(nodes + i - 1, i % 4, NODE_RADIX, nodes + i, DEPTH, ROOT_CNODE));
    host.nr_forced = ~0ul;
    OK(delete(nodes));
    EXPECT(!cdt_has_children(cte_at(untyped)));
}

TEST(an_abandoned_deletion_is_finished_by_the_next)
{
    word_t n = make(KN_OBJECT_TYPE_CNODE, 4), e = make(KN_OBJECT_TYPE_ENDPOINT, 0);
    for (word_t i = 0; i < 16; i++)
        OK(kn_cnode_copy(n, i, 4, e, DEPTH, KN_RIGHTS_ALL, ROOT_CNODE));
    host.nr_forced = ~0ul;
    EXPECT(cap_delete(cte_at(n)) == KERR_PREEMPTED); // as by a thread that does not come back
    host.nr_forced = 0;
    EXPECT_EQ(cap_type(cte_at(n)->cap), KN_CAP_TYPE_ZOMBIE);
    EXPECT_EQ(kn_cnode_copy(ROOT_CNODE, new_slot(), DEPTH, n, DEPTH, KN_RIGHTS_ALL, ROOT_CNODE), KN_ERROR_ILLEGAL_OPERATION);
    EXPECT_EQ(kn_cnode_copy(ROOT_CNODE, n, DEPTH, e, DEPTH, KN_RIGHTS_ALL, ROOT_CNODE), KN_ERROR_DELETE_FIRST);
    OK(delete(n));
    EXPECT(is_empty(n));
    EXPECT(cdt_is_final(cte_at(e)));
}
