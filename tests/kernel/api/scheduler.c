// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// Scheduling: priorities, turns, budgets, timeouts. Times are those of the clock that users read.

#include "thread.h"
#include "user.h"

static kn_word_t order[32]; // what happened, in order
static kn_word_t nr_events;

static kn_word_t note(struct thread *t)
{
    order[nr_events++] = t->arg[0];
    return 0;
}

static kn_word_t note_and_yield(struct thread *t)
{
    for (int i = 0; i < 3; i++) {
        order[nr_events++] = t->arg[0];
        kn_yield();
    }
    return 0;
}

static kn_word_t count(struct thread *t)
{
    for (;;)
        t->step++;
}

static kn_word_t count_periods(struct thread *t)
{
    for (;;) {
        t->step++;
        kn_yield();
    }
}

// A thread with that priority, not started.
static struct thread *thread_at(kn_word_t (*run)(struct thread *t), kn_word_t priority, kn_word_t arg)
{
    struct thread *t = thread_new(run);
    thread_set_priority(t, priority);
    t->arg[0] = arg;
    return t;
}

static kn_word_t consumed(const struct thread *t)
{
    kn_word_t us = 0;
    CHECK_OK(kn_sched_context_consumed(t->sc, &us));
    return us;
}

static bool is_about(kn_word_t value, kn_word_t wanted, kn_word_t error)
{
    return value + error >= wanted && value <= wanted + error;
}

// Of ready threads that of the highest priority runs first, whatever the order in which they became ready.
TEST(scheduler_runs_the_highest_priority_first)
{
    static const kn_word_t priorities[] = {1, 63, 64, 31, 99, 0, 32, 65};
    nr_events = 0;
    for (kn_word_t i = 0; i < 8; i++)
        thread_start(thread_at(note, priorities[i], priorities[i]));
    CHECK(nr_events == 0);
    sleep_us(5000);
    static const kn_word_t wanted[] = {99, 65, 64, 63, 32, 31, 1, 0};
    CHECK(nr_events == 8);
    for (kn_word_t i = 0; i < 8; i++)
        CHECK(order[i] == wanted[i]);
}

// Among equals it is first come, first served.
TEST(scheduler_runs_equals_in_order)
{
    nr_events = 0;
    for (kn_word_t i = 0; i < 5; i++)
        thread_start(thread_at(note, PRIORITY_LOW, i));
    sleep_us(5000);
    for (kn_word_t i = 0; i < 5; i++)
        CHECK(order[i] == i);
}

// A thread above the running one preempts it at once; an equal one does not.
TEST(scheduler_preempts_for_higher_priority_only)
{
    nr_events = 0;
    thread_start(thread_at(note, PRIORITY_CASE, 1));
    CHECK(nr_events == 0);
    thread_start(thread_at(note, PRIORITY_CASE + 1, 2));
    CHECK(nr_events == 1 && order[0] == 2);
}

// A ready thread that is given a higher priority runs at once.
TEST(scheduler_raised_priority_preempts)
{
    nr_events = 0;
    struct thread *t = thread_at(note, PRIORITY_LOW, 1);
    thread_start(t);
    CHECK(nr_events == 0);
    thread_set_priority(t, PRIORITY_HIGH);
    CHECK(nr_events == 1);
}

// A thread that lowers its own priority gives way to those above that.
TEST(scheduler_lowered_priority_gives_way)
{
    nr_events = 0;
    thread_start(thread_at(note, PRIORITY_LOW, 1));
    CHECK(nr_events == 0);
    thread_set_priority(self, PRIORITY_LOW - 1);
    CHECK(nr_events == 1);
}

// Yield lets the next one of the same priority run.
TEST(scheduler_yield_passes_the_turn)
{
    nr_events = 0;
    thread_start(thread_at(note_and_yield, PRIORITY_LOW, 1));
    thread_start(thread_at(note_and_yield, PRIORITY_LOW, 2));
    sleep_us(5000);
    CHECK(nr_events == 6);
    for (kn_word_t i = 0; i < 6; i++)
        CHECK(order[i] == i % 2 + 1);
}

// Equals that do not yield take turns by time.
TEST_TIMED(scheduler_equals_share_the_time)
{
    struct thread *t[3];
    for (kn_word_t i = 0; i < 3; i++) {
        t[i] = thread_at(count, PRIORITY_LOW, 0);
        thread_set_budget(t[i], 500, 500);
        thread_start(t[i]);
    }
    sleep_us(15000);
    for (kn_word_t i = 0; i < 3; i++)
        CHECK(is_about(consumed(t[i]), 5000, 1000));
}

// A turn goes on behind a preemption: the others of the same priority do not overtake.
TEST_TIMED(scheduler_preempted_thread_keeps_its_turn)
{
    struct thread *a = thread_at(count, PRIORITY_LOW, 0), *b = thread_at(count, PRIORITY_LOW, 0);
    thread_start(a);
    thread_start(b);
    for (int i = 0; i < 3; i++)
        sleep_us(500); // a preempts
    CHECK(a->step > 0 && b->step == 0);
}

// A budget below the period is what the thread gets of it.
TEST_TIMED(scheduler_budget_limits_the_time)
{
    struct thread *t = thread_at(count, PRIORITY_LOW, 0);
    thread_set_budget(t, 2000, 10000);
    thread_start(t);
    sleep_us(50000);
    CHECK(is_about(consumed(t), 10000, 2500));
}

// So it leaves time to those below it.
TEST_TIMED(scheduler_budget_protects_lower_priorities)
{
    struct thread *t = thread_at(count, PRIORITY_HIGH, 0);
    thread_set_budget(t, 1000, 4000);
    kn_word_t start = now_us();
    thread_start(t); // comes back when the budget is used up
    CHECK(is_about(now_us() - start, 1000, 300));
    while (now_us() < start + 20000)
        ;
    CHECK(is_about(consumed(t), 5000, 1200));
}

// Time that was not used is not saved up: behind a long sleep there is one budget, not several.
TEST_TIMED(scheduler_budget_is_not_saved_up)
{
    struct thread *t = thread_at(count, PRIORITY_LOW, 0);
    thread_set_budget(t, 1000, 5000);
    sleep_us(30000);
    thread_start(t);
    consumed(t);
    sleep_us(4000);
    CHECK(is_about(consumed(t), 1000, 300));
}

// Yield of a budgeted thread waits for the next period.
TEST_TIMED(scheduler_yield_waits_for_the_next_period)
{
    struct thread *t = thread_at(count_periods, PRIORITY_HIGH, 0);
    thread_set_budget(t, 100, 2000);
    thread_start(t);
    CHECK(t->step == 1);
    sleep_us(21000);
    CHECK(is_about(t->step, 11, 1));
}

// A sleep lasts as long as it should while nothing else runs: an idle machine wakes in time.
TEST_TIMED(scheduler_idle_machine_wakes_in_time)
{
    for (kn_word_t us = 100; us <= 100000; us *= 10) {
        kn_word_t start = now_us();
        sleep_us(us);
        CHECK(is_about(now_us() - start, us, 100));
    }
}

// When the budget ends, a thread with a timeout handler faults: the context's badge and what it has consumed.
TEST_TIMED(scheduler_timeout_is_a_fault)
{
    kn_cptr_t handler = make_endpoint(), reply = make_reply();
    struct thread *t = thread_at(count, PRIORITY_LOW, 0);
    CHECK_OK(kn_sched_control_configure(sched_control, 1000, 100000, 0, 0x77, 0, t->sc));
    CHECK_OK(kn_tcb_set_timeout_endpoint(t->tcb, badged(handler, 9)));
    thread_start(t);
    struct kn_msg m = receive(handler, reply);
    CHECK(label_of(&m) == KN_FAULT_TIMEOUT && length_of(&m) == KN_FAULT_TIMEOUT_LENGTH && m.badge == 9);
    CHECK(kn_msg_get(&m, KN_FAULT_TIMEOUT_DATA) == 0x77);
    CHECK(is_about(kn_msg_get(&m, KN_FAULT_TIMEOUT_CONSUMED), 1000, 300));
}

// The handler may give more time and let the thread go on at once.
TEST(scheduler_timeout_handler_gives_more)
{
    kn_cptr_t handler = make_endpoint(), reply = make_reply();
    struct thread *t = thread_at(count, PRIORITY_LOW, 0);
    thread_set_budget(t, 1000, 1000000);
    CHECK_OK(kn_tcb_set_timeout_endpoint(t->tcb, handler));
    thread_start(t);
    receive(handler, reply);
    kn_word_t steps = t->step;
    sleep_us(1000);
    CHECK(t->step == steps);
    CHECK_OK(kn_sched_context_unbind(t->sc));
    CHECK_OK(kn_sched_control_configure(sched_control, 5000, 1000000, 0, 0, 0, t->sc));
    CHECK_OK(kn_sched_context_bind(t->sc, t->tcb));
    answer(reply, KN_FAULT_REPLY_RESUME);
    sleep_us(2000);
    CHECK(t->step > steps);
}

// Without more time an answered thread waits for its next refill.
TEST_TIMED(scheduler_timeout_answered_waits_for_the_refill)
{
    kn_cptr_t handler = make_endpoint(), reply = make_reply();
    struct thread *t = thread_at(count, PRIORITY_LOW, 0);
    thread_set_budget(t, 1000, 20000);
    CHECK_OK(kn_tcb_set_timeout_endpoint(t->tcb, handler));
    thread_start(t);
    receive(handler, reply);
    answer(reply, KN_FAULT_REPLY_RESUME);
    kn_word_t steps = t->step;
    sleep_us(5000);
    CHECK(t->step == steps);
    sleep_us(20000);
    CHECK(t->step > steps);
}

// A timeout handler must be an endpoint with the rights of a fault handler; none takes it away.
TEST(scheduler_timeout_handler_is_checked)
{
    struct thread *t = thread_new(count);
    kn_cptr_t endpoint = make_endpoint();
    CHECK_ERROR(kn_tcb_set_timeout_endpoint(t->tcb, make_notification()), INVALID_CAPABILITY);
    CHECK(error_word(0) == 1);
    CHECK_ERROR(kn_tcb_set_timeout_endpoint(t->tcb, with_rights(endpoint, KN_RIGHTS_WRITE)), INVALID_CAPABILITY);
    CHECK_OK(kn_tcb_set_timeout_endpoint(t->tcb, endpoint));
    CHECK_OK(kn_tcb_set_timeout_endpoint(t->tcb, 0));
    thread_set_priority(t, PRIORITY_LOW);
    thread_set_budget(t, 500, 2000);
    thread_start(t);
    sleep_us(9000);
    CHECK(consumed(t) > 1000); // not the first budget alone; whoever wakes meanwhile splits one, which delays the next
}

// Round robin contexts have no timeouts, whatever handler there is.
TEST_TIMED(scheduler_round_robin_has_no_timeout)
{
    kn_cptr_t handler = make_endpoint();
    struct thread *t = thread_at(count, PRIORITY_LOW, 0);
    thread_set_budget(t, 1000, 1000);
    CHECK_OK(kn_tcb_set_timeout_endpoint(t->tcb, handler));
    thread_start(t);
    sleep_us(5000);
    struct kn_msg m = poll(handler);
    CHECK(is_nothing(&m) && is_about(consumed(t), 5000, 500));
}

// Time that a Yield gives up has not been used.
TEST_TIMED(scheduler_yielded_time_is_not_consumed)
{
    struct thread *t = thread_at(count_periods, PRIORITY_LOW, 0);
    thread_set_budget(t, 2000, 4000);
    thread_start(t);
    sleep_us(21000);
    CHECK(t->step >= 5 && consumed(t) < 500);
}
