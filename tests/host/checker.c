// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// The invariant checker: for each invariant a state that is broken by hand, and seen.

#include "debug/check.h"

#include "harness.h"

#include "object/asid.h"
#include "object/irq_handler.h"

#define HIGH (ROOT_PRIORITY + 1)
#define LOW (ROOT_PRIORITY - 1)

static void expect_broken(word_t invariant)
{
    word_t found = check_invariants();
    if (found != invariant)
        test_fail(__FILE__, __LINE__, "the checker says '%s', not '%s'", check_invariant_name(found),
                  check_invariant_name(invariant));
}

// A change that is taken back after the checker has looked.
#define EXPECT_BREAKS(invariant, place, value)                                                                         \
    do {                                                                                                               \
        __typeof__(place) old_value = (place);                                                                         \
        (place) = (value);                                                                                             \
        expect_broken(invariant);                                                                                      \
        (place) = old_value;                                                                                           \
        expect_broken(CHECK_OK);                                                                                       \
    } while (0)

static word_t endpoint(void) { return make(KN_OBJECT_TYPE_ENDPOINT, 0); }

TEST(checker_sees_a_broken_link)
{
    struct cte *s = cte_at(endpoint());
    endpoint();
    EXPECT_BREAKS(CHECK_LIST_LINKS, s->prev, (word_t)cte_at(ROOT_VSPACE));
}

TEST(checker_sees_an_empty_slot_in_the_list)
{
    struct cte *s = cte_at(endpoint());
    EXPECT_BREAKS(CHECK_LIST_LINKS, s->cap, CAP_NULL);
}

TEST(checker_sees_a_capability_outside_the_list)
{
    struct cte *s = cte_at(new_slot());
    EXPECT_BREAKS(CHECK_LIST_COMPLETE, s->cap, cte_at(ROOT_CNODE)->cap);
}

TEST(checker_sees_links_in_an_empty_slot)
{
    struct cte *s = cte_at(new_slot());
    EXPECT_BREAKS(CHECK_LIST_COMPLETE, s->next, (word_t)cte_at(ROOT_CNODE));
}

TEST(checker_sees_capabilities_that_make_no_sense)
{
    struct cte *e = cte_at(endpoint()), *n = cte_at(make(KN_OBJECT_TYPE_CNODE, 4)),
               *f = cte_at(make(KN_OBJECT_TYPE_FRAME, 12));
    EXPECT_BREAKS(CHECK_CAP_FORMAT, e->cap, cap_with_field(e->cap, 44, 5, 31));
    EXPECT_BREAKS(CHECK_CAP_FORMAT, e->cap, cap_with_field(e->cap, 0, 1, 1)); // 16 bytes further
    EXPECT_BREAKS(CHECK_CAP_FORMAT, n->cap, cap_cnode_with_guard_size(n->cap, 61));
    EXPECT_BREAKS(CHECK_CAP_FORMAT, n->cap.w[1], 1);
    EXPECT_BREAKS(CHECK_CAP_FORMAT, f->cap, cap_with_field(f->cap, 53, 6, 11));
    EXPECT_BREAKS(CHECK_CAP_FORMAT, cte_at(SLOT_UNTYPED)->cap.w[1], BIT(MACHINE_UNTYPED_BITS) + 1);
}

TEST(checker_sees_an_object_in_an_untyped_that_is_not_its_parent)
{
    struct cte *e = cte_at(endpoint());
    paddr_t elsewhere = cap_paddr(cte_at(SLOT_UNTYPED2)->cap);
    EXPECT_BREAKS(CHECK_OBJECT_PARENT, e->cap, cap_new(KN_CAP_TYPE_ENDPOINT, elsewhere, 0));
}

TEST(checker_sees_a_kernel_object_in_device_memory)
{
    word_t f = new_slot();
    OK(kn_untyped_retype(SLOT_DEVICE, KN_OBJECT_TYPE_FRAME, 12, 0, 0, f, 1, ROOT_CNODE));
    struct cte *s = cte_at(f);
    EXPECT_BREAKS(CHECK_OBJECT_PARENT, s->cap, cap_new(KN_CAP_TYPE_ENDPOINT, (paddr_t){MACHINE_DEVICE}, 0));
    EXPECT_BREAKS(CHECK_OBJECT_PARENT, s->cap, cap_with_field(s->cap, 59, 1, 0));
}

TEST(checker_sees_an_untyped_that_is_no_parent)
{
    struct cte *u = cte_at(SLOT_UNTYPED);
    endpoint();
    EXPECT_BREAKS(CHECK_OBJECT_PARENT, u->next, u->next & ~CTE_REVOCABLE);
}

TEST(checker_sees_two_objects_in_one_place)
{
    struct cte *e = cte_at(endpoint());
    word_t t = make(KN_OBJECT_TYPE_TCB, 0);
    word_t start = cap_paddr(cte_at(t)->cap).raw;
    EXPECT_BREAKS(CHECK_OBJECT_OVERLAP, e->cap, cap_new(KN_CAP_TYPE_ENDPOINT, (paddr_t){start + 64}, 0));
}

TEST(checker_sees_overlapping_roots)
{
    struct cte *u = cte_at(SLOT_UNTYPED2);
    OK(delete (SLOT_PARKING));
    EXPECT_BREAKS(CHECK_OBJECT_PARENT, u->cap,
                  cap_with_field(cap_new(KN_CAP_TYPE_UNTYPED, cap_paddr(cte_at(SLOT_UNTYPED)->cap), 0), 53, 6, 12));
}

TEST(checker_allows_objects_whose_untyped_is_gone_unless_they_overlap)
{
    word_t a = new_slots(2), b = a + 1;
    OK(delete (SLOT_PARKING));
    OK(kn_untyped_retype(SLOT_UNTYPED2, KN_OBJECT_TYPE_ENDPOINT, 0, 0, 0, a, 2, ROOT_CNODE));
    OK(delete (SLOT_UNTYPED2));
    struct cte *e = cte_at(a);
    EXPECT_BREAKS(CHECK_OBJECT_OVERLAP, e->cap,
                  cap_new(KN_CAP_TYPE_TCB, (paddr_t){cap_paddr(e->cap).raw & ~MASK(KN_TCB_BITS)}, 0));
    EXPECT(!is_empty(b));
}

TEST(checker_sees_a_watermark_that_is_too_low)
{
    endpoint();
    EXPECT_BREAKS(CHECK_WATERMARK, cte_at(SLOT_UNTYPED)->cap.w[1], 0);
}

TEST(checker_sees_a_badge_without_its_first)
{
    struct cte *b = cte_at(mint(endpoint(), KN_RIGHTS_ALL, 7));
    EXPECT_BREAKS(CHECK_BADGE_ORDER, b->next, b->next & ~CTE_FIRST_BADGED);
}

TEST(checker_sees_impossible_thread_states)
{
    struct thread a = make_thread(LOW);
    EXPECT_BREAKS(CHECK_TCB_STATE, a.t->state, 77);
    EXPECT_BREAKS(CHECK_TCB_STATE, a.t->state, THREAD_BLOCKED_ON_SEND);
    EXPECT_BREAKS(CHECK_TCB_STATE, a.t->state, THREAD_BLOCKED_ON_REPLY);
    EXPECT_BREAKS(CHECK_TCB_STATE, a.t->priority, KN_NR_PRIORITIES);
    EXPECT_BREAKS(CHECK_TCB_STATE, a.t->blocked_object, a.t);
    EXPECT_BREAKS(CHECK_TCB_STATE, a.t->fault.label, KN_FAULT_VM);
    EXPECT_BREAKS(CHECK_TCB_STATE, a.t->upcall_window_end, 8);
}

TEST(checker_sees_ready_queues_that_do_not_agree)
{
    struct thread a = make_thread(LOW), b = make_thread(LOW);
    resume(a);
    resume(b);
    EXPECT_BREAKS(CHECK_READY_QUEUE, b.t->sched_prev, NULL);
    EXPECT_BREAKS(CHECK_READY_QUEUE, a.t->sched_next, NULL);
    EXPECT_BREAKS(CHECK_READY_QUEUE, a.t->in_ready_queue, false);
    EXPECT_BREAKS(CHECK_READY_QUEUE, a.t->priority, LOW - 1);
    EXPECT_BREAKS(CHECK_READY_QUEUE, cpus[0].ready_l2[LOW / 64], 0);
    EXPECT_BREAKS(CHECK_READY_QUEUE, cpus[0].ready_l1, 0);
    EXPECT_BREAKS(CHECK_READY_QUEUE, cpus[0].ready[LOW].tail, a.t);
    EXPECT_BREAKS(CHECK_READY_QUEUE, a.t->sc->refills[0].time, host.now + 1);
}

TEST(checker_sees_a_thread_that_is_nowhere)
{
    struct thread a = make_thread(LOW);
    EXPECT_BREAKS(CHECK_RUNNABLE_QUEUED, a.t->state, THREAD_RUNNING);
}

TEST(checker_sees_a_queued_thread_that_cannot_run)
{
    struct thread a = make_thread(LOW);
    resume(a);
    EXPECT_BREAKS(CHECK_RUNNABLE_QUEUED, a.t->state, THREAD_INACTIVE);
}

TEST(checker_sees_a_wrong_current_thread)
{
    struct thread a = make_thread(LOW);
    resume(a);
    EXPECT_BREAKS(CHECK_CURRENT, cpus[0].current, NULL);
    EXPECT_BREAKS(CHECK_CURRENT, cpus[0].current_sc, PTR(a.sc, struct sched_context));
    EXPECT_BREAKS(CHECK_CURRENT, cpus[0].candidate, a.t);
    EXPECT_BREAKS(CHECK_CURRENT, root_thread()->priority, LOW - 1);
    EXPECT_BREAKS(CHECK_CURRENT, cpus[0].deadline, ~(ticks_t)0);
}

// Two threads whose contexts wait for release.
static void make_waiting(struct thread *a, struct thread *b)
{
    struct thread *both[] = {a, b};
    for (word_t i = 0; i < 2; i++) {
        *both[i] = make_passive_thread(HIGH);
        both[i]->sc = make_sched_context(100, 1000 + i * 500, 2, 0, 0);
        OK(kn_sched_context_bind(both[i]->sc, both[i]->tcb));
        both[i]->t->context.reg[KN_REG_PC] = 0x5000;
        resume(*both[i]);
        tick_us(100);
        EXPECT(current() == root_thread());
    }
}

TEST(checker_sees_a_broken_release_queue)
{
    struct thread a, b;
    make_waiting(&a, &b);
    struct sched_context *sa = PTR(a.sc, struct sched_context), *sb = PTR(b.sc, struct sched_context);
    EXPECT_BREAKS(CHECK_RELEASE_QUEUE, sb->release_parent, NULL);
    EXPECT_BREAKS(CHECK_RELEASE_QUEUE, sa->release_left, NULL);
    EXPECT_BREAKS(CHECK_RELEASE_QUEUE, sa->refills[sa->refill_head].time, 1ul << 40);
    EXPECT_BREAKS(CHECK_RELEASE_QUEUE, sb->release_rank, 5);
    EXPECT_BREAKS(CHECK_RELEASE_QUEUE, a.t->state, THREAD_INACTIVE);
}

TEST(checker_sees_refills_that_do_not_add_up)
{
    struct thread a, b;
    make_waiting(&a, &b);
    struct sched_context *sc = PTR(b.sc, struct sched_context), *turn = root_thread()->sc;
    EXPECT_BREAKS(CHECK_REFILLS, sc->refills[sc->refill_head].amount, 5);
    EXPECT_BREAKS(CHECK_REFILLS, sc->refill_count, 0);
    EXPECT_BREAKS(CHECK_REFILLS, sc->refill_head, 99);
    EXPECT_BREAKS(CHECK_REFILLS, sc->refill_max, 99);
    EXPECT_BREAKS(CHECK_REFILLS, sc->budget, sc->period + 1);
    EXPECT_BREAKS(CHECK_REFILLS, turn->refills[0].amount, turn->budget + 1);
}

TEST(checker_sees_contexts_that_are_linked_one_way)
{
    struct thread a = make_thread(LOW);
    word_t n = make(KN_OBJECT_TYPE_NOTIFICATION, 0);
    struct sched_context *sc = PTR(a.sc, struct sched_context);
    OK(kn_sched_context_bind(a.sc, n));
    EXPECT_BREAKS(CHECK_SC_LINKS, sc->tcb, NULL);
    EXPECT_BREAKS(CHECK_SC_LINKS, a.t->sc, NULL);
    EXPECT_BREAKS(CHECK_SC_LINKS, sc->home, NULL);
    EXPECT_BREAKS(CHECK_SC_LINKS, a.t->home_sc, NULL);
    EXPECT_BREAKS(CHECK_SC_LINKS, sc->notification, NULL);
    EXPECT_BREAKS(CHECK_SC_LINKS, PTR(n, struct notification)->sc, NULL);
    EXPECT_BREAKS(CHECK_SC_LINKS, sc->yield_from, a.t);
    EXPECT_BREAKS(CHECK_SC_LINKS, a.t->yield_to, sc);
    EXPECT_BREAKS(CHECK_SC_LINKS, sc->cpu, 1);
}

TEST(checker_sees_endpoint_queues_that_do_not_agree)
{
    word_t e = endpoint(), f = endpoint();
    struct thread a = make_thread(HIGH), b = make_thread(HIGH);
    start(a, (struct user_call){KN_SYS_SEND, e});
    start(b, (struct user_call){KN_SYS_SEND, e});
    struct endpoint *p = PTR(e, struct endpoint);
    EXPECT_BREAKS(CHECK_ENDPOINT, p->state, ENDPOINT_IDLE);
    EXPECT_BREAKS(CHECK_ENDPOINT, p->state, ENDPOINT_RECEIVING);
    EXPECT_BREAKS(CHECK_ENDPOINT, p->queue.tail, a.t);
    EXPECT_BREAKS(CHECK_ENDPOINT, b.t->queue_prev, NULL);
    EXPECT_BREAKS(CHECK_ENDPOINT, a.t->blocked_object, PTR(f, void));
    EXPECT_BREAKS(CHECK_ENDPOINT, PTR(f, struct endpoint)->state, ENDPOINT_SENDING);
    EXPECT_BREAKS(CHECK_ENDPOINT, a.t->state, THREAD_BLOCKED_ON_NOTIFICATION);
    EXPECT_BREAKS(CHECK_ENDPOINT, p->cancel_position, root_thread());
    p->cancel_badge = b.t->blocked_badge;
    EXPECT_BREAKS(CHECK_ENDPOINT, p->cancel_position, b.t);
}

TEST(checker_sees_notifications_that_do_not_agree)
{
    word_t n = make(KN_OBJECT_TYPE_NOTIFICATION, 0), m = make(KN_OBJECT_TYPE_NOTIFICATION, 0);
    struct thread a = make_thread(HIGH), b = make_thread(LOW);
    start(a, (struct user_call){KN_SYS_WAIT, n});
    OK(kn_tcb_bind_notification(b.tcb, m));
    struct notification *p = PTR(n, struct notification), *q = PTR(m, struct notification);
    EXPECT_BREAKS(CHECK_NOTIFICATION, p->state, NOTIFICATION_IDLE);
    EXPECT_BREAKS(CHECK_NOTIFICATION, p->bits, 4);
    EXPECT_BREAKS(CHECK_NOTIFICATION, p->state, 9);
    EXPECT_BREAKS(CHECK_NOTIFICATION, q->bound, NULL);
    EXPECT_BREAKS(CHECK_NOTIFICATION, b.t->bound_notification, NULL);
    EXPECT_BREAKS(CHECK_NOTIFICATION, a.t->state, THREAD_BLOCKED_ON_SEND);
}

TEST(checker_sees_a_blocked_thread_in_no_queue)
{
    word_t e = endpoint();
    struct thread a = make_thread(LOW);
    a.t->blocked_object = PTR(e, void);
    a.t->state = THREAD_BLOCKED_ON_SEND;
    expect_broken(CHECK_BLOCKED_QUEUED);
}

TEST(checker_sees_replies_that_do_not_agree)
{
    word_t e = endpoint(), r = make(KN_OBJECT_TYPE_REPLY, 0), other = make(KN_OBJECT_TYPE_REPLY, 0);
    struct thread a = make_thread(HIGH);
    start(a, (struct user_call){KN_SYS_CALL, e, MESSAGE(1, 0)});
    act((struct user_call){KN_SYS_RECV, e, .reply = r});
    struct reply *p = PTR(r, struct reply), *q = PTR(other, struct reply);
    EXPECT_BREAKS(CHECK_REPLY, q->tcb, a.t);
    EXPECT_BREAKS(CHECK_REPLY, q->caller_is_waiting, true);
    EXPECT_BREAKS(CHECK_REPLY, q->next, p);
    EXPECT_BREAKS(CHECK_REPLY, q->prev, p);
    EXPECT_BREAKS(CHECK_REPLY, q->sc, root_thread()->sc);
    EXPECT_BREAKS(CHECK_TCB_STATE, p->tcb, NULL);
    EXPECT_BREAKS(CHECK_TCB_STATE, p->caller_is_waiting, false);
}

TEST(checker_sees_an_ipc_buffer_that_is_not_the_threads)
{
    struct thread a = make_thread(LOW);
    word_t f = make(KN_OBJECT_TYPE_FRAME, 12);
    EXPECT_BREAKS(CHECK_IPC_BUFFER, a.t->ipc_buffer_kernel, PTR(f, struct kn_ipc_buffer));
    struct cte *s = &a.t->slots[TCB_IPC_BUFFER];
    EXPECT_BREAKS(CHECK_IPC_BUFFER, s->cap, cap_with_rights(s->cap, KN_RIGHTS_READ));
    EXPECT_BREAKS(CHECK_IPC_BUFFER, s->prev, s->prev & ~CTE_IPC_BUFFER);
    EXPECT_BREAKS(CHECK_IPC_BUFFER, a.t->ipc_buffer_kernel, NULL);
}

TEST(checker_sees_debugging_that_a_thread_does_not_know_of)
{
    struct thread a = make_thread(LOW);
    OK(kn_tcb_set_breakpoint(a.tcb, 0, 0x1000, KN_BREAKPOINT_TYPE_INSTRUCTION, 0, KN_BREAKPOINT_ACCESS_READ));
    EXPECT_BREAKS(CHECK_TCB_STATE, a.t->is_debugged, false);
    EXPECT_BREAKS(CHECK_TCB_STATE, a.t->extra_state, 0);
    EXPECT_BREAKS(CHECK_TCB_STATE, a.t->breakpoints[0].vaddr, ARCH_USER_TOP);
    OK(kn_tcb_unset_breakpoint(a.tcb, 0));
    EXPECT_BREAKS(CHECK_TCB_STATE, a.t->nr_steps, 1);
}

TEST(checker_sees_an_asid_that_nobody_records)
{
    struct asid_pool *pool = PTR(KN_INIT_CAP_ASID_POOL, struct asid_pool);
    EXPECT_BREAKS(CHECK_ASID, pool->entry[9].root, cap_paddr(cte_at(ROOT_VSPACE)->cap).raw);
    EXPECT_BREAKS(CHECK_ASID, pool->entry[0].root, 0x1000);
}

TEST(checker_sees_mappings_without_capability)
{
    word_t f = make(KN_OBJECT_TYPE_FRAME, 12), g = make(KN_OBJECT_TYPE_FRAME, 12);
    word_t t = make_many(KN_OBJECT_TYPE_PAGE_TABLE, 0, 3);
    for (word_t i = 0; i < 3; i++)
        OK(kn_page_table_map(t + i, 0x1000, 0, ROOT_VSPACE));
    OK(kn_frame_map(f, 0x1000, KN_RIGHTS_READ, 0, ROOT_VSPACE));
    pte_t *leaf = PTR(t + 2, pte_t), *root = PTR(ROOT_VSPACE, pte_t);
    paddr_t p = cap_paddr(cte_at(f)->cap);
    EXPECT_BREAKS(CHECK_MAPPING, cte_at(f)->cap.w[1], 0);
    EXPECT_BREAKS(CHECK_MAPPING, cte_at(t + 1)->cap.w[1], 0);
    EXPECT_BREAKS(CHECK_MAPPING, leaf[2], pte_make_frame(p, 3, KN_RIGHTS_READ, 0));
    EXPECT_BREAKS(CHECK_MAPPING, leaf[1], pte_make_frame(cap_paddr(cte_at(g)->cap), 3, KN_RIGHTS_READ, 0));
    EXPECT_BREAKS(CHECK_MAPPING, cte_at(f)->cap, cap_with_rights(cte_at(f)->cap, 0));
    EXPECT_BREAKS(CHECK_MAPPING, root[3], pte_make_table(cap_paddr(cte_at(t)->cap)));
}

TEST(checker_sees_an_interrupt_that_signals_something_else)
{
    word_t h = new_slot(), n = make(KN_OBJECT_TYPE_NOTIFICATION, 0);
    OK(kn_irq_control_get(KN_INIT_CAP_IRQ_CONTROL, 5, 0, h, DEPTH, ROOT_CNODE));
    OK(kn_irq_handler_set_notification(h, n));
    struct cte *s = irq_handler_slot(5);
    EXPECT_BREAKS(CHECK_IRQ, s->cap, cap_with_rights(s->cap, KN_RIGHTS_READ));
}

TEST(checker_sees_a_stale_tlb_entry)
{
    const char *why;
    word_t f = make(KN_OBJECT_TYPE_FRAME, 12), t = make_many(KN_OBJECT_TYPE_PAGE_TABLE, 0, 3);
    for (word_t i = 0; i < 3; i++)
        OK(kn_page_table_map(t + i, 0x1000, 0, ROOT_VSPACE));
    OK(kn_frame_map(f, 0x1000, KN_RIGHTS_READ | KN_RIGHTS_WRITE, 0, ROOT_VSPACE));
    paddr_t p;
    EXPECT(host_translate(0x1000, KN_VM_ACCESS_READ, &p));
    EXPECT(host_tlb_is_coherent(&why));
    pte_t *leaf = PTR(t + 2, pte_t), old = leaf[1];
    leaf[1] = 0; // without a flush
    EXPECT(!host_tlb_is_coherent(&why));
    leaf[1] = pte_make_frame(pte_paddr(old), 3, KN_RIGHTS_READ, 0);
    EXPECT(!host_tlb_is_coherent(&why));
    leaf[1] = old;
    EXPECT(host_tlb_is_coherent(&why));
}
