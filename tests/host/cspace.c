// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// Capability addresses: guards, levels, and every way in which a look-up fails.

#include "harness.h"

// A CNode of RADIX behind a guard, in the root CNode's slot that is returned.
static word_t guarded_cnode(word_t radix, word_t guard, word_t guard_size)
{
    word_t n = make(KN_OBJECT_TYPE_CNODE, radix);
    return mint(n, KN_RIGHTS_ALL, kn_cnode_guard_new(guard, guard_size));
}

static void expect_failure(bool was_source, word_t type, word_t word0, word_t word1, word_t word2)
{
    const word_t *msg = kn_ipc_buffer()->msg;
    EXPECT_EQ(msg[0], was_source);
    EXPECT_EQ(msg[1], type);
    EXPECT_EQ(msg[2], word0);
    EXPECT_EQ(msg[3], word1);
    EXPECT_EQ(msg[4], word2);
}

TEST(cspace_two_levels_with_a_guard_resolve)
{
    word_t node = make(KN_OBJECT_TYPE_CNODE, 4), g = mint(node, KN_RIGHTS_ALL, kn_cnode_guard_new(0x2a, 8));
    word_t e = make(KN_OBJECT_TYPE_ENDPOINT, 0);
    // A view of the root CNode without guard: 10 bits of root, 8 of guard, 4 of node.
    word_t view = mint(ROOT_CNODE, KN_RIGHTS_ALL, 0);
    OK(kn_cnode_copy(view, g << 12 | 0x2a << 4 | 9, 22, e, DEPTH, KN_RIGHTS_ALL, ROOT_CNODE));
    EXPECT(cap_same_object(PTR(node, struct cte)[9].cap, cte_at(e)->cap));
}

TEST(cspace_depth_can_end_at_a_cnode_capability)
{
    word_t node = make(KN_OBJECT_TYPE_CNODE, 4), view = mint(ROOT_CNODE, KN_RIGHTS_ALL, 0);
    OK(kn_cnode_delete(view, node, ROOT_RADIX)); // the slot of NODE itself, not one inside
    EXPECT(is_empty(node));
}

TEST(cspace_guard_mismatch_is_reported)
{
    word_t g = guarded_cnode(4, 0x2a, 8);
    EXPECT_EQ(kn_cnode_copy(g, 0x2b << 4, 12, ROOT_CNODE, DEPTH, KN_RIGHTS_ALL, ROOT_CNODE), KN_ERROR_FAILED_LOOKUP);
    expect_failure(false, KN_LOOKUP_FAILURE_GUARD_MISMATCH, 12, 0x2a, 8);
}

TEST(cspace_guard_longer_than_the_depth_is_a_guard_mismatch)
{
    word_t g = guarded_cnode(4, 0, 8);
    EXPECT_EQ(kn_cnode_copy(g, 0, 6, ROOT_CNODE, DEPTH, KN_RIGHTS_ALL, ROOT_CNODE), KN_ERROR_FAILED_LOOKUP);
    expect_failure(false, KN_LOOKUP_FAILURE_GUARD_MISMATCH, 6, 0, 8);
}

TEST(cspace_depth_shorter_than_the_radix_is_a_depth_mismatch)
{
    word_t g = guarded_cnode(4, 0, 8);
    EXPECT_EQ(kn_cnode_copy(g, 0, 10, ROOT_CNODE, DEPTH, KN_RIGHTS_ALL, ROOT_CNODE), KN_ERROR_FAILED_LOOKUP);
    expect_failure(false, KN_LOOKUP_FAILURE_DEPTH_MISMATCH, 10, 12, 0);
}

TEST(cspace_bits_left_at_a_slot_without_cnode_fail)
{
    word_t node = make(KN_OBJECT_TYPE_CNODE, 4);
    EXPECT_EQ(kn_cnode_delete(node, 0x30, 8), KN_ERROR_FAILED_LOOKUP); // slot 3 is empty
    EXPECT_EQ(kn_ipc_buffer()->msg[2], 4);
    EXPECT(kn_ipc_buffer()->msg[1] == KN_LOOKUP_FAILURE_MISSING_CAPABILITY ||
           kn_ipc_buffer()->msg[1] == KN_LOOKUP_FAILURE_DEPTH_MISMATCH);
}

TEST(cspace_source_root_that_is_no_cnode_is_an_invalid_root)
{
    word_t e = make(KN_OBJECT_TYPE_ENDPOINT, 0);
    EXPECT_EQ(kn_cnode_copy(ROOT_CNODE, new_slot(), DEPTH, 1, DEPTH, KN_RIGHTS_ALL, e), KN_ERROR_FAILED_LOOKUP);
    expect_failure(true, KN_LOOKUP_FAILURE_INVALID_ROOT, 0, 0, 0);
}

TEST(cspace_failure_tells_source_from_destination)
{
    word_t g = guarded_cnode(4, 5, 8), e = make(KN_OBJECT_TYPE_ENDPOINT, 0);
    EXPECT_EQ(kn_cnode_copy(ROOT_CNODE, new_slot(), DEPTH, 0, 12, KN_RIGHTS_ALL, g), KN_ERROR_FAILED_LOOKUP);
    expect_failure(true, KN_LOOKUP_FAILURE_GUARD_MISMATCH, 12, 5, 8);
    EXPECT_EQ(kn_cnode_copy(g, 0, 12, e, DEPTH, KN_RIGHTS_ALL, ROOT_CNODE), KN_ERROR_FAILED_LOOKUP);
    expect_failure(false, KN_LOOKUP_FAILURE_GUARD_MISMATCH, 12, 5, 8);
}

TEST(cspace_of_64_levels_resolves)
{
    word_t node[64], e = make(KN_OBJECT_TYPE_ENDPOINT, 0);
    for (word_t i = 0; i < 64; i++)
        node[i] = make(KN_OBJECT_TYPE_CNODE, 1);
    for (word_t i = 0; i < 63; i++)
        OK(kn_cnode_copy(node[i], 1, 1, node[i + 1], DEPTH, KN_RIGHTS_ALL, ROOT_CNODE));
    OK(kn_cnode_copy(node[0], ~0ul - 1, 64, e, DEPTH, KN_RIGHTS_ALL, ROOT_CNODE));
    EXPECT(cap_same_object(PTR(node[63], struct cte)[0].cap, cte_at(e)->cap));
}

TEST(cspace_invoked_address_may_leave_bits_over)
{
    // As in seL4: the walk for an invocation ends at the first slot that holds no CNode, whatever is left.
    struct thread a = make_thread(ROOT_PRIORITY + 1);
    word_t node = make(KN_OBJECT_TYPE_CNODE, 4), n = make(KN_OBJECT_TYPE_NOTIFICATION, 0);
    OK(kn_cnode_copy(node, 3, 4, n, DEPTH, KN_RIGHTS_ALL, ROOT_CNODE));
    OK(kn_tcb_set_space(a.tcb, 0, 0, node, ROOT_VSPACE));
    start(a, (struct user_call){KN_SYS_SEND, 3ul << 60 | 12345});
    EXPECT_EQ(PTR(n, struct notification)->state, NOTIFICATION_ACTIVE);
}

TEST(cspace_root_that_is_no_cnode_makes_every_call_fault)
{
    struct thread a = make_thread(ROOT_PRIORITY + 1);
    word_t node = make(KN_OBJECT_TYPE_CNODE, 4);
    OK(kn_tcb_set_space(a.tcb, 0, 0, node, ROOT_VSPACE));
    OK(delete (node));     // the TCB's copy lives
    OK(revoke(SLOT_FREE)); // no effect, but a kernel entry
    start(a, (struct user_call){KN_SYS_SEND, 3});
    EXPECT(current() == a.t || a.t->state == THREAD_INACTIVE);
    EXPECT_EQ(cap_type(a.t->slots[TCB_CSPACE].cap), KN_CAP_TYPE_CNODE);
}
