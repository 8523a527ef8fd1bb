// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// Threads of a case. They share address space and CSpace with the case unless it changes that. A thread is above the
// case's priority, so thread_start returns when it waits for something, has faulted or is done; what happens is the same
// every time.

#include "env.h"

#define PRIORITY_CASE 100
#define PRIORITY_HIGH 110 // of new threads
#define PRIORITY_LOW 90   // of those that shall wait until the case waits
#define SLICE_US 10000

struct thread {
    kn_cptr_t tcb, sc;
    kn_word_t (*run)(struct thread *t);
    kn_word_t arg[4];
    kn_word_t result;             // of run
    volatile bool is_done;        // run has returned; the thread has suspended itself
    volatile kn_word_t step;      // for the case's own use
    struct kn_msg msg;            // the same
    struct kn_ipc_buffer *buffer; // its page, as the case sees it
    kn_word_t stack_top;
};

// A thread that would run RUN, not started. With its own scheduling context, no fault handler.
struct thread *thread_new(kn_word_t (*run)(struct thread *t));
// The same from objects of UNTYPED.
struct thread *thread_new_from(kn_cptr_t untyped, kn_word_t (*run)(struct thread *t));
// T, the newest one, is gone; there is room for another.
void thread_forget(struct thread *t);
// Starts it (again) at the beginning of run.
void thread_start(struct thread *t);
// Starts it at the instruction PC with ARG as C's first argument.
void thread_start_at(struct thread *t, kn_word_t pc, kn_word_t arg);
struct thread *thread_spawn(kn_word_t (*run)(struct thread *t), kn_word_t arg0, kn_word_t arg1);

void thread_set_priority(struct thread *t, kn_word_t priority);
void thread_set_fault_endpoint(struct thread *t, kn_cptr_t endpoint);
// T gives up its scheduling context: a server that runs on its clients'.
void thread_make_passive(struct thread *t);
void thread_set_budget(struct thread *t, kn_word_t budget_us, kn_word_t period_us);
kn_word_t thread_pc(const struct thread *t);

// The thread of the case itself.
extern struct thread *self;

void threads_begin(void);
// Within a case: the place of the thread made last can be used again; its objects are gone (env_release).
kn_word_t threads_mark(void);
void threads_release(kn_word_t mark);
// The one thread that outlives cases.
struct thread *thread_new_permanent(kn_cptr_t tcb, kn_cptr_t sc, kn_word_t (*run)(struct thread *t));
// The case's thread, started by main.c.
struct thread *thread_new_for_case(void (*run)(void));
