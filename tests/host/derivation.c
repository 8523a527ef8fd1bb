// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// Derivation: who is derived from whom after copies, moves, deletions; what Revoke and Delete take along.

#include "harness.h"

static word_t endpoint(void) { return make(KN_OBJECT_TYPE_ENDPOINT, 0); }

static void retype(word_t untyped, word_t type, word_t size_bits, word_t slot, word_t count)
{
    OK(kn_untyped_retype(untyped, type, size_bits, 0, 0, slot, count, ROOT_CNODE));
}

TEST(revoke_of_an_untyped_deletes_its_objects)
{
    word_t u = make(KN_OBJECT_TYPE_UNTYPED, 14), o = new_slots(8);
    retype(u, KN_OBJECT_TYPE_ENDPOINT, 0, o, 4);
    retype(u, KN_OBJECT_TYPE_TCB, 0, o + 4, 2);
    retype(u, KN_OBJECT_TYPE_CNODE, 2, o + 6, 2);
    OK(revoke(u));
    for (word_t i = 0; i < 8; i++)
        EXPECT(is_empty(o + i));
    EXPECT(!is_empty(u));
    EXPECT(!cdt_has_children(cte_at(u)));
}

TEST(revoke_leaves_the_capability_and_its_siblings)
{
    word_t e = endpoint(), f = endpoint(), b = mint(e, KN_RIGHTS_ALL, 1), c = mint(f, KN_RIGHTS_ALL, 1);
    OK(revoke(e));
    EXPECT(is_empty(b));
    EXPECT(!is_empty(e) && !is_empty(f) && !is_empty(c));
}

TEST(revoke_of_the_original_endpoint_deletes_copies_and_badged_ones)
{
    word_t e = endpoint(), c = copy(e), b = mint(e, KN_RIGHTS_ALL, 7), bc = copy(b), d = mint(c, KN_RIGHTS_ALL, 8);
    OK(revoke(e));
    EXPECT(is_empty(c) && is_empty(b) && is_empty(bc) && is_empty(d) && !is_empty(e));
}

TEST(revoke_of_a_badged_capability_deletes_its_copies_only)
{
    word_t e = endpoint(), b1 = mint(e, KN_RIGHTS_ALL, 1), b2 = mint(e, KN_RIGHTS_ALL, 2);
    word_t c1 = copy(b1), c2 = copy(b2), again = mint(e, KN_RIGHTS_ALL, 1);
    OK(revoke(b1));
    EXPECT(is_empty(c1));
    EXPECT(!is_empty(b1) && !is_empty(b2) && !is_empty(c2) && !is_empty(again) && !is_empty(e));
}

TEST(revoke_of_a_plain_copy_deletes_nothing)
{
    word_t e = endpoint(), c = copy(e), b = mint(c, KN_RIGHTS_ALL, 1), d = copy(c);
    OK(revoke(c));
    EXPECT(!is_empty(e) && !is_empty(c) && !is_empty(b) && !is_empty(d));
}

TEST(delete_of_a_badged_parent_leaves_its_copies_under_the_original)
{
    word_t e = endpoint(), b = mint(e, KN_RIGHTS_ALL, 1), c = copy(b);
    OK(delete (b));
    EXPECT(!is_empty(c));
    OK(revoke(e));
    EXPECT(is_empty(c));
}

TEST(delete_of_an_untyped_leaves_its_children_under_the_grandparent)
{
    word_t u = make(KN_OBJECT_TYPE_UNTYPED, 14), w = new_slot(), o = new_slots(3);
    retype(u, KN_OBJECT_TYPE_UNTYPED, 13, w, 1);
    retype(w, KN_OBJECT_TYPE_ENDPOINT, 0, o, 3);
    OK(delete (w));
    EXPECT(!is_empty(o) && !is_empty(o + 2));
    word_t x = new_slot(); // W's memory is not handed out again
    retype(u, KN_OBJECT_TYPE_UNTYPED, 13, x, 1);
    EXPECT_EQ(kn_untyped_retype(u, KN_OBJECT_TYPE_ENDPOINT, 0, 0, 0, new_slot(), 1, ROOT_CNODE),
              KN_ERROR_NOT_ENOUGH_MEMORY);
    OK(revoke(u));
    EXPECT(is_empty(o) && is_empty(o + 1) && is_empty(o + 2) && is_empty(x));
}

TEST(delete_of_the_original_keeps_the_object_alive_for_its_copies)
{
    word_t e = endpoint(), c = copy(e);
    OK(delete (e));
    EXPECT(!is_empty(c));
    word_t d = copy(c);
    EXPECT(cap_same_object(cte_at(c)->cap, cte_at(d)->cap));
}

TEST(a_deep_chain_of_untypeds_is_revoked)
{
    word_t first = make(KN_OBJECT_TYPE_UNTYPED, 18), u = first, slot[14];
    for (word_t i = 0; i < 14; i++) {
        slot[i] = new_slot();
        retype(u, KN_OBJECT_TYPE_UNTYPED, 17 - i, slot[i], 1);
        u = slot[i];
    }
    OK(revoke(slot[6]));
    for (word_t i = 0; i < 14; i++)
        EXPECT_EQ(is_empty(slot[i]), i > 6);
    OK(revoke(first));
    EXPECT(is_empty(slot[0]) && is_empty(slot[6]));
}

TEST(a_chain_of_untypeds_deleted_from_the_middle_stays_connected)
{
    word_t first = make(KN_OBJECT_TYPE_UNTYPED, 18), u = first, slot[10];
    for (word_t i = 0; i < 10; i++) {
        slot[i] = new_slot();
        retype(u, KN_OBJECT_TYPE_UNTYPED, 17 - i, slot[i], 1);
        u = slot[i];
    }
    for (word_t i = 1; i < 9; i += 2)
        OK(delete (slot[i]));
    OK(revoke(slot[2]));
    EXPECT(is_empty(slot[4]) && is_empty(slot[9]) && !is_empty(slot[0]) && !is_empty(slot[2]));
}

TEST(three_hundred_copies_are_revoked)
{
    word_t e = endpoint(), c = new_slots(300);
    is_state_checked = false;
    for (word_t i = 0; i < 300; i++)
        OK(kn_cnode_mint(ROOT_CNODE, c + i, DEPTH, e, DEPTH, KN_RIGHTS_ALL, i / 10, ROOT_CNODE));
    is_state_checked = true;
    OK(revoke(e));
    for (word_t i = 0; i < 300; i++)
        EXPECT(is_empty(c + i));
    EXPECT(!is_empty(e));
}

TEST(a_moved_parent_keeps_its_children)
{
    word_t e = endpoint(), b = mint(e, KN_RIGHTS_ALL, 3), d = new_slot();
    OK(kn_cnode_move(ROOT_CNODE, d, DEPTH, e, DEPTH, ROOT_CNODE));
    OK(revoke(d));
    EXPECT(is_empty(b) && !is_empty(d));
}

TEST(a_moved_child_is_still_revoked_by_its_parent)
{
    word_t e = endpoint(), b = mint(e, KN_RIGHTS_ALL, 3), d = new_slot();
    OK(kn_cnode_move(ROOT_CNODE, d, DEPTH, b, DEPTH, ROOT_CNODE));
    OK(revoke(e));
    EXPECT(is_empty(d));
}

TEST(rotated_capabilities_keep_their_places_in_the_tree)
{
    word_t e = endpoint(), f = endpoint();
    word_t b = mint(e, KN_RIGHTS_ALL, 3), c = mint(f, KN_RIGHTS_ALL, 4), d = new_slot();
    OK(kn_cnode_rotate(ROOT_CNODE, d, DEPTH, 0, b, DEPTH, 0, c, DEPTH, ROOT_CNODE, ROOT_CNODE));
    OK(revoke(e)); // takes badge 3, now in D
    EXPECT(is_empty(d) && !is_empty(b));
    OK(revoke(f));
    EXPECT(is_empty(b));
}

TEST(deleting_the_last_capability_of_a_cnode_deletes_its_contents)
{
    word_t n = make(KN_OBJECT_TYPE_CNODE, 4), e = endpoint(), b = new_slot();
    for (word_t i = 0; i < 16; i += 3)
        OK(kn_cnode_mint(n, i, 4, e, DEPTH, KN_RIGHTS_ALL, i + 1, ROOT_CNODE));
    OK(kn_cnode_mint(ROOT_CNODE, b, DEPTH, e, DEPTH, KN_RIGHTS_ALL, 77, ROOT_CNODE));
    OK(delete (n));
    EXPECT(cte_next(cte_at(e)) == cte_at(b)); // its only child left
    OK(delete (b));
    EXPECT(!cdt_has_children(cte_at(e)));
}

TEST(a_cnode_that_holds_its_own_capability_can_be_deleted)
{
    word_t n = make(KN_OBJECT_TYPE_CNODE, 3);
    OK(kn_cnode_copy(n, 2, 3, n, DEPTH, KN_RIGHTS_ALL, ROOT_CNODE));
    OK(kn_cnode_copy(n, 5, 3, n, DEPTH, KN_RIGHTS_ALL, ROOT_CNODE));
    OK(delete (n)); // not the last one: the cycle keeps the object alive
    EXPECT(is_empty(n));
    OK(revoke(SLOT_UNTYPED));
}

TEST(a_cnode_whose_last_capability_is_inside_it_is_deleted_by_revoke)
{
    word_t u = make(KN_OBJECT_TYPE_UNTYPED, 12), n = new_slot();
    retype(u, KN_OBJECT_TYPE_CNODE, 3, n, 1);
    OK(kn_cnode_move(n, 4, 3, n, DEPTH, ROOT_CNODE));
    EXPECT(is_empty(n));
    OK(revoke(u));
    EXPECT(!cdt_has_children(cte_at(u)));
}

TEST(two_cnodes_that_hold_each_other_are_deleted_by_revoke)
{
    word_t u = make(KN_OBJECT_TYPE_UNTYPED, 12), a = new_slots(2), b = a + 1;
    retype(u, KN_OBJECT_TYPE_CNODE, 3, a, 2);
    OK(kn_cnode_copy(a, 1, 3, b, DEPTH, KN_RIGHTS_ALL, ROOT_CNODE));
    OK(kn_cnode_move(b, 1, 3, a, DEPTH, ROOT_CNODE));
    OK(delete (b));
    OK(revoke(u));
    EXPECT(!cdt_has_children(cte_at(u)));
}

TEST(a_chain_of_cnodes_is_deleted_from_its_head)
{
    word_t u = make(KN_OBJECT_TYPE_UNTYPED, 14), first = new_slots(12);
    retype(u, KN_OBJECT_TYPE_CNODE, 2, first, 12);
    for (word_t i = 11; i > 0; i--)
        OK(kn_cnode_move(first + i - 1, 1, 2, first + i, DEPTH, ROOT_CNODE));
    OK(delete (first));
    EXPECT(!cdt_has_children(cte_at(u)));
}

TEST(a_tcb_goes_with_its_slots)
{
    word_t n = make(KN_OBJECT_TYPE_CNODE, 3), t = make(KN_OBJECT_TYPE_TCB, 0);
    OK(kn_tcb_configure(t, 0, 0, n, ROOT_VSPACE, 0));
    EXPECT(!cdt_is_final(cte_at(n)));
    OK(delete (t));
    EXPECT(cdt_is_final(cte_at(n)));
}

TEST(a_thread_that_revokes_its_own_memory_vanishes)
{
    word_t boot = SLOT_FREE - 1;
    act((struct user_call){KN_SYS_CALL, ROOT_CNODE, MESSAGE(KN_LABEL_CNODE_REVOKE, 2), {boot, DEPTH}});
    EXPECT(!current());
}

TEST(a_thread_that_deletes_its_own_tcb_vanishes)
{
    struct thread a = make_thread(ROOT_PRIORITY + 1);
    start(a, (struct user_call){KN_SYS_CALL, ROOT_CNODE, MESSAGE(KN_LABEL_CNODE_DELETE, 2), {a.tcb, DEPTH}});
    EXPECT(is_empty(a.tcb));
    EXPECT(current() == root_thread());
}

TEST(a_thread_that_empties_its_own_cspace_finds_nothing_there)
{
    word_t n = make(KN_OBJECT_TYPE_CNODE, 4);
    struct thread a = make_thread(ROOT_PRIORITY + 1);
    OK(kn_cnode_copy(n, 3, 4, n, DEPTH, KN_RIGHTS_ALL, ROOT_CNODE));
    OK(kn_tcb_set_space(a.tcb, kn_cnode_guard_new(0, 60), 0, n, ROOT_VSPACE));
    OK(delete (n));
    start(a, (struct user_call){KN_SYS_CALL, 3, MESSAGE(KN_LABEL_CNODE_DELETE, 2), {3, 4}});
    EXPECT(current() == a.t);
    act((struct user_call){KN_SYS_SEND, 3, MESSAGE(0, 0)}); // an empty slot: nothing
    EXPECT(current() == a.t);
    act((struct user_call){KN_SYS_SEND, 1ul << 40, MESSAGE(0, 0)}); // no slot: a fault, which nobody handles
    EXPECT_EQ(a.t->state, THREAD_INACTIVE);
    OK(revoke(SLOT_UNTYPED));
}

TEST(revoke_makes_the_untyped_reusable_from_its_start)
{
    word_t u = make(KN_OBJECT_TYPE_UNTYPED, 12), o = new_slots(2);
    retype(u, KN_OBJECT_TYPE_UNTYPED, 11, o, 2);
    paddr_t first = cap_paddr(cte_at(o)->cap);
    OK(revoke(u));
    retype(u, KN_OBJECT_TYPE_UNTYPED, 11, o, 2);
    EXPECT_EQ(cap_paddr(cte_at(o)->cap).raw, first.raw);
}
