// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// The heap of deadlines, and the clock's arithmetic.

#include "../clock.h"
#include "world.h"

#define NR_TIMERS 500

static struct timer timers[NR_TIMERS];
static uint64_t last_fired;
static int nr_fired;

static void fired(struct timer *timer)
{
    CHECK(timer->deadline >= last_fired);
    last_fired = timer->deadline;
    nr_fired++;
}

static uint64_t next_random(void)
{
    static uint64_t state = 1;
    state = state * 6364136223846793005 + 1442695040888963407;
    return state >> 33;
}

TEST(timers_fire_in_order)
{
    for (int i = 0; i < NR_TIMERS; i++) {
        timers[i].fire = fired;
        timer_set(&timers[i], next_random() % 1000);
    }
    for (int i = 0; i < NR_TIMERS; i += 3)
        timer_set(&timers[i], next_random() % 1000);
    for (int i = 0; i < NR_TIMERS; i += 5)
        timer_cancel(&timers[i]);
    last_fired = 0, nr_fired = 0;
    timer_run(499);
    CHECK(timer_next() >= 500);
    timer_run(1000);
    CHECK(nr_fired == NR_TIMERS - NR_TIMERS / 5 && timer_next() == TIMER_NEVER);
}

static void again(struct timer *timer)
{
    nr_fired++;
    timer_set(timer, timer->deadline);
}

TEST(timer_that_sets_itself_does_not_keep_the_server)
{
    struct timer timer = {.fire = again};
    nr_fired = 0;
    timer_set(&timer, 1);
    timer_run(5);
    CHECK(nr_fired == 1);
    timer_cancel(&timer);
}

TEST(deadline_ticks_are_not_late_and_hardly_early)
{
    static const uint64_t rates[] = {1000000000, 62500000, 24000000, 2893213337};
    struct kn_layout_time_page page;
    for (unsigned i = 0; i < sizeof rates / sizeof rates[0]; i++) {
        clock_init(&page, rates[i], 1);
        world.ticks = 123456789012;
        for (uint64_t wait = 1; wait < 1000000000000; wait = wait * 3 + 1) {
            uint64_t now = clock_now(), ticks = clock_deadline_ticks(now + wait);
            uint64_t at = clock_ticks_to_ns(ticks), period = 1000000000 / rates[i] + 2;
            CHECK(at + period + wait / 100000000 >= now + wait && at <= now + wait + 2 * period);
        }
    }
    CHECK(clock_deadline_ticks(5) == world.ticks);
    CHECK(clock_deadline_ticks(TIMER_NEVER - 1) >= world.ticks);
}
