// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// Reply objects: who is answered, when, and what becomes of callers whose Reply goes.

#include "thread.h"
#include "user.h"

static kn_word_t call(struct thread *t)
{
    t->msg = message(1, t->arg[1], 1);
    kn_call(t->arg[0], &t->msg);
    return label_of(&t->msg);
}

static kn_word_t receive_from(struct thread *t)
{
    kn_recv(t->arg[0], t->arg[1], &t->msg);
    return t->msg.badge;
}

static kn_word_t illegal(struct thread *t)
{
    (void)t;
    user_illegal();
    return 0;
}

// Calls can be answered in any order.
TEST(reply_answers_in_any_order)
{
    kn_cptr_t endpoint = make_endpoint(), replies = make_many(KN_OBJECT_TYPE_REPLY, 0, 4);
    struct thread *t[4];
    for (kn_word_t i = 0; i < 4; i++) {
        t[i] = thread_spawn(call, endpoint, i);
        receive(endpoint, replies + i);
    }
    static const kn_word_t order[] = {2, 0, 3, 1};
    for (kn_word_t i = 0; i < 4; i++) {
        CHECK(!t[order[i]]->is_done);
        answer(replies + order[i], 10 + i);
        CHECK(t[order[i]]->is_done && t[order[i]]->result == 10 + i);
    }
}

// An answer reaches its caller once; a second one reaches nobody.
TEST(reply_answers_once)
{
    kn_cptr_t endpoint = make_endpoint(), reply = make_reply();
    struct thread *t = thread_spawn(call, endpoint, 0);
    receive(endpoint, reply);
    answer(reply, 5);
    answer(reply, 6);
    CHECK(t->is_done && t->result == 5);
}

// An answer through a Reply that nobody waits for is nothing, not an error.
TEST(reply_to_nobody_is_nothing)
{
    kn_cptr_t reply = make_reply();
    struct kn_msg m = message(3, 0, 0);
    answer(reply, 5);
    kn_call(reply, &m);
    CHECK(label_of(&m) == KN_ERROR_NONE);
}

// A destroyed Reply lets its caller go with the label PEER_GONE.
TEST(reply_deletion_tells_the_caller)
{
    kn_cptr_t endpoint = make_endpoint(), reply = make_reply();
    struct thread *t = thread_spawn(call, endpoint, 3);
    receive(endpoint, reply);
    CHECK_OK(delete_cap(reply));
    CHECK(t->is_done && t->result == KN_LABEL_PEER_GONE && length_of(&t->msg) == 0);
}

// Only the last capability's deletion does.
TEST(reply_lives_as_long_as_a_capability)
{
    kn_cptr_t endpoint = make_endpoint(), reply = make_reply(), other = copy_of(reply);
    struct thread *t = thread_spawn(call, endpoint, 0);
    receive(endpoint, reply);
    CHECK_OK(delete_cap(reply));
    CHECK(!t->is_done);
    answer(other, 8);
    CHECK(t->result == 8);
}

// A Reply offered to the next Recv while a caller waits for it: that caller is told PEER_GONE.
TEST(reply_reuse_tells_the_caller)
{
    kn_cptr_t endpoint = make_endpoint(), reply = make_reply();
    struct thread *one = thread_spawn(call, endpoint, 1), *two = thread_spawn(call, endpoint, 2);
    receive(endpoint, reply);
    struct kn_msg m = receive(endpoint, reply);
    CHECK(length_of(&m) == 2 && one->is_done && one->result == KN_LABEL_PEER_GONE);
    answer(reply, 4);
    CHECK(two->result == 4);
}

// Even if the Recv does not wait and finds nothing.
TEST(reply_reuse_by_nb_recv_tells_the_caller)
{
    kn_cptr_t endpoint = make_endpoint(), reply = make_reply();
    struct thread *t = thread_spawn(call, endpoint, 1);
    receive(endpoint, reply);
    struct kn_msg m;
    kn_nb_recv(make_endpoint(), reply, &m);
    CHECK(is_nothing(&m) && t->is_done && t->result == KN_LABEL_PEER_GONE);
}

// A Reply that a receiver offers already can be taken from it: the receiver stops, and receives again when resumed.
TEST(reply_taken_from_a_receiver_stops_it)
{
    kn_cptr_t endpoint = make_endpoint(), other = make_endpoint(), reply = make_reply();
    struct thread *t = thread_spawn(receive_from, endpoint, reply), *caller = thread_spawn(call, other, 0);
    receive(other, reply);
    answer(reply, 3);
    struct kn_msg m = message(0, 0, 0);
    kn_nb_send(endpoint, &m);
    CHECK(caller->result == 3 && !t->is_done);
    CHECK_OK(kn_tcb_resume(t->tcb));
    send(badged(endpoint, 9));
    CHECK(t->is_done && t->result == 9);
}

// A destroyed Reply stops the receiver that offers it.
TEST(reply_deletion_stops_a_receiver)
{
    kn_cptr_t endpoint = make_endpoint(), reply = make_reply();
    struct thread *t = thread_spawn(receive_from, endpoint, reply);
    CHECK_OK(delete_cap(reply));
    struct kn_msg m = message(0, 0, 0);
    kn_nb_send(endpoint, &m);
    CHECK(!t->is_done);
}

// Anybody who holds the Reply may answer.
TEST(reply_can_be_used_by_another_thread)
{
    kn_cptr_t endpoint = make_endpoint(), reply = make_reply(), node = make_cnode(2), out = slot_new();
    struct thread *t = thread_spawn(call, endpoint, 0), *server = thread_spawn(receive_from, endpoint, reply);
    CHECK(server->is_done && !t->is_done);
    CHECK_OK(kn_cnode_move(node, 1, 2, reply, DEPTH, ROOT));
    CHECK_OK(kn_cnode_move(ROOT, out, DEPTH, 1, 2, node));
    answer(out, 6);
    CHECK(t->result == 6);
}

// A suspended caller is answered no more, and its Reply is free.
TEST(reply_is_free_when_its_caller_is_suspended)
{
    kn_cptr_t endpoint = make_endpoint(), reply = make_reply();
    struct thread *t = thread_spawn(call, endpoint, 1), *other = thread_spawn(call, endpoint, 2);
    receive(endpoint, reply);
    CHECK_OK(kn_tcb_suspend(t->tcb));
    answer(reply, 5);
    CHECK(!t->is_done);
    receive(endpoint, reply);
    answer(reply, 6);
    CHECK(other->result == 6);
    CHECK_OK(kn_tcb_resume(t->tcb)); // it calls again
    struct kn_msg m = receive(endpoint, reply);
    CHECK(length_of(&m) == 1);
}

// A deleted caller leaves its Reply free.
TEST(reply_is_free_when_its_caller_is_deleted)
{
    kn_cptr_t endpoint = make_endpoint(), reply = make_reply();
    struct thread *t = thread_spawn(call, endpoint, 1);
    receive(endpoint, reply);
    CHECK_OK(delete_cap(t->tcb));
    answer(reply, 5);
    thread_spawn(call, endpoint, 2);
    struct kn_msg m = receive(endpoint, reply);
    CHECK(length_of(&m) == 2);
}

// When a server's memory is revoked, those that it was serving are told, and those in the queue wait for the next server.
TEST(reply_server_death_tells_clients)
{
    kn_cptr_t endpoint = make_endpoint(), untyped = make_untyped(12), reply = slot_new();
    CHECK_OK(retype(untyped, KN_OBJECT_TYPE_REPLY, 0, reply, 1));
    struct thread *served = thread_spawn(call, endpoint, 1), *queued = thread_spawn(call, endpoint, 2);
    struct thread *server = thread_spawn(receive_from, endpoint, reply);
    CHECK(server->is_done && !served->is_done);
    CHECK_OK(delete_cap(server->tcb));
    CHECK_OK(revoke(untyped));
    CHECK(served->is_done && served->result == KN_LABEL_PEER_GONE && !queued->is_done);
    kn_cptr_t next = make_reply();
    struct kn_msg m = receive(endpoint, next);
    CHECK(length_of(&m) == 2);
    answer(next, 7);
    CHECK(queued->result == 7);
}

// A faulted thread whose Reply is destroyed faults again.
TEST(reply_deletion_repeats_a_fault)
{
    kn_cptr_t endpoint = make_endpoint(), reply = make_reply();
    struct thread *t = thread_new(illegal);
    thread_set_fault_endpoint(t, endpoint);
    thread_start(t);
    struct kn_msg m = receive(endpoint, reply);
    CHECK(label_of(&m) == KN_FAULT_USER_EXCEPTION);
    CHECK_OK(delete_cap(reply));
    m = receive(endpoint, make_reply());
    CHECK(label_of(&m) == KN_FAULT_USER_EXCEPTION &&
          kn_msg_get(&m, KN_FAULT_USER_EXCEPTION_PC) == (kn_word_t)user_illegal);
}

// ReplyRecv answers and offers the same Reply again.
TEST(reply_recv_answers_and_offers)
{
    kn_cptr_t endpoint = make_endpoint(), reply = make_reply();
    struct thread *one = thread_spawn(call, endpoint, 1), *two = thread_spawn(call, endpoint, 2);
    struct kn_msg m = receive(endpoint, reply);
    m.info = kn_msg_info_new(11, 0, 0, 0);
    kn_reply_recv(endpoint, reply, &m);
    CHECK(one->result == 11 && length_of(&m) == 2);
    answer(reply, 12);
    CHECK(two->result == 12);
}

// Revoke of a caller's badge while it is being served changes nothing for the answer.
TEST(reply_outlives_the_callers_capability)
{
    kn_cptr_t endpoint = make_endpoint(), reply = make_reply(), badge = badged(endpoint, 3);
    struct thread *t = thread_spawn(call, badge, 1);
    receive(endpoint, reply);
    CHECK_OK(delete_cap(badge));
    CHECK_OK(kn_cnode_cancel_badged_sends(ROOT, endpoint, DEPTH));
    answer(reply, 2);
    CHECK(t->result == 2);
}
