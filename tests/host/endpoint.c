// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// IPC through endpoints: all forms, message lengths, badges, capability transfer, cancellation.

#include "harness.h"

#define HIGH (ROOT_PRIORITY + 1)

static word_t endpoint(void) { return make(KN_OBJECT_TYPE_ENDPOINT, 0); }
static word_t reply(void) { return make(KN_OBJECT_TYPE_REPLY, 0); }

static struct user_call recv(word_t e, word_t r) { return (struct user_call){KN_SYS_RECV, e, .reply = r}; }
static struct user_call wait(word_t e) { return (struct user_call){KN_SYS_WAIT, e}; }
static struct user_call send(word_t e, word_t label, word_t length)
{
    return (struct user_call){KN_SYS_SEND, e, MESSAGE(label, length), {11, 12, 13, 14}};
}
static struct user_call call(word_t e, word_t label, word_t length)
{
    return (struct user_call){KN_SYS_CALL, e, MESSAGE(label, length), {11, 12, 13, 14}};
}
static struct user_call reply_recv(word_t e, word_t r, word_t label, word_t length)
{
    return (struct user_call){KN_SYS_REPLY_RECV, e, MESSAGE(label, length), {21, 22, 23, 24}, r};
}

static void expect_message(struct thread t, badge_t badge, word_t label, word_t length)
{
    EXPECT_EQ(t.t->state, THREAD_RUNNING);
    EXPECT_EQ(got_badge(t.t), badge);
    EXPECT_EQ(got_label(t.t), label);
    EXPECT_EQ(got_length(t.t), length);
    for (word_t i = 0; i < length && i < 4; i++)
        EXPECT_EQ(got_word(t.t, i), 11 + i);
}

TEST(endpoint_receiver_waits_for_a_sender)
{
    word_t e = endpoint();
    struct thread a = make_thread(HIGH);
    start(a, wait(e));
    EXPECT_EQ(a.t->state, THREAD_BLOCKED_ON_RECEIVE);
    act(send(e, 77, 3));
    expect_message(a, 0, 77, 3);
    EXPECT(current() == a.t); // the better priority
}

TEST(endpoint_sender_waits_for_a_receiver)
{
    word_t e = endpoint();
    struct thread a = make_thread(HIGH);
    start(a, send(e, 77, 4));
    EXPECT_EQ(a.t->state, THREAD_BLOCKED_ON_SEND);
    act(wait(e));
    EXPECT_EQ(got_label(root_thread()), 77);
    EXPECT_EQ(got_word(root_thread(), 3), 14);
    EXPECT_EQ(a.t->state, THREAD_RUNNING);
}

TEST(endpoint_badge_reaches_the_receiver)
{
    word_t e = endpoint(), b = mint(e, KN_RIGHTS_ALL, 0xfedcba9876543210);
    struct thread a = make_thread(HIGH);
    start(a, wait(e));
    act(send(b, 1, 1));
    expect_message(a, 0xfedcba9876543210, 1, 1);
}

TEST(endpoint_badge_of_a_waiting_sender_reaches_the_receiver)
{
    word_t e = endpoint(), b = mint(e, KN_RIGHTS_WRITE, 42);
    struct thread a = make_thread(HIGH);
    start(a, send(b, 1, 1));
    act(wait(e));
    EXPECT_EQ(got_badge(root_thread()), 42);
}

TEST(endpoint_queue_of_senders_is_first_come_first_served)
{
    word_t e = endpoint();
    struct thread a = make_thread(HIGH), b = make_thread(HIGH + 5), c = make_thread(HIGH + 2);
    start(a, send(mint(e, KN_RIGHTS_ALL, 1), 1, 0));
    start(b, send(mint(e, KN_RIGHTS_ALL, 2), 2, 0));
    start(c, send(mint(e, KN_RIGHTS_ALL, 3), 3, 0));
    for (word_t i = 1; i <= 3; i++) {
        act(wait(e));
        EXPECT_EQ(got_badge(root_thread()), i);
        park();
    }
}

TEST(endpoint_queue_of_receivers_is_first_come_first_served)
{
    word_t e = endpoint();
    struct thread a = make_thread(HIGH), b = make_thread(HIGH + 5), c = make_thread(HIGH + 2);
    struct thread all[] = {a, b, c};
    for (word_t i = 0; i < 3; i++)
        start(all[i], wait(e));
    for (word_t i = 0; i < 3; i++) {
        act(send(e, 100 + i, 0));
        EXPECT_EQ(all[i].t->state, THREAD_RUNNING);
        EXPECT_EQ(got_label(all[i].t), 100 + i);
        park();
    }
}

TEST(endpoint_nb_send_without_receiver_does_nothing)
{
    word_t e = endpoint();
    act((struct user_call){KN_SYS_NB_SEND, e, MESSAGE(1, 1), {5}});
    EXPECT_EQ(root_thread()->state, THREAD_RUNNING);
    EXPECT_EQ(PTR(e, struct endpoint)->state, ENDPOINT_IDLE);
}

TEST(endpoint_nb_send_to_a_waiting_receiver_is_delivered)
{
    word_t e = endpoint();
    struct thread a = make_thread(HIGH);
    start(a, wait(e));
    act((struct user_call){KN_SYS_NB_SEND, e, MESSAGE(9, 2), {11, 12}});
    expect_message(a, 0, 9, 2);
}

TEST(endpoint_nb_recv_without_sender_returns_badge_zero)
{
    act((struct user_call){KN_SYS_NB_WAIT, endpoint(), .info = 5});
    EXPECT_EQ(root_thread()->state, THREAD_RUNNING);
    EXPECT_EQ(got_badge(root_thread()), 0);
}

TEST(endpoint_nb_recv_takes_a_waiting_message)
{
    word_t e = endpoint(), r = reply();
    struct thread a = make_thread(HIGH);
    start(a, send(mint(e, KN_RIGHTS_ALL, 5), 3, 1));
    act((struct user_call){KN_SYS_NB_RECV, e, .reply = r});
    EXPECT_EQ(got_badge(root_thread()), 5);
    EXPECT_EQ(got_label(root_thread()), 3);
    EXPECT(!PTR(r, struct reply)->tcb); // a Send needs no Reply
}

TEST(endpoint_messages_of_every_length_arrive)
{
    word_t e = endpoint();
    struct thread a = make_thread(HIGH);
    for (word_t length = 0; length <= KN_MSG_MAX_LENGTH; length++) {
        start(a, wait(e));
        EXPECT(current() == root_thread());
        for (word_t i = 4; i < KN_MSG_MAX_LENGTH; i++) {
            message_in(root_thread())[i] = 11 + i;
            message_in(a.t)[i] = 0;
        }
        act(send(e, length, length));
        EXPECT(current() == a.t);
        expect_message(a, 0, length, length);
        for (word_t i = 4; i < KN_MSG_MAX_LENGTH; i++)
            EXPECT_EQ(got_word(a.t, i), i < length ? 11 + i : 0);
        park();
    }
}

TEST(endpoint_length_beyond_the_limit_is_cut)
{
    word_t e = endpoint();
    struct thread a = make_thread(HIGH);
    start(a, wait(e));
    act(send(e, 1, 127));
    EXPECT_EQ(got_length(a.t), KN_MSG_MAX_LENGTH);
}

TEST(endpoint_message_without_ipc_buffer_is_cut_to_the_registers)
{
    word_t e = endpoint();
    struct thread a = make_thread(HIGH);
    OK(kn_tcb_set_ipc_buffer(a.tcb, 0, 0));
    start(a, wait(e));
    act(send(e, 1, 10));
    EXPECT_EQ(got_length(a.t), KN_MSG_REGISTERS);
    EXPECT_EQ(got_word(a.t, 3), 14);
}

TEST(endpoint_call_gets_its_reply)
{
    word_t e = endpoint(), r = reply();
    struct thread server = make_thread(HIGH);
    start(server, recv(e, r));
    program(root_thread(), call(mint(e, KN_RIGHTS_ALL, 3), 8, 2));
    run();
    expect_message(server, 3, 8, 2);
    EXPECT_EQ(root_thread()->state, THREAD_BLOCKED_ON_REPLY);
    EXPECT(PTR(r, struct reply)->tcb == root_thread());
    act(reply_recv(e, r, 5, 3));
    EXPECT(current() == root_thread());
    EXPECT_EQ(got_label(root_thread()), 5);
    EXPECT_EQ(got_word(root_thread(), 2), 23);
    EXPECT_EQ(server.t->state, THREAD_BLOCKED_ON_RECEIVE);
}

TEST(endpoint_call_that_waited_in_the_queue_gets_its_reply)
{
    word_t e = endpoint(), r = reply();
    struct thread client = make_thread(HIGH);
    start(client, call(e, 8, 2));
    EXPECT_EQ(client.t->state, THREAD_BLOCKED_ON_SEND);
    act(recv(e, r));
    EXPECT_EQ(client.t->state, THREAD_BLOCKED_ON_REPLY);
    act((struct user_call){KN_SYS_SEND, r, MESSAGE(6, 1), {99}});
    EXPECT(current() == client.t);
    EXPECT_EQ(got_label(client.t), 6);
    EXPECT_EQ(got_word(client.t, 0), 99);
}

TEST(endpoint_call_to_a_receiver_without_reply_object_leaves_the_caller_inactive)
{
    word_t e = endpoint();
    struct thread client = make_thread(HIGH);
    start(client, call(e, 8, 2));
    act(wait(e));
    EXPECT_EQ(got_label(root_thread()), 8);
    EXPECT_EQ(client.t->state, THREAD_INACTIVE);
}

TEST(endpoint_call_without_grant_rights_leaves_the_caller_inactive)
{
    word_t e = endpoint(), r = reply();
    struct thread client = make_thread(HIGH);
    start(client, call(mint(e, KN_RIGHTS_WRITE, 4), 8, 2));
    act(recv(e, r));
    EXPECT_EQ(got_badge(root_thread()), 4);
    EXPECT_EQ(client.t->state, THREAD_INACTIVE);
    EXPECT(!PTR(r, struct reply)->tcb);
}

TEST(endpoint_call_with_grant_reply_only_gets_its_reply)
{
    word_t e = endpoint(), r = reply();
    struct thread client = make_thread(HIGH);
    start(client, call(mint(e, KN_RIGHTS_WRITE | KN_RIGHTS_GRANT_REPLY, 4), 8, 2));
    act(recv(e, r));
    EXPECT_EQ(client.t->state, THREAD_BLOCKED_ON_REPLY);
    act((struct user_call){KN_SYS_SEND, r, MESSAGE(6, 0)});
    EXPECT_EQ(got_label(client.t), 6);
}

TEST(endpoint_send_without_write_right_fails)
{
    word_t e = endpoint(), c = new_slot();
    OK(kn_cnode_copy(ROOT_CNODE, c, DEPTH, e, DEPTH, KN_RIGHTS_READ, ROOT_CNODE));
    act(send(c, 1, 1));
    EXPECT_EQ(PTR(e, struct endpoint)->state, ENDPOINT_IDLE);
    act(call(c, 1, 1));
    EXPECT_EQ(PTR(e, struct endpoint)->state, ENDPOINT_IDLE);
    EXPECT_EQ(got_label(root_thread()), KN_ERROR_INVALID_CAPABILITY);
}

TEST(endpoint_receive_without_read_right_faults)
{
    word_t e = endpoint(), f = endpoint(), c = new_slot(), r = reply();
    struct thread a = make_thread(HIGH);
    OK(kn_cnode_copy(ROOT_CNODE, c, DEPTH, e, DEPTH, KN_RIGHTS_WRITE, ROOT_CNODE));
    OK(kn_tcb_set_sched_params(a.tcb, HIGH, HIGH, KN_INIT_CAP_TCB, a.sc, f));
    start(a, wait(c));
    act(recv(f, r));
    EXPECT_EQ(got_label(root_thread()), KN_FAULT_CAP);
    EXPECT_EQ(got_word(root_thread(), KN_FAULT_CAP_ADDRESS), c);
    EXPECT_EQ(got_word(root_thread(), KN_FAULT_CAP_IN_RECEIVE), 1);
}

static void set_receive_slot(struct tcb *t, word_t slot)
{
    t->ipc_buffer_kernel->receive_cnode = ROOT_CNODE;
    t->ipc_buffer_kernel->receive_index = slot;
    t->ipc_buffer_kernel->receive_depth = DEPTH;
}

static struct user_call send_caps(word_t number, word_t e, word_t nr_caps)
{
    return (struct user_call){number, e, kn_msg_info_new(1, 0, nr_caps, 0)};
}

TEST(endpoint_transfers_a_capability)
{
    word_t e = endpoint(), f = endpoint(), dest = new_slot();
    struct thread a = make_thread(HIGH);
    set_receive_slot(a.t, dest);
    start(a, wait(e));
    kn_ipc_buffer()->caps_or_badges[0] = f;
    act(send_caps(KN_SYS_SEND, e, 1));
    EXPECT_EQ(kn_msg_info_get_extra_caps(got_info(a.t)), 1);
    EXPECT_EQ(kn_msg_info_get_caps_unwrapped(got_info(a.t)), 0);
    EXPECT(cap_same_object(cte_at(dest)->cap, cte_at(f)->cap));
}

TEST(endpoint_transfer_without_grant_right_sends_no_capability)
{
    word_t e = endpoint(), f = endpoint(), dest = new_slot();
    struct thread a = make_thread(HIGH);
    set_receive_slot(a.t, dest);
    start(a, wait(e));
    kn_ipc_buffer()->caps_or_badges[0] = f;
    act(send_caps(KN_SYS_SEND, mint(e, KN_RIGHTS_WRITE | KN_RIGHTS_GRANT_REPLY, 0), 1));
    EXPECT_EQ(kn_msg_info_get_extra_caps(got_info(a.t)), 0);
    EXPECT(is_empty(dest));
}

TEST(endpoint_transfer_of_capabilities_of_the_same_endpoint_gives_badges)
{
    word_t e = endpoint(), b1 = mint(e, KN_RIGHTS_ALL, 71), b2 = mint(e, KN_RIGHTS_ALL, 72), f = endpoint();
    word_t dest = new_slot();
    struct thread a = make_thread(HIGH);
    set_receive_slot(a.t, dest);
    start(a, wait(e));
    kn_ipc_buffer()->caps_or_badges[0] = b1;
    kn_ipc_buffer()->caps_or_badges[1] = f;
    kn_ipc_buffer()->caps_or_badges[2] = b2;
    act(send_caps(KN_SYS_SEND, e, 3));
    EXPECT_EQ(kn_msg_info_get_extra_caps(got_info(a.t)), 3);
    EXPECT_EQ(kn_msg_info_get_caps_unwrapped(got_info(a.t)), 5);
    EXPECT_EQ(a.t->ipc_buffer_kernel->caps_or_badges[0], 71);
    EXPECT_EQ(a.t->ipc_buffer_kernel->caps_or_badges[2], 72);
    EXPECT(cap_same_object(cte_at(dest)->cap, cte_at(f)->cap));
}

TEST(endpoint_transfer_to_an_occupied_slot_sends_no_capability)
{
    word_t e = endpoint(), f = endpoint();
    struct thread a = make_thread(HIGH);
    set_receive_slot(a.t, f);
    start(a, wait(e));
    kn_ipc_buffer()->caps_or_badges[0] = f;
    act(send_caps(KN_SYS_SEND, e, 1));
    EXPECT_EQ(got_label(a.t), 1);
    EXPECT_EQ(kn_msg_info_get_extra_caps(got_info(a.t)), 0);
}

TEST(endpoint_second_capability_ends_the_transfer)
{
    word_t e = endpoint(), f = endpoint(), g = endpoint(), dest = new_slot();
    struct thread a = make_thread(HIGH);
    set_receive_slot(a.t, dest);
    start(a, wait(e));
    kn_ipc_buffer()->caps_or_badges[0] = f;
    kn_ipc_buffer()->caps_or_badges[1] = g;
    act(send_caps(KN_SYS_SEND, e, 2));
    EXPECT_EQ(kn_msg_info_get_extra_caps(got_info(a.t)), 1);
    EXPECT(cap_same_object(cte_at(dest)->cap, cte_at(f)->cap));
}

TEST(endpoint_send_of_a_missing_capability_faults)
{
    word_t e = endpoint(), f = endpoint(), r = reply();
    struct thread a = make_thread(HIGH);
    OK(kn_tcb_set_sched_params(a.tcb, HIGH, HIGH, KN_INIT_CAP_TCB, a.sc, f));
    a.t->ipc_buffer_kernel->caps_or_badges[0] = 1ul << 40; // beyond the guard
    start(a, send_caps(KN_SYS_SEND, e, 1));
    EXPECT_EQ(PTR(e, struct endpoint)->state, ENDPOINT_IDLE);
    act(recv(f, r));
    EXPECT_EQ(got_label(root_thread()), KN_FAULT_CAP);
    EXPECT_EQ(got_word(root_thread(), KN_FAULT_CAP_ADDRESS), 1ul << 40);
}

TEST(endpoint_reply_transfers_a_capability_if_the_reply_capability_has_grant)
{
    for (word_t has_grant = 0; has_grant < 2; has_grant++) {
        word_t e = endpoint(), r = reply(), f = endpoint(), dest = new_slot(), answer = new_slot();
        word_t rights = has_grant ? KN_RIGHTS_GRANT : 0;
        OK(kn_cnode_copy(ROOT_CNODE, answer, DEPTH, r, DEPTH, rights, ROOT_CNODE));
        struct thread client = make_thread(HIGH);
        set_receive_slot(client.t, dest);
        start(client, call(e, 1, 0));
        act(recv(e, r));
        kn_ipc_buffer()->caps_or_badges[0] = f;
        act((struct user_call){KN_SYS_SEND, answer, kn_msg_info_new(6, 0, 1, 0)});
        EXPECT_EQ(got_label(client.t), 6);
        EXPECT_EQ(kn_msg_info_get_extra_caps(got_info(client.t)), has_grant);
        EXPECT_EQ(is_empty(dest), !has_grant);
        park();
    }
}

TEST(endpoint_deletion_wakes_everyone_in_its_queue)
{
    word_t e = endpoint();
    struct thread a = make_thread(HIGH), b = make_thread(HIGH);
    start(a, send(e, 1, 0));
    start(b, call(e, 1, 0));
    OK(revoke(e));
    EXPECT_EQ(a.t->state, THREAD_BLOCKED_ON_SEND);
    OK(delete (e)); // they try again, and find no capability
    EXPECT(a.t->state != THREAD_BLOCKED_ON_SEND && b.t->state != THREAD_BLOCKED_ON_SEND);
}

TEST(endpoint_cancel_badged_sends_cancels_only_that_badge)
{
    word_t e = endpoint(), b1 = mint(e, KN_RIGHTS_ALL, 1), b2 = mint(e, KN_RIGHTS_ALL, 2);
    struct thread a = make_thread(HIGH), b = make_thread(HIGH), c = make_thread(HIGH);
    start(a, send(b1, 1, 0));
    start(b, send(b2, 2, 0));
    start(c, send(b1, 3, 0));
    // They would send again at once: take the capability away first.
    word_t moved = new_slot();
    OK(kn_cnode_move(ROOT_CNODE, moved, DEPTH, b1, DEPTH, ROOT_CNODE));
    OK(kn_cnode_cancel_badged_sends(ROOT_CNODE, moved, DEPTH));
    EXPECT(a.t->state != THREAD_BLOCKED_ON_SEND && c.t->state != THREAD_BLOCKED_ON_SEND);
    EXPECT_EQ(b.t->state, THREAD_BLOCKED_ON_SEND);
}

TEST(endpoint_cancel_badged_sends_needs_an_endpoint_with_all_rights)
{
    word_t e = endpoint(), b = mint(e, KN_RIGHTS_WRITE, 1), n = make(KN_OBJECT_TYPE_NOTIFICATION, 0);
    EXPECT_EQ(kn_cnode_cancel_badged_sends(ROOT_CNODE, b, DEPTH), KN_ERROR_ILLEGAL_OPERATION);
    EXPECT_EQ(kn_cnode_cancel_badged_sends(ROOT_CNODE, n, DEPTH), KN_ERROR_ILLEGAL_OPERATION);
    EXPECT_EQ(kn_cnode_cancel_badged_sends(ROOT_CNODE, new_slot(), DEPTH), KN_ERROR_ILLEGAL_OPERATION);
}

TEST(endpoint_nb_send_recv_sends_then_receives)
{
    word_t e = endpoint(), f = endpoint(), r = reply();
    struct thread a = make_thread(HIGH), b = make_thread(HIGH);
    start(a, wait(e));
    start(b, send(f, 9, 1));
    act((struct user_call){KN_SYS_NB_SEND_RECV, f, MESSAGE(7, 2), {11, 12}, r, e});
    EXPECT_EQ(got_label(a.t), 7);
    EXPECT_EQ(got_label(root_thread()), 9);
    EXPECT_EQ(got_word(root_thread(), 0), 11);
}

TEST(endpoint_nb_send_wait_sends_then_waits)
{
    word_t e = endpoint(), f = endpoint();
    struct thread a = make_thread(HIGH), b = make_thread(HIGH);
    start(a, wait(e));
    start(b, send(f, 9, 1));
    act((struct user_call){KN_SYS_NB_SEND_WAIT, f, MESSAGE(7, 2), {11, 12}, .dest = e});
    EXPECT_EQ(got_label(a.t), 7);
    EXPECT_EQ(got_label(root_thread()), 9);
}

TEST(endpoint_receive_with_something_else_as_reply_faults)
{
    word_t e = endpoint(), f = endpoint(), r = reply();
    struct thread a = make_thread(HIGH);
    OK(kn_tcb_set_sched_params(a.tcb, HIGH, HIGH, KN_INIT_CAP_TCB, a.sc, f));
    start(a, recv(e, e));
    EXPECT(a.t->state != THREAD_BLOCKED_ON_RECEIVE);
    act(recv(f, r));
    EXPECT_EQ(got_label(root_thread()), KN_FAULT_CAP);
}
