// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// What the cases of several CPUs share. The case itself is on the boot CPU. What can go wrong depends on the moment, so
// everything is done many times; nothing is said about how long it takes.

#include "thread.h"

#define MAX_CPUS 8
#define PATIENCE_US 60000000

// Waits until CONDITION holds. It does, unless something is wrong.
#define EVENTUALLY(condition)                                                                                          \
    do {                                                                                                               \
        for (kn_word_t end_ = now_us() + PATIENCE_US; !(condition) && now_us() < end_;)                                \
            arch_relax();                                                                                              \
        CHECK(condition);                                                                                              \
    } while (0)

static inline kn_word_t nr_cpus(void) { return boot_info->nr_cpus; }
// One of those but the boot CPU.
static inline kn_word_t other_cpu(kn_word_t i) { return 1 + i % (nr_cpus() - 1); }

// Whether round I of N is to be done. On a busy host, on which each step of another CPU takes its time, there are fewer.
bool is_round(kn_word_t i, kn_word_t n);

// Gives SC the time of CPU: its thread goes there.
kn_error_t configure_on(kn_word_t cpu, kn_cptr_t sc);
static inline void set_cpu(const struct thread *t, kn_word_t cpu) { CHECK_OK(configure_on(cpu, t->sc)); }
// A thread on CPU, not started.
struct thread *thread_on(kn_word_t cpu, kn_word_t (*run)(struct thread *t), kn_word_t arg0, kn_word_t arg1);
struct thread *spawn_on(kn_word_t cpu, kn_word_t (*run)(struct thread *t), kn_word_t arg0, kn_word_t arg1);

// What threads do for ever. They count their steps.
kn_word_t smp_count(struct thread *t);
kn_word_t smp_count_yields(struct thread *t);
// Answers every Call to arg[0], with the Reply arg[1], with what it got, one more in each word.
kn_word_t smp_serve(struct thread *t);
// Calls such a server at arg[0] with messages of changing length; it returns 1 if an answer is wrong.
kn_word_t smp_call_and_check(struct thread *t);

// T goes on: it does not only end what it was doing.
void check_runs(const struct thread *t);
// T does not go on, for a while.
void check_rests(const struct thread *t);

// A server with an endpoint, arg[0].
struct thread *server_on(kn_word_t cpu);
// One Call to it; I makes its length and contents.
void check_call(kn_cptr_t endpoint, kn_word_t i);
