// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// Notifications: sticky bits, waiters, bound threads, bound contexts.

#include "harness.h"

#define HIGH (ROOT_PRIORITY + 1)

static word_t notification(void) { return make(KN_OBJECT_TYPE_NOTIFICATION, 0); }
static struct user_call wait(word_t n) { return (struct user_call){KN_SYS_WAIT, n}; }
static struct user_call signal(word_t n) { return (struct user_call){KN_SYS_SEND, n}; }
static word_t badged(word_t n, badge_t badge) { return mint(n, KN_RIGHTS_ALL, badge); }
static struct notification *state_of(word_t slot) { return PTR(slot, struct notification); }

TEST(notification_signal_is_remembered)
{
    word_t n = notification();
    act(signal(badged(n, 4)));
    EXPECT_EQ(state_of(n)->state, NOTIFICATION_ACTIVE);
    act(wait(n));
    EXPECT_EQ(got_badge(root_thread()), 4);
    EXPECT_EQ(state_of(n)->state, NOTIFICATION_IDLE);
}

TEST(notification_signals_add_up_to_one_word)
{
    word_t n = notification();
    act(signal(badged(n, 1)));
    act(signal(badged(n, 6)));
    act(signal(badged(n, 1ul << 63)));
    act(wait(n));
    EXPECT_EQ(got_badge(root_thread()), 1ul << 63 | 7);
}

TEST(notification_signal_wakes_the_first_waiter_only)
{
    word_t n = notification(), b = badged(n, 8);
    struct thread first = make_thread(HIGH), second = make_thread(HIGH + 1);
    start(first, wait(n));
    start(second, wait(n));
    act(signal(b));
    EXPECT_EQ(first.t->state, THREAD_RUNNING);
    EXPECT_EQ(got_badge(first.t), 8);
    EXPECT_EQ(second.t->state, THREAD_BLOCKED_ON_NOTIFICATION);
    EXPECT_EQ(state_of(n)->state, NOTIFICATION_WAITING);
}

TEST(notification_nb_wait_without_signal_returns_zero)
{
    act((struct user_call){KN_SYS_NB_WAIT, notification(), 77});
    EXPECT_EQ(got_badge(root_thread()), 0);
    EXPECT_EQ(got_info(root_thread()), 0);
}

TEST(notification_nb_wait_takes_the_bits)
{
    word_t n = notification();
    act(signal(badged(n, 4)));
    act((struct user_call){KN_SYS_NB_WAIT, n});
    EXPECT_EQ(got_badge(root_thread()), 4);
    act((struct user_call){KN_SYS_NB_WAIT, n});
    EXPECT_EQ(got_badge(root_thread()), 0);
}

TEST(notification_signal_by_call_answers_at_once)
{
    word_t n = notification();
    act((struct user_call){KN_SYS_CALL, badged(n, 4), MESSAGE(9, 0)});
    EXPECT_EQ(root_thread()->state, THREAD_RUNNING);
    EXPECT_EQ(state_of(n)->bits, 4);
}

TEST(notification_signal_without_write_right_does_nothing)
{
    word_t n = notification(), c = new_slot();
    OK(kn_cnode_copy(ROOT_CNODE, c, DEPTH, n, DEPTH, KN_RIGHTS_READ, ROOT_CNODE));
    act(signal(c));
    EXPECT_EQ(state_of(n)->state, NOTIFICATION_IDLE);
}

TEST(notification_wait_without_read_right_faults)
{
    word_t n = notification(), c = new_slot();
    struct thread a = make_thread(HIGH);
    OK(kn_cnode_copy(ROOT_CNODE, c, DEPTH, n, DEPTH, KN_RIGHTS_WRITE, ROOT_CNODE));
    start(a, wait(c));
    EXPECT_EQ(a.t->state, THREAD_INACTIVE); // nobody handles the fault
    EXPECT_EQ(state_of(n)->state, NOTIFICATION_IDLE);
}

TEST(notification_signal_ends_a_bound_threads_receive)
{
    word_t n = notification(), e = make(KN_OBJECT_TYPE_ENDPOINT, 0), r = make(KN_OBJECT_TYPE_REPLY, 0);
    struct thread a = make_thread(HIGH);
    OK(kn_tcb_bind_notification(a.tcb, n));
    start(a, (struct user_call){KN_SYS_RECV, e, .reply = r});
    EXPECT(PTR(r, struct reply)->tcb == a.t);
    act(signal(badged(n, 32)));
    EXPECT_EQ(a.t->state, THREAD_RUNNING);
    EXPECT_EQ(got_badge(a.t), 32);
    EXPECT_EQ(PTR(e, struct endpoint)->state, ENDPOINT_IDLE);
    EXPECT(!PTR(r, struct reply)->tcb);
}

TEST(notification_signal_before_a_bound_threads_receive_ends_it_at_once)
{
    word_t n = notification(), e = make(KN_OBJECT_TYPE_ENDPOINT, 0);
    OK(kn_tcb_bind_notification(KN_INIT_CAP_TCB, n));
    act(signal(badged(n, 2)));
    act(wait(e));
    EXPECT_EQ(got_badge(root_thread()), 2);
    EXPECT_EQ(state_of(n)->state, NOTIFICATION_IDLE);
}

TEST(notification_signal_while_the_bound_thread_runs_is_kept)
{
    word_t n = notification();
    OK(kn_tcb_bind_notification(KN_INIT_CAP_TCB, n));
    act(signal(badged(n, 2)));
    EXPECT_EQ(state_of(n)->state, NOTIFICATION_ACTIVE);
}

TEST(notification_that_is_bound_cannot_be_waited_for_by_others)
{
    word_t n = notification();
    struct thread a = make_thread(HIGH);
    OK(kn_tcb_bind_notification(KN_INIT_CAP_TCB, n));
    start(a, wait(n));
    EXPECT_EQ(a.t->state, THREAD_INACTIVE);
}

TEST(notification_cannot_be_bound_twice)
{
    word_t n = notification(), m = notification();
    struct thread a = make_thread(HIGH);
    OK(kn_tcb_bind_notification(a.tcb, n));
    EXPECT_EQ(kn_tcb_bind_notification(a.tcb, m), KN_ERROR_ILLEGAL_OPERATION);
    EXPECT(kn_tcb_bind_notification(KN_INIT_CAP_TCB, n) != KN_ERROR_NONE);
    OK(kn_tcb_unbind_notification(a.tcb));
    OK(kn_tcb_bind_notification(KN_INIT_CAP_TCB, n));
    EXPECT_EQ(kn_tcb_unbind_notification(a.tcb), KN_ERROR_ILLEGAL_OPERATION);
}

TEST(notification_bind_needs_read_right_and_no_waiters)
{
    word_t n = notification(), c = new_slot(), m = notification();
    struct thread a = make_thread(HIGH), b = make_thread(HIGH);
    OK(kn_cnode_copy(ROOT_CNODE, c, DEPTH, n, DEPTH, KN_RIGHTS_WRITE, ROOT_CNODE));
    EXPECT_EQ(kn_tcb_bind_notification(a.tcb, c), KN_ERROR_INVALID_CAPABILITY);
    start(b, wait(m));
    EXPECT(kn_tcb_bind_notification(a.tcb, m) != KN_ERROR_NONE);
}

TEST(notification_deletion_unbinds_and_restarts_waiters)
{
    word_t n = notification(), m = notification();
    struct thread a = make_thread(HIGH), b = make_thread(HIGH);
    OK(kn_tcb_bind_notification(a.tcb, n));
    start(b, wait(m));
    OK(delete (n));
    EXPECT(!a.t->bound_notification);
    OK(delete (m));
    EXPECT_EQ(b.t->state, THREAD_INACTIVE); // it tried again and found nothing
}

TEST(notification_thread_deletion_unbinds)
{
    word_t n = notification();
    struct thread a = make_thread(HIGH);
    OK(kn_tcb_bind_notification(a.tcb, n));
    OK(delete (a.tcb));
    EXPECT(!state_of(n)->bound);
}

TEST(notification_lends_its_context_to_a_passive_waiter)
{
    word_t n = notification(), sc = make_sched_context(1000, 1000, 0, 0, 0);
    OK(kn_sched_context_bind(sc, n));
    struct thread a = make_passive_thread(HIGH);
    program(a.t, wait(n));
    OK(kn_tcb_resume(a.tcb)); // without a context it does not run
    EXPECT(a.t->state != THREAD_BLOCKED_ON_NOTIFICATION);
    OK(kn_sched_context_bind(make_sched_context(1000, 1000, 0, 0, 0), a.tcb)); // it runs up to the wait
    EXPECT_EQ(a.t->state, THREAD_BLOCKED_ON_NOTIFICATION);
    OK(kn_tcb_set_sched_params(a.tcb, HIGH, HIGH, KN_INIT_CAP_TCB, 0, 0)); // and becomes passive
    EXPECT(!a.t->sc);
    act(signal(badged(n, 1)));
    EXPECT(a.t->sc == PTR(sc, struct sched_context));
    EXPECT(current() == a.t);
    act(wait(n)); // which takes the context back
    EXPECT(!a.t->sc);
    EXPECT(current() == root_thread());
}
