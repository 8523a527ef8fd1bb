// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// SchedControl: what a scheduling context can be given.

#include "thread.h"

static kn_error_t configure(kn_cptr_t sc, kn_word_t budget, kn_word_t period, kn_word_t extra)
{
    return kn_sched_control_configure(sched_control, budget, period, extra, 0, 0, sc);
}

static kn_word_t count(struct thread *t)
{
    for (;;)
        t->step++;
}

static kn_word_t consumed(const struct thread *t)
{
    kn_word_t us = 0;
    CHECK_OK(kn_sched_context_consumed(t->sc, &us));
    return us;
}

// Budget and period have a least value, and the budget is not above the period.
TEST(sched_control_limits_budget_and_period)
{
    kn_cptr_t sc = make_sched_context(1000, 1000);
    CHECK_ERROR(configure(sc, 10, KN_TICKLESS_MIN_BUDGET_US - 1, 0), RANGE_ERROR);
    CHECK(error_word(0) == KN_TICKLESS_MIN_BUDGET_US);
    CHECK_ERROR(configure(sc, KN_TICKLESS_MIN_BUDGET_US - 1, 1000, 0), RANGE_ERROR);
    CHECK(error_word(0) == KN_TICKLESS_MIN_BUDGET_US && error_word(1) == 1000);
    CHECK_ERROR(configure(sc, 1001, 1000, 0), RANGE_ERROR);
    CHECK_ERROR(configure(sc, 0, 0, 0), RANGE_ERROR);
    CHECK_ERROR(configure(sc, 1000, ~0ul, 0), RANGE_ERROR);
    CHECK_OK(configure(sc, KN_TICKLESS_MIN_BUDGET_US, KN_TICKLESS_MIN_BUDGET_US, 0));
}

// The object's size limits its refills.
TEST(sched_control_limits_refills)
{
    kn_cptr_t small = make_sched_context(1000, 1000), big = make(KN_OBJECT_TYPE_SCHED_CONTEXT, 10);
    CHECK_ERROR(configure(small, 100, 1000, 1000), RANGE_ERROR);
    CHECK(error_word(0) == 0);
    kn_word_t max = error_word(1);
    CHECK_OK(configure(small, 100, 1000, max));
    CHECK_ERROR(configure(small, 100, 1000, max + 1), RANGE_ERROR);
    CHECK_OK(configure(big, 100, 1000, max + 20));
}

// However large the object is, there are no more refills than the limit.
TEST(sched_control_limits_refills_of_a_large_context)
{
    kn_cptr_t sc = make(KN_OBJECT_TYPE_SCHED_CONTEXT, 13);
    CHECK_ERROR(configure(sc, 100, 1000, KN_SCHED_CONTEXT_MAX_REFILLS), RANGE_ERROR);
    CHECK(error_word(1) < KN_SCHED_CONTEXT_MAX_REFILLS);
    CHECK_OK(configure(sc, 100, 1000, error_word(1)));
}

// Unknown flags are INVALID_ARGUMENT 4; what is no scheduling context is INVALID_CAPABILITY 1.
TEST(sched_control_checks_flags_and_object)
{
    kn_cptr_t sc = make_sched_context(1000, 1000);
    CHECK_ERROR(kn_sched_control_configure(sched_control, 100, 1000, 0, 0, 0x100, sc), INVALID_ARGUMENT);
    CHECK(error_word(0) == 4);
    CHECK_ERROR(configure(make_endpoint(), 100, 1000, 0), INVALID_CAPABILITY);
    CHECK(error_word(0) == 1);
    CHECK_OK(kn_sched_control_configure(sched_control, 100, 1000, 0, 0, KN_SCHED_FLAG_SPORADIC, sc));
}

// A running thread's budget can be changed; it keeps to the new one.
TEST_TIMED(sched_control_changes_a_running_context)
{
    struct thread *t = thread_new(count);
    thread_set_priority(t, PRIORITY_LOW);
    thread_start(t);
    sleep_us(3000);
    CHECK(consumed(t) > 2500);
    thread_set_budget(t, 500, 5000);
    sleep_us(20000);
    kn_word_t us = consumed(t);
    CHECK(us > 1200 && us < 3500);
    thread_set_budget(t, 5000, 5000);
    consumed(t);
    sleep_us(10000);
    CHECK(consumed(t) > 9000);
}

// The caller may change its own.
TEST_TIMED(sched_control_changes_the_callers_own)
{
    thread_set_budget(self, 2000, 2000);
    thread_set_budget(self, 2000, 3000);
    kn_word_t start = now_us();
    while (now_us() < start + 15000)
        ;
    kn_word_t us;
    CHECK_OK(kn_sched_context_consumed(self->sc, &us));
    CHECK(us < 13000);
    thread_set_budget(self, SLICE_US, SLICE_US);
}

// A sporadic context gets no more than its budget in any period, either.
TEST_TIMED(sched_control_sporadic_budget_holds)
{
    struct thread *t = thread_new(count);
    thread_set_priority(t, PRIORITY_LOW);
    CHECK_OK(kn_sched_control_configure(sched_control, 1000, 5000, 0, 0, KN_SCHED_FLAG_SPORADIC, t->sc));
    thread_start(t);
    sleep_us(25000);
    kn_word_t us = consumed(t);
    CHECK(us > 3500 && us < 6500);
}

// With several refills a thread that waits in between gets its budget in pieces, never more than that in a period.
TEST_TIMED(sched_control_refills_keep_the_budget)
{
    struct thread *t = thread_new(count);
    CHECK_OK(configure(t->sc, 2000, 10000, 3));
    thread_set_priority(t, PRIORITY_LOW);
    thread_start(t);
    for (int i = 0; i < 30; i++) {
        sleep_us(500);
        CHECK_OK(kn_tcb_suspend(t->tcb));
        sleep_us(500);
        CHECK_OK(kn_tcb_resume(t->tcb));
    }
    CHECK(consumed(t) < 6800);
}

// A thread that waits for its refill goes on at once when its context gets a budget that lets it.
TEST(sched_control_new_budget_ends_waiting)
{
    struct thread *t = thread_new(count);
    thread_set_priority(t, PRIORITY_LOW);
    thread_set_budget(t, 100, 10000000);
    thread_start(t);
    sleep_us(1000);
    kn_word_t steps = t->step;
    sleep_us(1000);
    CHECK(t->step == steps);
    CHECK_OK(kn_sched_context_unbind(t->sc));
    thread_set_budget(t, 1000, 1000);
    CHECK_OK(kn_sched_context_bind(t->sc, t->tcb));
    sleep_us(1000);
    CHECK(t->step > steps);
}

// A round robin context in place of a budget: its thread, waiting for a refill, has a turn at once.
TEST_TIMED(sched_control_budget_becomes_a_turn)
{
    struct thread *t = thread_new(count);
    thread_set_priority(t, PRIORITY_LOW);
    thread_set_budget(t, 100, 20000);
    thread_start(t);
    sleep_us(1000);
    kn_word_t steps = t->step;
    thread_set_budget(t, 1000, 1000);
    sleep_us(1000);
    CHECK(t->step > steps);
    consumed(t);
    sleep_us(5000);
    CHECK(consumed(t) > 4500);
}

static kn_word_t work_and_yield(struct thread *t)
{
    for (;;) {
        for (kn_word_t end = now_us() + 500; now_us() < end;)
            ;
        t->step++;
        kn_yield();
    }
}

// What a Yield gives up of one refill comes back a period later, like what is used.
TEST_TIMED(sched_control_yielded_refill_comes_back_in_a_period)
{
    struct thread *t = thread_new(work_and_yield);
    CHECK_OK(configure(t->sc, 2000, 10000, 3));
    thread_set_priority(t, PRIORITY_LOW);
    thread_start(t);
    sleep_us(39000);
    kn_word_t steps = t->step, us = consumed(t);
    CHECK(steps >= 4 && steps <= 8 && us <= steps * 500 + 600);
}
