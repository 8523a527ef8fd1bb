// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// The derivation tree: what Revoke and Delete reach, also when there is much of it.

#include "space.h"
#include "thread.h"
#include "user.h"

#define MANY 1500

static kn_word_t count_periods(struct thread *t)
{
    for (;;) {
        t->step++;
        kn_yield();
    }
}

static kn_word_t call(struct thread *t)
{
    t->msg = message(1, 1, 1);
    kn_call(t->arg[0], &t->msg);
    return label_of(&t->msg);
}

static kn_word_t wait_for(struct thread *t) { return wait(t->arg[0]).badge; }

static kn_word_t load(struct thread *t) { return user_load(t->arg[0]); }

// A thread above this one that counts tenths of a millisecond.
static struct thread *clock(void)
{
    struct thread *t = thread_new(count_periods);
    thread_set_budget(t, 40, 100);
    thread_start(t);
    return t;
}

// Revoke takes copies and minted capabilities, and leaves the one it was called for.
TEST(derivation_revoke_leaves_the_capability)
{
    kn_cptr_t endpoint = make_endpoint(), one = copy_of(endpoint), two = badged(endpoint, 1);
    CHECK_OK(revoke(endpoint));
    CHECK(!slot_is_empty(endpoint) && slot_is_empty(one) && slot_is_empty(two));
}

// Revoke of a copy without a badge takes nothing: the copies are all siblings.
TEST(derivation_revoke_of_a_copy_takes_nothing)
{
    kn_cptr_t endpoint = make_endpoint(), one = copy_of(endpoint), two = copy_of(one);
    CHECK_OK(revoke(one));
    CHECK(!slot_is_empty(endpoint) && !slot_is_empty(one) && !slot_is_empty(two));
}

// Revoke of a badged capability takes its copies, and no other badge.
TEST(derivation_revoke_of_a_badge)
{
    kn_cptr_t endpoint = make_endpoint(), one = badged(endpoint, 1), two = badged(endpoint, 2);
    kn_cptr_t copy_one = copy_of(one), copy_two = copy_of(two);
    CHECK_OK(revoke(one));
    CHECK(slot_is_empty(copy_one) && !slot_is_empty(one) && !slot_is_empty(two) && !slot_is_empty(copy_two));
}

// Two capabilities minted with the same badge are siblings.
TEST(derivation_same_badge_minted_twice)
{
    kn_cptr_t endpoint = make_endpoint(), one = badged(endpoint, 5), two = badged(endpoint, 5);
    CHECK_OK(revoke(one));
    CHECK(!slot_is_empty(two));
    CHECK_OK(revoke(two));
    CHECK(!slot_is_empty(one));
}

// What a deleted capability's children are derived from is its parent.
TEST(derivation_children_of_a_deleted_capability)
{
    kn_cptr_t endpoint = make_endpoint(), one = badged(endpoint, 5), child = copy_of(one);
    CHECK_OK(delete_cap(one));
    CHECK(!slot_is_empty(child));
    CHECK_OK(revoke(endpoint));
    CHECK(slot_is_empty(child));
}

// A revoke where there is nothing to revoke succeeds, also in an empty slot.
TEST(derivation_revoke_of_nothing)
{
    CHECK_OK(revoke(slot_new()));
    CHECK_OK(revoke(make_endpoint()));
}

// Untypeds in untypeds, ten levels deep, go with one Revoke.
TEST(derivation_revoke_of_nested_untypeds)
{
    kn_cptr_t levels = slots_new(11);
    CHECK_OK(retype(pool, KN_OBJECT_TYPE_UNTYPED, 20, levels, 1));
    for (kn_word_t i = 1; i < 11; i++)
        CHECK_OK(retype(levels + i - 1, KN_OBJECT_TYPE_UNTYPED, 20 - i, levels + i, 1));
    CHECK_OK(revoke(levels));
    for (kn_word_t i = 1; i < 11; i++)
        CHECK(slot_is_empty(levels + i));
    CHECK_OK(retype(levels, KN_OBJECT_TYPE_UNTYPED, 19, levels + 1, 2));
}

// Thousands of copies go, and meanwhile threads of higher priority run.
TEST_TIMED(derivation_revoke_of_many_copies)
{
    kn_cptr_t endpoint = make_endpoint(), slots = slots_new(MANY);
    for (kn_word_t i = 0; i < MANY; i++)
        CHECK_OK(i % 3 ? copy(slots + i, slots + i - 1) : mint(slots + i, endpoint, KN_RIGHTS_ALL, i));
    struct thread *t = clock();
    kn_word_t before = t->step;
    CHECK_OK(revoke(endpoint));
    CHECK(t->step > before);
    for (kn_word_t i = 0; i < MANY; i++)
        CHECK(slot_is_empty(slots + i));
}

// Thousands of objects, too.
TEST_TIMED(derivation_revoke_of_many_objects)
{
    kn_cptr_t untyped = make_untyped(22), slots = slots_new(MANY);
    for (kn_word_t i = 0; i < MANY; i += 250) {
        kn_word_t type = i % 500 ? KN_OBJECT_TYPE_TCB : KN_OBJECT_TYPE_NOTIFICATION;
        CHECK_OK(retype(untyped, type, 0, slots + i, 250));
    }
    struct thread *t = clock();
    kn_word_t before = t->step;
    CHECK_OK(revoke(untyped));
    CHECK(t->step > before);
    CHECK(slot_is_empty(slots) && slot_is_empty(slots + MANY - 1));
    CHECK_OK(retype(untyped, KN_OBJECT_TYPE_UNTYPED, 22, slots, 1));
}

// A CNode of 4096 slots, all in use, goes with its last capability, and others run meanwhile.
TEST_TIMED(derivation_deletion_of_a_full_cnode)
{
    kn_cptr_t node = make_cnode(12);
    for (kn_word_t i = 0; i < 4096; i += KN_RETYPE_MAX_OBJECTS)
        CHECK_OK(kn_untyped_retype(pool, KN_OBJECT_TYPE_ENDPOINT, 0, 0, 0, i, KN_RETYPE_MAX_OBJECTS, node));
    struct thread *t = clock();
    kn_word_t before = t->step;
    CHECK_OK(delete_cap(node));
    CHECK(t->step > before && slot_is_empty(node));
}

// CNodes that hold the last capabilities of CNodes, a hundred deep, go with the first one.
TEST(derivation_deletion_of_nested_cnodes)
{
    kn_cptr_t untyped = make_untyped(16), outer = slot_new();
    CHECK_OK(retype(untyped, KN_OBJECT_TYPE_CNODE, 1, outer, 1));
    for (kn_word_t i = 0; i < 100; i++) {
        kn_cptr_t next = slot_new();
        CHECK_OK(retype(untyped, KN_OBJECT_TYPE_CNODE, 1, next, 1));
        CHECK_OK(kn_cnode_move(next, i & 1, 1, outer, DEPTH, ROOT));
        outer = next;
    }
    CHECK_OK(delete_cap(outer));
    CHECK_OK(retype(untyped, KN_OBJECT_TYPE_UNTYPED, 16, outer, 1)); // all are gone
}

// Revoking memory ends everything in it, however busy: threads that run, wait, serve and are served, pages that are mapped.
TEST(derivation_revoke_of_a_busy_untyped)
{
    kn_cptr_t untyped = make_untyped(16), o = slots_new(6);
    CHECK_OK(retype(untyped, KN_OBJECT_TYPE_ENDPOINT, 0, o, 1));
    CHECK_OK(retype(untyped, KN_OBJECT_TYPE_NOTIFICATION, 0, o + 1, 1));
    CHECK_OK(retype(untyped, KN_OBJECT_TYPE_REPLY, 0, o + 2, 1));
    CHECK_OK(retype(untyped, KN_OBJECT_TYPE_SCHED_CONTEXT, KN_SCHED_CONTEXT_MIN_BITS, o + 3, 1));
    CHECK_OK(retype(untyped, KN_OBJECT_TYPE_FRAME, KN_PAGE_BITS, o + 4, 1));
    map_tables(KN_INIT_CAP_VSPACE, TEST_VADDR);
    CHECK_OK(kn_frame_map(o + 4, TEST_VADDR, READ_WRITE, 0, KN_INIT_CAP_VSPACE));
    struct thread *served = thread_spawn(call, o, 0), *queued = thread_spawn(call, badged(o, 1), 0);
    struct thread *waiter = thread_spawn(wait_for, o + 1, 0), *bound = thread_new(wait_for);
    CHECK_OK(kn_sched_context_bind(o + 3, o + 1));
    CHECK_OK(kn_tcb_bind_notification(bound->tcb, make_notification()));
    receive(o, o + 2);
    CHECK_OK(revoke(untyped));
    for (kn_word_t i = 0; i < 5; i++)
        CHECK(slot_is_empty(o + i));
    CHECK(served->result == KN_LABEL_PEER_GONE && served->is_done);
    CHECK(queued->is_done && queued->result == KN_ERROR_INVALID_CAPABILITY && !waiter->is_done);
    CHECK(!thread_spawn(load, TEST_VADDR, 0)->is_done);
    CHECK_OK(retype(untyped, KN_OBJECT_TYPE_UNTYPED, 16, o, 1));
}

static kn_word_t revoke_itself(struct thread *t)
{
    t->step = 1;
    revoke(t->arg[0]);
    t->step = 2;
    return 0;
}

// A thread may revoke the memory of its own TCB: it runs no further.
TEST(derivation_revoke_of_the_callers_memory)
{
    kn_cptr_t untyped = make_untyped(KN_TCB_BITS), tcb = slot_new();
    struct thread *t = thread_new(revoke_itself);
    CHECK_OK(delete_cap(t->tcb));
    CHECK_OK(retype(untyped, KN_OBJECT_TYPE_TCB, 0, tcb, 1));
    t->tcb = tcb;
    t->arg[0] = untyped;
    CHECK_OK(kn_tcb_configure(tcb, 0, (kn_word_t)t->buffer, ROOT, KN_INIT_CAP_VSPACE, image_frame(t->buffer)));
    CHECK_OK(kn_tcb_set_sched_params(tcb, 0, PRIORITY_HIGH, KN_INIT_CAP_TCB, t->sc, 0));
    thread_start(t);
    CHECK(t->step == 1 && slot_is_empty(tcb));
    CHECK_OK(retype(untyped, KN_OBJECT_TYPE_TCB, 0, tcb, 1));
}

// Many callers wait at one endpoint; its deletion sends all back.
TEST(derivation_deletion_of_a_crowded_endpoint)
{
    kn_cptr_t endpoint = make_endpoint();
    struct thread *t[16];
    for (kn_word_t i = 0; i < 16; i++)
        t[i] = thread_spawn(call, badged(endpoint, i), 0);
    CHECK_OK(revoke(endpoint));
    CHECK_OK(delete_cap(endpoint));
    for (kn_word_t i = 0; i < 16; i++)
        CHECK(t[i]->is_done && t[i]->result == KN_ERROR_INVALID_CAPABILITY);
}
