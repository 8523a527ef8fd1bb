// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// Endpoints: every form of sending and receiving, order, badges, rights, and the ends of waiting.

#include "thread.h"

enum { LABEL = 0x1234 };

static kn_word_t call(struct thread *t)
{
    t->msg = message(LABEL, t->arg[1], 100);
    kn_call(t->arg[0], &t->msg);
    return label_of(&t->msg);
}

static kn_word_t send_words(struct thread *t)
{
    t->msg = message(LABEL, t->arg[1], 100);
    kn_send(t->arg[0], &t->msg);
    return 0;
}

static kn_word_t receive_one(struct thread *t)
{
    kn_recv(t->arg[0], t->arg[1], &t->msg);
    return message_is(&t->msg, label_of(&t->msg), length_of(&t->msg), 100);
}

static kn_word_t wait_one(struct thread *t)
{
    t->msg = wait(t->arg[0]);
    return 0;
}

// Answers every Call with the words it got, each 1 more, and the caller's badge as label.
static kn_word_t serve(struct thread *t)
{
    struct kn_msg m;
    kn_recv(t->arg[0], t->arg[1], &m);
    for (;;) {
        t->step++;
        for (kn_word_t i = 0; i < length_of(&m); i++)
            kn_msg_set(&m, i, kn_msg_get(&m, i) + 1);
        m.info = kn_msg_info_new(m.badge, 0, 0, length_of(&m));
        kn_reply_recv(t->arg[0], t->arg[1], &m);
    }
}

// A Call comes back with the server's answer: words and label.
TEST(endpoint_call_gets_its_answer)
{
    kn_cptr_t endpoint = make_endpoint();
    thread_spawn(serve, endpoint, make_reply());
    struct kn_msg m = message(LABEL, 3, 10);
    kn_call(badged(endpoint, 77), &m);
    CHECK(message_is(&m, 77, 3, 11));
}

// ReplyRecv serves one Call after the other.
TEST(endpoint_reply_recv_serves_on)
{
    kn_cptr_t endpoint = make_endpoint();
    struct thread *t = thread_spawn(serve, endpoint, make_reply());
    for (kn_word_t i = 0; i < 20; i++) {
        struct kn_msg m = message(LABEL, i % 8, i);
        kn_call(endpoint, &m);
        CHECK(message_is(&m, 0, i % 8, i + 1));
    }
    CHECK(t->step == 20);
}

// A Send waits until somebody receives.
TEST(endpoint_send_waits_for_a_receiver)
{
    kn_cptr_t endpoint = make_endpoint();
    struct thread *t = thread_spawn(send_words, endpoint, 2);
    CHECK(!t->is_done);
    struct kn_msg m = wait(endpoint);
    CHECK(message_is(&m, LABEL, 2, 100) && t->is_done);
}

// A receiver waits until somebody sends.
TEST(endpoint_receive_waits_for_a_sender)
{
    kn_cptr_t endpoint = make_endpoint();
    struct thread *t = thread_spawn(receive_one, endpoint, make_reply());
    CHECK(!t->is_done);
    struct kn_msg m = message(LABEL, 4, 100);
    kn_send(endpoint, &m);
    CHECK(t->is_done && t->result && label_of(&t->msg) == LABEL && length_of(&t->msg) == 4);
}

// NBSend without a receiver is nothing.
TEST(endpoint_nb_send_needs_a_receiver)
{
    kn_cptr_t endpoint = make_endpoint();
    struct kn_msg m = message(LABEL, 1, 100);
    kn_nb_send(endpoint, &m);
    struct thread *t = thread_spawn(wait_one, endpoint, 0);
    CHECK(!t->is_done);
    kn_nb_send(endpoint, &m);
    CHECK(t->is_done && label_of(&t->msg) == LABEL);
}

// NBRecv and NBWait without a sender come back with badge 0 and an empty message.
TEST(endpoint_nb_receive_without_a_sender_gets_nothing)
{
    kn_cptr_t endpoint = make_endpoint(), reply = make_reply();
    struct kn_msg m = {.info = ~0ul, .badge = ~0ul};
    kn_nb_recv(endpoint, reply, &m);
    CHECK(is_nothing(&m));
    m = poll(endpoint);
    CHECK(is_nothing(&m));
}

// NBRecv takes the Call of a thread that waits, and can answer it.
TEST(endpoint_nb_recv_takes_a_waiting_call)
{
    kn_cptr_t endpoint = make_endpoint(), reply = make_reply();
    struct thread *t = thread_spawn(call, endpoint, 1);
    struct kn_msg m;
    kn_nb_recv(endpoint, reply, &m);
    CHECK(message_is(&m, LABEL, 1, 100));
    answer(reply, 9);
    CHECK(t->is_done && t->result == 9);
}

// NBSendRecv sends to a waiting receiver, then receives.
TEST(endpoint_nb_send_recv_does_both)
{
    kn_cptr_t to = make_endpoint(), from = make_endpoint(), reply = make_reply();
    struct thread *t = thread_spawn(receive_one, to, make_reply());
    struct thread *caller = thread_spawn(call, from, 2);
    struct kn_msg m = message(7, 6, 100);
    kn_nb_send_recv(to, from, reply, &m);
    CHECK(t->is_done && t->result && label_of(&t->msg) == 7);
    CHECK(message_is(&m, LABEL, 2, 100));
    answer(reply, 3);
    CHECK(caller->result == 3);
}

// NBSendRecv through a Reply answers, as ReplyRecv does, and receives with another Reply.
TEST(endpoint_nb_send_recv_answers)
{
    kn_cptr_t endpoint = make_endpoint(), first = make_reply(), second = make_reply();
    struct thread *one = thread_spawn(call, endpoint, 1), *two = thread_spawn(call, endpoint, 2);
    struct kn_msg m = receive(endpoint, first);
    m.info = kn_msg_info_new(5, 0, 0, 0);
    kn_nb_send_recv(first, endpoint, second, &m);
    CHECK(one->is_done && one->result == 5 && message_is(&m, LABEL, 2, 100));
    answer(second, 6);
    CHECK(two->result == 6);
}

// NBSendWait signals and waits, without a Reply.
TEST(endpoint_nb_send_wait_does_both)
{
    kn_cptr_t notification = make_notification(), endpoint = make_endpoint();
    thread_spawn(send_words, endpoint, 3);
    struct kn_msg m = message(0, 0, 0);
    kn_nb_send_wait(badged(notification, 8), endpoint, &m);
    CHECK(message_is(&m, LABEL, 3, 100));
    CHECK(poll(notification).badge == 8);
}

// The first half of NBSendWait neither waits nor fails: a missing capability or receiver is ignored.
TEST(endpoint_nb_send_wait_ignores_a_failed_send)
{
    kn_cptr_t endpoint = make_endpoint();
    thread_spawn(send_words, endpoint, 1);
    struct kn_msg m = message(0, 0, 0);
    kn_nb_send_wait(slot_new(), endpoint, &m);
    CHECK(message_is(&m, LABEL, 1, 100));
    thread_spawn(send_words, endpoint, 2);
    kn_nb_send_wait(make_endpoint(), endpoint, &m);
    CHECK(message_is(&m, LABEL, 2, 100));
}

// Senders are served in the order in which they came, whatever their priority.
TEST(endpoint_senders_are_served_in_order)
{
    kn_cptr_t endpoint = make_endpoint();
    for (kn_word_t i = 1; i <= 4; i++) {
        struct thread *t = thread_spawn(send_words, badged(endpoint, i), 0);
        thread_set_priority(t, PRIORITY_LOW + i);
    }
    for (kn_word_t i = 1; i <= 4; i++)
        CHECK(wait(endpoint).badge == i);
}

// So are receivers.
TEST(endpoint_receivers_are_served_in_order)
{
    kn_cptr_t endpoint = make_endpoint();
    struct thread *t[4];
    for (int i = 0; i < 4; i++)
        t[i] = thread_spawn(wait_one, endpoint, 0);
    for (int i = 0; i < 4; i++) {
        CHECK(!t[i]->is_done);
        send(endpoint);
        CHECK(t[i]->is_done);
    }
}

// The receiver learns the badge of the capability that was sent through, all 64 bits of it.
TEST(endpoint_badge_is_delivered)
{
    kn_cptr_t endpoint = make_endpoint();
    thread_spawn(send_words, badged(endpoint, 0xfedcba9876543210), 0);
    CHECK(wait(endpoint).badge == 0xfedcba9876543210);
}

// The longest message arrives whole, by Send and by Call, and so does the longest answer.
TEST(endpoint_longest_message_arrives)
{
    kn_cptr_t endpoint = make_endpoint(), reply = make_reply();
    thread_spawn(send_words, endpoint, KN_MSG_MAX_LENGTH);
    struct kn_msg m = wait(endpoint);
    CHECK(message_is(&m, LABEL, KN_MSG_MAX_LENGTH, 100));
    thread_spawn(serve, endpoint, reply);
    m = message(LABEL, KN_MSG_MAX_LENGTH, 7);
    kn_call(endpoint, &m);
    CHECK(message_is(&m, 0, KN_MSG_MAX_LENGTH, 8));
}

// A length beyond the longest message is cut.
TEST(endpoint_too_long_message_is_cut)
{
    kn_cptr_t endpoint = make_endpoint();
    thread_spawn(send_words, endpoint, 127);
    CHECK(length_of(&(struct kn_msg){.info = wait(endpoint).info}) == KN_MSG_MAX_LENGTH);
}

// Without an IPC buffer on one side, only the words in registers travel.
TEST(endpoint_without_buffer_registers_travel)
{
    kn_cptr_t endpoint = make_endpoint();
    struct thread *t = thread_new(wait_one);
    t->arg[0] = endpoint;
    CHECK_OK(kn_tcb_set_ipc_buffer(t->tcb, 0, 0));
    thread_start(t);
    struct kn_msg m = message(LABEL, 10, 100);
    kn_send(endpoint, &m);
    CHECK(t->is_done && length_of(&t->msg) == KN_MSG_REGISTERS && t->msg.mr[3] == 103);
}

// Sending without WRITE is INVALID_CAPABILITY 0 for a Call, and nothing happens.
TEST(endpoint_send_without_write_fails)
{
    kn_cptr_t endpoint = make_endpoint();
    struct thread *t = thread_spawn(wait_one, endpoint, 0);
    struct kn_msg m = message(LABEL, 0, 0);
    kn_call(with_rights(endpoint, KN_RIGHTS_ALL & ~KN_RIGHTS_WRITE), &m);
    CHECK(label_of(&m) == KN_ERROR_INVALID_CAPABILITY && m.mr[0] == 0 && !t->is_done);
}

// Receiving without READ is a capability fault.
TEST(endpoint_receive_without_read_faults)
{
    kn_cptr_t endpoint = make_endpoint(), faults = make_endpoint(), reply = make_reply();
    struct thread *t = thread_new(wait_one);
    t->arg[0] = with_rights(endpoint, KN_RIGHTS_ALL & ~KN_RIGHTS_READ);
    thread_set_fault_endpoint(t, faults);
    thread_start(t);
    struct kn_msg m = receive(faults, reply);
    CHECK(label_of(&m) == KN_FAULT_CAP && kn_msg_get(&m, KN_FAULT_CAP_IN_RECEIVE) == 1);
    CHECK(kn_msg_get(&m, KN_FAULT_CAP_ADDRESS) == t->arg[0]);
}

// Recv without a Reply object at its address is a capability fault of that address.
TEST(endpoint_recv_without_reply_object_faults)
{
    kn_cptr_t endpoint = make_endpoint(), faults = make_endpoint(), reply = make_reply();
    struct thread *t = thread_new(receive_one);
    t->arg[0] = endpoint;
    t->arg[1] = slot_new();
    thread_set_fault_endpoint(t, faults);
    thread_start(t);
    struct kn_msg m = receive(faults, reply);
    CHECK(label_of(&m) == KN_FAULT_CAP && kn_msg_get(&m, KN_FAULT_CAP_ADDRESS) == t->arg[1]);
}

// A caller without GRANT and GRANT_REPLY can never be answered: its message arrives, and it stops.
TEST(endpoint_call_without_grant_stops_the_caller)
{
    kn_cptr_t endpoint = make_endpoint(), reply = make_reply();
    struct thread *t = thread_spawn(call, with_rights(endpoint, KN_RIGHTS_WRITE), 1);
    struct kn_msg m = receive(endpoint, reply);
    CHECK(message_is(&m, LABEL, 1, 100));
    answer(reply, 1);
    CHECK(!t->is_done);
    CHECK_OK(kn_tcb_resume(t->tcb)); // it calls again
    m = receive(endpoint, reply);
    CHECK(message_is(&m, LABEL, 1, 100));
}

// GRANT_REPLY is enough to be answered.
TEST(endpoint_call_with_grant_reply_is_answered)
{
    kn_cptr_t endpoint = make_endpoint(), reply = make_reply();
    struct thread *t = thread_spawn(call, with_rights(endpoint, KN_RIGHTS_WRITE | KN_RIGHTS_GRANT_REPLY), 1);
    receive(endpoint, reply);
    answer(reply, 4);
    CHECK(t->is_done && t->result == 4);
}

// Wait takes a Call without a Reply: the caller stops.
TEST(endpoint_wait_cannot_answer_a_call)
{
    kn_cptr_t endpoint = make_endpoint();
    struct thread *t = thread_spawn(call, endpoint, 2);
    struct kn_msg m = wait(endpoint);
    CHECK(message_is(&m, LABEL, 2, 100) && !t->is_done);
    m = poll(endpoint);
    CHECK(is_nothing(&m));
}

// A deleted endpoint lets its senders go: they send again, to nothing, which a Call is told.
TEST(endpoint_deletion_ends_senders_waiting)
{
    kn_cptr_t endpoint = make_endpoint();
    struct thread *caller = thread_spawn(call, endpoint, 1), *one = thread_spawn(send_words, endpoint, 1);
    struct thread *two = thread_spawn(send_words, badged(endpoint, 2), 1);
    CHECK_OK(revoke(endpoint));
    CHECK(!caller->is_done && !one->is_done);
    CHECK_OK(delete_cap(endpoint));
    CHECK(caller->is_done && caller->result == KN_ERROR_INVALID_CAPABILITY && one->is_done && two->is_done);
}

// A deleted endpoint lets its receivers go: each finds that its capability is gone.
TEST(endpoint_deletion_ends_receivers_waiting)
{
    kn_cptr_t endpoint = make_endpoint(), faults = make_endpoint(), reply = make_reply();
    for (int i = 0; i < 3; i++) {
        struct thread *t = thread_new(i == 1 ? receive_one : wait_one);
        t->arg[0] = endpoint;
        t->arg[1] = i == 1 ? make_reply() : 0;
        thread_set_fault_endpoint(t, faults);
        thread_start(t);
    }
    CHECK_OK(delete_cap(endpoint));
    for (int i = 0; i < 3; i++) {
        struct kn_msg m = receive(faults, reply);
        CHECK(label_of(&m) == KN_FAULT_CAP && kn_msg_get(&m, KN_FAULT_CAP_IN_RECEIVE) == 1);
        CHECK(kn_msg_get(&m, KN_FAULT_CAP_ADDRESS) == endpoint);
    }
}

// CancelBadgedSends sends those back who wait with the badge, and leaves the others in order.
TEST(endpoint_cancel_badged_sends_cancels_one_badge)
{
    kn_cptr_t endpoint = make_endpoint(), one = badged(endpoint, 1), two = badged(endpoint, 2), spare = slot_new();
    for (kn_word_t i = 0; i < 6; i++)
        thread_spawn(send_words, i % 2 ? two : one, i);
    // Those of badge 1 come again through the same capability, so they now wait behind the others.
    CHECK_OK(kn_cnode_cancel_badged_sends(ROOT, one, DEPTH));
    static const kn_word_t order[] = {1, 3, 5, 0, 2, 4};
    for (kn_word_t i = 0; i < 6; i++) {
        struct kn_msg m = wait(endpoint);
        CHECK(message_is(&m, LABEL, order[i], 100) && m.badge == (order[i] % 2 ? 2 : 1));
    }
    CHECK(slot_is_empty(spare));
}

// Without the capability of the badge those cancelled find nothing: that is how a badge is taken out of use.
TEST(endpoint_revoked_badge_is_cancelled)
{
    kn_cptr_t endpoint = make_endpoint(), one = badged(endpoint, 1), client = copy_of(one);
    kn_cptr_t faults = make_endpoint(), reply = make_reply();
    struct thread *t = thread_new(send_words);
    t->arg[0] = client;
    thread_set_fault_endpoint(t, faults);
    thread_start(t);
    CHECK_OK(revoke(one));
    CHECK(slot_is_empty(client));
    CHECK_OK(kn_cnode_cancel_badged_sends(ROOT, one, DEPTH));
    struct kn_msg m = poll(endpoint);
    CHECK(is_nothing(&m));
    (void)reply;
}

// A suspended sender leaves the queue, and sends again when it is resumed.
TEST(endpoint_suspended_sender_leaves_the_queue)
{
    kn_cptr_t endpoint = make_endpoint();
    struct thread *t = thread_spawn(send_words, endpoint, 5);
    CHECK_OK(kn_tcb_suspend(t->tcb));
    struct kn_msg m = poll(endpoint);
    CHECK(is_nothing(&m));
    CHECK_OK(kn_tcb_resume(t->tcb));
    m = poll(endpoint);
    CHECK(message_is(&m, LABEL, 5, 100) && t->is_done);
}

// A deleted thread leaves the queue.
TEST(endpoint_deleted_thread_leaves_the_queue)
{
    kn_cptr_t endpoint = make_endpoint();
    struct thread *t = thread_spawn(send_words, endpoint, 1);
    thread_spawn(send_words, endpoint, 2);
    CHECK_OK(delete_cap(t->tcb));
    struct kn_msg m = wait(endpoint);
    CHECK(length_of(&m) == 2);
}

// Through a capability without a badge CancelBadgedSends cancels nothing: no badge cannot be taken out of use.
TEST(endpoint_cancel_badged_sends_without_badge_is_nothing)
{
    kn_cptr_t endpoint = make_endpoint();
    for (kn_word_t i = 0; i < 4; i++)
        thread_spawn(send_words, i % 2 ? badged(endpoint, 1) : endpoint, i);
    CHECK_OK(kn_cnode_cancel_badged_sends(ROOT, endpoint, DEPTH));
    for (kn_word_t i = 0; i < 4; i++) {
        struct kn_msg m = wait(endpoint);
        CHECK(message_is(&m, LABEL, i, 100));
    }
}
