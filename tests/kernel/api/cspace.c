// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// Capability addresses: guards, several levels, and what a failed look-up says.

#include "thread.h"

// A thread whose CSpace is NODE (with its guard); its faults go to ENDPOINT.
static struct thread *thread_in(kn_cptr_t node, kn_word_t (*run)(struct thread *t), kn_cptr_t endpoint)
{
    struct thread *t = thread_new(run);
    CHECK_OK(kn_tcb_set_space(t->tcb, 0, endpoint, node, KN_INIT_CAP_VSPACE));
    return t;
}

static kn_word_t send_to(struct thread *t)
{
    struct kn_msg m = message(0, 0, 0);
    kn_send(t->arg[0], &m);
    return 0;
}

static kn_word_t receive_from(struct thread *t)
{
    t->msg = wait(t->arg[0]);
    return 0;
}

// The capability fault that T, whose CSpace is NODE, gets for the address CPTR.
static struct kn_msg capability_fault(kn_cptr_t node, kn_cptr_t cptr)
{
    kn_cptr_t endpoint = make_endpoint(), reply = make_reply();
    struct thread *t = thread_in(node, send_to, endpoint);
    t->arg[0] = cptr;
    thread_start(t);
    struct kn_msg m = receive(endpoint, reply);
    CHECK(label_of(&m) == KN_FAULT_CAP && kn_msg_get(&m, KN_FAULT_CAP_ADDRESS) == cptr);
    return m;
}

static bool failure_is(const struct kn_msg *m, kn_word_t failure, kn_word_t word0, kn_word_t word1, kn_word_t word2)
{
    return kn_msg_get(m, KN_FAULT_CAP_FAILURE) == failure && kn_msg_get(m, KN_FAULT_CAP_WORD0) == word0 &&
           kn_msg_get(m, KN_FAULT_CAP_WORD1) == word1 && kn_msg_get(m, KN_FAULT_CAP_WORD2) == word2;
}

// Whether a thread with the CSpace NODE reaches NOTIFICATION (badge 1) at CPTR.
static bool reaches(kn_cptr_t node, kn_cptr_t cptr, kn_cptr_t notification)
{
    struct thread *t = thread_in(node, send_to, 0);
    t->arg[0] = cptr;
    thread_start(t);
    return poll(notification).badge == 1;
}

static void put(kn_cptr_t node, kn_word_t index, kn_word_t bits, kn_cptr_t cap)
{
    CHECK_OK(kn_cnode_copy(node, index, bits, cap, DEPTH, KN_RIGHTS_ALL, ROOT));
}

// A CNode with a guard for all other bits is a CSpace of one level.
TEST(cspace_one_level_resolves)
{
    kn_cptr_t node = make_cnode(4), notification = make_notification();
    put(node, 7, 4, badged(notification, 1));
    CHECK(reaches(guarded(node, 0xabc, 60), 0xabc7, notification));
}

// Every level consumes its guard and its radix.
TEST(cspace_two_levels_resolve)
{
    kn_cptr_t top = make_cnode(4), leaf = make_cnode(8), notification = make_notification();
    put(leaf, 0x34, 8, badged(notification, 1));
    put(top, 2, 4, guarded(leaf, 0x5, 4));
    CHECK(reaches(guarded(top, 0x1, 48), 0x12534, notification));
}

// Three levels, the one in the middle without a guard.
TEST(cspace_three_levels_resolve)
{
    kn_cptr_t top = make_cnode(4), middle = make_cnode(4), leaf = make_cnode(4), notification = make_notification();
    put(leaf, 3, 4, badged(notification, 1));
    put(middle, 2, 4, guarded(leaf, 0xff, 8));
    put(top, 1, 4, middle);
    CHECK(reaches(guarded(top, 0, 44), 0x12ff3, notification));
}

// 64 levels of one bit each are as deep as it can be.
TEST(cspace_sixty_four_levels_resolve)
{
    kn_cptr_t nodes = make_many(KN_OBJECT_TYPE_CNODE, 1, 64), notification = make_notification();
    for (kn_word_t i = 0; i < 63; i++)
        put(nodes + i, i & 1, 1, nodes + i + 1);
    put(nodes + 63, 1, 1, badged(notification, 1));
    CHECK(reaches(nodes, 0x5555555555555555, notification));
}

// Bits that are left when a slot holds no CNode do not matter to the use of a capability.
TEST(cspace_leftover_bits_are_ignored)
{
    kn_cptr_t node = make_cnode(4), notification = make_notification();
    put(node, 5, 4, badged(notification, 1));
    CHECK(reaches(guarded(node, 0, 4), 0x0512345678abcdef, notification));
}

// A wrong guard is GUARD_MISMATCH, with the bits left, the guard and its size.
TEST(cspace_wrong_guard_fails)
{
    kn_cptr_t node = make_cnode(4);
    put(node, 1, 4, make_notification());
    struct kn_msg m = capability_fault(guarded(node, 0x7, 60), 0x61);
    CHECK(kn_msg_get(&m, KN_FAULT_CAP_IN_RECEIVE) == 0);
    CHECK(failure_is(&m, KN_LOOKUP_FAILURE_GUARD_MISMATCH, 64, 0x7, 60));
}

// The second level's wrong guard says how many bits were left there.
TEST(cspace_wrong_guard_of_second_level_fails)
{
    kn_cptr_t top = make_cnode(4), leaf = make_cnode(4);
    put(top, 2, 4, guarded(leaf, 0x9, 8));
    struct kn_msg m = capability_fault(guarded(top, 0, 48), 0x2083);
    CHECK(failure_is(&m, KN_LOOKUP_FAILURE_GUARD_MISMATCH, 12, 0x9, 8));
}

// A radix beyond the bits that are left is DEPTH_MISMATCH, with both.
TEST(cspace_too_few_bits_fail)
{
    kn_cptr_t top = make_cnode(4), leaf = make_cnode(8);
    put(top, 2, 4, leaf);
    struct kn_msg m = capability_fault(guarded(top, 0, 56), 0x21);
    CHECK(failure_is(&m, KN_LOOKUP_FAILURE_DEPTH_MISMATCH, 4, 8, 0));
}

// A thread without a CSpace finds nothing: INVALID_ROOT.
TEST(cspace_without_root_fails)
{
    kn_cptr_t endpoint = make_endpoint(), reply = make_reply(), tcb = make(KN_OBJECT_TYPE_TCB, 0);
    struct thread *t = thread_new(send_to);
    CHECK_OK(kn_tcb_set_sched_params(t->tcb, 0, 0, KN_INIT_CAP_TCB, 0, 0));
    // The registers of one thread in a TCB that has no CSpace; it has no address space either, so that it faults there.
    CHECK_OK(kn_tcb_set_sched_params(tcb, 0, PRIORITY_HIGH, KN_INIT_CAP_TCB, t->sc, endpoint));
    CHECK_OK(kn_tcb_resume(tcb));
    struct kn_msg m = receive(endpoint, reply);
    CHECK(label_of(&m) == KN_FAULT_VM);
    // A look-up that starts at a capability that is no CNode.
    CHECK_ERROR(kn_cnode_copy(ROOT, slot_new(), DEPTH, 0, 1, KN_RIGHTS_ALL, endpoint), FAILED_LOOKUP);
    CHECK(error_word(0) == 1 && error_word(1) == KN_LOOKUP_FAILURE_INVALID_ROOT);
}

// An empty slot resolves, but what is in it is no capability to send to or receive from.
TEST(cspace_empty_slot_cannot_be_received_from)
{
    kn_cptr_t node = make_cnode(4), endpoint = make_endpoint(), reply = make_reply();
    struct thread *t = thread_in(guarded(node, 0, 60), receive_from, endpoint);
    t->arg[0] = 3;
    thread_start(t);
    struct kn_msg m = receive(endpoint, reply);
    CHECK(label_of(&m) == KN_FAULT_CAP && kn_msg_get(&m, KN_FAULT_CAP_IN_RECEIVE) == 1);
    CHECK(kn_msg_get(&m, KN_FAULT_CAP_FAILURE) == KN_LOOKUP_FAILURE_MISSING_CAPABILITY);
}

// The address of a slot must use up exactly its depth.
TEST(cspace_slot_address_must_end_at_a_slot)
{
    kn_cptr_t top = make_cnode(4), leaf = make_cnode(4), slot = slot_new();
    put(top, 2, 4, leaf);
    put(leaf, 3, 4, KN_INIT_CAP_TCB);
    CHECK_OK(kn_cnode_copy(ROOT, slot, DEPTH, 0x23, 8, KN_RIGHTS_ALL, top));
    CHECK_ERROR(kn_cnode_copy(ROOT, slot_new(), DEPTH, 0x231, 12, KN_RIGHTS_ALL, top), FAILED_LOOKUP);
    CHECK(error_word(0) == 1 && error_word(1) == KN_LOOKUP_FAILURE_DEPTH_MISMATCH && error_word(2) == 4);
    CHECK_ERROR(kn_cnode_copy(ROOT, slot_new(), DEPTH, 0x1, 3, KN_RIGHTS_ALL, top), FAILED_LOOKUP);
    CHECK(error_word(1) == KN_LOOKUP_FAILURE_DEPTH_MISMATCH && error_word(2) == 3 && error_word(3) == 4);
}

// With fewer bits the slot of a CNode capability itself is named, not one in the CNode.
TEST(cspace_depth_names_the_cnode_itself)
{
    kn_cptr_t top = make_cnode(4), leaf = make_cnode(4), out = slot_new();
    put(top, 2, 4, leaf);
    CHECK_OK(kn_cnode_move(ROOT, out, DEPTH, 2, 4, top));
    put(out, 1, 4, KN_INIT_CAP_TCB);
    CHECK_OK(kn_cnode_delete(leaf, 1, 4));
}

// TCB_SetSpace's guard word is that of the capability which the thread gets.
TEST(cspace_guard_can_be_given_with_the_space)
{
    kn_cptr_t node = make_cnode(4), notification = make_notification();
    put(node, 7, 4, badged(notification, 1));
    struct thread *t = thread_new(send_to);
    CHECK_OK(kn_tcb_set_space(t->tcb, kn_cnode_guard_new(0xd, 60), 0, node, KN_INIT_CAP_VSPACE));
    t->arg[0] = 0xd7;
    thread_start(t);
    CHECK(poll(notification).badge == 1);
}
