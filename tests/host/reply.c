// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// Reply objects: who may answer whom, donation along the call stack, and what happens when anything of it goes.

#include "harness.h"

#define HIGH (ROOT_PRIORITY + 1)

static word_t endpoint(void) { return make(KN_OBJECT_TYPE_ENDPOINT, 0); }
static word_t reply(void) { return make(KN_OBJECT_TYPE_REPLY, 0); }
static struct user_call recv(word_t e, word_t r) { return (struct user_call){KN_SYS_RECV, e, .reply = r}; }
static struct user_call call(word_t e) { return (struct user_call){KN_SYS_CALL, e, MESSAGE(8, 1), {55}}; }
static struct user_call answer(word_t r, word_t label)
{
    return (struct user_call){KN_SYS_SEND, r, MESSAGE(label, 1), {66}};
}
static struct user_call reply_recv(word_t e, word_t r)
{
    return (struct user_call){KN_SYS_REPLY_RECV, e, MESSAGE(5, 0), .reply = r};
}

// A passive server that waits in Recv(E, R).
static struct thread passive_server(word_t priority, word_t e, word_t r)
{
    struct thread s = make_thread(priority);
    start(s, recv(e, r));
    EXPECT_EQ(s.t->state, THREAD_BLOCKED_ON_RECEIVE);
    OK(kn_sched_context_unbind(s.sc));
    EXPECT(!s.t->sc);
    return s;
}

// CLIENT's call has been received by the root with R.
static struct thread waiting_client(word_t e, word_t r)
{
    struct thread c = make_thread(HIGH);
    start(c, call(e));
    act(recv(e, r));
    EXPECT_EQ(c.t->state, THREAD_BLOCKED_ON_REPLY);
    return c;
}

TEST(reply_answer_wakes_the_caller)
{
    word_t e = endpoint(), r = reply();
    struct thread c = waiting_client(e, r);
    act(answer(r, 5));
    EXPECT_EQ(c.t->state, THREAD_RUNNING);
    EXPECT_EQ(got_label(c.t), 5);
    EXPECT_EQ(got_word(c.t, 0), 66);
    EXPECT(!PTR(r, struct reply)->tcb);
}

TEST(reply_without_caller_is_ignored)
{
    word_t r = reply();
    act(answer(r, 5));
    EXPECT_EQ(root_thread()->state, THREAD_RUNNING);
}

TEST(reply_answers_once_only)
{
    word_t e = endpoint(), r = reply();
    struct thread c = waiting_client(e, r);
    act(answer(r, 5));
    park();
    act(answer(r, 6));
    EXPECT_EQ(c.t->state, THREAD_BLOCKED_ON_NOTIFICATION); // where it had parked
}

TEST(reply_destroyed_resumes_the_caller_with_peer_gone)
{
    word_t e = endpoint(), r = reply();
    struct thread c = waiting_client(e, r);
    OK(delete (r));
    EXPECT_EQ(c.t->state, THREAD_RUNNING);
    EXPECT_EQ(got_label(c.t), KN_LABEL_PEER_GONE);
    EXPECT_EQ(got_length(c.t), 0);
    EXPECT(!c.t->reply);
}

TEST(reply_copy_keeps_it_alive)
{
    word_t e = endpoint(), r = reply();
    struct thread c = waiting_client(e, r);
    word_t r2 = copy(r);
    OK(delete (r));
    EXPECT_EQ(c.t->state, THREAD_BLOCKED_ON_REPLY);
    act(answer(r2, 5));
    EXPECT_EQ(got_label(c.t), 5);
}

TEST(reply_offered_anew_resumes_the_old_caller_with_peer_gone)
{
    word_t e = endpoint(), r = reply();
    struct thread c = waiting_client(e, r);
    struct thread d = make_thread(HIGH);
    start(d, call(e));
    act(recv(e, r));
    EXPECT_EQ(got_label(c.t), KN_LABEL_PEER_GONE);
    EXPECT(PTR(r, struct reply)->tcb == d.t);
}

TEST(reply_offered_by_another_receiver_makes_the_first_inactive)
{
    word_t e = endpoint(), f = endpoint(), r = reply();
    struct thread a = make_thread(HIGH), b = make_thread(HIGH);
    start(a, recv(e, r));
    start(b, recv(f, r));
    EXPECT_EQ(a.t->state, THREAD_INACTIVE);
    EXPECT(PTR(r, struct reply)->tcb == b.t);
    EXPECT_EQ(PTR(e, struct endpoint)->state, ENDPOINT_IDLE);
}

TEST(reply_destroyed_while_offered_makes_the_receiver_inactive)
{
    word_t e = endpoint(), r = reply();
    struct thread a = make_thread(HIGH);
    start(a, recv(e, r));
    OK(delete (r));
    EXPECT(a.t->state != THREAD_BLOCKED_ON_RECEIVE);
    EXPECT_EQ(PTR(e, struct endpoint)->state, ENDPOINT_IDLE);
}

TEST(reply_caller_deleted_frees_the_reply)
{
    word_t e = endpoint(), r = reply();
    struct thread c = waiting_client(e, r);
    OK(delete (c.tcb));
    EXPECT(!PTR(r, struct reply)->tcb);
    act(answer(r, 5));
}

TEST(reply_caller_suspended_frees_the_reply)
{
    word_t e = endpoint(), r = reply();
    struct thread c = waiting_client(e, r);
    OK(kn_tcb_suspend(c.tcb));
    EXPECT(!PTR(r, struct reply)->tcb);
    EXPECT_EQ(c.t->state, THREAD_INACTIVE);
}

TEST(reply_caller_resumed_calls_again)
{
    word_t e = endpoint(), r = reply();
    struct thread c = waiting_client(e, r);
    OK(kn_tcb_resume(c.tcb));
    EXPECT_EQ(c.t->state, THREAD_BLOCKED_ON_SEND);
    act(recv(e, r));
    EXPECT_EQ(got_word(root_thread(), 0), 55);
}

TEST(reply_answer_to_a_caller_returns_the_donated_context)
{
    word_t e = endpoint(), r = reply();
    struct thread s = passive_server(HIGH, e, r);
    struct sched_context *sc = root_thread()->sc;
    program(root_thread(), call(e));
    run();
    EXPECT(current() == s.t);
    EXPECT(s.t->sc == sc);
    EXPECT(!root_thread()->sc);
    act(reply_recv(e, r));
    EXPECT(current() == root_thread());
    EXPECT(root_thread()->sc == sc);
    EXPECT(!s.t->sc);
}

TEST(reply_chain_of_passive_servers_passes_the_context_on)
{
    enum { DEPTH_OF_CHAIN = 4 };
    word_t e[DEPTH_OF_CHAIN], r[DEPTH_OF_CHAIN];
    struct thread s[DEPTH_OF_CHAIN];
    for (word_t i = 0; i < DEPTH_OF_CHAIN; i++) {
        e[i] = endpoint();
        r[i] = reply();
        s[i] = passive_server(HIGH + i, e[i], r[i]);
    }
    struct sched_context *sc = root_thread()->sc;
    for (word_t i = 0; i < DEPTH_OF_CHAIN; i++) {
        program(current(), call(e[i]));
        run();
        EXPECT(current() == s[i].t);
        EXPECT(s[i].t->sc == sc);
    }
    EXPECT(PTR(r[2], struct reply)->prev == PTR(r[1], struct reply));
    for (word_t i = DEPTH_OF_CHAIN; i-- > 0;) {
        EXPECT(current() == s[i].t);
        act(reply_recv(e[i], r[i]));
    }
    EXPECT(current() == root_thread());
    EXPECT(root_thread()->sc == sc);
}

TEST(reply_middle_of_the_chain_destroyed_wakes_its_caller)
{
    word_t e1 = endpoint(), e2 = endpoint(), r1 = reply(), r2 = reply();
    struct thread client = make_thread(ROOT_PRIORITY - 1);
    struct thread s1 = passive_server(HIGH, e1, r1), s2 = passive_server(HIGH + 1, e2, r2);
    start(client, call(e1));
    act((struct user_call){KN_SYS_WAIT, SLOT_PARKING}); // the root steps aside
    EXPECT(current() == s1.t);
    act(call(e2));
    EXPECT(current() == s2.t);
    EXPECT(s2.t->sc == PTR(client.sc, struct sched_context));
    act((struct user_call){KN_SYS_SEND, SLOT_PARKING}); // lets the root go on
    act((struct user_call){KN_SYS_WAIT, SLOT_PARKING});
    EXPECT(current() == root_thread());
    OK(delete (r1));
    EXPECT_EQ(got_label(client.t), KN_LABEL_PEER_GONE);
    EXPECT_EQ(s1.t->state, THREAD_BLOCKED_ON_REPLY);
}

TEST(reply_head_of_the_chain_destroyed_returns_the_context)
{
    word_t e1 = endpoint(), r1 = reply();
    struct thread client = make_thread(ROOT_PRIORITY - 1);
    struct thread s1 = passive_server(HIGH, e1, r1);
    start(client, call(e1));
    act((struct user_call){KN_SYS_WAIT, SLOT_PARKING});
    EXPECT(current() == s1.t);
    act((struct user_call){KN_SYS_CALL, ROOT_CNODE, MESSAGE(KN_LABEL_CNODE_DELETE, 2), {r1, DEPTH}}); // its own Reply
    EXPECT_EQ(got_label(client.t), KN_LABEL_PEER_GONE);
    EXPECT(client.t->sc == PTR(client.sc, struct sched_context));
    EXPECT(!s1.t->sc);
}

TEST(reply_dead_server_means_errors_not_hangs)
{
    // The server with all its objects goes by one Revoke; the endpoint stays, and its queue waits for the next server.
    word_t u = make(KN_OBJECT_TYPE_UNTYPED, 14), o = new_slots(3), e = endpoint();
    struct thread a = make_thread(HIGH), b = make_thread(HIGH);
    OK(kn_untyped_retype(u, KN_OBJECT_TYPE_REPLY, 0, 0, 0, o, 1, ROOT_CNODE));
    start(a, call(e));
    act(recv(e, o));
    start(b, call(e));
    OK(revoke(u));
    EXPECT_EQ(got_label(a.t), KN_LABEL_PEER_GONE);
    EXPECT_EQ(b.t->state, THREAD_BLOCKED_ON_SEND);
}

TEST(reply_capability_without_grant_still_answers)
{
    word_t e = endpoint(), r = reply(), r2 = new_slot();
    struct thread c = waiting_client(e, r);
    OK(kn_cnode_copy(ROOT_CNODE, r2, DEPTH, r, DEPTH, 0, ROOT_CNODE));
    act(answer(r2, 5));
    EXPECT_EQ(got_label(c.t), 5);
}

TEST(reply_call_on_a_reply_object_answers_and_returns)
{
    word_t e = endpoint(), r = reply();
    struct thread c = waiting_client(e, r);
    act((struct user_call){KN_SYS_CALL, r, MESSAGE(5, 0)});
    EXPECT_EQ(got_label(c.t), 5);
    EXPECT_EQ(root_thread()->state, THREAD_RUNNING);
}
