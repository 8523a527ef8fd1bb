// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// Threads of the benchmark: each in an address space of its own that maps the same image, so that they share memory.

#include <stdbool.h>

#include <kn/abi.h>

struct bench_thread {
    kn_cptr_t tcb, vspace, sched_context;
};

void threads_init(const struct kn_boot_info *boot);
// A thread that runs ENTRY; ACTIVE: with a scheduling context of its own. FAULT_ENDPOINT 0: none. It shares the CSpace.
// It is started; a passive one runs only once it has been given time (thread_make_passive).
void thread_start(struct bench_thread *t, void (*entry)(void), kn_word_t priority, kn_cptr_t fault_endpoint);
// Takes its scheduling context away, when it waits in a receive.
void thread_make_passive(struct bench_thread *t);
