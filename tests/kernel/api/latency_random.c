// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// Random invocations on objects in a random state, with threads that make random system calls, all in a CSpace as deep as can
// be. Nothing is expected but that the kernel goes on; tests/kernel/latency measures it. "long=1" makes it longer (main.c).

#include <arch.h>

#include "latency.h"

#define SLOTS 128
#define ACTORS 6
#define STEPS 20000
#define LONG_STEPS 500000
#define SLEEP_EVERY 64
#define SLEEP_US 100
#define REVOKE_ONCE_IN 40

struct page {
    _Alignas(1 << KN_PAGE_BITS) char bytes[1 << KN_PAGE_BITS];
};

static struct page buffers[ACTORS];
static _Alignas(16) char stacks[ACTORS][512];
static kn_cptr_t space, slots, untyped; // the CSpace, the slots that all work on, and what their memory comes from
static uint64_t state;                  // of the generator
static volatile kn_word_t nr_steps;

static kn_word_t next(uint64_t *s)
{
    *s ^= *s << 13;
    *s ^= *s >> 7;
    *s ^= *s << 17;
    return *s;
}

static kn_word_t below(kn_word_t n) { return (next(&state) >> 11) % n; }
static kn_cptr_t slot(void) { return slots + below(SLOTS); }        // to invoke, or an index
static kn_cptr_t cap(void) { return SHORT(slot()); }                // to go along
static kn_cptr_t root(void) { return SHORT(below(2) ? ROOT : space); } // of indices, shallow or deep ones
static kn_word_t vaddr(void) { return TEST_VADDR + below(4096) * PAGE_SIZE; }

static void fill_caps(uint64_t *s)
{
    for (kn_word_t i = 0; i < KN_MSG_MAX_EXTRA_CAPS; i++)
        kn_ipc_buffer()->caps_or_badges[i] = SHORT(slots + next(s) % SLOTS);
    kn_set_receive_slot(SHORT(space), SHORT(slots + next(s) % SLOTS), DEPTH);
}

// A thread that makes system calls on the slots, for ever.
static void act(kn_word_t seed)
{
    uint64_t s = seed * 0x9e3779b97f4a7c15 + 1;
    for (;;) {
        struct kn_msg m = {.info = kn_msg_info_new(1, 0, next(&s) % 4, next(&s) % (KN_MSG_MAX_LENGTH + 1))};
        fill_caps(&s);
        kn_cptr_t object = slots + (next(&s) >> 20) % SLOTS, reply = slots + (next(&s) >> 20) % SLOTS;
        switch ((next(&s) >> 17) % 8) {
        case 0: kn_send(object, &m); break;
        case 1: kn_call(object, &m); break;
        case 2: kn_recv(object, reply, &m); break;
        case 3: kn_wait(object, &m); break;
        case 4: kn_reply_recv(object, reply, &m); break;
        case 5: kn_nb_send_recv(object, slots + (next(&s) >> 20) % SLOTS, reply, &m); break;
        case 6: kn_signal(object); break;
        case 7: kn_yield(); break;
        }
    }
}

static void start_actor(void)
{
    kn_word_t i = below(ACTORS);
    struct kn_registers r = {0};
    kn_cptr_t tcb = slot();
    kn_tcb_configure(tcb, 0, (kn_word_t)&buffers[i], SHORT(space), SHORT(KN_INIT_CAP_VSPACE), SHORT(image_frame(&buffers[i])));
    kn_tcb_set_sched_params(tcb, below(PRIORITY_LOW), below(PRIORITY_LOW), SHORT(KN_INIT_CAP_TCB), cap(), below(2) ? cap() : 0);
    arch_start(&r, (kn_word_t)act, (kn_word_t)stacks[i] + sizeof stacks[i], below(1000));
    kn_tcb_write_registers(tcb, KN_REGISTER_FLAG_SUSPEND_OR_RESUME, KN_NR_REGISTERS, &r);
}

static void make_something(void)
{
    static const kn_word_t types[] = {KN_OBJECT_TYPE_UNTYPED,      KN_OBJECT_TYPE_TCB,    KN_OBJECT_TYPE_ENDPOINT,
                                      KN_OBJECT_TYPE_NOTIFICATION, KN_OBJECT_TYPE_CNODE,  KN_OBJECT_TYPE_REPLY,
                                      KN_OBJECT_TYPE_SCHED_CONTEXT, KN_OBJECT_TYPE_VSPACE, KN_OBJECT_TYPE_PAGE_TABLE,
                                      KN_OBJECT_TYPE_FRAME};
    static const kn_word_t bits[] = {13, 0, 0, 0, 3, 0, 9, 0, 0, KN_PAGE_BITS};
    kn_word_t i = below(sizeof types / sizeof *types);
    kn_untyped_retype(below(2) ? untyped : slot(), types[i], bits[i], ROOT, DEPTH, slot(), 1 + below(4), root());
}

static void change_capabilities(void)
{
    kn_word_t done, count = 1 + below(KN_RANGE_MAX);
    switch (below(9)) {
    case 0: kn_cnode_copy(space, slot(), DEPTH, slot(), DEPTH, below(16), root()); break;
    case 1: kn_cnode_mint(space, slot(), DEPTH, slot(), DEPTH, KN_RIGHTS_ALL, below(4), root()); break;
    case 2: kn_cnode_move(space, slot(), DEPTH, slot(), DEPTH, root()); break;
    case 3: kn_cnode_delete(space, slot(), DEPTH); break;
    case 4: kn_cnode_revoke(space, slot(), DEPTH); break;
    case 5: kn_cnode_copy(slot(), below(8), 3, slot(), DEPTH, KN_RIGHTS_ALL, root()); break;
    case 6: kn_cnode_move(slot(), below(8), 3, slot(), DEPTH, root()); break;
    case 7: kn_cnode_copy_range(space, slot(), DEPTH, slot(), DEPTH, KN_RIGHTS_ALL, count, root(), &done); break;
    case 8: kn_cnode_rotate(space, slot(), DEPTH, 0, slot(), DEPTH, 0, slot(), DEPTH, root(), root()); break;
    }
}

static void change_memory(void)
{
    kn_word_t done, count = 1 + below(KN_RANGE_MAX);
    switch (below(8)) {
    case 0: kn_asid_pool_assign(KN_INIT_CAP_ASID_POOL, cap()); break;
    case 1: kn_page_table_map(slot(), vaddr(), 0, cap()); break;
    case 2: kn_page_table_unmap(slot()); break;
    case 3: kn_frame_map(slot(), vaddr(), below(4), 0, cap()); break;
    case 4: kn_frame_unmap(slot()); break;
    case 5: kn_vspace_map_range(slot(), slot(), DEPTH, vaddr(), count, READ_WRITE, 0, root(), &done); break;
    case 6: kn_vspace_unmap_range(slot(), vaddr(), count, &done); break;
    case 7: kn_vspace_protect_range(slot(), vaddr(), count, below(4), 0, &done); break;
    }
}

static void change_threads(void)
{
    kn_word_t period = 100 + below(5000);
    switch (below(10)) {
    case 0: start_actor(); break;
    case 1: kn_tcb_suspend(slot()); break;
    case 2: kn_tcb_resume(slot()); break;
    case 3: kn_tcb_set_priority(slot(), below(PRIORITY_LOW), SHORT(KN_INIT_CAP_TCB)); break;
    case 4: kn_tcb_bind_notification(slot(), cap()); break;
    case 5: kn_tcb_unbind_notification(slot()); break;
    case 6: kn_sched_context_bind(slot(), cap()); break;
    case 7: kn_sched_context_unbind(slot()); break;
    case 8: kn_tcb_set_timeout_endpoint(slot(), cap()); break;
    case 9:
        kn_sched_control_configure(sched_control, 10 + below(period), period, below(16), 0, below(2) * KN_SCHED_FLAG_SPORADIC,
                                   cap());
        break;
    }
}

static void send_something(void)
{
    struct kn_msg m = {.info = kn_msg_info_new(0, 0, below(4), below(KN_MSG_MAX_LENGTH + 1))};
    fill_caps(&state);
    switch (below(4)) {
    case 0: kn_nb_send(slot(), &m); break;
    case 1: kn_nb_send_recv(slot(), slot(), slot(), &m); break;
    case 2: kn_nb_recv(slot(), slot(), &m); break;
    case 3: kn_cnode_cancel_badged_sends(space, slot(), DEPTH); break;
    }
}

// Invokes at random for a while, or until it is blocked by what was no invocation, or faults.
static kn_word_t work(struct thread *t)
{
    (void)t;
    void (*const kinds[])(void) = {make_something, change_capabilities, change_memory, change_threads, send_something};
    for (kn_word_t i = 0; i < SLEEP_EVERY; i++) {
        nr_steps++;
        kinds[below(sizeof kinds / sizeof *kinds)]();
    }
    return 0;
}

// Random invocations, from the same seed each time. They take turns with this thread by the clock.
TEST_TIMED(latency_of_random_programs)
{
    kn_word_t steps = is_long ? LONG_STEPS : STEPS;
    nr_steps = 0;
    state = 0x5deece66d1ce4e5b;
    space = deep_ways_new(ROOT, boot_info->cnode_radix);
    struct thread *t = deep_thread_new(space, work);
    slots = slots_new(SLOTS + KN_RANGE_MAX);
    untyped = make_untyped(22);
    while (nr_steps < steps) {
        thread_start(t);
        sleep_us(SLEEP_US);
        if (below(REVOKE_ONCE_IN) == 0)
            CHECK_OK(revoke(untyped));
    }
    CHECK_OK(kn_tcb_suspend(t->tcb));
    CHECK_OK(revoke(untyped));
}
