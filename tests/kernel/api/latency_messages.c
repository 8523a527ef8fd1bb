// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// All that one system call can have to do for messages, at once: the worst path that we know of. tests/kernel/latency
// measures it.

#include "latency.h"

#define LEFT_US 5 // less than the least budget: it ends with the system call

static kn_cptr_t space, signal;

// Uses up a part of the budget whenever LEAF_SIGNAL is signalled, until all refills are in use.
static void fill_refills(struct thread *t)
{
    for (kn_word_t i = 0; i < FULL_PARTS; i++) {
        work_for(FULL_PART_US);
        kn_wait(LEAF_SIGNAL, &t->msg);
    }
}

static kn_word_t send_later(struct thread *t)
{
    fill_refills(t);
    deep_message(&t->msg, LEAF_RECEIVED);
    kn_send(LEAF_OTHER_ENDPOINT, &t->msg);
    return 0;
}

static kn_word_t receive_later(struct thread *t)
{
    fill_refills(t);
    deep_message(&t->msg, LEAF_RECEIVED + 1);
    kn_wait(LEAF_ENDPOINT, &t->msg);
    return kn_msg_info_get_extra_caps(t->msg.info);
}

static kn_word_t call_later(struct thread *t)
{
    fill_refills(t);
    t->msg = message(0, 0, 0);
    kn_call(LEAF_CALL_ENDPOINT, &t->msg);
    return label_of(&t->msg);
}

static kn_word_t handle_later(struct thread *t)
{
    fill_refills(t);
    kn_recv(LEAF_TIMEOUT_ENDPOINT, LEAF_OTHER_REPLY, &t->msg);
    return label_of(&t->msg);
}

// Takes the call that it will never answer, and ends its budget with NBSendRecv.
static kn_word_t send_and_receive(struct thread *t)
{
    kn_word_t used = FULL_BUDGET_US;
    kn_recv(LEAF_CALL_ENDPOINT, LEAF_REPLY, &t->msg);
    fill_refills(t);
    kn_sched_context_consumed(LEAF_SCHED_CONTEXT, &used);
    deep_message(&t->msg, LEAF_RECEIVED + 2);
    work_for(FULL_BUDGET_US - LEFT_US - used);
    kn_nb_send_recv(LEAF_ENDPOINT, LEAF_OTHER_ENDPOINT, LEAF_REPLY, &t->msg);
    return 0;
}

static struct thread *full_thread_new(kn_word_t (*run)(struct thread *t))
{
    struct thread *t = deep_thread_new(space, run);
    use_full_context(t, KN_SCHED_FLAG_SPORADIC);
    return t;
}

// T runs until it waits for what comes after its refills are full.
static struct thread *start_full(struct thread *t)
{
    thread_start(t);
    for (kn_word_t i = 0; i < FULL_PARTS; i++) {
        sleep_us(FULL_PART_US * 10);
        kn_signal(signal);
    }
    CHECK(!t->is_done);
    return t;
}

// Everything in the deepest CSpace, everybody with the most refills: NBSendRecv passes the longest message with capabilities
// to a thread that waits, resumes the caller whose Reply it offers, and takes another such message; all three wake. The budget
// ends with it, and the handler of that wakes, too.
TEST_TIMED(latency_of_a_message_each_way_when_the_budget_ends)
{
    kn_cptr_t timeouts = make_endpoint();
    space = deep_space_new();
    signal = make_notification();
    deep_space_put(LEAF_ENDPOINT, make_endpoint());
    deep_space_put(LEAF_OTHER_ENDPOINT, make_endpoint());
    deep_space_put(LEAF_CALL_ENDPOINT, make_endpoint());
    deep_space_put(LEAF_TIMEOUT_ENDPOINT, timeouts);
    deep_space_put(LEAF_REPLY, make_reply());
    deep_space_put(LEAF_OTHER_REPLY, make_reply());
    deep_space_put(LEAF_NOTIFICATION, make_notification());
    deep_space_put(LEAF_SIGNAL, signal);
    struct thread *receiver = start_full(full_thread_new(receive_later));
    struct thread *sender = start_full(full_thread_new(send_later));
    struct thread *caller = start_full(full_thread_new(call_later));
    struct thread *handler = start_full(full_thread_new(handle_later));
    sleep_us(2 * FULL_PERIOD_US);
    struct thread *t = full_thread_new(send_and_receive);
    deep_space_put(LEAF_SCHED_CONTEXT, t->sc);
    CHECK_OK(kn_tcb_set_timeout_endpoint(t->tcb, timeouts));
    start_full(t);
    CHECK(receiver->is_done && receiver->result == KN_MSG_MAX_EXTRA_CAPS);
    CHECK(sender->is_done);
    CHECK(caller->is_done && caller->result == KN_LABEL_PEER_GONE);
    CHECK(handler->is_done && handler->result == KN_FAULT_TIMEOUT);
    deep_space_end();
}
