// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

#include "stage.h"
#include "unit.h"

static struct wait_queue queue, other;

static void begin(void)
{
    stage_reset();
    queue = other = (struct wait_queue){0};
}

static void ask(unsigned thread, struct wait_queue *q)
{
    struct io io = stage_io(thread);
    wait_begin(io.thread, q);
    CHECK(wait_or_again(&io, q) == -LX_EAGAIN);
}

TEST(tickets_wake_one_in_order)
{
    begin();
    ask(0, &queue);
    ask(1, &queue);
    wait_wake_one(&queue);
    CHECK(stage_wakes[0] == 1 && stage_wakes[1] == 0);
    wait_wake_one(&queue);
    CHECK(stage_wakes[1] == 1);
    wait_wake_one(&queue);
    CHECK(stage_wakes[0] == 1 && stage_wakes[1] == 1);
    CHECK(wait_cancel(&stage_threads[0]) && wait_cancel(&stage_threads[1]));
    CHECK(!wait_has_tickets(&queue));
}

TEST(readiness_is_always_woken_and_once)
{
    begin();
    CHECK(wait_readiness(&stage_threads[0], &queue) == 0 && wait_readiness(&stage_threads[0], &other) == 0);
    CHECK(wait_readiness(&stage_threads[1], &queue) == 0);
    ask(2, &queue);
    wait_wake_one(&queue);
    wait_wake_one(&queue);
    CHECK(stage_wakes[0] == 1 && stage_wakes[1] == 1 && stage_wakes[2] == 1);
    CHECK(wait_cancel(&stage_threads[0]) && wait_cancel(&stage_threads[1]) && wait_cancel(&stage_threads[2]));
    CHECK(!other.readiness.first);
}

TEST(an_abandoned_fired_ticket_passes_its_wake_on)
{
    begin();
    ask(0, &queue);
    ask(1, &queue);
    wait_wake_one(&queue);
    CHECK(wait_cancel(&stage_threads[0]));
    CHECK(stage_wakes[1] == 1);
    CHECK(wait_cancel(&stage_threads[1]));
}

TEST(an_abandoned_pending_ticket_wakes_nobody)
{
    begin();
    ask(0, &queue);
    ask(1, &queue);
    CHECK(!wait_cancel(&stage_threads[0]));
    CHECK(stage_wakes[1] == 0);
    wait_wake_one(&queue);
    CHECK(stage_wakes[1] == 1);
    CHECK(wait_cancel(&stage_threads[1]));
}

TEST(asking_again_uses_a_ticket_up_and_asking_for_another_thing_passes_it_on)
{
    begin();
    ask(0, &queue);
    ask(1, &queue);
    ask(2, &queue);
    wait_wake_one(&queue);
    wait_begin(&stage_threads[0], &queue);
    CHECK(wait_was_fired(&stage_threads[0]) && stage_wakes[1] == 0);
    wait_wake_one(&queue);
    wait_begin(&stage_threads[1], &other);
    CHECK(!wait_was_fired(&stage_threads[1]) && stage_wakes[2] == 1);
    wait_begin(&stage_threads[2], NULL);
    CHECK(!wait_has_tickets(&queue));
}

static unsigned nr_unused;
static void count_unused(struct wait_queue *q) { nr_unused += q == &queue; }

TEST(a_queue_is_told_of_unused_wakes)
{
    begin();
    queue.on_unused = count_unused;
    ask(0, &queue);
    wait_wake_all(&queue);
    wait_begin(&stage_threads[0], &queue);
    CHECK(nr_unused == 0);
    ask(0, &queue);
    wait_wake_all(&queue);
    wait_cancel(&stage_threads[0]);
    CHECK(nr_unused == 1);
}

TEST(a_queue_that_ends_wakes_everyone_and_is_forgotten)
{
    begin();
    ask(0, &queue);
    ask(1, &queue);
    CHECK(wait_readiness(&stage_threads[2], &queue) == 0);
    wait_wake_one(&queue);
    wait_queue_end(&queue);
    CHECK(stage_wakes[0] == 1 && stage_wakes[1] == 1 && stage_wakes[2] == 1);
    CHECK(wait_cancel(&stage_threads[0]) && wait_cancel(&stage_threads[1]) && wait_cancel(&stage_threads[2]));
}

TEST(waiting_without_memory_or_leave_is_refused)
{
    begin();
    struct io io = stage_io(0);
    unit_fail_allocation_after(0);
    CHECK(wait_or_again(&io, &queue) == -LX_ENOMEM);
    io.may_wait = false;
    CHECK(wait_or_again(&io, &queue) == -LX_EAGAIN);
    CHECK(!wait_has_tickets(&queue));
}
