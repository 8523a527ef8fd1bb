// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// Scheduling contexts and SchedControl: configuration, binding, accounting, YieldTo.

#include "harness.h"

#include "object/refill.h"

#define HIGH (ROOT_PRIORITY + 1)
#define LOW (ROOT_PRIORITY - 1)

static word_t context(void) { return make(KN_OBJECT_TYPE_SCHED_CONTEXT, KN_SCHED_CONTEXT_MIN_BITS + 1); }
static kn_error_t configure(word_t sc, word_t budget, word_t period, word_t extra, word_t flags)
{
    return kn_sched_control_configure(SLOT_SCHED_CONTROL, budget, period, extra, 0, flags, sc);
}

TEST(sched_context_configure_checks_its_arguments)
{
    word_t sc = context();
    EXPECT_EQ(configure(sc, KN_TICKLESS_MIN_BUDGET_US - 1, 1000, 0, 0), KN_ERROR_RANGE_ERROR);
    EXPECT_EQ(configure(sc, 2000, 1000, 0, 0), KN_ERROR_RANGE_ERROR);
    EXPECT_EQ(configure(sc, 100, ~0ul, 0, 0), KN_ERROR_RANGE_ERROR);
    EXPECT_EQ(configure(sc, ~0ul, ~0ul, 0, 0), KN_ERROR_RANGE_ERROR);
    EXPECT_EQ(configure(sc, 100, 1000, 1000, 0), KN_ERROR_RANGE_ERROR);
    EXPECT_EQ(configure(sc, 100, 1000, ~0ul, 0), KN_ERROR_RANGE_ERROR);
    EXPECT_EQ(configure(sc, 100, 1000, 0, ~0ul), KN_ERROR_INVALID_ARGUMENT);
    OK(configure(sc, KN_TICKLESS_MIN_BUDGET_US, 1000, 0, KN_SCHED_FLAG_SPORADIC));
}

TEST(sched_context_configure_needs_a_context)
{
    EXPECT_EQ(kn_sched_control_configure(SLOT_SCHED_CONTROL, 100, 1000, 0, 0, 0, ROOT_CNODE),
              KN_ERROR_INVALID_CAPABILITY);
}

TEST(sched_context_with_as_many_refills_as_fit_its_size)
{
    word_t sc = context();
    word_t max = sched_context_max_refills(KN_SCHED_CONTEXT_MIN_BITS + 1);
    OK(configure(sc, 100, 1000, max - 2, 0));
    EXPECT_EQ(PTR(sc, struct sched_context)->refill_max, max);
    EXPECT_EQ(configure(sc, 100, 1000, max - 1, 0), KN_ERROR_RANGE_ERROR);
}

TEST(sched_context_of_any_size_has_no_more_refills_than_the_limit)
{
    word_t sc = make(KN_OBJECT_TYPE_SCHED_CONTEXT, 12);
    word_t max_extra = KN_SCHED_CONTEXT_MAX_REFILLS - KN_SCHED_CONTEXT_MIN_REFILLS;
    EXPECT_EQ(kn_sched_control_configure(SLOT_SCHED_CONTROL, 100, 1000, max_extra + 1, 0, 0, sc), KN_ERROR_RANGE_ERROR);
    EXPECT_EQ(kn_ipc_buffer()->msg[1], max_extra);
    OK(kn_sched_control_configure(SLOT_SCHED_CONTROL, 100, 1000, max_extra, 0, 0, sc));
}

TEST(sched_context_of_the_running_thread_can_be_reconfigured)
{
    OK(kn_sched_control_configure(SLOT_SCHED_CONTROL, 500, 1000, 0, 9, 0, KN_INIT_CAP_SCHED_CONTEXT));
    EXPECT(current() == root_thread());
    OK(kn_sched_control_configure(SLOT_SCHED_CONTROL, 1000, 1000, 0, 9, 0, KN_INIT_CAP_SCHED_CONTEXT));
    EXPECT(current() == root_thread());
}

TEST(sched_context_bind_refuses_what_is_bound)
{
    struct thread a = make_passive_thread(HIGH), b = make_passive_thread(HIGH);
    word_t sc = make_sched_context(1000, 1000, 0, 0, 0), sd = make_sched_context(1000, 1000, 0, 0, 0);
    word_t n = make(KN_OBJECT_TYPE_NOTIFICATION, 0), m = make(KN_OBJECT_TYPE_NOTIFICATION, 0);
    OK(kn_sched_context_bind(sc, a.tcb));
    EXPECT_EQ(kn_sched_context_bind(sc, b.tcb), KN_ERROR_ILLEGAL_OPERATION);
    EXPECT_EQ(kn_sched_context_bind(sd, a.tcb), KN_ERROR_ILLEGAL_OPERATION);
    EXPECT_EQ(kn_sched_context_bind(sc, ROOT_CNODE), KN_ERROR_INVALID_CAPABILITY);
    OK(kn_sched_context_bind(sd, n));
    EXPECT_EQ(kn_sched_context_bind(sd, m), KN_ERROR_ILLEGAL_OPERATION);
}

TEST(sched_context_bind_starts_a_runnable_thread)
{
    struct thread a = make_passive_thread(HIGH);
    a.t->context.reg[KN_REG_PC] = 0x5000;
    OK(kn_tcb_resume(a.tcb));
    EXPECT(current() == root_thread());
    OK(kn_sched_context_bind(make_sched_context(1000, 1000, 0, 0, 0), a.tcb));
    EXPECT(current() == a.t);
}

TEST(sched_context_unconfigured_runs_nobody)
{
    struct thread a = make_passive_thread(HIGH);
    word_t sc = context();
    a.t->context.reg[KN_REG_PC] = 0x5000;
    OK(kn_tcb_resume(a.tcb));
    OK(kn_sched_context_bind(sc, a.tcb));
    EXPECT(current() == root_thread());
    OK(configure(sc, 1000, 1000, 0, 0));
    EXPECT(current() == a.t);
}

TEST(sched_context_unbind_stops_the_thread)
{
    struct thread a = make_thread(LOW);
    resume(a);
    EXPECT(a.t->in_ready_queue);
    OK(kn_sched_context_unbind(a.sc));
    EXPECT(!a.t->sc && !a.t->in_ready_queue);
    EXPECT(a.t->state == THREAD_RUNNING || a.t->state == THREAD_RESTART);
}

TEST(sched_context_unbind_object_unbinds_that_object_only)
{
    struct thread a = make_thread(LOW), b = make_thread(LOW);
    word_t n = make(KN_OBJECT_TYPE_NOTIFICATION, 0);
    OK(kn_sched_context_bind(a.sc, n));
    EXPECT_EQ(kn_sched_context_unbind_object(a.sc, b.tcb), KN_ERROR_ILLEGAL_OPERATION);
    EXPECT_EQ(kn_sched_context_unbind_object(a.sc, ROOT_CNODE), KN_ERROR_INVALID_CAPABILITY);
    OK(kn_sched_context_unbind_object(a.sc, n));
    EXPECT(a.t->sc);
    OK(kn_sched_context_unbind_object(a.sc, a.tcb));
    EXPECT(!a.t->sc);
}

TEST(sched_context_cannot_unbind_the_callers_own)
{
    EXPECT_EQ(kn_sched_context_unbind(KN_INIT_CAP_SCHED_CONTEXT), KN_ERROR_ILLEGAL_OPERATION);
    EXPECT_EQ(kn_sched_context_unbind_object(KN_INIT_CAP_SCHED_CONTEXT, KN_INIT_CAP_TCB), KN_ERROR_ILLEGAL_OPERATION);
}

TEST(sched_context_consumed_counts_the_time_used)
{
    word_t used;
    struct thread a = make_thread(HIGH);
    OK(kn_sched_context_consumed(a.sc, &used));
    a.t->context.reg[KN_REG_PC] = 0x5000;
    resume(a);
    EXPECT(current() == a.t);
    tick_us(123);
    park();
    OK(kn_sched_context_consumed(a.sc, &used));
    EXPECT_EQ(used, 123);
    OK(kn_sched_context_consumed(a.sc, &used));
    EXPECT_EQ(used, 0);
}

TEST(sched_context_consumed_of_the_caller_includes_the_current_turn)
{
    word_t used;
    OK(kn_sched_context_consumed(KN_INIT_CAP_SCHED_CONTEXT, &used));
    tick_us(55);
    OK(kn_sched_context_consumed(KN_INIT_CAP_SCHED_CONTEXT, &used));
    EXPECT_EQ(used, 55);
}

TEST(sched_context_deletion_makes_its_thread_passive)
{
    struct thread a = make_thread(LOW);
    resume(a);
    OK(delete (a.sc));
    EXPECT(!a.t->sc && !a.t->in_ready_queue);
}

TEST(sched_context_deletion_while_donated)
{
    word_t e = make(KN_OBJECT_TYPE_ENDPOINT, 0), r = make(KN_OBJECT_TYPE_REPLY, 0);
    struct thread s = make_thread(HIGH), c = make_thread(HIGH);
    start(s, (struct user_call){KN_SYS_RECV, e, .reply = r});
    OK(kn_sched_context_unbind(s.sc));
    start(c, (struct user_call){KN_SYS_CALL, e, MESSAGE(1, 0)});
    EXPECT(current() == s.t);
    tick_us(20000); // its turn ends, but it alone has this priority
    EXPECT(current() == s.t);
    act((struct user_call){KN_SYS_CALL, ROOT_CNODE, MESSAGE(KN_LABEL_CNODE_DELETE, 2), {c.sc, DEPTH}});
    EXPECT(current() == root_thread());
    EXPECT(!s.t->sc && !PTR(r, struct reply)->sc);
    EXPECT_EQ(c.t->state, THREAD_BLOCKED_ON_REPLY);
}

TEST(sched_context_yield_to_runs_the_other_and_returns_its_time)
{
    struct thread a = make_thread(ROOT_PRIORITY);
    a.t->context.reg[KN_REG_PC] = 0x5000;
    resume(a);
    program(root_thread(), (struct user_call){KN_SYS_CALL, a.sc, MESSAGE(KN_LABEL_SCHED_CONTEXT_YIELD_TO, 0)});
    run();
    EXPECT(current() == a.t);
    tick_us(40);
    act((struct user_call){KN_SYS_WAIT, SLOT_PARKING});
    EXPECT(current() == root_thread());
    EXPECT_EQ(got_label(root_thread()), KN_ERROR_NONE);
    EXPECT_EQ(got_word(root_thread(), 0), 40);
}

TEST(sched_context_yield_to_a_blocked_thread_fails_or_returns_at_once)
{
    struct thread a = make_thread(LOW);
    word_t used = 77;
    kn_error_t e = kn_sched_context_yield_to(a.sc, &used);
    EXPECT(current() == root_thread());
    EXPECT(e == KN_ERROR_ILLEGAL_OPERATION || used == 0);
}

TEST(sched_context_yield_to_oneself_or_nobody_fails)
{
    EXPECT_EQ(kn_sched_context_yield_to(KN_INIT_CAP_SCHED_CONTEXT, NULL), KN_ERROR_ILLEGAL_OPERATION);
    EXPECT_EQ(kn_sched_context_yield_to(make_sched_context(1000, 1000, 0, 0, 0), NULL), KN_ERROR_ILLEGAL_OPERATION);
}

TEST(sched_context_yield_to_by_a_second_thread_ends_the_first_ones)
{
    struct thread a = make_thread(ROOT_PRIORITY), b = make_thread(ROOT_PRIORITY);
    a.t->context.reg[KN_REG_PC] = 0x5000;
    resume(a);
    program(b.t, (struct user_call){KN_SYS_CALL, a.sc, MESSAGE(KN_LABEL_SCHED_CONTEXT_YIELD_TO, 0)});
    resume(b);
    program(root_thread(), (struct user_call){KN_SYS_CALL, a.sc, MESSAGE(KN_LABEL_SCHED_CONTEXT_YIELD_TO, 0)});
    run();
    EXPECT(current() == a.t && root_thread()->yield_to);
    tick_us(10000); // the end of its turn
    EXPECT(!root_thread()->yield_to || !b.t->yield_to);
}

TEST(sched_context_deleted_while_somebody_yields_to_it)
{
    struct thread a = make_thread(ROOT_PRIORITY), b = make_thread(ROOT_PRIORITY + 5);
    word_t n = make(KN_OBJECT_TYPE_NOTIFICATION, 0);
    start(b, (struct user_call){KN_SYS_WAIT, n});
    a.t->context.reg[KN_REG_PC] = 0x5000;
    resume(a);
    program(root_thread(), (struct user_call){KN_SYS_CALL, a.sc, MESSAGE(KN_LABEL_SCHED_CONTEXT_YIELD_TO, 0)});
    run();
    EXPECT(current() == a.t);
    act((struct user_call){KN_SYS_SEND, n});
    EXPECT(current() == b.t);
    act((struct user_call){KN_SYS_CALL, ROOT_CNODE, MESSAGE(KN_LABEL_CNODE_DELETE, 2), {a.sc, DEPTH}});
    EXPECT(!root_thread()->yield_to);
    park();
    EXPECT(current() == root_thread());
}

TEST(sched_context_comes_home_when_the_thread_it_was_lent_to_dies)
{
    word_t e = make(KN_OBJECT_TYPE_ENDPOINT, 0), r = make(KN_OBJECT_TYPE_REPLY, 0);
    struct thread s = make_thread(HIGH), c = make_thread(HIGH), killer = make_thread(HIGH + 5);
    word_t n = make(KN_OBJECT_TYPE_NOTIFICATION, 0);
    start(killer, (struct user_call){KN_SYS_WAIT, n});
    start(s, (struct user_call){KN_SYS_RECV, e, .reply = r});
    OK(kn_sched_context_unbind(s.sc));
    start(c, (struct user_call){KN_SYS_CALL, e, MESSAGE(1, 0)});
    EXPECT(current() == s.t && !c.t->sc);
    act((struct user_call){KN_SYS_SEND, n});
    EXPECT(current() == killer.t);
    act((struct user_call){KN_SYS_CALL, ROOT_CNODE, MESSAGE(KN_LABEL_CNODE_DELETE, 2), {s.tcb, DEPTH}});
    EXPECT(!PTR(c.sc, struct sched_context)->tcb);
    act((struct user_call){KN_SYS_CALL, ROOT_CNODE, MESSAGE(KN_LABEL_CNODE_DELETE, 2), {r, DEPTH}});
    EXPECT_EQ(got_label(c.t), KN_LABEL_PEER_GONE);
    EXPECT(c.t->sc == PTR(c.sc, struct sched_context));
    park();
}

TEST(sched_context_of_its_own_comes_back_to_who_loses_a_lent_one)
{
    // s has lent its context to x, which waits again, and serves c on that one's. Then somebody else takes its Reply away.
    word_t e = make(KN_OBJECT_TYPE_ENDPOINT, 0), ex = make(KN_OBJECT_TYPE_ENDPOINT, 0), n = make(KN_OBJECT_TYPE_NOTIFICATION, 0);
    word_t r = make(KN_OBJECT_TYPE_REPLY, 0), rx = make(KN_OBJECT_TYPE_REPLY, 0);
    struct thread s = make_thread(HIGH), x = make_thread(HIGH), c = make_thread(HIGH), killer = make_thread(HIGH + 5);
    start(killer, (struct user_call){KN_SYS_WAIT, n});
    start(x, (struct user_call){KN_SYS_RECV, ex, .reply = rx});
    OK(kn_sched_context_unbind(x.sc));
    start(s, (struct user_call){KN_SYS_NB_SEND_RECV, e, MESSAGE(1, 0), .reply = r, .dest = ex});
    EXPECT(current() == x.t && x.t->sc == PTR(s.sc, struct sched_context));
    act((struct user_call){KN_SYS_RECV, ex, .reply = rx});
    start(c, (struct user_call){KN_SYS_CALL, e, MESSAGE(1, 0)});
    EXPECT(current() == s.t && s.t->sc == PTR(c.sc, struct sched_context));
    act((struct user_call){KN_SYS_SEND, n});
    EXPECT(current() == killer.t);
    act((struct user_call){KN_SYS_CALL, ROOT_CNODE, MESSAGE(KN_LABEL_CNODE_DELETE, 2), {r, DEPTH}});
    EXPECT_EQ(got_label(c.t), KN_LABEL_PEER_GONE);
    EXPECT(c.t->sc == PTR(c.sc, struct sched_context));
    EXPECT(s.t->sc == PTR(s.sc, struct sched_context));
    park();
}

TEST(sched_context_comes_home_from_beyond_a_dead_server)
{
    // client -> s1 -> s2, all on the client's context; then s1's Reply goes. The context is lent further and first serves
    // the servers' way back to their receives.
    word_t e1 = make(KN_OBJECT_TYPE_ENDPOINT, 0), e2 = make(KN_OBJECT_TYPE_ENDPOINT, 0);
    word_t r1 = make(KN_OBJECT_TYPE_REPLY, 0), r2 = make(KN_OBJECT_TYPE_REPLY, 0);
    struct thread s1 = make_thread(HIGH), s2 = make_thread(HIGH), client = make_thread(HIGH);
    start(s1, (struct user_call){KN_SYS_RECV, e1, .reply = r1});
    OK(kn_sched_context_unbind(s1.sc));
    start(s2, (struct user_call){KN_SYS_RECV, e2, .reply = r2});
    OK(kn_sched_context_unbind(s2.sc));
    start(client, (struct user_call){KN_SYS_CALL, e1, MESSAGE(1, 0)});
    act((struct user_call){KN_SYS_CALL, e2, MESSAGE(1, 0)});
    EXPECT(current() == s2.t);
    act((struct user_call){KN_SYS_CALL, ROOT_CNODE, MESSAGE(KN_LABEL_CNODE_DELETE, 2), {r1, DEPTH}});
    EXPECT_EQ(got_label(client.t), KN_LABEL_PEER_GONE);
    EXPECT(current() == s2.t);
    act((struct user_call){KN_SYS_REPLY_RECV, e2, MESSAGE(2, 0), .reply = r2});
    EXPECT(current() == s1.t);
    EXPECT_EQ(got_label(s1.t), 2);
    act((struct user_call){KN_SYS_WAIT, e1}); // s1 stops: the context goes home
    EXPECT(current() == client.t);
    EXPECT(client.t->sc == PTR(client.sc, struct sched_context));
}
