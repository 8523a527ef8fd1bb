// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// Scheduling contexts: binding, donation to passive servers and back, Consumed, YieldTo.

#include "thread.h"

static kn_word_t nothing(struct thread *t) { return t->arg[0]; }

static kn_word_t count(struct thread *t)
{
    for (;;)
        t->step++;
}

static void spin_us(kn_word_t us)
{
    for (kn_word_t end = now_us() + us; now_us() < end;)
        ;
}

static kn_word_t wait_twice(struct thread *t)
{
    for (int i = 0; i < 2; i++) {
        wait(t->arg[0]);
        t->step++;
    }
    return 0;
}

static kn_word_t call(struct thread *t)
{
    t->msg = message(1, 1, t->arg[1]);
    kn_call(t->arg[0], &t->msg);
    t->step = t->msg.mr[0];
    return label_of(&t->msg);
}

// Answers each Call with its word + 1, behind arg[2] microseconds of work.
static kn_word_t serve(struct thread *t)
{
    struct kn_msg m;
    kn_recv(t->arg[0], t->arg[1], &m);
    for (;;) {
        t->step++;
        spin_us(t->arg[2]);
        m.mr[0]++;
        m.info = kn_msg_info_new(0, 0, 0, 1);
        kn_reply_recv(t->arg[0], t->arg[1], &m);
    }
}

// Calls the server behind it (arg[2]) for each of its own.
static kn_word_t relay(struct thread *t)
{
    struct kn_msg m;
    kn_recv(t->arg[0], t->arg[1], &m);
    for (;;) {
        t->step++;
        kn_call(t->arg[2], &m);
        m.mr[0] += 100;
        m.info = kn_msg_info_new(0, 0, 0, 1);
        kn_reply_recv(t->arg[0], t->arg[1], &m);
    }
}

// Takes one message and keeps it.
static kn_word_t take_one(struct thread *t)
{
    kn_recv(t->arg[0], t->arg[1], &t->msg);
    t->step = 1;
    wait(t->arg[2]);
    return 0;
}

static kn_word_t nb_send_recv(struct thread *t)
{
    struct kn_msg m = message(0, 0, 0);
    kn_nb_send_recv(t->arg[0], t->arg[1], t->arg[2], &m);
    return 0;
}

static kn_word_t consumed(kn_cptr_t sc)
{
    kn_word_t us = 0;
    CHECK_OK(kn_sched_context_consumed(sc, &us));
    return us;
}

// A server that waits at ENDPOINT without a scheduling context.
static struct thread *passive(kn_word_t (*run)(struct thread *t), kn_cptr_t endpoint, kn_word_t arg2)
{
    struct thread *t = thread_new(run);
    t->arg[0] = endpoint;
    t->arg[1] = make_reply();
    t->arg[2] = arg2;
    thread_start(t);
    thread_make_passive(t);
    return t;
}

// A runnable thread without a context starts when it is bound to one.
TEST(sched_context_bind_starts_a_thread)
{
    struct thread *t = thread_new(nothing);
    thread_make_passive(t);
    thread_start(t);
    sleep_us(200);
    CHECK(!t->is_done);
    CHECK_OK(kn_sched_context_bind(t->sc, t->tcb));
    CHECK(t->is_done);
}

// A context has one thread and a thread one context.
TEST(sched_context_bind_is_exclusive)
{
    struct thread *t = thread_new(nothing), *u = thread_new(nothing);
    CHECK_ERROR(kn_sched_context_bind(t->sc, u->tcb), ILLEGAL_OPERATION);
    CHECK_ERROR(kn_sched_context_bind(make_sched_context(100, 100), t->tcb), ILLEGAL_OPERATION);
    CHECK_ERROR(kn_sched_context_bind(make_sched_context(100, 100), make_endpoint()), INVALID_CAPABILITY);
    CHECK(error_word(0) == 1);
}

// Unbind stops the thread; another context lets it go on.
TEST(sched_context_unbind_stops_a_thread)
{
    struct thread *t = thread_new(count);
    thread_set_priority(t, PRIORITY_LOW);
    thread_start(t);
    sleep_us(200);
    thread_make_passive(t);
    kn_word_t steps = t->step;
    CHECK(steps > 0);
    sleep_us(200);
    CHECK(t->step == steps);
    CHECK_OK(kn_sched_context_bind(make_sched_context(1000, 1000), t->tcb));
    sleep_us(200);
    CHECK(t->step > steps);
}

// Nobody unbinds the context it runs on.
TEST(sched_context_unbind_of_own_fails)
{
    CHECK_ERROR(kn_sched_context_unbind(self->sc), ILLEGAL_OPERATION);
    CHECK_ERROR(kn_sched_context_unbind_object(self->sc, self->tcb), ILLEGAL_OPERATION);
}

// UnbindObject names what is bound; something else is an error.
TEST(sched_context_unbind_object_checks)
{
    struct thread *t = thread_new(nothing), *u = thread_new(nothing);
    kn_cptr_t notification = make_notification();
    CHECK_ERROR(kn_sched_context_unbind_object(t->sc, u->tcb), ILLEGAL_OPERATION);
    CHECK_ERROR(kn_sched_context_unbind_object(t->sc, notification), ILLEGAL_OPERATION);
    CHECK_ERROR(kn_sched_context_unbind_object(t->sc, make_endpoint()), INVALID_CAPABILITY);
    CHECK_OK(kn_sched_context_bind(t->sc, notification));
    CHECK_OK(kn_sched_context_unbind_object(t->sc, notification));
    CHECK_OK(kn_sched_context_unbind_object(t->sc, t->tcb));
    CHECK_ERROR(kn_sched_context_unbind_object(t->sc, t->tcb), ILLEGAL_OPERATION);
}

// A context that was never configured runs nobody, until it is.
TEST(sched_context_must_be_configured)
{
    struct thread *t = thread_new(nothing);
    kn_cptr_t sc = make(KN_OBJECT_TYPE_SCHED_CONTEXT, KN_SCHED_CONTEXT_MIN_BITS);
    thread_make_passive(t);
    CHECK_OK(kn_sched_context_bind(sc, t->tcb));
    thread_start(t);
    sleep_us(200);
    CHECK(!t->is_done);
    CHECK_OK(kn_sched_control_configure(sched_control, 1000, 1000, 0, 0, 0, sc));
    CHECK(t->is_done);
}

// A thread whose context is deleted stops; it lives on with another one.
TEST(sched_context_deletion_stops_its_thread)
{
    struct thread *t = thread_new(count);
    thread_set_priority(t, PRIORITY_LOW);
    thread_start(t);
    CHECK_OK(delete_cap(t->sc));
    sleep_us(200);
    CHECK(t->step == 0);
    CHECK_OK(kn_tcb_set_sched_params(t->tcb, 1, PRIORITY_LOW, KN_INIT_CAP_TCB, make_sched_context(1000, 1000), 0));
    sleep_us(200);
    CHECK(t->step > 0);
}

// Consumed is the time since it was last asked.
TEST_TIMED(sched_context_consumed_counts_and_resets)
{
    consumed(self->sc);
    spin_us(3000);
    kn_word_t us = consumed(self->sc);
    CHECK(us >= 2900 && us < 3500);
    CHECK(consumed(self->sc) < 500);
}

// A passive server runs on its client's context: the client pays.
TEST_TIMED(sched_context_is_lent_to_a_passive_server)
{
    kn_cptr_t endpoint = make_endpoint();
    struct thread *server = passive(serve, endpoint, 2000), *client = thread_new(call);
    client->arg[0] = endpoint;
    client->arg[1] = 5;
    consumed(client->sc);
    consumed(server->sc);
    thread_start(client);
    CHECK(client->is_done && client->step == 6 && server->step == 1);
    kn_word_t us = consumed(client->sc);
    CHECK(us >= 1900 && us < 3000);
    CHECK(consumed(server->sc) == 0);
}

// It serves one client after the other, each on its own time.
TEST(sched_context_comes_back_with_the_answer)
{
    kn_cptr_t endpoint = make_endpoint();
    struct thread *server = passive(serve, endpoint, 0), *client = thread_new(call);
    client->arg[0] = endpoint;
    for (kn_word_t i = 1; i <= 5; i++) {
        client->arg[1] = i;
        thread_start(client);
        CHECK(client->is_done && client->step == i + 1 && server->step == i);
    }
    struct kn_msg m = message(0, 1, 50);
    kn_call(endpoint, &m); // and this thread's
    CHECK(m.mr[0] == 51);
}

// An active server keeps its own context, and the client its.
TEST_TIMED(sched_context_is_not_lent_to_an_active_server)
{
    kn_cptr_t endpoint = make_endpoint();
    struct thread *server = thread_new(serve), *client = thread_new(call);
    server->arg[0] = endpoint;
    server->arg[1] = make_reply();
    server->arg[2] = 2000;
    thread_start(server);
    client->arg[0] = endpoint;
    consumed(client->sc);
    consumed(server->sc);
    thread_start(client);
    CHECK(client->is_done && consumed(client->sc) < 500 && consumed(server->sc) >= 1900);
}

// Through a chain of passive servers the context goes all the way, and all the way back.
TEST_TIMED(sched_context_travels_through_a_chain)
{
    kn_cptr_t first = make_endpoint(), second = make_endpoint(), third = make_endpoint();
    struct thread *a = passive(relay, first, second), *b = passive(relay, second, third),
                  *c = passive(serve, third, 1000);
    struct thread *client = thread_new(call);
    client->arg[0] = first;
    client->arg[1] = 7;
    consumed(client->sc);
    thread_start(client);
    CHECK(client->is_done && client->step == 208 && a->step == 1 && b->step == 1 && c->step == 1);
    CHECK(consumed(client->sc) >= 900);
    thread_start(client);
    CHECK(client->is_done && c->step == 2);
}

// A server whose Reply is destroyed gives the context back with the message PEER_GONE.
TEST(sched_context_comes_back_from_a_dead_reply)
{
    kn_cptr_t endpoint = make_endpoint(), notification = make_notification();
    struct thread *server = passive(take_one, endpoint, notification), *client = thread_new(call);
    client->arg[0] = endpoint;
    thread_start(client);
    CHECK(server->step == 1 && !client->is_done);
    CHECK_OK(delete_cap(server->arg[1]));
    CHECK(client->is_done && client->result == KN_LABEL_PEER_GONE);
}

// A passive server that is deleted with its Reply still there: the answer by somebody else gives the context back.
TEST(sched_context_comes_back_from_a_dead_server)
{
    kn_cptr_t endpoint = make_endpoint(), notification = make_notification();
    struct thread *server = passive(take_one, endpoint, notification), *client = thread_new(call);
    client->arg[0] = endpoint;
    thread_start(client);
    CHECK_OK(delete_cap(server->tcb));
    CHECK(!client->is_done);
    answer(server->arg[1], 4);
    CHECK(client->is_done && client->result == 4);
    thread_start(client); // it waits in the queue, with its context
    CHECK(!client->is_done);
}

// A client that dies takes its context with it; the server stops until the next client comes.
TEST_TIMED(sched_context_of_a_dead_client)
{
    kn_cptr_t endpoint = make_endpoint();
    struct thread *server = passive(serve, endpoint, 1000000), *client = thread_new(call), *next = thread_new(call);
    client->arg[0] = endpoint;
    thread_set_priority(client, PRIORITY_LOW);
    thread_set_priority(server, PRIORITY_LOW);
    thread_start(client);
    sleep_us(1000);
    CHECK(server->step == 1);
    CHECK_OK(delete_cap(client->tcb));
    CHECK_OK(delete_cap(client->sc));
    sleep_us(1000);
    CHECK(!next->is_done && server->step == 1);
    CHECK_OK(kn_sched_context_bind(server->sc, server->tcb)); // on its own again
    sleep_us(1000);
}

// NBSendRecv lends the context to the receiver of what it sends.
TEST(sched_context_is_lent_by_nb_send_recv)
{
    kn_cptr_t endpoint = make_endpoint(), other = make_endpoint();
    struct thread *server = thread_new(wait_twice), *t = thread_new(nb_send_recv);
    server->arg[0] = endpoint;
    thread_start(server);
    thread_make_passive(server);
    t->arg[0] = endpoint;
    t->arg[1] = other;
    t->arg[2] = make_reply();
    thread_start(t);
    CHECK(server->step == 1 && !t->is_done);
    send(other); // the sender has no context any more: it goes on when it has one
    CHECK(!t->is_done || server->step == 1);
}

// A Send lends nothing: a passive receiver gets the message and waits for a context.
TEST(sched_context_is_not_lent_by_send)
{
    kn_cptr_t endpoint = make_endpoint();
    struct thread *server = thread_new(wait_twice);
    server->arg[0] = endpoint;
    thread_start(server);
    thread_make_passive(server);
    send(endpoint);
    CHECK(server->step == 0);
    CHECK_OK(kn_sched_context_bind(server->sc, server->tcb));
    CHECK(server->step == 1);
}

// A notification's context is lent to the passive thread that it wakes, and comes back when that waits again.
TEST(sched_context_of_a_notification)
{
    kn_cptr_t notification = make_notification();
    struct thread *t = thread_new(wait_twice);
    t->arg[0] = notification;
    thread_start(t);
    thread_make_passive(t);
    kn_signal(notification);
    CHECK(t->step == 0); // it has the signal but no time
    CHECK_OK(kn_sched_context_bind(t->sc, t->tcb));
    CHECK(t->step == 1);
    thread_make_passive(t);
    CHECK_OK(kn_sched_context_bind(t->sc, notification));
    CHECK_ERROR(kn_sched_context_bind(make_sched_context(100, 100), notification), ILLEGAL_OPERATION);
    kn_signal(notification);
    CHECK(t->step == 2 && t->is_done);
}

// When the client's budget ends in the server, the fault goes to the server's timeout handler, with the client's badge.
TEST_TIMED(sched_context_timeout_in_a_server)
{
    kn_cptr_t endpoint = make_endpoint(), handler = make_endpoint(), reply = make_reply();
    struct thread *server = passive(serve, endpoint, 5000), *client = thread_new(call);
    CHECK_OK(kn_tcb_set_timeout_endpoint(server->tcb, handler));
    CHECK_OK(kn_sched_control_configure(sched_control, 1000, 100000, 0, 0xc1, 0, client->sc));
    thread_set_priority(client, PRIORITY_LOW);
    thread_set_priority(server, PRIORITY_LOW);
    client->arg[0] = endpoint;
    thread_start(client);
    struct kn_msg m = receive(handler, reply);
    CHECK(label_of(&m) == KN_FAULT_TIMEOUT && kn_msg_get(&m, KN_FAULT_TIMEOUT_DATA) == 0xc1 && !client->is_done);
    // The usual cure: the handler answers the client in the server's place.
    answer(server->arg[1], 9);
    sleep_us(200000);
    CHECK(client->is_done && client->result == 9);
}

// YieldTo lets the other thread run before others of its priority, and says what it has consumed.
TEST_TIMED(sched_context_yield_to_runs_next)
{
    struct thread *a = thread_new(nothing), *b = thread_new(nothing);
    thread_set_priority(a, PRIORITY_CASE);
    thread_set_priority(b, PRIORITY_CASE);
    thread_start(a);
    thread_start(b);
    kn_word_t us = 99;
    CHECK_OK(kn_sched_context_yield_to(b->sc, &us));
    CHECK(b->is_done && !a->is_done && us < 99);
}

// For a thread of lower priority it only changes the order there.
TEST_TIMED(sched_context_yield_to_lower_priority)
{
    struct thread *a = thread_new(count), *b = thread_new(count);
    thread_set_priority(a, PRIORITY_LOW);
    thread_set_priority(b, PRIORITY_LOW);
    thread_start(a);
    thread_start(b);
    CHECK_OK(kn_sched_context_yield_to(b->sc, NULL));
    CHECK(a->step == 0 && b->step == 0);
    sleep_us(200);
    CHECK(a->step == 0 && b->step > 0);
}

// It refuses the caller's own context, one without a thread, and threads above the caller's maximum.
TEST(sched_context_yield_to_is_checked)
{
    struct thread *t = thread_new(nothing);
    CHECK_ERROR(kn_sched_context_yield_to(self->sc, NULL), ILLEGAL_OPERATION);
    CHECK_ERROR(kn_sched_context_yield_to(make_sched_context(100, 100), NULL), ILLEGAL_OPERATION);
    thread_set_priority(t, PRIORITY_HIGH + 1); // this thread's maximum is PRIORITY_HIGH
    CHECK_ERROR(kn_sched_context_yield_to(t->sc, NULL), ILLEGAL_OPERATION);
    thread_set_priority(t, PRIORITY_HIGH);
    CHECK_OK(kn_sched_context_yield_to(t->sc, NULL));
}

static kn_word_t count_signals(struct thread *t)
{
    for (;;) {
        wait(t->arg[0]);
        t->step++;
    }
}

// The notification's context is lent to one passive waiter after the other: each gives it back when it waits.
TEST(sched_context_of_a_notification_goes_round)
{
    kn_cptr_t notification = make_notification();
    struct thread *t[2];
    for (kn_word_t i = 0; i < 2; i++) {
        t[i] = thread_spawn(count_signals, notification, 0);
        thread_make_passive(t[i]);
    }
    CHECK_OK(kn_sched_context_bind(t[0]->sc, notification));
    for (kn_word_t i = 0; i < 6; i++) {
        kn_signal(notification);
        CHECK(t[i % 2]->step == i / 2 + 1);
    }
}

// A caller that is sent back to its Call while a server computes on its context waits; it goes on when the server stops.
TEST_TIMED(sched_context_comes_home_from_a_stopped_server)
{
    kn_cptr_t endpoint = make_endpoint(), reply = make_reply();
    struct thread *server = passive(serve, endpoint, 1000000), *client = thread_new(call);
    thread_set_priority(server, PRIORITY_LOW);
    thread_set_priority(client, PRIORITY_LOW);
    client->arg[0] = endpoint;
    thread_start(client);
    sleep_us(1000);
    CHECK(server->step == 1);
    CHECK_OK(kn_tcb_resume(client->tcb));
    sleep_us(1000);
    struct kn_msg m;
    kn_nb_recv(endpoint, reply, &m);
    CHECK(is_nothing(&m)); // it has no context to call again with
    CHECK_OK(kn_tcb_suspend(server->tcb));
    m = receive(endpoint, reply);
    CHECK(message_is(&m, 1, 1, 0));
}

static kn_word_t yield_to(struct thread *t)
{
    t->step = 1;
    kn_error_t error = kn_sched_context_yield_to(t->arg[0], &t->arg[1]);
    t->step = 2;
    return (kn_word_t)error;
}

// Two threads may yield to the same one; both go on.
TEST_TIMED(sched_context_yield_to_by_two)
{
    struct thread *busy = thread_new(count), *t[2] = {thread_new(yield_to), thread_new(yield_to)};
    thread_set_priority(busy, PRIORITY_LOW);
    for (int i = 0; i < 2; i++) {
        thread_set_priority(t[i], PRIORITY_LOW);
        t[i]->arg[0] = busy->sc;
        t[i]->arg[1] = ~0ul;
        thread_start(t[i]);
    }
    thread_start(busy);
    sleep_us(5 * SLICE_US);
    for (int i = 0; i < 2; i++)
        CHECK(t[i]->is_done && t[i]->result == KN_ERROR_NONE && t[i]->arg[1] != ~0ul);
}

// A context that is deleted while a server has it: the server stops, and the answered client waits for another one.
TEST(sched_context_deleted_while_lent)
{
    kn_cptr_t endpoint = make_endpoint(), notification = make_notification();
    struct thread *server = passive(take_one, endpoint, notification), *client = thread_new(call);
    client->arg[0] = endpoint;
    thread_start(client);
    CHECK(server->step == 1);
    CHECK_OK(delete_cap(client->sc));
    answer(server->arg[1], 3);
    kn_signal(notification);
    CHECK(!client->is_done && !server->is_done);
    CHECK_OK(kn_sched_context_bind(make_sched_context(1000, 1000), client->tcb));
    CHECK(client->is_done && client->result == 3);
}
