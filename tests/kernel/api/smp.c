// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

#include "smp.h"

#include <arch.h>

#define FEWEST_ROUNDS 10
#define ROUNDS_US 1000000
#define SHORT_STEPS 200 // of another CPU's thread
#define FULL_MESSAGE 12 // words, beyond those in registers

bool is_round(kn_word_t i, kn_word_t n)
{
    static kn_word_t start;
    if (i == 0)
        start = now_us();
    if (!is_wall_time)
        return i <= n / 20;
    return i < n && (i < FEWEST_ROUNDS || now_us() - start < ROUNDS_US);
}

kn_error_t configure_on(kn_word_t cpu, kn_cptr_t sc)
{
    return kn_sched_control_configure(sched_control + cpu, SLICE_US, SLICE_US, 0, 0, 0, sc);
}

struct thread *thread_on(kn_word_t cpu, kn_word_t (*run)(struct thread *t), kn_word_t arg0, kn_word_t arg1)
{
    struct thread *t = thread_new(run);
    t->arg[0] = arg0;
    t->arg[1] = arg1;
    set_cpu(t, cpu);
    return t;
}

struct thread *spawn_on(kn_word_t cpu, kn_word_t (*run)(struct thread *t), kn_word_t arg0, kn_word_t arg1)
{
    struct thread *t = thread_on(cpu, run, arg0, arg1);
    thread_start(t);
    return t;
}

kn_word_t smp_count(struct thread *t)
{
    for (;;) {
        t->step++;
        arch_relax();
    }
}

kn_word_t smp_count_yields(struct thread *t)
{
    for (;;) {
        t->step++;
        kn_yield();
        arch_relax(); // else it keeps the others from their turn
    }
}

void check_runs(const struct thread *t)
{
    kn_word_t before = t->step;
    EVENTUALLY(t->step > before + 1);
}

void check_rests(const struct thread *t)
{
    kn_word_t before = t->step;
    for (int i = 0; i < SHORT_STEPS; i++)
        arch_relax();
    CHECK(t->step == before);
}

kn_word_t smp_serve(struct thread *t)
{
    struct kn_msg m;
    kn_recv(t->arg[0], t->arg[1], &m);
    for (;;) {
        for (kn_word_t i = 0; i < length_of(&m); i++)
            kn_msg_set(&m, i, kn_msg_get(&m, i) + 1);
        t->step++;
        kn_reply_recv(t->arg[0], t->arg[1], &m);
    }
}

kn_word_t smp_call_and_check(struct thread *t)
{
    for (;; t->step++) {
        kn_word_t length = t->step % (FULL_MESSAGE + 1);
        struct kn_msg m = message(7, length, t->step);
        kn_call(t->arg[0], &m);
        if (!message_is(&m, 7, length, t->step + 1))
            return 1;
    }
}

struct thread *server_on(kn_word_t cpu)
{
    return spawn_on(cpu, smp_serve, make_endpoint(), make_reply());
}

void check_call(kn_cptr_t endpoint, kn_word_t i)
{
    kn_word_t length = i % (FULL_MESSAGE + 1);
    struct kn_msg m = message(7, length, i);
    kn_call(endpoint, &m);
    CHECK(message_is(&m, 7, length, i + 1));
}
