// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// Random programs: some threads that share everything do whatever comes to mind, with interrupts, time and preemption
// in between. Nothing is expected of the results; the harness checks every invariant after every kernel entry, and that
// what fails changes nothing. KERNITE_RANDOM_EPISODES makes it longer, KERNITE_RANDOM_SEED starts elsewhere.

#include "harness.h"

#include <stdio.h>
#include <stdlib.h>

#define NR_SLOTS 72 // from SLOT_FREE on, that the programs play with
#define NR_WORKERS 5
#define NR_STEPS 400
#define IRQ 5

static uint64_t random_state;

static word_t below(word_t n)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return (random_state >> 11) % n;
}

static bool one_in(word_t n) { return below(n) == 0; }
#define PICK(...) ((const word_t[]){__VA_ARGS__}[below(sizeof((const word_t[]){__VA_ARGS__}) / sizeof(word_t))])

static word_t any_slot(void)
{
    if (one_in(12))
        return PICK(0, KN_INIT_CAP_TCB, ROOT_CNODE, ROOT_VSPACE, KN_INIT_CAP_ASID_POOL, KN_INIT_CAP_IPC_BUFFER,
                    KN_INIT_CAP_SCHED_CONTEXT, KN_INIT_CAP_IRQ_CONTROL, SLOT_SCHED_CONTROL + below(nr_cpus), SLOT_UNTYPED2,
                    SLOT_DEVICE);
    return SLOT_FREE + below(NR_SLOTS);
}

// A slot with a capability of TYPE, if one is found soon.
static word_t slot_of(word_t type)
{
    for (word_t i = 0; i < 60; i++) {
        word_t s = any_slot();
        if (cap_type(cte_at(s)->cap) == type)
            return s;
    }
    return any_slot();
}

static word_t free_slot(void)
{
    for (word_t i = 0; i < 30; i++) {
        word_t s = SLOT_FREE + below(NR_SLOTS);
        if (is_empty(s))
            return s;
    }
    return any_slot();
}

static word_t rights(void) { return one_in(3) ? below(16) : KN_RIGHTS_ALL; }
static word_t badge(void) { return one_in(3) ? 0 : below(4); }
static word_t priority(void) { return one_in(10) ? below(300) : ROOT_PRIORITY - 2 + below(5); }
static vaddr_t address(void)
{
    return one_in(15) ? below(4) << 39 | below(~0ul) : PICK(0x1000, 0x2000, 0x3000, 0x201000, 0x40000000);
}

static void retype(void)
{
    word_t type = below(11), count = one_in(4) ? 1 + below(4) : 1;
    word_t size = type == KN_OBJECT_TYPE_FRAME           ? 12
                  : type == KN_OBJECT_TYPE_CNODE         ? 1 + below(3)
                  : type == KN_OBJECT_TYPE_SCHED_CONTEXT ? 8 + below(2)
                                                         : 6 + below(10);
    (void)kn_untyped_retype(slot_of(KN_CAP_TYPE_UNTYPED), type, size, 0, 0, free_slot(), count, ROOT_CNODE);
}

static void cnode_method(void)
{
    word_t dest = free_slot(), src = any_slot(), done, root = ROOT_CNODE, depth = DEPTH;
    if (one_in(3)) { // into another CNode
        root = slot_of(KN_CAP_TYPE_CNODE);
        depth = 1 + below(3);
        dest = below(8);
    }
    switch (below(10)) {
    case 0: (void)kn_cnode_copy(root, dest, depth, src, DEPTH, rights(), ROOT_CNODE); break;
    case 1:
        (void)kn_cnode_mint(root, dest, depth, slot_of(KN_CAP_TYPE_ENDPOINT), DEPTH, rights(), badge(), ROOT_CNODE);
        break;
    case 2: (void)kn_cnode_mint(root, dest, depth, src, DEPTH, rights(), badge(), ROOT_CNODE); break;
    case 3: (void)kn_cnode_move(root, dest, depth, src, DEPTH, ROOT_CNODE); break;
    case 4: (void)kn_cnode_move(ROOT_CNODE, free_slot(), DEPTH, dest, depth, root); break;
    case 5: (void)kn_cnode_mutate(root, dest, depth, slot_of(KN_CAP_TYPE_CNODE), DEPTH, below(64), ROOT_CNODE); break;
    case 6:
        (void)kn_cnode_rotate(root, dest, depth, 0, src, DEPTH, 0, one_in(2) ? dest : any_slot(), DEPTH, ROOT_CNODE,
                              ROOT_CNODE);
        break;
    case 7:
        (void)kn_cnode_copy_range(ROOT_CNODE, free_slot(), DEPTH, src, DEPTH, rights(), 1 + below(6), ROOT_CNODE,
                                  &done);
        break;
    case 8: (void)kn_cnode_cancel_badged_sends(ROOT_CNODE, slot_of(KN_CAP_TYPE_ENDPOINT), DEPTH); break;
    case 9: (void)kn_cnode_delete(root, root == ROOT_CNODE ? src : dest, depth); break;
    }
}

static void delete_or_revoke(void)
{
    word_t s = one_in(4) ? slot_of(KN_CAP_TYPE_UNTYPED) : SLOT_FREE + below(NR_SLOTS);
    if (one_in(2))
        (void)delete (s);
    else
        (void)revoke(s);
}

// With several CPUs rather a thread that runs on another one.
static word_t any_thread(void)
{
    for (word_t i = 0; nr_cpus > 1 && i < 10; i++) {
        word_t s = slot_of(KN_CAP_TYPE_TCB);
        const struct tcb *t = PTR(s, struct tcb);
        if (cap_type(cte_at(s)->cap) == KN_CAP_TYPE_TCB && t != current() && t == cpus[t->cpu].current)
            return s;
    }
    return slot_of(KN_CAP_TYPE_TCB);
}

static void tcb_method(void)
{
    word_t t = any_thread(), e = one_in(3) ? 0 : slot_of(KN_CAP_TYPE_ENDPOINT), flags;
    word_t guard = kn_cnode_guard_new(0, KN_WORD_BITS - ROOT_RADIX);
    word_t frame = one_in(3) ? 0 : slot_of(KN_CAP_TYPE_FRAME), sc = one_in(3) ? 0 : slot_of(KN_CAP_TYPE_SCHED_CONTEXT);
    word_t space = one_in(3) ? slot_of(KN_CAP_TYPE_VSPACE) : ROOT_VSPACE;
    switch (below(15)) {
    case 0: (void)kn_tcb_configure(t, guard, address(), ROOT_CNODE, space, frame); break;
    case 1: (void)kn_tcb_set_priority(t, priority(), KN_INIT_CAP_TCB); break;
    case 2: (void)kn_tcb_set_mc_priority(t, priority(), KN_INIT_CAP_TCB); break;
    case 3: (void)kn_tcb_set_sched_params(t, 200, priority(), KN_INIT_CAP_TCB, sc, e); break;
    case 4: (void)kn_tcb_set_timeout_endpoint(t, e); break;
    case 5: (void)kn_tcb_set_ipc_buffer(t, address(), frame); break;
    case 6:
        (void)kn_tcb_set_space(t, one_in(4) ? 0 : guard, e, one_in(6) ? slot_of(KN_CAP_TYPE_CNODE) : ROOT_CNODE, space);
        break;
    case 7: (void)kn_tcb_suspend(t); break;
    case 8:
    case 9: (void)kn_tcb_resume(t); break;
    case 10: (void)kn_tcb_bind_notification(t, slot_of(KN_CAP_TYPE_NOTIFICATION)); break;
    case 11: (void)kn_tcb_unbind_notification(t); break;
    case 12: (void)kn_tcb_set_flags(t, below(2), below(2), KN_INIT_CAP_TCB, &flags); break;
    case 13: (void)kn_tcb_set_upcall(t, one_in(3) ? 0 : 0x800100, 0x800000, 0x900000, 0x800200, 0x800240); break;
    case 14: (void)kn_tcb_kick(t); break;
    }
}

static void space_method(void)
{
    word_t f = slot_of(KN_CAP_TYPE_FRAME), t = slot_of(KN_CAP_TYPE_PAGE_TABLE), done;
    word_t v = one_in(2) ? ROOT_VSPACE : slot_of(KN_CAP_TYPE_VSPACE);
    switch (below(11)) {
    case 0:
    case 1: (void)kn_page_table_map(t, address(), 0, v); break;
    case 2: (void)kn_page_table_unmap(t); break;
    case 3:
    case 4: (void)kn_frame_map(f, address(), rights(), below(4), v); break;
    case 5: (void)kn_frame_unmap(f); break;
    case 6:
        (void)kn_vspace_map_range(v, f, DEPTH, address(), 1 + below(4), rights(), below(4), ROOT_CNODE, &done);
        break;
    case 7: (void)kn_vspace_unmap_range(v, address(), 1 + below(100), &done); break;
    case 8: (void)kn_vspace_protect_range(v, address(), 1 + below(100), rights(), below(3), &done); break;
    case 9:
        (void)kn_asid_pool_assign(one_in(3) ? slot_of(KN_CAP_TYPE_ASID_POOL) : KN_INIT_CAP_ASID_POOL,
                                  slot_of(KN_CAP_TYPE_VSPACE));
        break;
    case 10:
        (void)kn_asid_control_make_pool(KN_INIT_CAP_ASID_CONTROL, free_slot(), DEPTH, slot_of(KN_CAP_TYPE_UNTYPED),
                                        ROOT_CNODE);
        break;
    }
}

static void time_method(void)
{
    word_t sc = slot_of(KN_CAP_TYPE_SCHED_CONTEXT), used, budget = 10 + below(400);
    word_t object = one_in(2) ? slot_of(KN_CAP_TYPE_TCB) : slot_of(KN_CAP_TYPE_NOTIFICATION);
    switch (below(8)) {
    case 0:
    case 1:
        (void)kn_sched_control_configure(SLOT_SCHED_CONTROL + below(nr_cpus), budget,
                                         budget + (one_in(2) ? 0 : below(2000)), below(8), 7, below(2), sc);
        break;
    case 2:
    case 3: (void)kn_sched_context_bind(sc, object); break;
    case 4: (void)kn_sched_context_unbind(sc); break;
    case 5: (void)kn_sched_context_unbind_object(sc, object); break;
    case 6: (void)kn_sched_context_consumed(sc, &used); break;
    case 7: (void)kn_sched_context_yield_to(sc, &used); break;
    }
}

static void irq_method(void)
{
    word_t h = slot_of(KN_CAP_TYPE_IRQ_HANDLER);
    switch (below(4)) {
    case 0:
        (void)kn_irq_control_get(KN_INIT_CAP_IRQ_CONTROL, IRQ + below(3), below(2), free_slot(), DEPTH, ROOT_CNODE);
        break;
    case 1: (void)kn_irq_handler_ack(h); break;
    case 2: (void)kn_irq_handler_set_notification(h, slot_of(KN_CAP_TYPE_NOTIFICATION)); break;
    case 3: (void)kn_irq_handler_clear(h); break;
    }
}

static word_t something_to_call(void)
{
    return slot_of(PICK(KN_CAP_TYPE_ENDPOINT, KN_CAP_TYPE_ENDPOINT, KN_CAP_TYPE_ENDPOINT, KN_CAP_TYPE_NOTIFICATION,
                        KN_CAP_TYPE_REPLY));
}

static void message(void)
{
    struct user_call call = {.number = below(11),
                             .cptr = something_to_call(),
                             .reply = slot_of(KN_CAP_TYPE_REPLY),
                             .dest = something_to_call()};
    call.info = kn_msg_info_new(below(3), 0, one_in(3) ? below(4) : 0, one_in(4) ? below(128) : below(5));
    for (word_t i = 0; i < 4; i++)
        call.mr[i] = below(16);
    struct kn_ipc_buffer *b = current()->ipc_buffer_kernel;
    if (b) {
        for (word_t i = 0; i < 3; i++)
            b->caps_or_badges[i] = any_slot();
        b->receive_cnode = ROOT_CNODE;
        b->receive_index = free_slot();
        b->receive_depth = DEPTH;
    }
    act(call);
}

static void other_entry(void)
{
    switch (below(4)) {
    case 0: access_memory(address(), below(3)); break;
    case 1: make_foreign_syscall(below(300)); break;
    case 2: raise_exception(below(20), below(20)); break;
    case 3: act((struct user_call){KN_SYS_YIELD}); break;
    }
}

static void outside(void)
{
    switch (below(4)) {
    case 0:
    case 1: tick_us(one_in(5) ? below(20000) : below(300)); break;
    case 2:
        host_irq_pulse(IRQ + below(3));
        run();
        break;
    case 3:
        host_irq_set_line(IRQ + below(3), one_in(2));
        run();
        break;
    }
    take_spurious_interrupt(); // so that an invocation that fails does not even charge time
    run();
    host.nr_forced = one_in(3) ? below(50) : 0;
    host.pulse_irq = IRQ + below(3);
    host.pulse_countdown = one_in(3) ? 1 + below(10) : 0;
}

// Programs on all CPUs read memory that is there: their TLBs fill.
static void fill_tlbs(void)
{
    word_t turn = host_cpu;
    for (word_t i = 0; i < nr_cpus; i++) {
        paddr_t p;
        host_select_cpu(i);
        (void)host_translate(address(), KN_VM_ACCESS_READ, &p);
    }
    host_select_cpu(turn);
}

static void do_something(void)
{
    static void (*const methods[])(void) = {retype,           retype,      cnode_method, cnode_method,
                                            delete_or_revoke, tcb_method,  tcb_method,   space_method,
                                            space_method,     time_method, irq_method};
    if (!current()->ipc_buffer_kernel || one_in(3))
        message();
    else if (one_in(8))
        other_entry();
    else
        methods[below(ARRAY_SIZE(methods))]();
}

// Another CPU is in the kernel when this one enters it.
static void choose_rival(void)
{
    word_t turn = host_cpu, cpu = below(nr_cpus);
    if (cpu == turn)
        return;
    host_select_cpu(cpu);
    bool can_act = current();
    host_select_cpu(turn);
    if (can_act)
        start_rival(cpu, do_something);
}

static void step(void)
{
    turn_to(below(nr_cpus));
    fill_tlbs();
    if (one_in(5))
        choose_rival();
    outside();
    finish_rival();
    choose_rival();
    if (current())
        do_something();
    finish_rival();
}

// Everybody is stuck: something outside the capabilities' reach lets a thread go on. Returns false if there is none.
static bool wake_someone(struct tcb **threads)
{
    for (word_t i = 0; i < 10; i++) {
        struct tcb *t = threads[below(NR_WORKERS + 1)];
        struct cte *slot = NULL;
        for (struct cte *s = cdt_head(); s && !slot; s = cte_next(s))
            slot = cap_type(s->cap) == KN_CAP_TYPE_TCB && phys_to_ptr(cap_paddr(s->cap)) == (void *)t ? s : NULL;
        if (!slot || !t->sc || t->state == THREAD_RUNNING)
            continue;
        kernel_entry_to_resume(t);
        if (current())
            return true;
    }
    tick_us(3000);
    return current() != NULL;
}

// It is the turn of some CPU that has something to do; false if there is none.
static bool find_work(void)
{
    for (word_t i = 0; i < nr_cpus; i++) {
        turn_to(i);
        if (current())
            return true;
    }
    return false;
}

// Memory at the addresses that programs like, so that there is something to take away.
static void map_memory(void)
{
    for (word_t i = 0; i < 3; i++)
        (void)kn_page_table_map(make(KN_OBJECT_TYPE_PAGE_TABLE, 0), 0x1000, 0, ROOT_VSPACE);
    for (word_t i = 1; i <= 3; i++)
        (void)kn_frame_map(make(KN_OBJECT_TYPE_FRAME, KN_PAGE_BITS), i << 12, KN_RIGHTS_ALL, 0, ROOT_VSPACE);
}

static void episode(void)
{
    struct tcb *threads[NR_WORKERS + 1] = {root_thread()};
    for (word_t i = 0; i < NR_WORKERS; i++) {
        struct thread worker = make_thread(ROOT_PRIORITY - 2 + below(5));
        go_to_cpu(worker, below(nr_cpus));
        threads[i + 1] = worker.t;
    }
    map_memory();
    for (word_t i = 0; i < NR_SLOTS / 2 && current(); i++)
        retype();
    for (word_t i = 0; i < NR_STEPS; i++) {
        if (!find_work() && !wake_someone(threads))
            return;
        snprintf(test_note + 24, 20, " step %u", (unsigned)i);
        step();
    }
}

static void run_episodes(word_t count, bool is_tlb_private)
{
    const char *wanted = getenv("KERNITE_RANDOM_EPISODES"), *seed = getenv("KERNITE_RANDOM_SEED");
    word_t nr_episodes = wanted ? strtoul(wanted, NULL, 0) : 100, first = seed ? strtoul(seed, NULL, 0) : 1;
    jmp_buf *on_halt = host.on_halt;
    for (word_t i = first; i < first + nr_episodes; i++) {
        random_state = i * 0x9e3779b97f4a7c15 + 1;
        snprintf(test_note, sizeof test_note, "seed %-19lu", (unsigned long)i);
        machine_start_cpus(MACHINE_RAM, count);
        host.is_tlb_private = is_tlb_private;
        host.on_halt = on_halt;
        episode();
    }
}

TEST(random_programs_break_no_invariant) { run_episodes(1, false); }

// An operation on a thread takes it off its CPU, even if it then fails: the threads' order among equals may change.
TEST(random_programs_on_several_cpus_break_no_invariant)
{
    is_state_compared = false;
    is_fastpath_compared = false;
    run_episodes(3, false);
}

TEST(random_programs_on_several_cpus_with_private_tlbs_break_no_invariant)
{
    is_state_compared = false;
    is_fastpath_compared = false;
    run_episodes(3, true);
}
