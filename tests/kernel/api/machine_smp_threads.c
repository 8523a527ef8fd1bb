// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// What one CPU does to a thread that another one runs has the same meaning as if both were one.

#include <arch.h>

#include "smp.h"
#include "user.h"

// Suspend returns when the thread of the other CPU has stopped; Resume lets it go on.
TEST(smp_suspend_and_resume)
{
    struct thread *t[MAX_CPUS];
    for (kn_word_t cpu = 1; cpu < nr_cpus(); cpu++)
        t[cpu] = spawn_on(cpu, cpu % 2 ? smp_count : smp_count_yields, 0, 0);
    for (kn_word_t i = 0; is_round(i, 300); i++) {
        struct thread *one = t[other_cpu(i)];
        CHECK_OK(kn_tcb_suspend(one->tcb));
        check_rests(one);
        CHECK_OK(kn_tcb_resume(one->tcb));
        check_runs(one);
    }
}

// The registers of a thread that another CPU is executing can be read and written; it goes on with what was written.
TEST(smp_registers_of_a_running_thread)
{
    struct thread *t = thread_on(1, smp_count, 0, 0);
    for (kn_word_t i = 0; is_round(i, 100); i++) {
        thread_start_at(t, (kn_word_t)user_spin, i);
        struct kn_registers r;
        CHECK_OK(kn_tcb_read_registers(t->tcb, 0, KN_NR_REGISTERS, &r));
        CHECK(arch_pc(&r) == (kn_word_t)user_spin && arch_argument(&r) == i);
        kn_word_t before = t->step;
        thread_start(t);
        EVENTUALLY(t->step > before);
    }
}

// Looking at threads while they call and smp_serve changes nothing for them.
TEST(smp_reading_registers_is_not_noticed)
{
    struct thread *server = server_on(1), *client = spawn_on(other_cpu(1), smp_call_and_check, server->arg[0], 0);
    for (kn_word_t i = 0; is_round(i, 3000); i++) {
        thread_pc(client);
        thread_pc(server);
        CHECK(!client->is_done);
    }
    check_runs(client);
    CHECK(!client->is_done);
}

static kn_word_t make_foreign_calls(struct thread *t)
{
    for (;; t->step++) {
        kn_word_t result;
        if (user_check_foreign(&result) != 0 || result != t->step)
            return 1;
    }
}

// Answers the foreign calls of arg[2], a thread, with their number.
static kn_word_t handle_foreign_calls(struct thread *t)
{
    struct thread *caller = (struct thread *)t->arg[2];
    struct kn_msg m;
    kn_recv(t->arg[0], t->arg[1], &m);
    for (;;) {
        if (label_of(&m) != KN_FAULT_UNKNOWN_SYSCALL)
            return 1;
        kn_msg_set(&m, ARCH_CALL_RESULT, caller->step);
        m.info = kn_msg_info_new(KN_FAULT_REPLY_RESUME, 0, 0, KN_FAULT_UNKNOWN_SYSCALL_LENGTH);
        kn_reply_recv(t->arg[0], t->arg[1], &m);
    }
}

// The same while a thread makes foreign system calls: each is handled once, and every register survives.
TEST(smp_foreign_calls_survive_reading_registers)
{
    kn_cptr_t endpoint = make_endpoint();
    struct thread *t = thread_on(1, make_foreign_calls, 0, 0);
    struct thread *handler = thread_on(other_cpu(1), handle_foreign_calls, endpoint, make_reply());
    handler->arg[2] = (kn_word_t)t;
    thread_set_fault_endpoint(t, endpoint);
    thread_start(handler);
    thread_start(t);
    for (kn_word_t i = 0; is_round(i, 2000); i++) {
        thread_pc(t);
        CHECK(!t->is_done && !handler->is_done);
    }
    check_runs(t);
}

// A kick reaches a thread that another CPU is executing.
TEST(smp_kick)
{
    struct thread *t = thread_on(1, smp_count, 0, 0);
    CHECK_OK(kn_tcb_set_upcall(t->tcb, (kn_word_t)user_upcall_entry, (kn_word_t)user_range_start,
                               (kn_word_t)user_range_end, (kn_word_t)user_window_start, (kn_word_t)user_window_end));
    thread_start(t);
    const volatile kn_word_t *nr_upcalls = &t->buffer->user[0];
    for (kn_word_t i = 0; is_round(i, 500); i++) {
        kn_word_t before = *nr_upcalls;
        CHECK_OK(kn_tcb_kick(t->tcb));
        EVENTUALLY(*nr_upcalls == before + 1);
        check_runs(t); // it has left the range
    }
}

// The thread of another CPU ends with its last capability, whatever it is doing.
TEST(smp_delete_a_running_thread)
{
    struct thread *server = server_on(1);
    for (kn_word_t i = 0; is_round(i, 200); i++) {
        static kn_word_t (*const what[])(struct thread *) = {smp_count, smp_count_yields, smp_call_and_check};
        struct thread *t = thread_on(other_cpu(i), what[i % 3], server->arg[0], 0);
        thread_start(t);
        if (i % 2)
            check_runs(t);
        CHECK_OK(delete_cap(t->tcb));
        check_rests(t);
        CHECK_OK(delete_cap(t->sc));
        thread_forget(t);
    }
    check_call(server->arg[0], 0);
}

// With its untyped everything goes that a running thread consists of.
TEST(smp_revoke_the_untyped_of_a_running_thread)
{
    kn_cptr_t untyped = make_untyped(16);
    for (kn_word_t i = 0; is_round(i, 200); i++) {
        struct thread *t = thread_new_from(untyped, i % 2 ? smp_count : smp_count_yields);
        set_cpu(t, other_cpu(i));
        thread_start(t);
        if (i % 4 > 1)
            check_runs(t);
        CHECK_OK(revoke(untyped));
        check_rests(t);
        thread_forget(t);
    }
}

// A running thread moves to the CPU of its context, and goes on there.
TEST(smp_migrate_a_running_thread)
{
    struct thread *server = server_on(1);
    struct thread *t[3] = {
        spawn_on(1, smp_count, 0, 0), spawn_on(1, smp_count_yields, 0, 0), spawn_on(1, smp_call_and_check, server->arg[0], 0)};
    for (kn_word_t i = 0; is_round(i, 600); i++) {
        set_cpu(t[i % 3], other_cpu(i / 3));
        if (i % 7 == 0)
            set_cpu(server, other_cpu(i));
        if (i % 5 == 0)
            check_runs(t[i % 3]);
    }
    for (int i = 0; i < 3; i++) {
        set_cpu(t[i], other_cpu((kn_word_t)i));
        check_runs(t[i]);
        CHECK(!t[i]->is_done);
    }
}

// It may move itself.
static kn_word_t wander(struct thread *t)
{
    for (; t->step < t->arg[0]; t->step++)
        if (configure_on(t->step % nr_cpus(), t->sc) != KN_ERROR_NONE)
            return 1;
    return 0;
}

// Threads that move themselves from CPU to CPU get everywhere.
TEST(smp_threads_move_themselves)
{
    struct thread *t[4];
    for (kn_word_t i = 0; i < 4; i++)
        t[i] = spawn_on(other_cpu(i), wander, 20, 0);
    for (kn_word_t i = 0; i < 4; i++) {
        EVENTUALLY(t[i]->is_done);
        CHECK(t[i]->result == 0);
    }
}

static void set_fpu(const struct thread *t)
{
    CHECK_OK(kn_tcb_set_flags(t->tcb, 0, KN_TCB_FLAG_FPU, 0, NULL));
}

static kn_word_t keep_fpu(struct thread *t)
{
    user_fpu_fill(t->arg[0]);
    for (;; t->step++) {
        if (user_fpu_differs(t->arg[0]) != 0)
            return 1;
        arch_relax();
    }
}

// FPU registers move with their threads.
TEST(smp_fpu_migrates)
{
    struct thread *t[4];
    for (kn_word_t i = 0; i < 4; i++) {
        t[i] = thread_on(other_cpu(i), keep_fpu, 0x0101010101010101 * (i + 1), 0);
        set_fpu(t[i]);
        thread_start(t[i]);
    }
    for (kn_word_t i = 0; is_round(i, 600); i++) {
        set_cpu(t[i % 4], other_cpu(i / 2));
        CHECK(!t[i % 4]->is_done);
    }
    for (kn_word_t i = 0; i < 4; i++) {
        set_cpu(t[i], other_cpu(i));
        check_runs(t[i]);
        CHECK(!t[i]->is_done);
    }
}
