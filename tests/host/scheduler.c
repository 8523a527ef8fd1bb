// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// The scheduler: priorities, turns, budgets, release, Yield.

#include "harness.h"

#define HIGH (ROOT_PRIORITY + 1)
#define LOW (ROOT_PRIORITY - 1)

static struct thread runner(word_t priority)
{
    struct thread a = make_thread(priority);
    a.t->context.reg[KN_REG_PC] = 0x5000;
    return a;
}

static struct thread budgeted(word_t priority, word_t budget_us, word_t period_us)
{
    struct thread a = make_passive_thread(priority);
    a.sc = make_sched_context(budget_us, period_us, 4, 0, 0);
    OK(kn_sched_context_bind(a.sc, a.tcb));
    a.t->context.reg[KN_REG_PC] = 0x5000;
    return a;
}

TEST(scheduler_higher_priority_runs_at_once)
{
    struct thread a = runner(HIGH);
    resume(a);
    EXPECT(current() == a.t);
    EXPECT(root_thread()->in_ready_queue);
}

TEST(scheduler_equal_or_lower_priority_waits)
{
    struct thread a = runner(ROOT_PRIORITY), b = runner(LOW);
    resume(a);
    resume(b);
    EXPECT(current() == root_thread());
    EXPECT(a.t->in_ready_queue && b.t->in_ready_queue);
}

TEST(scheduler_idle_when_nobody_can_run)
{
    act((struct user_call){KN_SYS_WAIT, SLOT_PARKING});
    EXPECT(!current());
    tick_us(1000000);
    EXPECT(!current());
}

TEST(scheduler_lowered_priority_gives_way)
{
    struct thread a = runner(LOW);
    resume(a);
    act((struct user_call){
        KN_SYS_CALL, KN_INIT_CAP_TCB, kn_msg_info_new(KN_LABEL_TCB_SET_PRIORITY, 0, 0, 1), {LOW - 1}});
    EXPECT(current() == root_thread()); // without its authority argument
    kn_ipc_buffer()->caps_or_badges[0] = KN_INIT_CAP_TCB;
    act((struct user_call){
        KN_SYS_CALL, KN_INIT_CAP_TCB, kn_msg_info_new(KN_LABEL_TCB_SET_PRIORITY, 0, 1, 1), {LOW - 1}});
    EXPECT(current() == a.t);
}

TEST(scheduler_raised_priority_takes_over)
{
    struct thread a = runner(LOW);
    resume(a);
    OK(kn_tcb_set_priority(a.tcb, HIGH, KN_INIT_CAP_TCB));
    EXPECT(current() == a.t);
}

TEST(scheduler_turns_go_round_among_equals)
{
    struct thread a = runner(ROOT_PRIORITY), b = runner(ROOT_PRIORITY);
    struct tcb *order[] = {a.t, b.t, root_thread(), a.t, b.t, root_thread()};
    resume(a);
    resume(b);
    for (word_t i = 0; i < ARRAY_SIZE(order); i++) {
        tick_us(10000);
        EXPECT(current() == order[i]);
    }
}

TEST(scheduler_turn_does_not_end_early)
{
    struct thread a = runner(ROOT_PRIORITY);
    resume(a);
    tick_us(9900);
    EXPECT(current() == root_thread());
    tick_us(100);
    EXPECT(current() == a.t);
}

TEST(scheduler_yield_passes_the_turn_on)
{
    struct thread a = runner(ROOT_PRIORITY);
    resume(a);
    act((struct user_call){KN_SYS_YIELD});
    EXPECT(current() == a.t);
    act((struct user_call){KN_SYS_YIELD});
    EXPECT(current() == root_thread());
}

TEST(scheduler_yield_without_equals_returns)
{
    act((struct user_call){KN_SYS_YIELD});
    EXPECT(current() == root_thread());
}

TEST(scheduler_spent_budget_waits_for_its_refill)
{
    struct thread a = budgeted(HIGH, 100, 1000);
    resume(a);
    EXPECT(current() == a.t);
    tick_us(100);
    EXPECT(current() == root_thread());
    EXPECT(PTR(a.sc, struct sched_context)->in_release_queue);
    tick_us(800);
    EXPECT(current() == root_thread());
    tick_us(100);
    EXPECT(current() == a.t);
}

TEST(scheduler_no_window_of_a_period_holds_more_than_the_budget)
{
    struct thread a = budgeted(HIGH, 100, 1000);
    ticks_t ran[4000] = {0};
    resume(a);
    word_t sum = 0;
    is_state_checked = false;
    for (word_t t = 0; t < ARRAY_SIZE(ran); t++) {
        // It blocks and wakes now and then, at odd moments.
        if (current() == a.t && t % 37 == 11)
            act((struct user_call){KN_SYS_WAIT, SLOT_PARKING});
        else if (current() == root_thread() && t % 53 == 7)
            act((struct user_call){KN_SYS_SEND, SLOT_PARKING});
        ran[t] = current() == a.t;
        tick_us(1);
    }
    for (word_t t = 0; t < ARRAY_SIZE(ran); t++) {
        sum += ran[t];
        if (t >= 1000)
            sum -= ran[t - 1000];
        EXPECT(sum <= 101); // and the microsecond that notices
    }
}

TEST(scheduler_contexts_are_released_in_order_of_time)
{
    struct thread a[6];
    for (word_t i = 0; i < 6; i++) {
        a[i] = budgeted(HIGH + i, 50, 1000 + 100 * ((i * 5) % 6));
        resume(a[i]);
        EXPECT(current() == a[i].t);
        tick_us(50);
        EXPECT(current() == root_thread());
    }
    for (word_t i = 0; i < 40; i++)
        tick_us(37);
    for (word_t i = 0; i < 6; i++)
        OK(delete (a[i].tcb));
    EXPECT(current() == root_thread());
    EXPECT(!cpus[0].release_head);
}

TEST(scheduler_timer_is_set_for_the_next_release_when_idle)
{
    struct thread a = budgeted(HIGH, 100, 1000);
    resume(a);
    tick_us(100);
    act((struct user_call){KN_SYS_WAIT, SLOT_PARKING});
    EXPECT(!current());
    EXPECT(host.cpu[0].is_timer_armed);
    tick_us(900);
    EXPECT(current() == a.t);
}

TEST(scheduler_no_timer_interrupt_comes_without_need)
{
    word_t before = nr_kernel_entries;
    tick_us(9000); // less than the root's turn
    EXPECT_EQ(nr_kernel_entries, before);
    act((struct user_call){KN_SYS_WAIT, SLOT_PARKING});
    tick_us(100000); // one that was set for the turn may still come
    before = nr_kernel_entries;
    tick_us(100000000);
    EXPECT_EQ(nr_kernel_entries, before);
}

TEST(scheduler_long_sleep_does_not_give_more_than_one_budget)
{
    struct thread a = budgeted(HIGH, 100, 1000);
    resume(a);
    tick_us(10);
    act((struct user_call){KN_SYS_WAIT, SLOT_PARKING});
    tick_us(5000);
    act((struct user_call){KN_SYS_SEND, SLOT_PARKING});
    EXPECT(current() == a.t);
    tick_us(100);
    EXPECT(current() == root_thread());
}

TEST(scheduler_changed_budget_does_not_bring_back_what_is_used)
{
    struct thread a = budgeted(HIGH, 100, 1000);
    resume(a);
    tick_us(60);
    act((struct user_call){KN_SYS_WAIT, SLOT_PARKING});
    OK(kn_sched_control_configure(SLOT_SCHED_CONTROL, 100, 1000, 4, 0, 0, a.sc));
    act((struct user_call){KN_SYS_SEND, SLOT_PARKING});
    EXPECT(current() == a.t);
    tick_us(40);
    EXPECT(current() == root_thread());
    tick_us(890);
    EXPECT(current() == root_thread());
    tick_us(20);
    EXPECT(current() == a.t);
}

// A thread is woken, waits for 300 us behind a better one, and uses its budget, which is back when a period has passed since
// it was woken (sporadic) or since it ran. Returns how long that is from the end of the budget on, to 100 us.
static word_t us_until_refill(word_t flags)
{
    word_t us = 0, n = make(KN_OBJECT_TYPE_NOTIFICATION, 0);
    struct thread a = budgeted(HIGH, 100, 1000), better = runner(HIGH + 1);
    OK(kn_sched_control_configure(SLOT_SCHED_CONTROL, 100, 1000, 4, 0, flags, a.sc));
    resume(a);
    act((struct user_call){KN_SYS_WAIT, SLOT_PARKING});
    tick_us(5000);
    resume(better);
    act((struct user_call){KN_SYS_SEND, SLOT_PARKING});
    EXPECT(current() == better.t);
    tick_us(300);
    act((struct user_call){KN_SYS_WAIT, n});
    EXPECT(current() == a.t);
    tick_us(100);
    for (; current() == root_thread(); us += 100)
        tick_us(100);
    EXPECT(current() == a.t);
    OK(kn_tcb_suspend(a.tcb));
    return us;
}

TEST(scheduler_sporadic_period_begins_at_the_wake)
{
    EXPECT_EQ(us_until_refill(KN_SCHED_FLAG_SPORADIC), 600);
}

TEST(scheduler_period_begins_when_the_thread_runs)
{
    EXPECT_EQ(us_until_refill(0), 900);
}

TEST(scheduler_passive_thread_does_not_run)
{
    struct thread a = make_passive_thread(HIGH);
    a.t->context.reg[KN_REG_PC] = 0x5000;
    OK(kn_tcb_resume(a.tcb));
    EXPECT(current() == root_thread());
    EXPECT(!a.t->in_ready_queue);
}

TEST(scheduler_bitmap_finds_each_priority)
{
    struct thread a = runner(0);
    resume(a);
    for (word_t p = 0; p < KN_NR_PRIORITIES; p++) {
        OK(kn_tcb_set_priority(a.tcb, p, KN_INIT_CAP_TCB));
        EXPECT(current() == (p > ROOT_PRIORITY ? a.t : root_thread()));
        if (current() == a.t) {
            park();
            OK(kn_tcb_set_priority(a.tcb, 0, KN_INIT_CAP_TCB));
            OK(kn_tcb_suspend(a.tcb));
            a.t->context.reg[KN_REG_PC] = 0x5000;
            OK(kn_tcb_resume(a.tcb));
        }
    }
}

TEST(scheduler_budget_that_ends_in_a_passive_server_is_noticed_there)
{
    word_t e = make(KN_OBJECT_TYPE_ENDPOINT, 0), r = make(KN_OBJECT_TYPE_REPLY, 0);
    struct thread s = make_thread(HIGH + 1), c = budgeted(HIGH, 100, 1000);
    start(s, (struct user_call){KN_SYS_RECV, e, .reply = r});
    OK(kn_sched_context_unbind(s.sc));
    start(c, (struct user_call){KN_SYS_CALL, e, MESSAGE(1, 0)});
    EXPECT(current() == s.t);
    tick_us(100);
    EXPECT(current() == root_thread());
    EXPECT(s.t->sc == PTR(c.sc, struct sched_context));
    tick_us(900);
    EXPECT(current() == s.t);
    act((struct user_call){KN_SYS_REPLY_RECV, e, MESSAGE(2, 0), .reply = r});
    EXPECT(current() == c.t);
    EXPECT_EQ(got_label(c.t), 2);
}

TEST(scheduler_many_releases_at_once_come_in_batches)
{
    struct thread a[20];
    for (word_t i = 0; i < 20; i++) {
        a[i] = budgeted(HIGH, 50, 100000);
        resume(a[i]);
        EXPECT(current() == a[i].t);
        tick_us(50);
        EXPECT(current() == root_thread());
    }
    host_tick(200000 * HOST_TICKS_PER_US); // all are due now
    run();
    for (word_t i = 0; i < 20; i++)
        EXPECT(!PTR(a[i].sc, struct sched_context)->in_release_queue);
}

TEST(scheduler_removal_from_the_middle_of_a_ready_queue)
{
    struct thread a = runner(LOW), b = runner(LOW), c = runner(LOW);
    resume(a);
    resume(b);
    resume(c);
    OK(kn_tcb_suspend(b.tcb));
    act((struct user_call){KN_SYS_WAIT, SLOT_PARKING});
    EXPECT(current() == a.t);
    tick_us(10000);
    EXPECT(current() == c.t);
}
