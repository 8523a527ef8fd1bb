// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// CNode methods: copying, minting, moving, rotating, deleting, ranges.

#include "thread.h"

// A copy of a capability works as the original does.
TEST(cnode_copy_works_like_the_original)
{
    kn_cptr_t notification = make_notification(), other = slot_new();
    CHECK_OK(copy(other, notification));
    kn_signal(badged(other, 4));
    CHECK(poll(notification).badge == 4);
}

// A slot in use is DELETE_FIRST as a destination, and keeps what it has.
TEST(cnode_copy_to_occupied_slot_fails)
{
    kn_cptr_t notification = make_notification(), endpoint = make_endpoint();
    CHECK_ERROR(copy(notification, endpoint), DELETE_FIRST);
    CHECK_ERROR(mint(notification, endpoint, KN_RIGHTS_ALL, 1), DELETE_FIRST);
    CHECK_ERROR(move(notification, endpoint), DELETE_FIRST);
    kn_signal(notification);
    CHECK(poll(badged(notification, 1)).badge == 0);
}

// An empty slot as a source is FAILED_LOOKUP of the source, MISSING_CAPABILITY.
TEST(cnode_copy_from_empty_slot_fails)
{
    kn_cptr_t from = slot_new(), to = slot_new();
    CHECK_ERROR(copy(to, from), FAILED_LOOKUP);
    CHECK(error_word(0) == 1 && error_word(1) == KN_LOOKUP_FAILURE_MISSING_CAPABILITY);
    CHECK_ERROR(move(to, from), FAILED_LOOKUP);
    CHECK(error_word(0) == 1);
}

// The depth of a slot's address is 1 to 64.
TEST(cnode_depth_is_limited)
{
    kn_cptr_t slot = slot_new();
    CHECK_ERROR(kn_cnode_copy(ROOT, slot, 0, KN_INIT_CAP_TCB, DEPTH, KN_RIGHTS_ALL, ROOT), RANGE_ERROR);
    CHECK(error_word(0) == 1 && error_word(1) == 64);
    CHECK_ERROR(kn_cnode_copy(ROOT, slot, DEPTH, KN_INIT_CAP_TCB, 65, KN_RIGHTS_ALL, ROOT), RANGE_ERROR);
    CHECK_ERROR(kn_cnode_delete(ROOT, slot, 0), RANGE_ERROR);
}

// A copy without WRITE cannot send: INVALID_CAPABILITY 0.
TEST(cnode_copy_narrows_rights)
{
    kn_cptr_t notification = make_notification(), reader = with_rights(notification, KN_RIGHTS_READ);
    struct kn_msg m = message(0, 0, 0);
    kn_call(reader, &m);
    CHECK(label_of(&m) == KN_ERROR_INVALID_CAPABILITY && m.mr[0] == 0);
    kn_signal(notification);
    CHECK(poll(reader).info == 0);
}

// A copy of a copy never gets back what the first one lost.
TEST(cnode_copy_cannot_add_rights)
{
    kn_cptr_t notification = make_notification();
    kn_cptr_t reader = with_rights(notification, KN_RIGHTS_READ), other = with_rights(reader, KN_RIGHTS_ALL);
    struct kn_msg m = message(0, 0, 0);
    kn_call(other, &m);
    CHECK(label_of(&m) == KN_ERROR_INVALID_CAPABILITY);
}

// IRQControl exists once: it cannot be copied, only moved.
TEST(cnode_copy_of_irq_control_fails)
{
    kn_cptr_t slot = slot_new();
    CHECK_ERROR(copy(slot, KN_INIT_CAP_IRQ_CONTROL), ILLEGAL_OPERATION);
    CHECK_OK(move(slot, KN_INIT_CAP_IRQ_CONTROL));
    CHECK_OK(move(KN_INIT_CAP_IRQ_CONTROL, slot));
}

// Mint gives an unbadged capability a badge, which its signals carry.
TEST(cnode_mint_sets_the_badge)
{
    kn_cptr_t notification = make_notification();
    kn_signal(badged(notification, 0x123456789abcdef0));
    CHECK(poll(notification).badge == 0x123456789abcdef0);
}

// A badge once given stays: minting anew is ILLEGAL_OPERATION, even with 0.
TEST(cnode_mint_of_badged_fails)
{
    kn_cptr_t badge = badged(make_endpoint(), 5), slot = slot_new();
    CHECK_ERROR(mint(slot, badge, KN_RIGHTS_ALL, 6), ILLEGAL_OPERATION);
    CHECK_OK(copy(slot, badge));
}

// A badge for what has none is ILLEGAL_OPERATION; 0 is no badge.
TEST(cnode_mint_badge_on_tcb_fails)
{
    kn_cptr_t slot = slot_new();
    CHECK_ERROR(mint(slot, KN_INIT_CAP_TCB, KN_RIGHTS_ALL, 1), ILLEGAL_OPERATION);
    CHECK(slot_is_empty(slot));
    CHECK_OK(mint(slot, KN_INIT_CAP_TCB, KN_RIGHTS_ALL, 0));
}

// Move empties the source and keeps rights and badge.
TEST(cnode_move_takes_everything_along)
{
    kn_cptr_t notification = make_notification(), badge = badged(notification, 9), to = slot_new();
    CHECK_OK(move(to, badge));
    CHECK(slot_is_empty(badge));
    kn_signal(to);
    CHECK(poll(notification).badge == 9);
}

// Behind a Move the place in the derivation tree is the same: the parent's Revoke finds the capability.
TEST(cnode_move_keeps_the_parent)
{
    kn_cptr_t endpoint = make_endpoint(), child = copy_of(endpoint), to = slot_new();
    CHECK_OK(move(to, child));
    CHECK_OK(revoke(endpoint));
    CHECK(slot_is_empty(to));
}

// Behind a Move the children still are children.
TEST(cnode_move_keeps_the_children)
{
    kn_cptr_t endpoint = make_endpoint(), child = copy_of(endpoint), to = slot_new();
    CHECK_OK(move(to, endpoint));
    CHECK_OK(revoke(to));
    CHECK(slot_is_empty(child) && !slot_is_empty(to));
}

// Mutate moves and sets a CNode's guard.
TEST(cnode_mutate_sets_a_guard)
{
    kn_cptr_t node = make_cnode(4), to = slot_new();
    CHECK_OK(kn_cnode_mutate(ROOT, to, DEPTH, node, DEPTH, kn_cnode_guard_new(0x5, 3), ROOT));
    CHECK(slot_is_empty(node));
    CHECK_OK(kn_cnode_copy(to, 0x5 << 4 | 2, 7, KN_INIT_CAP_TCB, DEPTH, KN_RIGHTS_ALL, ROOT));
    CHECK_ERROR(kn_cnode_delete(to, 0x4 << 4 | 2, 7), FAILED_LOOKUP);
    CHECK_OK(kn_cnode_delete(to, 0x5 << 4 | 2, 7));
}

// Mutate cannot give a badge; with 0 it leaves the one that is there.
TEST(cnode_mutate_cannot_give_a_badge)
{
    kn_cptr_t notification = make_notification(), badge = badged(notification, 3), to = slot_new();
    CHECK_ERROR(kn_cnode_mutate(ROOT, to, DEPTH, badge, DEPTH, 4, ROOT), ILLEGAL_OPERATION);
    CHECK_ERROR(kn_cnode_mutate(ROOT, to, DEPTH, notification, DEPTH, 4, ROOT), ILLEGAL_OPERATION);
    CHECK_OK(kn_cnode_mutate(ROOT, to, DEPTH, badge, DEPTH, 0, ROOT));
    kn_signal(to);
    CHECK(poll(notification).badge == 3);
}

// A guard too long for the address is ILLEGAL_OPERATION.
TEST(cnode_guard_beyond_64_bits_fails)
{
    kn_cptr_t node = make_cnode(4), to = slot_new();
    CHECK_ERROR(mint(to, node, KN_RIGHTS_ALL, kn_cnode_guard_new(0, 61)), ILLEGAL_OPERATION);
    CHECK_OK(mint(to, node, KN_RIGHTS_ALL, kn_cnode_guard_new(0, 60)));
}

static kn_error_t rotate(kn_cptr_t to, kn_cptr_t pivot, kn_cptr_t from)
{
    return kn_cnode_rotate(ROOT, to, DEPTH, 0, pivot, DEPTH, 0, from, DEPTH, ROOT, ROOT);
}

// Rotate moves the pivot to the destination and the source to the pivot.
TEST(cnode_rotate_moves_both)
{
    kn_cptr_t notification = make_notification();
    kn_cptr_t one = badged(notification, 1), two = badged(notification, 2), to = slot_new();
    CHECK_OK(rotate(to, one, two));
    CHECK(slot_is_empty(two));
    kn_signal(to);
    CHECK(poll(notification).badge == 1);
    kn_signal(one);
    CHECK(poll(notification).badge == 2);
}

// With source and destination the same, Rotate swaps.
TEST(cnode_rotate_swaps)
{
    kn_cptr_t notification = make_notification(), one = badged(notification, 1), two = badged(notification, 2);
    CHECK_OK(rotate(one, two, one));
    kn_signal(one);
    CHECK(poll(notification).badge == 2);
    kn_signal(two);
    CHECK(poll(notification).badge == 1);
}

// Rotate refuses a pivot that is source or destination, an occupied destination and empty sources.
TEST(cnode_rotate_refuses_what_is_no_rotation)
{
    kn_cptr_t one = make_endpoint(), two = make_endpoint(), three = make_endpoint(), empty = slot_new();
    CHECK_ERROR(rotate(empty, one, one), ILLEGAL_OPERATION);
    CHECK_ERROR(rotate(one, one, two), ILLEGAL_OPERATION);
    CHECK_ERROR(rotate(three, one, two), DELETE_FIRST);
    CHECK_ERROR(rotate(slot_new(), one, empty), FAILED_LOOKUP);
    CHECK_ERROR(rotate(slot_new(), empty, two), FAILED_LOOKUP);
    CHECK(!slot_is_empty(one) && !slot_is_empty(two) && !slot_is_empty(three));
}

// Deleting what is not there succeeds.
TEST(cnode_delete_of_empty_slot_succeeds) { CHECK_OK(delete_cap(slot_new())); }

// Deleting one of two capabilities leaves the object to the other.
TEST(cnode_delete_leaves_other_capabilities)
{
    kn_cptr_t notification = make_notification(), other = badged(notification, 6);
    CHECK_OK(delete_cap(notification));
    kn_signal(other);
    CHECK(poll(other).badge == 6);
}

// The last capability of a CNode takes with it what the CNode holds.
TEST(cnode_delete_empties_the_cnode)
{
    kn_cptr_t node = make_cnode(4), endpoint = make_endpoint();
    CHECK_OK(kn_cnode_move(node, 3, 4, endpoint, DEPTH, ROOT));
    kn_cptr_t untyped = make_untyped(KN_ENDPOINT_BITS), last = slot_new();
    CHECK_OK(retype(untyped, KN_OBJECT_TYPE_ENDPOINT, 0, last, 1));
    CHECK_OK(kn_cnode_move(node, 5, 4, last, DEPTH, ROOT));
    CHECK_ERROR(retype(untyped, KN_OBJECT_TYPE_ENDPOINT, 0, last, 1), NOT_ENOUGH_MEMORY);
    CHECK_OK(delete_cap(node));
    CHECK_OK(retype(untyped, KN_OBJECT_TYPE_ENDPOINT, 0, last, 1));
}

// A CNode that holds the last capabilities to itself outlives its deletion, but not the Revoke of its untyped.
TEST(cnode_ring_ends_with_its_untyped)
{
    kn_cptr_t untyped = make_untyped(9), node = slot_new();
    CHECK_OK(retype(untyped, KN_OBJECT_TYPE_CNODE, 4, node, 1));
    CHECK_OK(kn_cnode_copy(node, 0, 4, node, DEPTH, KN_RIGHTS_ALL, ROOT));
    CHECK_OK(kn_cnode_copy(node, 15, 4, node, DEPTH, KN_RIGHTS_ALL, ROOT));
    CHECK_OK(delete_cap(node));
    CHECK_ERROR(retype(untyped, KN_OBJECT_TYPE_CNODE, 4, node, 1), NOT_ENOUGH_MEMORY);
    CHECK_OK(revoke(untyped));
    CHECK_OK(retype(untyped, KN_OBJECT_TYPE_CNODE, 4, node, 1));
}

// CopyRange copies consecutive slots and says how many.
TEST(cnode_copy_range_copies)
{
    kn_cptr_t from = make_many(KN_OBJECT_TYPE_NOTIFICATION, 0, 40), to = slots_new(40);
    kn_word_t done = 0;
    for (kn_word_t at = 0; at < 40; at += done)
        CHECK_OK(kn_cnode_copy_range(ROOT, to + at, DEPTH, from + at, DEPTH, KN_RIGHTS_ALL, 40 - at, ROOT, &done));
    kn_signal(badged(to + 39, 7));
    CHECK(poll(from + 39).badge == 7);
    for (kn_word_t i = 0; i < 40; i++)
        CHECK(!slot_is_empty(to + i));
}

// CopyRange stops at what cannot be copied: the error concerns the slot behind those done, which is as it was.
TEST(cnode_copy_range_stops_at_an_error)
{
    kn_cptr_t from = make_many(KN_OBJECT_TYPE_NOTIFICATION, 0, 6), to = slots_new(6);
    kn_word_t done = 99;
    CHECK_OK(copy(to + 3, KN_INIT_CAP_TCB));
    CHECK_ERROR(kn_cnode_copy_range(ROOT, to, DEPTH, from, DEPTH, KN_RIGHTS_ALL, 6, ROOT, &done), DELETE_FIRST);
    CHECK(done == 3 && !slot_is_empty(to + 2) && slot_is_empty(to + 4));
    CHECK_OK(delete_cap(from + 4));
    CHECK_ERROR(kn_cnode_copy_range(ROOT, to + 4, DEPTH, from + 4, DEPTH, KN_RIGHTS_ALL, 2, ROOT, &done),
                FAILED_LOOKUP);
    CHECK(done == 0);
}

// CopyRange wants both ranges inside their CNodes, and at most KN_RANGE_MAX slots.
TEST(cnode_copy_range_stays_inside)
{
    kn_cptr_t node = make_cnode(3);
    kn_word_t done = 0;
    CHECK_ERROR(kn_cnode_copy_range(node, 5, 3, KN_INIT_CAP_TCB, DEPTH, KN_RIGHTS_ALL, 4, ROOT, &done), RANGE_ERROR);
    CHECK(error_word(0) == 1 && error_word(1) == 3);
    CHECK_ERROR(kn_cnode_copy_range(ROOT, slot_new(), DEPTH, 5, 3, KN_RIGHTS_ALL, 4, node, &done), RANGE_ERROR);
    CHECK_ERROR(kn_cnode_copy_range(ROOT, slot_new(), DEPTH, 1, DEPTH, KN_RIGHTS_ALL, KN_RANGE_MAX + 1, ROOT, &done),
                RANGE_ERROR);
    CHECK(error_word(1) == KN_RANGE_MAX);
}

// CancelBadgedSends wants an endpoint capability with all rights.
TEST(cnode_cancel_badged_sends_wants_all_rights)
{
    kn_cptr_t endpoint = make_endpoint(), weak = with_rights(badged(endpoint, 1), KN_RIGHTS_WRITE);
    CHECK_ERROR(kn_cnode_cancel_badged_sends(ROOT, weak, DEPTH), ILLEGAL_OPERATION);
    CHECK_ERROR(kn_cnode_cancel_badged_sends(ROOT, make_notification(), DEPTH), ILLEGAL_OPERATION);
    CHECK_OK(kn_cnode_cancel_badged_sends(ROOT, badged(endpoint, 2), DEPTH));
}
