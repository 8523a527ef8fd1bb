// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// CSpaces as deep as they can be under every kind of system call, and things nested in each other.
// tests/kernel/latency measures these cases.

#include "latency.h"
#include "space.h"

#define LEVELS (KN_WORD_BITS - LEAF_BITS) // of one bit each, above the leaf
#define SHORT_LEVELS (KN_MSG_CAP_MAX_LEVELS - 1)
#define WORDS KN_MSG_MAX_LENGTH
#define FRAMES_RADIX 7
#define NODES_RADIX 9

static kn_cptr_t leaf;

void deep_space_put(enum leaf_slot slot, kn_cptr_t cap)
{
    CHECK_OK(kn_cnode_copy(leaf, slot, LEAF_BITS, cap, DEPTH, KN_RIGHTS_ALL, ROOT));
}

static void link_nodes(kn_cptr_t from, kn_word_t index, kn_cptr_t to)
{
    CHECK_OK(kn_cnode_copy(from, index, 1, to, DEPTH, KN_RIGHTS_ALL, ROOT));
}

// LEVELS CNodes of one bit each, of which the first slots lead to the CNode END; the first of them.
static kn_cptr_t way_new(kn_word_t levels, kn_cptr_t end)
{
    kn_cptr_t nodes = make_many(KN_OBJECT_TYPE_CNODE, 1, levels);
    for (kn_word_t i = 0; i < levels; i++)
        link_nodes(nodes + i, 0, i + 1 < levels ? nodes + i + 1 : end);
    return nodes;
}

kn_cptr_t deep_ways_new(kn_cptr_t end, kn_word_t radix)
{
    kn_cptr_t root = way_new(KN_WORD_BITS - radix, guarded(end, 0, 0));
    kn_cptr_t way = way_new(SHORT_LEVELS - 1, guarded(end, 0, KN_WORD_BITS - SHORT_LEVELS - radix));
    link_nodes(root, 1, way);
    return root;
}

kn_cptr_t deep_space_new(void)
{
    leaf = make_cnode(LEAF_BITS);
    kn_cptr_t root = deep_ways_new(leaf, LEAF_BITS);
    deep_space_put(LEAF_ROOT, root);
    return root;
}

void deep_space_end(void) { CHECK_OK(kn_cnode_delete(leaf, LEAF_ROOT, LEAF_BITS)); }

struct thread *deep_thread_new(kn_cptr_t space, kn_word_t (*run)(struct thread *t))
{
    struct thread *t = thread_new(run);
    CHECK_OK(kn_tcb_set_space(t->tcb, 0, 0, space, KN_INIT_CAP_VSPACE));
    return t;
}

void deep_message(struct kn_msg *m, kn_word_t received)
{
    struct kn_ipc_buffer *buffer = kn_ipc_buffer();
    *m = message(1, WORDS, 1);
    m->info = kn_msg_info_new(1, 0, KN_MSG_MAX_EXTRA_CAPS, WORDS);
    buffer->caps_or_badges[0] = SHORT(LEAF_ENDPOINT);
    buffer->caps_or_badges[1] = SHORT(LEAF_ENDPOINT);
    buffer->caps_or_badges[2] = SHORT(LEAF_NOTIFICATION);
    kn_set_receive_slot(SHORT(LEAF_ROOT), SHORT(received), DEPTH);
}

static kn_word_t call(struct thread *t)
{
    deep_message(&t->msg, t->arg[0]);
    kn_call(LEAF_ENDPOINT, &t->msg);
    return kn_msg_info_get_extra_caps(t->msg.info);
}

static kn_word_t serve(struct thread *t)
{
    deep_message(&t->msg, t->arg[0]);
    kn_recv(LEAF_ENDPOINT, LEAF_REPLY, &t->msg);
    for (kn_word_t i = 1;; i++) {
        t->result = kn_msg_info_get_extra_caps(t->msg.info);
        deep_message(&t->msg, t->arg[0] + i);
        kn_reply_recv(LEAF_ENDPOINT, LEAF_REPLY, &t->msg);
    }
}

// ReplyRecv answers one caller and takes the message of another, both as long and with as many capabilities as there can
// be, all of them deep down in the CSpace.
TEST(latency_of_messages_through_deep_cspaces)
{
    kn_cptr_t space = deep_space_new();
    deep_space_put(LEAF_ENDPOINT, make_endpoint());
    deep_space_put(LEAF_REPLY, make_reply());
    deep_space_put(LEAF_NOTIFICATION, make_notification());
    struct thread *server = deep_thread_new(space, serve), *client[3];
    for (kn_word_t i = 0; i < 3; i++) {
        client[i] = deep_thread_new(space, call);
        client[i]->arg[0] = LEAF_RECEIVED + i;
        thread_start(client[i]);
    }
    server->arg[0] = LEAF_RECEIVED + 3;
    thread_start(server);
    for (kn_word_t i = 0; i < 3; i++)
        CHECK(client[i]->is_done && client[i]->result == 1);
    CHECK(server->result == 3);
    deep_space_end();
}

// The invocations that look up most, by a thread in the deep CSpace; how many failed.
static kn_word_t invoke_everything(struct thread *t)
{
    kn_cptr_t root = SHORT(LEAF_ROOT);
    kn_word_t done, nr_bad = 0;
    nr_bad += kn_untyped_retype(LEAF_UNTYPED, KN_OBJECT_TYPE_ENDPOINT, 0, LEAF_NODE, DEPTH, 0, 256, root) != 0;
    nr_bad += kn_untyped_retype(LEAF_UNTYPED, KN_OBJECT_TYPE_TCB, 0, LEAF_NODE, DEPTH, 256, 256, root) != 0;
    nr_bad += kn_cnode_revoke(LEAF_ROOT, LEAF_UNTYPED, DEPTH) != 0;
    nr_bad += kn_untyped_retype(LEAF_UNTYPED, KN_OBJECT_TYPE_VSPACE, 0, LEAF_NODE, DEPTH, 0, 256, root) != 0;
    nr_bad += kn_cnode_revoke(LEAF_ROOT, LEAF_UNTYPED, DEPTH) != 0;
    nr_bad += kn_untyped_retype(LEAF_UNTYPED, KN_OBJECT_TYPE_UNTYPED, 5, LEAF_NODE, DEPTH, 0, 256, root) != 0;
    nr_bad += kn_cnode_mint(LEAF_ROOT, LEAF_EMPTY, DEPTH, LEAF_ENDPOINT, DEPTH, KN_RIGHTS_ALL, 7, root) != 0;
    nr_bad += kn_cnode_rotate(LEAF_ROOT, LEAF_EMPTY + 1, DEPTH, 0, LEAF_NOTIFICATION, DEPTH, 0, LEAF_EMPTY, DEPTH, root,
                              root) != 0;
    nr_bad += kn_cnode_copy_range(LEAF_NODE, 256, NODES_RADIX, 0, FRAMES_RADIX, KN_RIGHTS_ALL, KN_RANGE_MAX,
                                  SHORT(LEAF_FRAMES), &done) != 0;
    nr_bad += kn_vspace_map_range(LEAF_VSPACE, 0, FRAMES_RADIX, TEST_VADDR, KN_RANGE_MAX, READ_WRITE, 0,
                                  SHORT(LEAF_FRAMES), &done) != 0;
    nr_bad += kn_tcb_configure(LEAF_TCB, 0, (kn_word_t)t->arg[0], root, SHORT(LEAF_VSPACE), SHORT(LEAF_BUFFER)) != 0;
    nr_bad += kn_tcb_set_sched_params(LEAF_TCB, 1, 1, SHORT(LEAF_AUTHORITY), SHORT(LEAF_SCHED_CONTEXT),
                                       SHORT(0)) != 0;
    nr_bad += kn_sched_control_configure(LEAF_SCHED_CONTROL, 100, 1000, 4, 0, 0, SHORT(LEAF_SCHED_CONTEXT)) != 0;
    nr_bad += kn_cnode_cancel_badged_sends(LEAF_ROOT, LEAF_ENDPOINT, DEPTH) != 0;
    return nr_bad;
}

// Invocations whose capabilities are all deep down in the CSpace, Retypes and batches of the largest size among them.
TEST(latency_of_invocations_through_deep_cspaces)
{
    kn_cptr_t space = deep_space_new(), frames = make_cnode(FRAMES_RADIX), vspace = make_vspace();
    kn_cptr_t page = make_frame();
    struct thread *t = deep_thread_new(space, invoke_everything);
    deep_space_put(LEAF_ENDPOINT, make_endpoint());
    deep_space_put(LEAF_NOTIFICATION, make_notification());
    deep_space_put(LEAF_UNTYPED, make_untyped(21));
    deep_space_put(LEAF_NODE, make_cnode(NODES_RADIX));
    deep_space_put(LEAF_FRAMES, frames);
    deep_space_put(LEAF_VSPACE, vspace);
    deep_space_put(LEAF_TCB, make(KN_OBJECT_TYPE_TCB, 0));
    deep_space_put(LEAF_AUTHORITY, KN_INIT_CAP_TCB);
    deep_space_put(LEAF_SCHED_CONTROL, sched_control);
    deep_space_put(LEAF_SCHED_CONTEXT, make_sched_context(1000, 1000));
    deep_space_put(LEAF_BUFFER, page);
    map_tables(vspace, TEST_VADDR);
    CHECK_OK(kn_untyped_retype(pool, KN_OBJECT_TYPE_FRAME, KN_PAGE_BITS, frames, DEPTH, 0, KN_RANGE_MAX, ROOT));
    thread_start(t);
    CHECK(t->is_done && t->result == 0);
    CHECK_OK(kn_cnode_delete(leaf, LEAF_TCB, LEAF_BITS)); // which has got the deep CSpace
    deep_space_end();
}

#define RETYPES 100
#define SHIFT 100 // instructions, by which each of them begins later than the one before
#define TICK_US 25 // not much longer than the system call's way to its first step

static kn_word_t retype_again_and_again(struct thread *t)
{
    for (; t->step < RETYPES; t->step++) {
        for (volatile kn_word_t i = 0; i < t->step * SHIFT / 4; i++)
            ;
        kn_word_t bad = kn_untyped_retype(LEAF_UNTYPED, KN_OBJECT_TYPE_TCB, 0, LEAF_NODE, DEPTH, 0, 256, SHORT(LEAF_ROOT));
        if (bad || kn_cnode_revoke(LEAF_ROOT, LEAF_UNTYPED, DEPTH))
            return 1;
    }
    return 0;
}

static kn_word_t yield_all_the_time(struct thread *t)
{
    (void)t;
    for (;;)
        kn_yield();
}

// Retypes that timer interrupts stop everywhere, also before their last step: they begin anew each time.
TEST_TIMED(latency_of_interrupted_retypes_through_deep_cspaces)
{
    kn_cptr_t space = deep_space_new();
    struct thread *t = deep_thread_new(space, retype_again_and_again), *ticker = thread_new(yield_all_the_time);
    deep_space_put(LEAF_UNTYPED, make_untyped(20));
    deep_space_put(LEAF_NODE, make_cnode(NODES_RADIX));
    thread_set_budget(ticker, KN_TICKLESS_MIN_BUDGET_US, TICK_US);
    thread_set_priority(ticker, PRIORITY_HIGH + 1);
    thread_start(ticker);
    thread_start(t);
    CHECK(t->is_done && t->result == 0);
    deep_space_end();
}

#define TOO_DEEP (1ul << LEAF_BITS) // an address at which a CNode is larger than what is left of the address

static kn_word_t call_too_deep(struct thread *t)
{
    deep_message(&t->msg, LEAF_RECEIVED);
    kn_call(TOO_DEEP, &t->msg);
    return 0;
}

// A look-up that fails at the end of its way, and faults.
TEST(latency_of_faults_in_deep_cspaces)
{
    kn_cptr_t space = deep_space_new(), endpoint = make_endpoint(), reply = make_reply();
    struct thread *t = deep_thread_new(space, call_too_deep);
    CHECK_OK(kn_cnode_copy(space + LEVELS - 1, 1, 1, make_cnode(LEAF_BITS + 1), DEPTH, KN_RIGHTS_ALL, ROOT));
    CHECK_OK(kn_tcb_set_space(t->tcb, 0, endpoint, space, KN_INIT_CAP_VSPACE));
    thread_start(t);
    struct kn_msg m = receive(endpoint, reply);
    CHECK(label_of(&m) == KN_FAULT_CAP && kn_msg_get(&m, KN_FAULT_CAP_FAILURE) == KN_LOOKUP_FAILURE_DEPTH_MISMATCH);
    deep_space_end();
}

#define NESTED 500

// Each of hundreds of CNodes holds the last capability of the next.
TEST(latency_of_deleting_nested_cnodes)
{
    kn_cptr_t first = make_cnode(4), next = slot_new(), node = slot_new(), endpoint = make_endpoint();
    CHECK_OK(copy(node, first));
    for (kn_word_t i = 0; i < NESTED; i++) {
        CHECK_OK(retype(pool, KN_OBJECT_TYPE_CNODE, 4, next, 1));
        CHECK_OK(kn_cnode_copy(node, 3, 4, endpoint, DEPTH, KN_RIGHTS_ALL, ROOT));
        CHECK_OK(kn_cnode_copy(node, i % 3, 4, next, DEPTH, KN_RIGHTS_ALL, ROOT));
        CHECK_OK(delete_cap(node));
        CHECK_OK(move(node, next));
    }
    CHECK_OK(delete_cap(node));
    CHECK_OK(delete_cap(first));
}

// Untypeds within untypeds, and objects in each of them.
TEST(latency_of_revoking_nested_untypeds)
{
    kn_cptr_t outer = make_untyped(22), inner = outer;
    for (kn_word_t bits = 21; bits > 10; bits--) {
        kn_cptr_t made = slots_new(5);
        CHECK_OK(retype(inner, KN_OBJECT_TYPE_UNTYPED, bits, made, 1));
        CHECK_OK(retype(inner, KN_OBJECT_TYPE_ENDPOINT, 0, made + 1, 2));
        CHECK_OK(copy(made + 3, made + 1));
        CHECK_OK(mint(made + 4, made + 2, KN_RIGHTS_ALL, bits));
        inner = made;
    }
    CHECK_OK(revoke(outer));
    CHECK(slot_is_empty(inner));
}

#define COPIES_RADIX 13

// Thousands of copies of a capability, with badges and without.
TEST(latency_of_revoking_many_copies)
{
    kn_cptr_t endpoint = make_endpoint(), copies = make_cnode(COPIES_RADIX);
    for (kn_word_t i = 0; i < 1ul << COPIES_RADIX; i++)
        CHECK_OK(kn_cnode_mint(copies, i, COPIES_RADIX, endpoint, DEPTH, KN_RIGHTS_ALL, i % 5, ROOT));
    CHECK_OK(revoke(endpoint));
}

static kn_word_t relay(struct thread *t)
{
    struct kn_msg m = {0};
    kn_recv(t->arg[0], t->arg[1], &m);
    if (t->arg[2]) {
        m.info = 0;
        kn_call(t->arg[2], &m);
    }
    for (;;)
        wait(t->arg[3]);
}

static kn_word_t call_first(struct thread *t)
{
    struct kn_msg m = {0};
    kn_call(t->arg[0], &m);
    return label_of(&m);
}

#define RELAYS 16

// A context that has been lent along a chain of Calls, whose Replies go from the middle.
TEST(latency_of_ends_in_a_chain_of_calls)
{
    kn_cptr_t endpoints = make_many(KN_OBJECT_TYPE_ENDPOINT, 0, RELAYS), parking = make_notification();
    kn_cptr_t replies = make_many(KN_OBJECT_TYPE_REPLY, 0, RELAYS);
    struct thread *relays[RELAYS];
    for (kn_word_t i = 0; i < RELAYS; i++) {
        relays[i] = thread_spawn(relay, endpoints + i, replies + i);
        CHECK_OK(kn_tcb_suspend(relays[i]->tcb));
        relays[i]->arg[2] = i + 1 < RELAYS ? endpoints + i + 1 : 0;
        relays[i]->arg[3] = parking;
        thread_start(relays[i]);
        thread_make_passive(relays[i]);
    }
    struct thread *client = thread_spawn(call_first, endpoints, 0);
    CHECK(!client->is_done);
    for (kn_word_t i = 0; i < RELAYS; i++)
        CHECK_OK(delete_cap(replies + (i + RELAYS / 2) % RELAYS));
    CHECK(client->is_done && client->result == KN_LABEL_PEER_GONE);
}
