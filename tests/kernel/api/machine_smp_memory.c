// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// Memory that one CPU takes away while others use it: none has it any more when the invocation returns.

#include <arch.h>

#include "smp.h"
#include "space.h"
#include "user.h"

#define SHORT_STEPS 200 // of another CPU's thread

// Adds to the word at arg[0].
static kn_word_t write_page(struct thread *t)
{
    for (;; t->step++) {
        user_store(t->arg[0], user_load(t->arg[0]) + 1);
        arch_relax();
    }
}

static kn_word_t read_page(struct thread *t)
{
    for (;; t->step++) {
        user_load(t->arg[0]);
        arch_relax();
    }
}

struct victim {
    struct thread *thread;
    kn_cptr_t handler, reply;
};

// A thread of CPU that uses the page at TEST_VADDR. It tells of its faults.
static struct victim victim_on(kn_word_t cpu, kn_word_t (*run)(struct thread *t))
{
    struct victim v = {thread_on(cpu, run, TEST_VADDR, 0), make_endpoint(), make_reply()};
    thread_set_fault_endpoint(v.thread, v.handler);
    thread_start(v.thread);
    check_runs(v.thread);
    return v;
}

static void check_faults(const struct victim *v)
{
    struct kn_msg m = receive(v->handler, v->reply);
    CHECK(label_of(&m) == KN_FAULT_VM && kn_msg_get(&m, KN_FAULT_VM_ADDR) == TEST_VADDR);
}

static void check_goes_on(const struct victim *v)
{
    answer(v->reply, KN_FAULT_REPLY_RESUME);
    check_runs(v->thread);
}

// One on every CPU but the first.
static void start_victims(struct victim *v, kn_word_t (*run)(struct thread *t))
{
    for (kn_word_t cpu = 1; cpu < nr_cpus(); cpu++)
        v[cpu] = victim_on(cpu, run);
}

static void check_all_fault(const struct victim *v)
{
    for (kn_word_t cpu = 1; cpu < nr_cpus(); cpu++)
        check_faults(&v[cpu]);
}

static void check_all_go_on(const struct victim *v)
{
    for (kn_word_t cpu = 1; cpu < nr_cpus(); cpu++)
        check_goes_on(&v[cpu]);
}

// What Unmap has taken away no CPU uses any more: a thread that was using it faults at once.
TEST(smp_unmapped_page_is_gone_everywhere)
{
    map_tables(KN_INIT_CAP_VSPACE, TEST_VADDR);
    kn_cptr_t frame = map_page(KN_INIT_CAP_VSPACE, TEST_VADDR);
    struct victim v[MAX_CPUS];
    start_victims(v, read_page);
    for (kn_word_t i = 0; is_round(i, 300); i++) {
        kn_word_t done = 0;
        if (i % 2)
            CHECK_OK(kn_frame_unmap(frame));
        else
            CHECK_OK(kn_vspace_unmap_range(KN_INIT_CAP_VSPACE, TEST_VADDR, 1, &done));
        check_all_fault(v);
        if (i % 2 == 0)
            kn_frame_unmap(frame); // its own record
        CHECK_OK(kn_frame_map(frame, TEST_VADDR, READ_WRITE, 0, KN_INIT_CAP_VSPACE));
        check_all_go_on(v);
    }
}

// A page that has been write-protected does not change any more.
TEST(smp_protected_page_stays_as_it_is)
{
    map_tables(KN_INIT_CAP_VSPACE, TEST_VADDR);
    kn_cptr_t frame = map_page(KN_INIT_CAP_VSPACE, TEST_VADDR);
    struct victim v[MAX_CPUS];
    start_victims(v, write_page);
    for (kn_word_t i = 0; is_round(i, 300); i++) {
        kn_word_t done = 0;
        CHECK_OK(kn_vspace_protect_range(KN_INIT_CAP_VSPACE, TEST_VADDR, 1, KN_RIGHTS_READ, 0, &done));
        kn_word_t value = user_load(TEST_VADDR);
        for (int n = 0; n < SHORT_STEPS; n++)
            arch_relax();
        CHECK(user_load(TEST_VADDR) == value);
        check_all_fault(v);
        CHECK_OK(kn_frame_map(frame, TEST_VADDR, READ_WRITE, 0, KN_INIT_CAP_VSPACE));
        check_all_go_on(v);
    }
}

// A frame that is deleted while another CPU uses it is gone for that.
TEST(smp_revoked_frame_is_gone_everywhere)
{
    map_tables(KN_INIT_CAP_VSPACE, TEST_VADDR);
    kn_cptr_t untyped = make_untyped(KN_PAGE_BITS), frame = slot_new();
    struct victim v = {0};
    for (kn_word_t i = 0; is_round(i, 300); i++) {
        CHECK_OK(retype(untyped, KN_OBJECT_TYPE_FRAME, KN_PAGE_BITS, frame, 1));
        CHECK_OK(kn_frame_map(frame, TEST_VADDR, READ_WRITE, 0, KN_INIT_CAP_VSPACE));
        if (v.thread)
            check_goes_on(&v);
        else
            v = victim_on(1, write_page);
        CHECK_OK(revoke(untyped));
        check_faults(&v);
    }
}

// A page table that is unmapped under another CPU's feet takes its pages with it.
TEST(smp_unmapped_table_is_gone_everywhere)
{
    kn_cptr_t tables = map_tables(KN_INIT_CAP_VSPACE, TEST_VADDR);
    kn_cptr_t frame = map_page(KN_INIT_CAP_VSPACE, TEST_VADDR);
    struct victim v = victim_on(1, write_page);
    for (kn_word_t i = 0; is_round(i, 300); i++) {
        CHECK_OK(kn_page_table_unmap(tables + 2));
        check_faults(&v);
        CHECK_OK(kn_page_table_map(tables + 2, TEST_VADDR, 0, KN_INIT_CAP_VSPACE));
        kn_frame_unmap(frame);
        CHECK_OK(kn_frame_map(frame, TEST_VADDR, READ_WRITE, 0, KN_INIT_CAP_VSPACE));
        check_goes_on(&v);
    }
}

// A thread whose address space is deleted while it runs executes no further instruction there.
TEST(smp_delete_the_vspace_of_a_running_thread)
{
    kn_cptr_t handler = make_endpoint(), replies = make_many(KN_OBJECT_TYPE_REPLY, 0, 2);
    struct thread *t[2] = {thread_on(1, smp_count, 0, 0), thread_on(other_cpu(1), smp_count_yields, 0, 0)};
    for (kn_word_t i = 0; is_round(i, 20); i++) {
        kn_cptr_t vspace = make_vspace_with_program(KN_INIT_CAP_ASID_POOL);
        for (int n = 0; n < 2; n++) {
            CHECK_OK(kn_tcb_set_space(t[n]->tcb, 0, handler, ROOT, vspace));
            thread_start(t[n]);
            check_runs(t[n]);
        }
        CHECK_OK(revoke(vspace)); // the threads' own capabilities
        CHECK_OK(delete_cap(vspace));
        for (int n = 0; n < 2; n++)
            check_rests(t[n]);
        for (int n = 0; n < 2; n++) {
            struct kn_msg m = receive(handler, replies + (kn_word_t)n);
            CHECK(label_of(&m) == KN_FAULT_VM);
        }
    }
}
