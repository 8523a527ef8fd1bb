// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// Scheduling contexts with as many refills as there can be, and thousands that get their budgets back at the same time.
// tests/kernel/latency measures these cases.

#include <arch.h>

#include "latency.h"

#define CONTEXT_BITS 11

void work_for(kn_word_t us)
{
    kn_word_t start = now_us();
    while (now_us() - start < us)
        ;
}

void use_full_context(struct thread *t, kn_word_t flags)
{
    kn_cptr_t sc = make(KN_OBJECT_TYPE_SCHED_CONTEXT, CONTEXT_BITS);
    CHECK_OK(kn_sched_control_configure(sched_control, FULL_BUDGET_US, FULL_PERIOD_US, FULL_REFILLS - 2, 0, flags, sc));
    thread_make_passive(t);
    CHECK_OK(kn_sched_context_bind(sc, t->tcb));
    t->sc = sc;
}

static kn_word_t use_up(struct thread *t)
{
    for (;;) {
        work_for(FULL_PART_US);
        t->step++;
        kn_wait(t->arg[0], &t->msg);
    }
}

// A thread that works for a moment whenever NOTIFICATION is signalled, with a context of the most refills.
static struct thread *make_worker(kn_cptr_t notification, kn_word_t flags)
{
    struct thread *t = thread_new(use_up);
    use_full_context(t, flags);
    t->arg[0] = notification;
    thread_start(t);
    return t;
}

// Its ring is filled with small refills apart from each other, which all become due while it sleeps, then it is woken, more
// than once.
static void fill_and_wake(kn_word_t flags)
{
    kn_cptr_t notification = make_notification();
    struct thread *t = make_worker(notification, flags);
    for (kn_word_t round = 0; round < 3; round++) {
        for (kn_word_t i = 0; i < FULL_PARTS; i++) {
            kn_signal(notification);
            sleep_us(FULL_PART_US * 10);
        }
        sleep_us(2 * FULL_PERIOD_US);
        kn_word_t steps = t->step;
        kn_signal(notification);
        CHECK(t->step > steps);
    }
}

// The context of a sporadic server, whose refills are joined when it wakes.
TEST_TIMED(latency_of_waking_a_sporadic_thread_with_full_refills) { fill_and_wake(KN_SCHED_FLAG_SPORADIC); }

// The context of another one, whose refills are joined when it is switched to.
TEST_TIMED(latency_of_waking_a_thread_with_full_refills) { fill_and_wake(0); }

#define RADIX 13
#define MANY (CONFIG_DEBUG ? 100 : 4096)
#define RELEASE_US 60000 // from the beginning, time enough to start them all

static char stack[256]; // of all of them: none returns from its system call

static void yield_for_ever(kn_word_t nothing)
{
    (void)nothing;
    kn_yield();
    for (;;)
        ;
}

// Starts number I of the crowd, which gives up its budget at once and would get it back at END. Its capabilities stay in
// the CNode.
static void exhaust(kn_cptr_t tcbs, kn_cptr_t contexts, kn_word_t i, kn_cptr_t slot, kn_word_t end)
{
    kn_cptr_t tcb = slot, sc = slot + 1;
    CHECK_OK(kn_cnode_move(ROOT, tcb, DEPTH, i, RADIX, tcbs));
    CHECK_OK(kn_cnode_move(ROOT, sc, DEPTH, i, RADIX, contexts));
    struct kn_registers r = {0};
    CHECK_OK(kn_tcb_set_space(tcb, 0, 0, ROOT, KN_INIT_CAP_VSPACE));
    CHECK_OK(kn_tcb_set_priority(tcb, PRIORITY_HIGH, KN_INIT_CAP_TCB));
    arch_start(&r, (kn_word_t)yield_for_ever, (kn_word_t)stack + sizeof stack, 0);
    CHECK_OK(kn_tcb_write_registers(tcb, KN_REGISTER_FLAG_SUSPEND_OR_RESUME, KN_NR_REGISTERS, &r));
    kn_word_t left = end - now_us();
    CHECK_OK(kn_sched_control_configure(sched_control, KN_TICKLESS_MIN_BUDGET_US, left, 0, 0, 0, sc));
    CHECK_OK(kn_sched_context_bind(sc, tcb));
    CHECK_OK(kn_tcb_set_priority(tcb, PRIORITY_LOW, KN_INIT_CAP_TCB));
    CHECK_OK(kn_cnode_move(tcbs, i, RADIX, tcb, DEPTH, ROOT));
    CHECK_OK(kn_cnode_move(contexts, i, RADIX, sc, DEPTH, ROOT));
}

// Thousands of contexts whose budgets come back within a few microseconds, while this thread runs.
TEST_TIMED(latency_of_releasing_many_contexts_at_once)
{
    kn_cptr_t tcbs = make_cnode(RADIX), contexts = make_cnode(RADIX), slot = slots_new(2);
    for (kn_word_t i = 0; i < MANY; i += KN_RETYPE_MAX_OBJECTS) {
        kn_word_t count = MANY - i < KN_RETYPE_MAX_OBJECTS ? MANY - i : KN_RETYPE_MAX_OBJECTS;
        CHECK_OK(kn_untyped_retype(pool, KN_OBJECT_TYPE_TCB, 0, tcbs, DEPTH, i, count, ROOT));
        CHECK_OK(kn_untyped_retype(pool, KN_OBJECT_TYPE_SCHED_CONTEXT, KN_SCHED_CONTEXT_MIN_BITS, contexts, DEPTH, i,
                                   count, ROOT));
    }
    kn_word_t end = now_us() + RELEASE_US;
    for (kn_word_t i = 0; i < MANY; i++)
        exhaust(tcbs, contexts, i, slot, end);
    CHECK(now_us() < end);
    while (now_us() < end + 20000)
        ;
}
