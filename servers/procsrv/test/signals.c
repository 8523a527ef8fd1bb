// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// What becomes of a signal, and job control.

#include <lx/abi.h>

#include "../alarm.h"
#include "../job.h"
#include "world.h"

TEST(fork_waits_until_the_parent_has_acted_upon_its_signals)
{
    struct process *first = world_start(), *p = world_fork(first), *child, *made;
    struct fork_request request = {0, LX_SIGCHLD, false};
    p->space.signal_page->caught = SIGNAL_BIT(LX_SIGINT);
    CHECK(fork_prepare(p, &request, &child) == 0 && world_send(p, LX_SIGINT) == 0);
    CHECK(fork_commit(p, child->serial, 1, &made) == -LX_EINTR);
    p->space.signal_page->thread[0].blocked = SIGNAL_BIT(LX_SIGINT);
    CHECK(fork_commit(p, child->serial, 1, &made) == 0 && world_pending(child) == 0);
    world_end();
}

TEST(decision_follows_disposition)
{
    struct signal_view v = {0};
    CHECK(signals_decide(&v, LX_SIGTERM) == SIGNAL_KILL);
    CHECK(signals_decide(&v, LX_SIGCHLD) == SIGNAL_DISCARD);
    CHECK(signals_decide(&v, LX_SIGTSTP) == SIGNAL_PEND);
    CHECK(signals_decide(&v, 34) == SIGNAL_KILL);
    v.ignored = ~0ull;
    CHECK(signals_decide(&v, LX_SIGTERM) == SIGNAL_DISCARD);
    CHECK(signals_decide(&v, LX_SIGTSTP) == SIGNAL_DISCARD);
    CHECK(signals_decide(&v, LX_SIGKILL) == SIGNAL_KILL);
    CHECK(signals_decide(&v, LX_SIGSTOP) == SIGNAL_PEND);
    v = (struct signal_view){.caught = ~0ull};
    CHECK(signals_decide(&v, LX_SIGTERM) == SIGNAL_PEND);
    CHECK(signals_decide(&v, LX_SIGCHLD) == SIGNAL_PEND);
    CHECK(signals_decide(&v, LX_SIGKILL) == SIGNAL_KILL);
}

TEST(blocked_signal_stays_pending_whatever_its_disposition)
{
    struct signal_view v = {.ignored = ~0ull, .blocked = ~0ull};
    CHECK(signals_decide(&v, LX_SIGTERM) == SIGNAL_PEND);
    CHECK(signals_decide(&v, LX_SIGCHLD) == SIGNAL_PEND);
    CHECK(signals_decide(&v, LX_SIGKILL) == SIGNAL_KILL);
}

TEST(first_process_takes_only_what_it_asked_for)
{
    struct signal_view v = {.is_first = true};
    CHECK(signals_decide(&v, LX_SIGTERM) == SIGNAL_DISCARD);
    CHECK(signals_decide(&v, LX_SIGKILL) == SIGNAL_DISCARD);
    CHECK(signals_decide(&v, LX_SIGSTOP) == SIGNAL_DISCARD);
    v.caught = SIGNAL_BIT(LX_SIGTERM);
    CHECK(signals_decide(&v, LX_SIGTERM) == SIGNAL_PEND);
}

TEST(blocked_signal_wakes_only_who_waits_for_it)
{
    struct process *p = world_start();
    p->space.signal_page->thread[0].blocked = SIGNAL_BIT(LX_SIGCHLD) | SIGNAL_BIT(LX_SIGUSR1);
    CHECK(world_send(p, LX_SIGUSR1) == 0 && world.nr_kicks == 0);
    p->space.signal_page->thread[0].waiting = SIGNAL_BIT(LX_SIGCHLD);
    CHECK(world_send(p, LX_SIGCHLD) == 0 && world.nr_kicks == 1);
    world_end();
}

TEST(second_standard_signal_changes_nothing)
{
    struct process *p = world_start();
    struct siginfo one = {.code = LX_SI_USER, .pid = 1}, two = {.code = LX_SI_USER, .pid = 2};
    p->space.signal_page->caught = SIGNAL_BIT(LX_SIGUSR1);
    CHECK(signals_send(p, NULL, LX_SIGUSR1, &one) == 0 && signals_send(p, NULL, LX_SIGUSR1, &two) == 0);
    CHECK(p->space.signal_page->info[LX_SIGUSR1].pid == 1);
    world_end();
}

TEST(real_time_signals_queue_in_order)
{
    struct process *p = world_start();
    struct siginfo info = {.code = LX_SI_QUEUE};
    p->space.signal_page->caught = ~0ull;
    for (uint64_t i = 0; i < 3; i++) {
        info.value = i;
        CHECK(signals_send(p, NULL, 40, &info) == 0);
    }
    info.value = 9;
    CHECK(signals_send(p, &p->thread, 35, &info) == 0);
    CHECK(signals_take(&p->thread, SIGNAL_BIT(50), &info) == 0);
    CHECK(signals_take(&p->thread, ~0ull, &info) == 35 && info.value == 9);
    CHECK(world_pending(p) == SIGNAL_BIT(40));
    for (uint64_t i = 0; i < 3; i++) {
        CHECK(world_pending(p) == SIGNAL_BIT(40));
        CHECK(signals_take(&p->thread, ~0ull, &info) == 40 && info.value == i);
    }
    CHECK(world_pending(p) == 0 && signals_take(&p->thread, ~0ull, &info) == 0 && p->nr_queued == 0);
    world_end();
}

TEST(queue_has_a_limit)
{
    struct process *p = world_start();
    struct siginfo info = {.code = LX_SI_QUEUE};
    p->space.signal_page->caught = ~0ull;
    p->limits.of[LX_RLIMIT_SIGPENDING].cur = 2;
    CHECK(signals_send(p, NULL, 40, &info) == 0 && signals_send(p, NULL, 41, &info) == 0);
    CHECK(signals_send(p, NULL, 42, &info) == -LX_EAGAIN);
    CHECK(signals_send(p, NULL, LX_SIGUSR1, &info) == 0);
    unit_fail_allocation_after(0);
    p->limits.of[LX_RLIMIT_SIGPENDING].cur = 20;
    CHECK(signals_send(p, NULL, 42, &info) == -LX_EAGAIN);
    world_end();
}

TEST(continue_undoes_a_stop_that_was_claimed_but_not_carried_out)
{
    struct process *p = world_fork(world_start());
    CHECK(world_send(p, LX_SIGSTOP) == 0);
    p->space.signal_page->pending = 0; // the layer has claimed it
    CHECK(world_send(p, LX_SIGCONT) == 0);
    CHECK(job_stopped(&p->thread, LX_SIGSTOP) == 0 && p->state == KN_LAYOUT_PROC_STATE_RUNNING);
    world_end();
}

TEST(stop_and_continue_discard_each_other)
{
    struct process *p = world_fork(world_start());
    p->space.signal_page->caught = SIGNAL_BIT(LX_SIGCONT);
    CHECK(world_send(p, LX_SIGCONT) == 0 && world_pending(p) == SIGNAL_BIT(LX_SIGCONT));
    CHECK(world_send(p, LX_SIGSTOP) == 0 && world_pending(p) == SIGNAL_BIT(LX_SIGSTOP));
    CHECK(world_send(p, LX_SIGCONT) == 0 && world_pending(p) == SIGNAL_BIT(LX_SIGCONT));
    world_end();
}

TEST(stopped_process_dies_of_sigkill)
{
    struct process *p = world_fork(world_start());
    CHECK(world_send(p, LX_SIGSTOP) == 0 && job_stopped(&p->thread, LX_SIGSTOP) == -LX_EAGAIN);
    CHECK(job_stopped(&p->thread, LX_SIGSTOP) == -LX_EAGAIN); // woken for nothing
    CHECK(world_send(p, LX_SIGKILL) == 0 && p->state == KN_LAYOUT_PROC_STATE_ZOMBIE);
    world_end();
}

TEST(forked_child_has_no_pending_signals)
{
    struct process *p = world_start();
    p->space.signal_page->thread[0].blocked = SIGNAL_BIT(LX_SIGUSR1);
    CHECK(world_send(p, LX_SIGUSR1) == 0);
    struct process *child = world_fork(p);
    CHECK(world_pending(child) == 0 && child->space.signal_page->thread[0].blocked == SIGNAL_BIT(LX_SIGUSR1));
    world_end();
}

TEST(interval_timer_repeats)
{
    struct process *p = world_start();
    uint64_t value, interval;
    p->space.signal_page->caught = SIGNAL_BIT(LX_SIGALRM);
    alarm_set(p, 1000000, 500000);
    alarm_get(p, &value, &interval);
    CHECK(value == 1000000 && interval == 500000 && timer_next() == world.ticks + 1000000);
    world.ticks += 1700000;
    timer_run(world.ticks);
    CHECK(world_pending(p) == SIGNAL_BIT(LX_SIGALRM));
    alarm_get(p, &value, &interval);
    CHECK(value == 300000); // of the periods that have passed one signal is left
    alarm_set(p, 0, 7);
    CHECK(timer_next() == TIMER_NEVER);
    world_end();
}

TEST(shortest_interval_leaves_time_for_others)
{
    struct process *p = world_start();
    p->space.signal_page->caught = SIGNAL_BIT(LX_SIGALRM);
    alarm_set(p, 1, 1);
    world.ticks += 10;
    timer_run(world.ticks);
    CHECK(timer_next() >= world.ticks + 90000);
    alarm_set(p, 1, TIMER_NEVER);
    world.ticks += 10;
    timer_run(world.ticks);
    CHECK(timer_next() == TIMER_NEVER - 1);
    alarm_set(p, 0, 0);
    world_end();
}

TEST(alarm_kills_who_does_not_catch_it)
{
    struct process *p = world_fork(world_start());
    alarm_set(p, 10, 10);
    world.ticks += 100;
    timer_run(world.ticks);
    CHECK(p->state == KN_LAYOUT_PROC_STATE_ZOMBIE && p->status == LX_SIGALRM && timer_next() == TIMER_NEVER);
    world_end();
}

TEST(thread_timer_wakes_its_thread)
{
    struct process *p = world_start();
    timer_set(&p->thread.timer, world.ticks + 5);
    timer_run(world.ticks + 4);
    CHECK(world.nr_timer_wakes == 0);
    timer_run(world.ticks + 5);
    CHECK(world.nr_timer_wakes == 1 && !p->thread.timer.position);
    world_end();
}
