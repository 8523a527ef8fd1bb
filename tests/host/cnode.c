// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// CNode methods: what they do to slots, and every error.

#include "harness.h"

static kn_error_t copy_to(word_t dest, word_t src)
{
    return kn_cnode_copy(ROOT_CNODE, dest, DEPTH, src, DEPTH, KN_RIGHTS_ALL, ROOT_CNODE);
}

static word_t endpoint(void) { return make(KN_OBJECT_TYPE_ENDPOINT, 0); }

TEST(cnode_copy_names_the_same_object)
{
    word_t e = endpoint(), c = copy(e);
    EXPECT(cap_same_object(cte_at(e)->cap, cte_at(c)->cap));
    EXPECT_EQ(cap_rights(cte_at(c)->cap), KN_RIGHTS_ALL);
}

TEST(cnode_copy_masks_rights)
{
    word_t e = endpoint(), c = new_slot(), d = new_slot();
    OK(kn_cnode_copy(ROOT_CNODE, c, DEPTH, e, DEPTH, KN_RIGHTS_READ | KN_RIGHTS_GRANT, ROOT_CNODE));
    EXPECT_EQ(cap_rights(cte_at(c)->cap), KN_RIGHTS_READ | KN_RIGHTS_GRANT);
    OK(kn_cnode_copy(ROOT_CNODE, d, DEPTH, c, DEPTH, KN_RIGHTS_READ | KN_RIGHTS_WRITE, ROOT_CNODE));
    EXPECT_EQ(cap_rights(cte_at(d)->cap), KN_RIGHTS_READ);
}

TEST(cnode_copy_to_occupied_slot_fails)
{
    word_t e = endpoint(), f = endpoint();
    EXPECT_EQ(copy_to(f, e), KN_ERROR_DELETE_FIRST);
}

TEST(cnode_copy_to_itself_fails)
{
    word_t e = endpoint();
    EXPECT_EQ(copy_to(e, e), KN_ERROR_DELETE_FIRST);
}

TEST(cnode_copy_from_empty_slot_fails)
{
    EXPECT_EQ(copy_to(new_slot(), new_slot()), KN_ERROR_FAILED_LOOKUP);
    EXPECT_EQ(kn_ipc_buffer()->msg[0], 1); // the source
    EXPECT_EQ(kn_ipc_buffer()->msg[1], KN_LOOKUP_FAILURE_MISSING_CAPABILITY);
}

TEST(cnode_copy_of_irq_control_fails)
{
    EXPECT_EQ(copy_to(new_slot(), KN_INIT_CAP_IRQ_CONTROL), KN_ERROR_ILLEGAL_OPERATION);
}

TEST(cnode_copy_of_untyped_with_children_fails)
{
    endpoint();
    EXPECT_EQ(copy_to(new_slot(), SLOT_UNTYPED), KN_ERROR_REVOKE_FIRST);
}

TEST(cnode_copy_of_untyped_takes_all_its_memory)
{
    word_t u = make(KN_OBJECT_TYPE_UNTYPED, 12), c = copy(u), e = new_slot();
    EXPECT_EQ(kn_untyped_retype(u, KN_OBJECT_TYPE_ENDPOINT, 0, 0, 0, e, 1, ROOT_CNODE), KN_ERROR_NOT_ENOUGH_MEMORY);
    OK(kn_untyped_retype(c, KN_OBJECT_TYPE_ENDPOINT, 0, 0, 0, e, 1, ROOT_CNODE));
    OK(revoke(u));
    EXPECT(is_empty(c) && is_empty(e));
    OK(kn_untyped_retype(u, KN_OBJECT_TYPE_ENDPOINT, 0, 0, 0, e, 1, ROOT_CNODE));
}

TEST(cnode_copy_of_unmapped_page_table_fails)
{
    EXPECT_EQ(copy_to(new_slot(), make(KN_OBJECT_TYPE_PAGE_TABLE, 0)), KN_ERROR_ILLEGAL_OPERATION);
}

TEST(cnode_copy_of_vspace_without_asid_fails)
{
    EXPECT_EQ(copy_to(new_slot(), make(KN_OBJECT_TYPE_VSPACE, 0)), KN_ERROR_ILLEGAL_OPERATION);
}

TEST(cnode_copy_of_mapped_frame_is_unmapped)
{
    word_t f = make(KN_OBJECT_TYPE_FRAME, 12);
    cte_at(f)->cap.w[1] = map_word(7, 0x123000, 3); // a record of an address space that is gone
    EXPECT(!cap_is_mapped(cte_at(copy(f))->cap));
}

TEST(cnode_mint_sets_the_badge)
{
    word_t b = mint(endpoint(), KN_RIGHTS_WRITE, 0xdeadbeef12345678);
    EXPECT_EQ(cap_badge(cte_at(b)->cap), 0xdeadbeef12345678);
    EXPECT_EQ(cap_rights(cte_at(b)->cap), KN_RIGHTS_WRITE);
}

TEST(cnode_mint_of_a_badged_capability_fails)
{
    word_t b = mint(endpoint(), KN_RIGHTS_ALL, 5);
    EXPECT_EQ(kn_cnode_mint(ROOT_CNODE, new_slot(), DEPTH, b, DEPTH, KN_RIGHTS_ALL, 6, ROOT_CNODE),
              KN_ERROR_ILLEGAL_OPERATION);
}

TEST(cnode_mint_sets_a_guard)
{
    word_t n = make(KN_OBJECT_TYPE_CNODE, 4);
    word_t m = mint(n, KN_RIGHTS_ALL, kn_cnode_guard_new(0xab, 12));
    EXPECT_EQ(cap_cnode_guard_size(cte_at(m)->cap), 12);
    EXPECT_EQ(cap_cnode_guard(cte_at(m)->cap), 0xab);
}

TEST(cnode_mint_with_a_guard_that_is_too_long_fails)
{
    word_t n = make(KN_OBJECT_TYPE_CNODE, 4);
    EXPECT_EQ(
        kn_cnode_mint(ROOT_CNODE, new_slot(), DEPTH, n, DEPTH, KN_RIGHTS_ALL, kn_cnode_guard_new(0, 61), ROOT_CNODE),
        KN_ERROR_ILLEGAL_OPERATION);
}

TEST(cnode_mint_to_occupied_slot_fails)
{
    word_t e = endpoint(), f = endpoint();
    EXPECT_EQ(kn_cnode_mint(ROOT_CNODE, f, DEPTH, e, DEPTH, KN_RIGHTS_ALL, 5, ROOT_CNODE), KN_ERROR_DELETE_FIRST);
}

TEST(cnode_move_empties_the_source)
{
    word_t e = endpoint(), d = new_slot();
    struct cap before = cte_at(e)->cap;
    OK(kn_cnode_move(ROOT_CNODE, d, DEPTH, e, DEPTH, ROOT_CNODE));
    EXPECT(is_empty(e));
    EXPECT(cte_at(d)->cap.w[0] == before.w[0] && cte_at(d)->cap.w[1] == before.w[1]);
}

TEST(cnode_move_to_occupied_slot_fails)
{
    word_t e = endpoint(), f = endpoint();
    EXPECT_EQ(kn_cnode_move(ROOT_CNODE, f, DEPTH, e, DEPTH, ROOT_CNODE), KN_ERROR_DELETE_FIRST);
}

TEST(cnode_move_from_empty_slot_fails)
{
    EXPECT_EQ(kn_cnode_move(ROOT_CNODE, new_slot(), DEPTH, new_slot(), DEPTH, ROOT_CNODE), KN_ERROR_FAILED_LOOKUP);
}

TEST(cnode_move_works_for_what_cannot_be_copied)
{
    word_t d = new_slot();
    OK(kn_cnode_move(ROOT_CNODE, d, DEPTH, KN_INIT_CAP_IRQ_CONTROL, DEPTH, ROOT_CNODE));
    EXPECT_EQ(cap_type(cte_at(d)->cap), KN_CAP_TYPE_IRQ_CONTROL);
}

TEST(cnode_mutate_moves_and_sets_the_guard)
{
    word_t n = make(KN_OBJECT_TYPE_CNODE, 4), d = new_slot();
    OK(kn_cnode_mutate(ROOT_CNODE, d, DEPTH, n, DEPTH, kn_cnode_guard_new(3, 2), ROOT_CNODE));
    EXPECT(is_empty(n));
    EXPECT_EQ(cap_cnode_guard(cte_at(d)->cap), 3);
}

TEST(cnode_mutate_cannot_badge_an_endpoint)
{
    EXPECT_EQ(kn_cnode_mutate(ROOT_CNODE, new_slot(), DEPTH, endpoint(), DEPTH, 5, ROOT_CNODE),
              KN_ERROR_ILLEGAL_OPERATION);
}

static kn_error_t rotate(word_t dest, word_t pivot, word_t src)
{
    return kn_cnode_rotate(ROOT_CNODE, dest, DEPTH, 0, pivot, DEPTH, 0, src, DEPTH, ROOT_CNODE, ROOT_CNODE);
}

static void expect_object(word_t slot, struct cap wanted) { EXPECT(cap_same_object(cte_at(slot)->cap, wanted)); }

TEST(cnode_rotate_moves_two_capabilities)
{
    word_t t = make(KN_OBJECT_TYPE_TCB, 0), r = make(KN_OBJECT_TYPE_REPLY, 0), d = new_slot();
    struct cap tcb = cte_at(t)->cap, reply = cte_at(r)->cap;
    OK(rotate(d, t, r));
    expect_object(d, tcb);
    expect_object(t, reply);
    EXPECT(is_empty(r));
}

TEST(cnode_rotate_with_destination_as_source_swaps)
{
    word_t t = make(KN_OBJECT_TYPE_TCB, 0), r = make(KN_OBJECT_TYPE_REPLY, 0);
    struct cap tcb = cte_at(t)->cap, reply = cte_at(r)->cap;
    OK(rotate(r, t, r));
    expect_object(r, tcb);
    expect_object(t, reply);
}

TEST(cnode_rotate_swaps_neighbours_in_the_derivation_list)
{
    word_t e = endpoint(), b = mint(e, KN_RIGHTS_ALL, 9);
    EXPECT(cte_next(cte_at(e)) == cte_at(b));
    OK(kn_cnode_rotate(ROOT_CNODE, b, DEPTH, 0, e, DEPTH, 0, b, DEPTH, ROOT_CNODE, ROOT_CNODE));
    EXPECT_EQ(cap_badge(cte_at(e)->cap), 9);
    OK(revoke(b)); // the original is there now
    EXPECT(is_empty(e));
}

TEST(cnode_rotate_to_occupied_destination_fails)
{
    word_t a = endpoint(), b = endpoint(), c = endpoint();
    EXPECT_EQ(rotate(a, b, c), KN_ERROR_DELETE_FIRST);
}

TEST(cnode_rotate_of_empty_pivot_or_source_fails)
{
    word_t a = endpoint();
    EXPECT_EQ(rotate(new_slot(), new_slot(), a), KN_ERROR_FAILED_LOOKUP);
    EXPECT_EQ(rotate(new_slot(), a, new_slot()), KN_ERROR_FAILED_LOOKUP);
}

TEST(cnode_rotate_with_pivot_as_source_or_destination_fails)
{
    word_t a = endpoint(), b = endpoint();
    EXPECT_EQ(rotate(new_slot(), a, a), KN_ERROR_ILLEGAL_OPERATION);
    EXPECT_EQ(rotate(a, a, b), KN_ERROR_ILLEGAL_OPERATION);
}

static kn_error_t copy_range(word_t dest, word_t src, word_t count, word_t *done)
{
    return kn_cnode_copy_range(ROOT_CNODE, dest, DEPTH, src, DEPTH, KN_RIGHTS_ALL, count, ROOT_CNODE, done);
}

TEST(cnode_copy_range_copies_all)
{
    word_t e = make_many(KN_OBJECT_TYPE_ENDPOINT, 0, 20), d = new_slots(20), done = 0;
    OK(copy_range(d, e, 20, &done));
    EXPECT_EQ(done, 20);
    for (word_t i = 0; i < 20; i++)
        expect_object(d + i, cte_at(e + i)->cap);
}

TEST(cnode_copy_range_stops_at_an_occupied_slot_and_says_how_many)
{
    word_t e = make_many(KN_OBJECT_TYPE_ENDPOINT, 0, 4), d = new_slots(4), done = 9;
    OK(kn_cnode_copy(ROOT_CNODE, d + 2, DEPTH, e, DEPTH, KN_RIGHTS_ALL, ROOT_CNODE));
    EXPECT_EQ(copy_range(d, e, 4, &done), KN_ERROR_DELETE_FIRST);
    EXPECT_EQ(done, 2);
    EXPECT(!is_empty(d + 1) && is_empty(d + 3));
}

TEST(cnode_copy_range_error_at_the_first_changes_nothing)
{
    word_t e = make_many(KN_OBJECT_TYPE_ENDPOINT, 0, 4), d = new_slots(4), done = 9;
    OK(delete (e));
    EXPECT_EQ(copy_range(d, e, 4, &done), KN_ERROR_FAILED_LOOKUP);
    EXPECT_EQ(done, 0);
}

TEST(cnode_copy_range_stops_early_when_an_interrupt_is_due)
{
    word_t e = make_many(KN_OBJECT_TYPE_ENDPOINT, 0, 20), d = new_slots(20), done = 0;
    host.nr_forced = ~0ul;
    OK(copy_range(d, e, 20, &done));
    EXPECT_EQ(done, 16);
    EXPECT(!is_empty(d + 15) && is_empty(d + 16));
    OK(copy_range(d + 16, e + 16, 4, &done));
    EXPECT_EQ(done, 4);
}

TEST(cnode_copy_range_beyond_the_cnode_fails)
{
    word_t e = endpoint(), done = 9;
    EXPECT_EQ(copy_range(BIT(ROOT_RADIX) - 2, e, 3, &done), KN_ERROR_RANGE_ERROR);
    EXPECT(is_empty(BIT(ROOT_RADIX) - 1));
}

TEST(cnode_copy_range_of_too_many_fails)
{
    EXPECT_EQ(copy_range(new_slot(), endpoint(), KN_RANGE_MAX + 1, NULL), KN_ERROR_RANGE_ERROR);
    EXPECT_EQ(kn_ipc_buffer()->msg[0], 1);
    EXPECT_EQ(kn_ipc_buffer()->msg[1], KN_RANGE_MAX);
}

TEST(cnode_delete_of_an_empty_slot_does_nothing) { OK(delete (new_slot())); }

TEST(cnode_revoke_of_an_empty_slot_does_nothing_or_fails_as_lookup)
{
    kn_error_t e = revoke(new_slot());
    EXPECT(e == KN_ERROR_NONE || e == KN_ERROR_FAILED_LOOKUP);
}

TEST(cnode_depth_zero_and_more_than_64_fail)
{
    EXPECT_EQ(kn_cnode_delete(ROOT_CNODE, 3, 0), KN_ERROR_RANGE_ERROR);
    EXPECT_EQ(kn_cnode_delete(ROOT_CNODE, 3, 65), KN_ERROR_RANGE_ERROR);
}

TEST(cnode_truncated_message_fails)
{
    act((struct user_call){KN_SYS_CALL, ROOT_CNODE, MESSAGE(KN_LABEL_CNODE_COPY, 4)});
    EXPECT_EQ(got_label(root_thread()), KN_ERROR_TRUNCATED_MESSAGE);
    act((struct user_call){KN_SYS_CALL, ROOT_CNODE, MESSAGE(KN_LABEL_CNODE_COPY, 5), {1, 64, 1, 64}}); // no root
    EXPECT_EQ(got_label(root_thread()), KN_ERROR_TRUNCATED_MESSAGE);
}

TEST(cnode_unknown_label_fails)
{
    act((struct user_call){KN_SYS_CALL, ROOT_CNODE, MESSAGE(KN_LABEL_TCB_SUSPEND, 0)});
    EXPECT_EQ(got_label(root_thread()), KN_ERROR_ILLEGAL_OPERATION);
}

TEST(invocation_of_an_empty_slot_fails_as_invalid_capability)
{
    act((struct user_call){KN_SYS_CALL, new_slot(), MESSAGE(KN_LABEL_TCB_SUSPEND, 0)});
    EXPECT_EQ(got_label(root_thread()), KN_ERROR_INVALID_CAPABILITY);
    EXPECT_EQ(got_word(root_thread(), 0), 0);
}

TEST(invocation_by_send_gets_no_answer)
{
    word_t e = endpoint();
    struct tcb *r = root_thread();
    act((struct user_call){KN_SYS_SEND, ROOT_CNODE, MESSAGE(KN_LABEL_CNODE_DELETE, 2), {e, DEPTH}});
    EXPECT(is_empty(e));
    EXPECT_EQ(got_word(r, 0), e);
}
