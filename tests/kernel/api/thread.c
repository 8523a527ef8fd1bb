// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

#include "thread.h"

#include <arch.h>
#include <trona/string.h>

#include "user.h"

#define NR_THREADS 24
#define STACK_SIZE 0x2000

struct page {
    _Alignas(1 << KN_PAGE_BITS) char bytes[1 << KN_PAGE_BITS];
};

struct thread *self;

// The last one of each is for the permanent thread.
static struct thread threads[NR_THREADS + 1];
static struct page buffers[NR_THREADS + 1];
static _Alignas(16) char stacks[NR_THREADS + 1][STACK_SIZE];
static kn_word_t nr_threads;

static _Noreturn void thread_main(struct thread *t)
{
    t->result = t->run(t);
    t->is_done = true;
    kn_tcb_suspend(t->tcb);
    for (;;)
        user_illegal(); // its CSpace is another one
}

// The thread number N, made from TCB and SC.
static struct thread *configure(kn_word_t n, kn_cptr_t tcb, kn_cptr_t sc, kn_word_t (*run)(struct thread *t))
{
    struct thread *t = &threads[n];
    *t = (struct thread){.tcb = tcb,
                         .sc = sc,
                         .run = run,
                         .buffer = (struct kn_ipc_buffer *)&buffers[n],
                         .stack_top = (kn_word_t)stacks[n] + STACK_SIZE};
    memset(t->buffer, 0, PAGE_SIZE);
    CHECK_OK(kn_tcb_configure(t->tcb, 0, (kn_word_t)t->buffer, ROOT, KN_INIT_CAP_VSPACE, image_frame(t->buffer)));
    CHECK_OK(kn_tcb_set_sched_params(t->tcb, PRIORITY_HIGH, PRIORITY_HIGH, KN_INIT_CAP_TCB, t->sc, 0));
    return t;
}

struct thread *thread_new(kn_word_t (*run)(struct thread *t))
{
    CHECK(nr_threads < NR_THREADS);
    return configure(nr_threads++, make(KN_OBJECT_TYPE_TCB, 0), make_sched_context(SLICE_US, SLICE_US), run);
}

struct thread *thread_new_from(kn_cptr_t untyped, kn_word_t (*run)(struct thread *t))
{
    kn_cptr_t slots = slots_new(2);
    CHECK(nr_threads < NR_THREADS);
    CHECK_OK(retype(untyped, KN_OBJECT_TYPE_TCB, 0, slots, 1));
    CHECK_OK(retype(untyped, KN_OBJECT_TYPE_SCHED_CONTEXT, KN_SCHED_CONTEXT_MIN_BITS, slots + 1, 1));
    CHECK_OK(kn_sched_control_configure(sched_control, SLICE_US, SLICE_US, 0, 0, 0, slots + 1));
    return configure(nr_threads++, slots, slots + 1, run);
}

void thread_forget(struct thread *t)
{
    CHECK(t == &threads[nr_threads - 1]);
    nr_threads--;
}

struct thread *thread_new_permanent(kn_cptr_t tcb, kn_cptr_t sc, kn_word_t (*run)(struct thread *t))
{
    return configure(NR_THREADS, tcb, sc, run);
}

void thread_start_at(struct thread *t, kn_word_t pc, kn_word_t arg)
{
    struct kn_registers r = {0};
    arch_start(&r, pc, t->stack_top, arg);
    CHECK_OK(kn_tcb_write_registers(t->tcb, KN_REGISTER_FLAG_SUSPEND_OR_RESUME, KN_NR_REGISTERS, &r));
}

void thread_start(struct thread *t)
{
    t->is_done = false;
    thread_start_at(t, (kn_word_t)thread_main, (kn_word_t)t);
}

struct thread *thread_spawn(kn_word_t (*run)(struct thread *t), kn_word_t arg0, kn_word_t arg1)
{
    struct thread *t = thread_new(run);
    t->arg[0] = arg0;
    t->arg[1] = arg1;
    thread_start(t);
    return t;
}

void thread_set_priority(struct thread *t, kn_word_t priority)
{
    CHECK_OK(kn_tcb_set_priority(t->tcb, priority, KN_INIT_CAP_TCB));
}

void thread_set_fault_endpoint(struct thread *t, kn_cptr_t endpoint)
{
    CHECK_OK(kn_tcb_set_space(t->tcb, 0, endpoint, ROOT, KN_INIT_CAP_VSPACE));
}

void thread_make_passive(struct thread *t) { CHECK_OK(kn_sched_context_unbind(t->sc)); }

void thread_set_budget(struct thread *t, kn_word_t budget_us, kn_word_t period_us)
{
    CHECK_OK(kn_sched_control_configure(sched_control, budget_us, period_us, 0, 0, 0, t->sc));
}

kn_word_t thread_pc(const struct thread *t)
{
    struct kn_registers r;
    CHECK_OK(kn_tcb_read_registers(t->tcb, 0, KN_NR_REGISTERS, &r));
    return arch_pc(&r);
}

void threads_begin(void) { nr_threads = 0; }
kn_word_t threads_mark(void) { return nr_threads; }
void threads_release(kn_word_t mark) { nr_threads = mark; }

static kn_word_t run_case(struct thread *t)
{
    ((void (*)(void))t->arg[0])();
    return 0;
}

struct thread *thread_new_for_case(void (*run)(void))
{
    self = thread_new(run_case);
    self->arg[0] = (kn_word_t)run;
    thread_set_priority(self, PRIORITY_CASE);
    return self;
}
