// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// Wake-ups, and Suspend and Resume, among N threads that wait for the same object, are ready, or sleep until their
// budgets come back. They share a stack: all stand in the same system call, or have not begun.

#include <arch.h>

#include "growth.h"
#include "thread.h"

#define MOST_THREADS 10000
#define CONTEXTS (CROWD + MOST_THREADS) // slots of their scheduling contexts
#define LONG_US 1000000000ul // does not end here
#define STRIDE 7919          // a prime: picks the threads in an order of no meaning

// What all threads of a crowd do.
struct kind {
    void (*run)(kn_word_t object);
    bool is_ready; // they are below this thread's priority, and never run
    bool is_low;   // when they wait, they get below this thread's priority
    bool sleeps;   // with little budget in a long period
};

static char stack[256];
static kn_cptr_t notification, endpoint;

static void wait_again(kn_word_t object)
{
    struct kn_msg m;
    for (;;)
        kn_wait(object, &m);
}

static void yield(kn_word_t nothing)
{
    (void)nothing;
    for (;;)
        kn_yield();
}

static void send_again(kn_word_t object)
{
    for (;;)
        send(object);
}

static const struct kind waiting = {.run = wait_again};
static const struct kind waiting_low = {.run = wait_again, .is_low = true};
static const struct kind sending_low = {.run = send_again, .is_low = true};
static const struct kind ready = {.run = yield, .is_ready = true};
static const struct kind sleeping = {.run = yield, .sleeps = true};

// Starts the crowd's thread I, which runs until it blocks unless it is only to be ready.
static void start(kn_word_t i, const struct kind *kind, kn_cptr_t object)
{
    kn_cptr_t tcb = CROWD + i, sc = CONTEXTS + i;
    kn_word_t period = kind->sleeps ? LONG_US + i * STRIDE % MOST_THREADS : SLICE_US;
    kn_word_t budget = kind->sleeps ? KN_TICKLESS_MIN_BUDGET_US : period;
    kn_word_t priority = kind->is_ready ? i % PRIORITY_CASE : PRIORITY_HIGH;
    struct kn_registers r = {0};
    CHECK_OK(kn_sched_control_configure(sched_control, budget, period, 0, 0, 0, sc));
    CHECK_OK(kn_tcb_set_space(tcb, 0, 0, ROOT, KN_INIT_CAP_VSPACE));
    CHECK_OK(kn_tcb_set_sched_params(tcb, priority, priority, KN_INIT_CAP_TCB, sc, 0));
    arch_start(&r, (kn_word_t)kind->run, (kn_word_t)stack + sizeof stack, object);
    CHECK_OK(kn_tcb_write_registers(tcb, KN_REGISTER_FLAG_SUSPEND_OR_RESUME, KN_NR_REGISTERS, &r));
    if (kind->is_low)
        CHECK_OK(kn_tcb_set_priority(tcb, PRIORITY_LOW, KN_INIT_CAP_TCB));
}

static void make_crowd(kn_word_t n, const struct kind *kind, kn_cptr_t object)
{
    make_objects(KN_OBJECT_TYPE_TCB, 0, CROWD, n);
    make_objects(KN_OBJECT_TYPE_SCHED_CONTEXT, KN_SCHED_CONTEXT_MIN_BITS, CONTEXTS, n);
    for (kn_word_t i = 0; i < n; i++)
        start(i, kind, object);
}

// Each Signal wakes a thread of higher priority, which waits again.
static void time_signals(const char *curve, kn_word_t n)
{
    kn_word_t start = instructions_now();
    for (kn_word_t i = 0; i < FEWEST; i++)
        kn_signal(notification);
    report(curve, n, instructions_now() - start, FEWEST);
}

// One of the threads goes from its queue and comes back, then another.
static void time_suspends(const char *curve, kn_word_t n)
{
    kn_word_t start = instructions_now();
    for (kn_word_t i = 0; i < FEWEST; i++) {
        CHECK_OK(kn_tcb_suspend(CROWD + i * STRIDE % n));
        CHECK_OK(kn_tcb_resume(CROWD + i * STRIDE % n));
    }
    report(curve, n, instructions_now() - start, FEWEST);
}

static void measure_waiters(kn_word_t n)
{
    make_crowd(n, &waiting, notification);
    time_signals("signal_waiting", n);
    kn_word_t start = instructions_now();
    CHECK_OK(revoke(arena));
    report("revoke_threads", n, instructions_now() - start, n);
}

static void measure_receivers(kn_word_t n)
{
    make_crowd(n, &waiting, endpoint);
    kn_word_t start = instructions_now();
    for (kn_word_t i = 0; i < FEWEST; i++)
        send(endpoint);
    report("send_waiting", n, instructions_now() - start, FEWEST);
    CHECK_OK(revoke(arena));
}

// All waiters have to execute their system calls again, for want of the endpoint, or because their sends are cancelled.
static void measure_cancel(kn_word_t n)
{
    kn_cptr_t mortal = slot_new(), sender = slot_new();
    CHECK_OK(retype(pool, KN_OBJECT_TYPE_ENDPOINT, 0, mortal, 1));
    make_crowd(n, &waiting_low, mortal);
    kn_word_t start = instructions_now();
    CHECK_OK(delete_cap(mortal));
    report("delete_endpoint", n, instructions_now() - start, n);
    CHECK_OK(revoke(arena));
    CHECK_OK(mint(sender, endpoint, KN_RIGHTS_ALL, 1));
    make_crowd(n, &sending_low, sender);
    start = instructions_now();
    CHECK_OK(kn_cnode_cancel_badged_sends(ROOT, sender, DEPTH));
    report("cancel_sends", n, instructions_now() - start, n);
    CHECK_OK(revoke(arena));
}

static void measure_ready(kn_word_t n)
{
    make_crowd(n, &ready, 0);
    time_signals("signal_ready", n);
    time_suspends("suspend_ready", n);
    CHECK_OK(revoke(arena));
}

static void measure_sleeping(kn_word_t n)
{
    make_crowd(n, &sleeping, 0);
    time_signals("signal_sleeping", n);
    time_suspends("suspend_sleeping", n);
    CHECK_OK(revoke(arena));
}

static kn_word_t wait_for_ever(struct thread *t)
{
    wait_again(t->arg[0]);
    return 0;
}

void measure_threads(void)
{
    notification = make_notification();
    endpoint = make_endpoint();
    grow(measure_waiters, MOST_THREADS);
    grow(measure_receivers, MOST_THREADS);
    grow(measure_cancel, MOST_THREADS);
    thread_spawn(wait_for_ever, notification, 0); // which the signals wake
    grow(measure_ready, MOST_THREADS);
    grow(measure_sleeping, MOST_THREADS);
}
