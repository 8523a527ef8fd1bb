// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// Several CPUs: that they run at the same time, that messages, signals, faults and budgets work from one to the other, and
// that they share the kernel fairly.

#include <arch.h>
#include <stdatomic.h>

#include "smp.h"
#include "user.h"

static atomic_ulong shared; // among the threads of a case

static kn_word_t pass_token(struct thread *t)
{
    for (kn_word_t n = t->arg[0]; n < t->arg[1]; n += nr_cpus()) {
        while (shared != n)
            arch_relax();
        shared = n + 1;
    }
    return 0;
}

// A token goes round by memory alone: none of the threads enters the kernel, all run at the same time.
TEST(smp_threads_run_at_the_same_time)
{
    struct thread *t[MAX_CPUS];
    kn_word_t n = 50 * nr_cpus();
    shared = 0;
    for (kn_word_t cpu = 1; cpu < nr_cpus(); cpu++)
        t[cpu] = spawn_on(cpu, pass_token, cpu, n);
    for (kn_word_t i = 0; i < n; i += nr_cpus()) {
        EVENTUALLY(shared == i);
        shared = i + 1;
    }
    for (kn_word_t cpu = 1; cpu < nr_cpus(); cpu++)
        EVENTUALLY(t[cpu]->is_done);
}

// Priorities count on each CPU by itself: who has nothing to do there runs, whatever runs elsewhere.
TEST(smp_each_cpu_has_its_own_priorities)
{
    for (kn_word_t cpu = 1; cpu < nr_cpus(); cpu++) {
        struct thread *low = thread_on(cpu, smp_count, 0, 0), *high = thread_on(cpu, smp_count, 0, 0);
        thread_set_priority(low, 1);
        thread_start(low);
        check_runs(low);
        thread_start(high);
        check_runs(high);
        check_rests(low);
        CHECK_OK(kn_tcb_suspend(high->tcb));
        check_runs(low);
        check_rests(high);
    }
}

// Whatever its priority is made, the better one of two on another CPU runs.
TEST(smp_priority_change)
{
    struct thread *fixed = spawn_on(1, smp_count, 0, 0), *t = thread_on(1, smp_count, 0, 0);
    thread_start(t);
    for (kn_word_t i = 0; is_round(i, 200); i++) {
        thread_set_priority(t, PRIORITY_HIGH + 10);
        check_runs(t);
        check_rests(fixed);
        thread_set_priority(t, PRIORITY_LOW);
        check_runs(fixed);
        check_rests(t);
    }
}

// Calls to an active server of another CPU, of every length.
TEST(smp_call_to_an_active_server)
{
    struct thread *server = server_on(1);
    kn_word_t i = 0;
    for (; is_round(i, 2000); i++)
        check_call(server->arg[0], i);
    CHECK(server->step == i);
}

// Clients of all CPUs call one server; nobody's answer goes astray.
TEST(smp_calls_from_all_cpus)
{
    struct thread *server = server_on(1), *t[MAX_CPUS];
    for (kn_word_t cpu = 1; cpu < nr_cpus(); cpu++)
        t[cpu] = spawn_on(cpu, smp_call_and_check, server->arg[0], 0);
    for (kn_word_t i = 0; is_round(i, 2000); i++)
        check_call(server->arg[0], i);
    for (kn_word_t cpu = 1; cpu < nr_cpus(); cpu++) {
        check_runs(t[cpu]);
        CHECK(!t[cpu]->is_done);
    }
}

// A passive server runs on its caller's CPU, and nowhere else: its own is busy with something better.
TEST(smp_passive_server_follows_its_caller)
{
    struct thread *server = server_on(1), *t[MAX_CPUS];
    check_call(server->arg[0], 1); // so it waits for the next one
    thread_make_passive(server);
    thread_set_priority(server, PRIORITY_LOW);
    struct thread *busy = spawn_on(1, smp_count, 0, 0);
    check_runs(busy);
    for (kn_word_t cpu = 2; cpu < nr_cpus(); cpu++)
        t[cpu] = spawn_on(cpu, smp_call_and_check, server->arg[0], 0);
    for (kn_word_t i = 0; is_round(i, 1000); i++)
        check_call(server->arg[0], i);
    for (kn_word_t cpu = 2; cpu < nr_cpus(); cpu++) {
        check_runs(t[cpu]);
        CHECK(!t[cpu]->is_done);
    }
    struct thread *local =
        thread_on(1, smp_call_and_check, server->arg[0], 0); // above the busy one, on whose CPU the server is not
    thread_set_priority(local, PRIORITY_HIGH + 1);
    thread_start(local);
    check_rests(local);
}

static kn_word_t pass_signal(struct thread *t)
{
    for (;;) {
        wait(t->arg[0]);
        t->step++;
        kn_signal(t->arg[1]);
    }
}

// A signal goes round all CPUs, many times; each thread sleeps in between.
TEST(smp_signals_go_round)
{
    kn_cptr_t n = make_many(KN_OBJECT_TYPE_NOTIFICATION, 0, nr_cpus());
    struct thread *t[MAX_CPUS];
    for (kn_word_t cpu = 1; cpu < nr_cpus(); cpu++)
        t[cpu] = spawn_on(cpu, pass_signal, n + cpu, n + (cpu + 1) % nr_cpus());
    for (kn_word_t i = 1; is_round(i - 1, 1000); i++) {
        kn_signal(n + 1);
        wait(n);
        for (kn_word_t cpu = 1; cpu < nr_cpus(); cpu++)
            CHECK(t[cpu]->step == i);
    }
}

// YieldTo to a thread of another CPU does not wait for it.
TEST(smp_yield_to)
{
    struct thread *t = spawn_on(1, smp_count, 0, 0), *low = thread_on(1, smp_count, 0, 0);
    thread_set_priority(low, PRIORITY_LOW);
    thread_start(low);
    for (kn_word_t i = 0; is_round(i, 500); i++) {
        kn_word_t us = 0;
        CHECK_OK(kn_sched_context_yield_to(t->sc, &us));
        CHECK_OK(kn_sched_context_yield_to(low->sc, NULL));
    }
    check_runs(t);
}

static kn_word_t fault(struct thread *t)
{
    for (;; t->step++)
        user_illegal();
}

// Lets threads behind their illegal instruction.
static kn_word_t handle_faults(struct thread *t)
{
    struct kn_msg m;
    kn_recv(t->arg[0], t->arg[1], &m);
    for (;; t->step++) {
        if (label_of(&m) != KN_FAULT_USER_EXCEPTION ||
            kn_msg_get(&m, KN_FAULT_USER_EXCEPTION_PC) != (kn_word_t)user_illegal)
            return 1;
        kn_msg_set(&m, KN_FAULT_USER_EXCEPTION_PC, (kn_word_t)user_illegal + ARCH_ILLEGAL_LENGTH);
        m.info = kn_msg_info_new(KN_FAULT_REPLY_RESUME, 0, 0, 1);
        kn_reply_recv(t->arg[0], t->arg[1], &m);
    }
}

// Faults are handled on another CPU than they happen on, and looked at by a third.
TEST(smp_faults_are_handled_elsewhere)
{
    kn_cptr_t endpoint = make_endpoint();
    struct thread *handler = spawn_on(1, handle_faults, endpoint, make_reply()), *t[MAX_CPUS];
    for (kn_word_t cpu = 1; cpu < nr_cpus(); cpu++) {
        t[cpu] = thread_on(cpu, fault, 0, 0);
        thread_set_fault_endpoint(t[cpu], endpoint);
        thread_start(t[cpu]);
    }
    for (kn_word_t i = 0; is_round(i, 1000); i++)
        thread_pc(t[other_cpu(i)]);
    for (kn_word_t cpu = 1; cpu < nr_cpus(); cpu++)
        check_runs(t[cpu]);
    CHECK(!handler->is_done);
}

// Budgets end and come back on every CPU.
TEST(smp_budgets_on_other_cpus)
{
    struct thread *t[MAX_CPUS];
    for (kn_word_t cpu = 1; cpu < nr_cpus(); cpu++) {
        t[cpu] = thread_on(cpu, smp_count_yields, 0, 0);
        CHECK_OK(kn_sched_control_configure(sched_control + cpu, 100, 1000, 0, 0, 0, t[cpu]->sc));
        thread_start(t[cpu]);
    }
    for (kn_word_t cpu = 1; cpu < nr_cpus(); cpu++) {
        kn_word_t before = t[cpu]->step;
        EVENTUALLY(t[cpu]->step >= before + 5);
    }
}

// A timeout on another CPU is a fault; the handler, here, gives the next budget.
TEST(smp_timeouts_on_other_cpus)
{
    kn_cptr_t endpoint = make_endpoint(), reply = make_reply();
    for (kn_word_t cpu = 1; cpu < nr_cpus(); cpu++) {
        struct thread *t = thread_on(cpu, smp_count, 0, 0);
        CHECK_OK(kn_sched_control_configure(sched_control + cpu, 500, 2000, 0, 100 + cpu, 0, t->sc));
        CHECK_OK(kn_tcb_set_timeout_endpoint(t->tcb, badged(endpoint, cpu)));
        thread_start(t);
        for (kn_word_t i = 0; i < 5; i++) {
            struct kn_msg m = receive(endpoint, reply);
            CHECK(label_of(&m) == KN_FAULT_TIMEOUT && m.badge == cpu);
            CHECK(kn_msg_get(&m, KN_FAULT_TIMEOUT_DATA) == 100 + cpu);
            answer(reply, KN_FAULT_REPLY_RESUME);
        }
        CHECK_OK(kn_tcb_suspend(t->tcb));
    }
}

static kn_word_t wait_for(struct thread *t)
{
    t->step = 1;
    wait(t->arg[0]);
    return 0;
}

// Threads of all CPUs wait at an object, which is deleted: each finds that it is gone.
static void delete_under_waiters(kn_word_t type)
{
    kn_cptr_t faults = make_endpoint(), reply = make_reply(), object = slot_new();
    struct thread *t[2 * MAX_CPUS];
    kn_word_t nr = 2 * (nr_cpus() - 1);
    for (kn_word_t i = 0; i < nr; i++) {
        t[i] = thread_on(other_cpu(i), wait_for, object, 0);
        thread_set_fault_endpoint(t[i], faults);
    }
    for (kn_word_t n = 0; is_round(n, 100); n++) {
        CHECK_OK(retype(pool, type, 0, object, 1));
        for (kn_word_t i = 0; i < nr; i++) {
            t[i]->step = 0;
            thread_start(t[i]);
        }
        for (kn_word_t i = 0; i < nr; i++)
            EVENTUALLY(t[i]->step == 1);
        CHECK_OK(delete_cap(object));
        for (kn_word_t i = 0; i < nr; i++) {
            struct kn_msg m = receive(faults, reply);
            CHECK(label_of(&m) == KN_FAULT_CAP && kn_msg_get(&m, KN_FAULT_CAP_ADDRESS) == object);
        }
    }
}

// A deleted endpoint lets the receivers of all CPUs go.
TEST(smp_delete_an_endpoint_with_waiters) { delete_under_waiters(KN_OBJECT_TYPE_ENDPOINT); }

// So does a notification.
TEST(smp_delete_a_notification_with_waiters) { delete_under_waiters(KN_OBJECT_TYPE_NOTIFICATION); }

// Each Call has its answer or PEER_GONE.
static kn_word_t call_whoever(struct thread *t)
{
    for (;; t->step++) {
        struct kn_msg m = message(7, 2, t->step);
        kn_call(t->arg[0], &m);
        if (!message_is(&m, 7, 2, t->step + 1) && label_of(&m) != KN_LABEL_PEER_GONE)
            return 1;
    }
}

// A server is suspended and started anew, again and again, its Reply deleted with a caller in it: no caller waits for ever.
TEST(smp_servers_die)
{
    kn_cptr_t endpoint = make_endpoint(), reply = slot_new();
    struct thread *server = thread_on(1, smp_serve, endpoint, reply), *t[MAX_CPUS];
    for (kn_word_t cpu = 1; cpu < nr_cpus(); cpu++)
        t[cpu] = spawn_on(cpu, call_whoever, endpoint, 0);
    for (kn_word_t i = 0; is_round(i, 300); i++) {
        CHECK_OK(retype(pool, KN_OBJECT_TYPE_REPLY, 0, reply, 1));
        thread_start(server);
        if (i % 3 == 0)
            check_runs(t[other_cpu(i)]);
        CHECK_OK(kn_tcb_suspend(server->tcb));
        CHECK_OK(delete_cap(reply));
    }
    for (kn_word_t cpu = 1; cpu < nr_cpus(); cpu++)
        CHECK(!t[cpu]->is_done);
}

#define MANY 3000

// A CPU that waits for the lock need not wait for the whole of another one's Revoke. (CPUs that take turns do not wait.)
TEST(smp_revoke_gives_way_to_other_cpus)
{
    kn_cptr_t endpoint = make_endpoint(), slots = slots_new(MANY);
    struct thread *t = spawn_on(1, smp_count_yields, 0, 0);
    kn_word_t end = now_us() + PATIENCE_US;
    for (bool gave_way = false; !gave_way;) {
        for (kn_word_t i = 0; i < MANY; i++)
            CHECK_OK(copy(slots + i, endpoint));
        check_runs(t);
        kn_word_t before = t->step;
        CHECK_OK(revoke(endpoint));
        gave_way = !is_wall_time || t->step > before; // not if the host has not let that CPU run
        CHECK(gave_way || now_us() < end);
        for (kn_word_t i = 0; i < MANY; i++)
            CHECK(slot_is_empty(slots + i));
    }
}

#define TICK_US 500
#define LARGE_BITS 21
#define NR_LARGE 8 // it takes several ticks to clear them

// Wakes every TICK_US; the result is the longest time between two of these moments.
static kn_word_t measure_ticks(struct thread *t)
{
    for (kn_word_t last = now_us();; t->step++) {
        kn_yield();
        kn_word_t now = now_us();
        if (now - last > t->result)
            t->result = now - last;
        last = now;
    }
}

static kn_word_t make_large_frames(struct thread *t)
{
    CHECK_OK(retype(pool, KN_OBJECT_TYPE_FRAME, LARGE_BITS, t->arg[0], NR_LARGE));
    kn_signal(t->arg[1]);
    return 0;
}

// A long operation on another CPU gives way to the timer of that CPU.
TEST_TIMED(smp_retype_gives_way_to_the_timer_of_its_cpu)
{
    kn_cptr_t done = make_notification();
    struct thread *ticker = thread_on(1, measure_ticks, 0, 0);
    struct thread *worker = thread_on(1, make_large_frames, slots_new(NR_LARGE), done);
    CHECK_OK(kn_sched_control_configure(sched_control + 1, TICK_US / 2, TICK_US, 0, 0, 0, ticker->sc));
    thread_set_priority(ticker, PRIORITY_HIGH + 1);
    thread_start(ticker);
    thread_start(worker);
    wait(done);
    CHECK(ticker->step > 2 && ticker->result < 2 * TICK_US);
}

// The lock is fair: of CPUs that are in the kernel all the time none waits for ever.
TEST(smp_lock_is_fair)
{
    struct thread *t[MAX_CPUS];
    for (kn_word_t cpu = 1; cpu < nr_cpus(); cpu++)
        t[cpu] = spawn_on(cpu, smp_count_yields, 0, 0);
    for (kn_word_t n = 0; is_round(n, 100); n++) {
        kn_word_t before[MAX_CPUS];
        for (kn_word_t cpu = 1; cpu < nr_cpus(); cpu++)
            before[cpu] = t[cpu]->step;
        for (kn_word_t cpu = 1; cpu < nr_cpus(); cpu++)
            while (t[cpu]->step < before[cpu] + 20)
                kn_yield();
    }
}

// Makes and deletes capabilities in its own slots from arg[0] on, each a copy of the one before, the first of arg[1].
static kn_word_t churn(struct thread *t)
{
    for (;; t->step++) {
        arch_relax();
        for (kn_word_t i = 0; i < 8; i++)
            if (copy(t->arg[0] + i, i ? t->arg[0] + i - 1 : t->arg[1]) != KN_ERROR_NONE)
                return 1;
        for (kn_word_t i = 0; i < 8; i++)
            if (delete_cap(t->arg[0] + i) != KN_ERROR_NONE)
                return 1;
    }
}

// All CPUs derive and delete capabilities of one object at the same time.
TEST(smp_derivation_tree_is_shared)
{
    kn_cptr_t endpoint = make_endpoint();
    struct thread *t[MAX_CPUS];
    for (kn_word_t cpu = 1; cpu < nr_cpus(); cpu++)
        t[cpu] = spawn_on(cpu, churn, slots_new(8), endpoint);
    for (kn_word_t i = 0; is_round(i, 500); i++) {
        kn_cptr_t mine = badged(endpoint, i + 1);
        CHECK_OK(delete_cap(mine));
    }
    for (kn_word_t cpu = 1; cpu < nr_cpus(); cpu++) {
        check_runs(t[cpu]);
        CHECK(!t[cpu]->is_done);
    }
}
