// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// Preemption: operations that are stopped at every preemption point, or at one of them by a thread that interferes.
// Where the caller cannot see the difference, the kernel's state afterwards is the same to the bit.

#include "harness.h"

#include <stdlib.h>

#include "debug/log.h"
#include "object/untyped.h"

#define IRQ 5
#define HIGH (ROOT_PRIORITY + 1)

// Runs PREPARE and OPERATE on two machines, the second time with all preemption points taken, and compares the states.
static void expect_same_state(void (*prepare)(void), void (*operate)(void))
{
    prepare();
    host.nr_asked = 0;
    operate();
    tcb_check_spaces(root_thread());
    EXPECT(host.nr_asked > 1); // else there is nothing to test
    void *state = malloc(host_state_size());
    EXPECT(state);
    host_state_save(state);
    jmp_buf *on_halt = host.on_halt;
    machine_start(MACHINE_RAM);
    host.on_halt = on_halt;
    prepare();
    host.nr_forced = ~0ul;
    operate();
    host.nr_forced = 0;
    tcb_check_spaces(root_thread());
    word_t log_size;
    const char *log = klog_ring(&log_size);
    for (const char *p = NULL; (p = host_state_next_difference(state, p));) {
        bool is_machine = p >= (char *)&host && p < (char *)(&host + 1);
        bool is_log = p >= log && p < log + log_size;
        if (!is_machine && !is_log)
            test_fail(__FILE__, __LINE__, "the word at %p is %lx", (const void *)p, *(const word_t *)p);
    }
    free(state);
}

static word_t subject; // a slot: what PREPARE leaves to OPERATE

static void revoke_subject(void) { OK(revoke(subject)); }
static void delete_subject(void) { OK(delete (subject)); }

static void prepare_wide_copies(void)
{
    subject = make(KN_OBJECT_TYPE_ENDPOINT, 0);
    for (word_t i = 0; i < 40; i++)
        mint(subject, KN_RIGHTS_ALL, i / 4);
}

TEST(preempted_revoke_of_many_copies_has_the_same_result) { expect_same_state(prepare_wide_copies, revoke_subject); }

static void prepare_deep_untypeds(void)
{
    word_t u = subject = make(KN_OBJECT_TYPE_UNTYPED, 18);
    for (word_t i = 17; i > 6; i--) {
        word_t next = new_slot();
        OK(kn_untyped_retype(u, KN_OBJECT_TYPE_UNTYPED, i, 0, 0, next, 1, ROOT_CNODE));
        OK(kn_untyped_retype(u, KN_OBJECT_TYPE_UNTYPED, 5, 0, 0, new_slot(), 1, ROOT_CNODE));
        u = next;
    }
}

TEST(preempted_revoke_of_nested_untypeds_has_the_same_result)
{
    expect_same_state(prepare_deep_untypeds, revoke_subject);
}

static void prepare_full_cnode(void)
{
    word_t e = make(KN_OBJECT_TYPE_ENDPOINT, 0);
    subject = make(KN_OBJECT_TYPE_CNODE, 5);
    for (word_t i = 0; i < 32; i += 2)
        OK(kn_cnode_mint(subject, i, 5, e, DEPTH, KN_RIGHTS_ALL, i, ROOT_CNODE));
}

TEST(preempted_delete_of_a_full_cnode_has_the_same_result) { expect_same_state(prepare_full_cnode, delete_subject); }

// Each of ten CNodes and TCBs holds the last capability of the next, and a CNode something else besides.
static void prepare_cnode_chain(void)
{
    word_t e = make(KN_OBJECT_TYPE_ENDPOINT, 0);
    subject = new_slots(10);
    for (word_t i = 0; i < 10; i++)
        OK(kn_untyped_retype(SLOT_UNTYPED, i % 3 == 2 ? KN_OBJECT_TYPE_TCB : KN_OBJECT_TYPE_CNODE, 2, 0, 0, subject + i,
                             1, ROOT_CNODE));
    for (word_t i = 9; i > 0; i--) {
        word_t child = subject + i, parent = child - 1;
        if ((i - 1) % 3 == 2) {
            OK(kn_tcb_set_space(parent, 0, 0, child, ROOT_VSPACE));
            OK(delete (child));
        } else {
            OK(kn_cnode_mint(parent, 3, 2, e, DEPTH, KN_RIGHTS_ALL, i, ROOT_CNODE));
            OK(kn_cnode_move(parent, 1, 2, child, DEPTH, ROOT_CNODE));
        }
    }
}

TEST(preempted_delete_of_a_chain_of_cnodes_has_the_same_result)
{
    expect_same_state(prepare_cnode_chain, delete_subject);
}

static void prepare_senders(void)
{
    subject = make(KN_OBJECT_TYPE_ENDPOINT, 0);
    for (word_t i = 0; i < 12; i++) {
        word_t b = mint(subject, KN_RIGHTS_ALL, 1 + i % 3);
        struct thread a = make_thread(HIGH);
        start(a, (struct user_call){i % 2 ? KN_SYS_CALL : KN_SYS_SEND, b, MESSAGE(i, 0)});
        EXPECT_EQ(a.t->state, THREAD_BLOCKED_ON_SEND);
        OK(kn_tcb_set_priority(a.tcb, 10, KN_INIT_CAP_TCB));
    }
}

static void revoke_and_delete_subject(void)
{
    OK(revoke(subject));
    OK(delete (subject));
}

TEST(preempted_deletion_of_an_endpoint_with_senders_has_the_same_result)
{
    expect_same_state(prepare_senders, revoke_and_delete_subject);
}

static void cancel_badge_two(void)
{
    OK(kn_cnode_cancel_badged_sends(ROOT_CNODE, subject + 1 + 4, DEPTH)); // a thread takes three slots
}

TEST(preempted_cancel_of_badged_sends_has_the_same_result) { expect_same_state(prepare_senders, cancel_badge_two); }

static void prepare_waiters(void)
{
    subject = make(KN_OBJECT_TYPE_NOTIFICATION, 0);
    for (word_t i = 0; i < 10; i++) {
        struct thread a = make_thread(HIGH);
        start(a, (struct user_call){KN_SYS_WAIT, subject});
        OK(kn_tcb_set_priority(a.tcb, 10, KN_INIT_CAP_TCB));
    }
}

TEST(preempted_deletion_of_a_notification_with_waiters_has_the_same_result)
{
    expect_same_state(prepare_waiters, delete_subject);
}

// An interrupt handler that has the last capability of a notification with waiters.
static void prepare_interrupt_with_waiters(void)
{
    prepare_waiters();
    word_t n = subject;
    subject = new_slots(2);
    OK(kn_irq_control_get(KN_INIT_CAP_IRQ_CONTROL, IRQ, 0, subject, DEPTH, ROOT_CNODE));
    OK(kn_irq_handler_set_notification(subject, n));
    OK(delete (n));
    OK(kn_untyped_retype(SLOT_UNTYPED, KN_OBJECT_TYPE_NOTIFICATION, 0, 0, 0, subject + 1, 1, ROOT_CNODE));
}

static void clear_interrupt(void) { OK(kn_irq_handler_clear(subject)); }
static void replace_notification(void) { OK(kn_irq_handler_set_notification(subject, subject + 1)); }

TEST(preempted_clear_of_an_interrupt_with_waiters_has_the_same_result)
{
    expect_same_state(prepare_interrupt_with_waiters, clear_interrupt);
}

TEST(preempted_replacement_of_a_notification_with_waiters_has_the_same_result)
{
    expect_same_state(prepare_interrupt_with_waiters, replace_notification);
}

TEST(preempted_deletion_of_an_interrupt_with_waiters_has_the_same_result)
{
    expect_same_state(prepare_interrupt_with_waiters, delete_subject);
}

static void prepare_asid_pool(void)
{
    word_t spaces = make_many(KN_OBJECT_TYPE_VSPACE, 0, 8), u = make(KN_OBJECT_TYPE_UNTYPED, KN_ASID_POOL_BITS);
    subject = new_slot();
    OK(kn_asid_control_make_pool(KN_INIT_CAP_ASID_CONTROL, subject, DEPTH, u, ROOT_CNODE));
    for (word_t i = 0; i < 8; i++)
        OK(kn_asid_pool_assign(subject, spaces + i));
}

TEST(preempted_deletion_of_an_asid_pool_has_the_same_result) { expect_same_state(prepare_asid_pool, delete_subject); }

static void prepare_dirty_untyped(void)
{
    subject = make(KN_OBJECT_TYPE_UNTYPED, 16);
    word_t *memory = PTR(subject, word_t);
    for (word_t i = 0; i < BIT(16) / 8; i++)
        memory[i] = ~i;
    new_slots(16);
}

static void retype_subject(void)
{
    OK(kn_untyped_retype(subject, KN_OBJECT_TYPE_FRAME, 12, 0, 0, subject + 1, 10, ROOT_CNODE));
    const word_t *memory = PTR(subject, word_t);
    for (word_t i = 0; i < 10 * 4096 / 8; i++)
        EXPECT_EQ(memory[i], 0);
}

TEST(preempted_retype_clears_everything) { expect_same_state(prepare_dirty_untyped, retype_subject); }

static void retype_subject_to_address_spaces(void)
{
    OK(kn_untyped_retype(subject, KN_OBJECT_TYPE_VSPACE, 0, 0, 0, subject + 1, 10, ROOT_CNODE));
}

TEST(preempted_retype_to_address_spaces_has_the_same_result)
{
    expect_same_state(prepare_dirty_untyped, retype_subject_to_address_spaces);
}

static void retype_subject_to_threads(void)
{
    OK(kn_untyped_retype(subject, KN_OBJECT_TYPE_TCB, 0, 0, 0, subject + 1, 15, ROOT_CNODE));
}

TEST(preempted_retype_to_threads_has_the_same_result)
{
    expect_same_state(prepare_dirty_untyped, retype_subject_to_threads);
}

TEST(preempted_retype_then_another_one_leaves_no_dirt)
{
    // The first Retype is given up half way (its thread is suspended); another type and size comes after it.
    prepare_dirty_untyped();
    struct thread a = make_thread(HIGH);
    struct thread driver = make_thread(HIGH + 1);
    word_t h = new_slot(), n = make(KN_OBJECT_TYPE_NOTIFICATION, 0);
    OK(kn_irq_control_get(KN_INIT_CAP_IRQ_CONTROL, IRQ, 0, h, DEPTH, ROOT_CNODE));
    OK(kn_irq_handler_set_notification(h, n));
    start(driver, (struct user_call){KN_SYS_WAIT, n});
    message_in(a.t)[4] = subject + 1;
    message_in(a.t)[5] = 10;
    a.t->ipc_buffer_kernel->caps_or_badges[0] = ROOT_CNODE;
    host.pulse_countdown = 5;
    host.pulse_irq = IRQ;
    start(a, (struct user_call){KN_SYS_CALL,
                                subject,
                                kn_msg_info_new(KN_LABEL_UNTYPED_RETYPE, 0, 1, 6),
                                {KN_OBJECT_TYPE_FRAME, 12, 0, 0}});
    EXPECT(current() == driver.t);
    EXPECT(is_empty(subject + 1));
    act((struct user_call){KN_SYS_CALL, a.tcb, MESSAGE(KN_LABEL_TCB_SUSPEND, 0)});
    park();
    OK(kn_untyped_retype(subject, KN_OBJECT_TYPE_CNODE, 4, 0, 0, subject + 1, 1, ROOT_CNODE));
    OK(kn_untyped_retype(subject, KN_OBJECT_TYPE_FRAME, 12, 0, 0, subject + 2, 8, ROOT_CNODE));
    for (word_t k = 0; k < 8; k++)
        for (word_t i = 0; i < 512; i++)
            EXPECT_EQ(PTR(subject + 2 + k, word_t)[i], 0);
}

TEST(preempted_batch_tells_what_it_has_done)
{
    word_t e = make_many(KN_OBJECT_TYPE_ENDPOINT, 0, 100), d = new_slots(100), done, sum = 0;
    host.nr_forced = ~0ul;
    for (word_t i = 0; sum < 100; i++) {
        EXPECT(i < 100);
        OK(kn_cnode_copy_range(ROOT_CNODE, d + sum, DEPTH, e + sum, DEPTH, KN_RIGHTS_ALL, 100 - sum, ROOT_CNODE,
                               &done));
        EXPECT(done > 0);
        sum += done;
        EXPECT(sum == 100 || is_empty(d + sum));
    }
    host.nr_forced = 0;
}

TEST(interrupted_cancel_of_badged_sends_whose_next_sender_goes)
{
    for (word_t point = 1; point < 5; point++) {
        jmp_buf *on_halt = host.on_halt;
        machine_start(MACHINE_RAM);
        host.on_halt = on_halt;
        word_t e = make(KN_OBJECT_TYPE_ENDPOINT, 0), b = mint(e, KN_RIGHTS_ALL, 3), h = new_slot();
        word_t n = make(KN_OBJECT_TYPE_NOTIFICATION, 0);
        struct thread driver = make_thread(HIGH + 1), sender[6];
        OK(kn_irq_control_get(KN_INIT_CAP_IRQ_CONTROL, IRQ, 0, h, DEPTH, ROOT_CNODE));
        OK(kn_irq_handler_set_notification(h, n));
        start(driver, (struct user_call){KN_SYS_WAIT, n});
        for (word_t i = 0; i < 6; i++) {
            sender[i] = make_thread(HIGH);
            start(sender[i], (struct user_call){KN_SYS_SEND, b});
            OK(kn_tcb_set_priority(sender[i].tcb, 10, KN_INIT_CAP_TCB));
        }
        host.pulse_irq = IRQ;
        host.pulse_countdown = point;
        program(
            root_thread(),
            (struct user_call){KN_SYS_CALL, ROOT_CNODE, MESSAGE(KN_LABEL_CNODE_CANCEL_BADGED_SENDS, 2), {b, DEPTH}});
        run();
        EXPECT(current() == driver.t);
        EXPECT(PTR(e, struct endpoint)->cancel_position == sender[point].t);
        act((struct user_call){KN_SYS_CALL, sender[point].tcb, MESSAGE(KN_LABEL_TCB_SUSPEND, 0)});
        park();
        EXPECT_EQ(PTR(e, struct endpoint)->state, ENDPOINT_IDLE);
    }
}

// --- one interruption at each point, in which another thread interferes ---

enum interference { DELETE_PARENT, REVOKE_TOO, RETYPE, COPY_IN, SUSPEND_CALLER, NR_INTERFERENCES };

static struct {
    word_t untyped, objects, node, handler, notification;
    struct thread driver, victim;
} scene;

static void make_scene(void)
{
    scene.untyped = make(KN_OBJECT_TYPE_UNTYPED, 16);
    scene.objects = new_slots(12);
    scene.node = make(KN_OBJECT_TYPE_CNODE, 4);
    scene.handler = new_slot();
    scene.notification = make(KN_OBJECT_TYPE_NOTIFICATION, 0);
    scene.driver = make_thread(HIGH + 1);
    scene.victim = make_thread(HIGH);
    OK(kn_irq_control_get(KN_INIT_CAP_IRQ_CONTROL, IRQ, 0, scene.handler, DEPTH, ROOT_CNODE));
    OK(kn_irq_handler_set_notification(scene.handler, scene.notification));
    OK(kn_untyped_retype(scene.untyped, KN_OBJECT_TYPE_CNODE, 2, 0, 0, scene.objects, 4, ROOT_CNODE));
    OK(kn_untyped_retype(scene.untyped, KN_OBJECT_TYPE_TCB, 0, 0, 0, scene.objects + 4, 2, ROOT_CNODE));
    OK(kn_untyped_retype(scene.untyped, KN_OBJECT_TYPE_ENDPOINT, 0, 0, 0, scene.objects + 6, 2, ROOT_CNODE));
    OK(kn_untyped_retype(scene.untyped, KN_OBJECT_TYPE_UNTYPED, 12, 0, 0, scene.objects + 8, 2, ROOT_CNODE));
    for (word_t i = 0; i < 4; i++) { // a ring of CNodes, with something in each
        OK(kn_cnode_copy(scene.objects + i, 0, 2, scene.objects + (i + 1) % 4, DEPTH, KN_RIGHTS_ALL, ROOT_CNODE));
        OK(kn_cnode_mint(scene.objects + i, 1, 2, scene.objects + 6, DEPTH, KN_RIGHTS_ALL, i, ROOT_CNODE));
    }
    OK(kn_cnode_move(scene.objects, 3, 2, scene.objects + 1, DEPTH, ROOT_CNODE));
    OK(kn_tcb_set_space(scene.objects + 4, 0, 0, scene.objects + 2, ROOT_VSPACE));
    start(scene.driver, (struct user_call){KN_SYS_WAIT, scene.notification});
}

static struct user_call invocation(word_t cptr, word_t label, word_t m0, word_t m1)
{
    return (struct user_call){KN_SYS_CALL, cptr, MESSAGE(label, 2), {m0, m1}};
}

static void interfere(enum interference what)
{
    word_t *msg = message_in(current());
    current()->ipc_buffer_kernel->caps_or_badges[0] = ROOT_CNODE;
    switch (what) {
    case DELETE_PARENT: act(invocation(ROOT_CNODE, KN_LABEL_CNODE_DELETE, scene.untyped, DEPTH)); break;
    case REVOKE_TOO: act(invocation(ROOT_CNODE, KN_LABEL_CNODE_REVOKE, scene.untyped, DEPTH)); break;
    case RETYPE:
        msg[4] = scene.objects + 10;
        msg[5] = 2;
        act((struct user_call){KN_SYS_CALL,
                               scene.untyped,
                               kn_msg_info_new(KN_LABEL_UNTYPED_RETYPE, 0, 1, 6),
                               {KN_OBJECT_TYPE_ENDPOINT, 0, 0, 0}});
        break;
    case COPY_IN: // whatever is left of the objects goes where Revoke does not look first
        for (word_t i = 0; i < 4; i++) {
            msg[4] = KN_RIGHTS_ALL;
            act((struct user_call){KN_SYS_CALL,
                                   scene.node,
                                   kn_msg_info_new(KN_LABEL_CNODE_COPY, 0, 1, 5),
                                   {i, 4, scene.objects + i, DEPTH}});
        }
        break;
    case SUSPEND_CALLER: act(invocation(scene.victim.tcb, KN_LABEL_TCB_SUSPEND, 0, 0)); break;
    case NR_INTERFERENCES: break;
    }
}

static void revoke_with_interference(enum interference what)
{
    for (word_t point = 1;; point++) {
        jmp_buf *on_halt = host.on_halt;
        machine_start(MACHINE_RAM);
        host.on_halt = on_halt;
        make_scene();
        host.pulse_irq = IRQ;
        host.pulse_countdown = point;
        start(scene.victim, invocation(ROOT_CNODE, KN_LABEL_CNODE_REVOKE, scene.untyped, DEPTH));
        bool was_late = host.pulse_countdown > 0;
        host.pulse_countdown = 0;
        if (!was_late) {
            EXPECT(current() == scene.driver.t);
            interfere(what);
        }
        park();
        OK(revoke(SLOT_UNTYPED));
        EXPECT(!cdt_has_children(cte_at(SLOT_UNTYPED)));
        if (was_late) {
            EXPECT(point > 8);
            return;
        }
    }
}

TEST(interrupted_revoke_while_its_untyped_is_deleted) { revoke_with_interference(DELETE_PARENT); }
TEST(interrupted_revoke_while_another_thread_revokes_too) { revoke_with_interference(REVOKE_TOO); }
TEST(interrupted_revoke_while_the_untyped_is_used) { revoke_with_interference(RETYPE); }
TEST(interrupted_revoke_while_copies_are_made) { revoke_with_interference(COPY_IN); }
TEST(interrupted_revoke_that_is_never_finished) { revoke_with_interference(SUSPEND_CALLER); }

// --- waiters that come again ---

static void expect_end_of(word_t object, struct user_call call)
{
    struct thread a = make_thread(HIGH), b = make_thread(HIGH);
    start(a, call);
    start(b, call);
    host.nr_forced = ~0ul; // as soon as one waiter is sent back it runs
    OK(delete (object));
    host.nr_forced = 0;
    EXPECT_EQ(a.t->state, THREAD_INACTIVE);
    EXPECT_EQ(b.t->state, THREAD_INACTIVE);
}

TEST(preempted_deletion_of_an_endpoint_ends_although_its_waiters_come_again)
{
    word_t e = make(KN_OBJECT_TYPE_ENDPOINT, 0);
    expect_end_of(e, (struct user_call){KN_SYS_WAIT, e});
}

TEST(preempted_deletion_of_a_notification_ends_although_its_waiters_come_again)
{
    word_t n = make(KN_OBJECT_TYPE_NOTIFICATION, 0);
    expect_end_of(n, (struct user_call){KN_SYS_WAIT, n});
}

TEST(preempted_cancel_of_badged_sends_ends_although_its_senders_come_again)
{
    word_t e = make(KN_OBJECT_TYPE_ENDPOINT, 0), b = mint(e, KN_RIGHTS_ALL, 3);
    struct thread a[3] = {make_thread(HIGH), make_thread(HIGH), make_thread(HIGH)};
    for (word_t i = 0; i < 3; i++)
        start(a[i], (struct user_call){KN_SYS_SEND, b});
    nr_kernel_entries = 0;
    host.nr_forced = ~0ul;
    OK(kn_cnode_cancel_badged_sends(ROOT_CNODE, b, DEPTH));
    host.nr_forced = 0;
    EXPECT_EQ(nr_kernel_entries, 1 + 3 * 2); // three times a sender and the caller again
    for (word_t i = 0; i < 3; i++)
        EXPECT_EQ(a[i].t->state, THREAD_BLOCKED_ON_SEND);
}

TEST(cancel_of_badged_sends_after_one_that_was_given_up_reaches_everybody)
{
    word_t e = make(KN_OBJECT_TYPE_ENDPOINT, 0), b = mint(e, KN_RIGHTS_ALL, 3), h = new_slot();
    word_t n = make(KN_OBJECT_TYPE_NOTIFICATION, 0);
    struct thread driver = make_thread(HIGH + 1), victim = make_thread(HIGH), a[4];
    OK(kn_irq_control_get(KN_INIT_CAP_IRQ_CONTROL, IRQ, 0, h, DEPTH, ROOT_CNODE));
    OK(kn_irq_handler_set_notification(h, n));
    start(driver, (struct user_call){KN_SYS_WAIT, n});
    for (word_t i = 0; i < 4; i++) {
        a[i] = make_thread(HIGH);
        start(a[i], (struct user_call){KN_SYS_SEND, b});
        OK(kn_tcb_set_priority(a[i].tcb, 10, KN_INIT_CAP_TCB));
    }
    host.pulse_irq = IRQ;
    host.pulse_countdown = 2;
    start(victim, (struct user_call){KN_SYS_CALL, ROOT_CNODE, MESSAGE(KN_LABEL_CNODE_CANCEL_BADGED_SENDS, 2), {b, DEPTH}});
    EXPECT(current() == driver.t);
    act((struct user_call){KN_SYS_CALL, victim.tcb, MESSAGE(KN_LABEL_TCB_SUSPEND, 0)});
    EXPECT_EQ(a[1].t->state, THREAD_RESTART);
    park();
    OK(kn_tcb_set_priority(a[1].tcb, HIGH, KN_INIT_CAP_TCB)); // comes again, behind the mark
    EXPECT_EQ(a[1].t->state, THREAD_BLOCKED_ON_SEND);
    OK(kn_tcb_set_priority(a[1].tcb, 10, KN_INIT_CAP_TCB));
    OK(kn_cnode_cancel_badged_sends(ROOT_CNODE, b, DEPTH));
    EXPECT_EQ(PTR(e, struct endpoint)->state, ENDPOINT_IDLE);
}

// As from two CPUs, each of which waits for the lock at every preemption point of the other.
TEST(preempted_cancels_of_badged_sends_end_although_another_one_goes_on_in_between)
{
    word_t e = make(KN_OBJECT_TYPE_ENDPOINT, 0), b = mint(e, KN_RIGHTS_ALL, 3);
    struct thread a[4];
    for (word_t i = 0; i < 4; i++) {
        a[i] = make_thread(HIGH);
        start(a[i], (struct user_call){KN_SYS_SEND, b});
    }
    struct endpoint *endpoint = PTR(e, struct endpoint);
    kerr_t status[2] = {KERR_PREEMPTED, KERR_PREEMPTED};
    word_t epoch[2] = {0, 0}, nr_steps = 0;
    host.nr_forced = ~0ul;
    for (; status[0] != KERR_OK || status[1] != KERR_OK; nr_steps++) {
        EXPECT(nr_steps < 20);
        for (word_t i = 0; i < 2; i++)
            if (status[i] != KERR_OK)
                status[i] = endpoint_cancel_badged(endpoint, 1 + i, &epoch[i]);
    }
    host.nr_forced = 0;
}

// The same of Retypes. COUNT frames, from the start of an untyped.
static kerr_t retype_frames(word_t count)
{
    const struct untyped_retype_plan plan = {.slot = cte_at(SLOT_UNTYPED), .object_bits = KN_PAGE_BITS,
                                             .type = KN_OBJECT_TYPE_FRAME, .size_bits = KN_PAGE_BITS, .count = count,
                                             .dest = cte_at(SLOT_FREE)};
    return invoke_untyped_retype(NULL, &plan);
}

TEST(preempted_retype_ends_although_others_go_on_in_between)
{
    host.nr_forced = ~0ul;
    EXPECT(retype_frames(8) == KERR_PREEMPTED);
    for (word_t i = 0; i < 6; i++) {
        EXPECT(retype_frames(5) == KERR_PREEMPTED);
        EXPECT(retype_frames(6) == KERR_PREEMPTED);
        EXPECT(retype_frames(8) == KERR_PREEMPTED);
    }
    EXPECT(retype_frames(8) == KERR_OK);
    host.nr_forced = 0;
}

TEST(preempted_retype_ends_although_another_one_was_given_up)
{
    word_t nr_steps = 0;
    host.nr_forced = ~0ul;
    EXPECT(retype_frames(8) == KERR_PREEMPTED);
    while (retype_frames(5) != KERR_OK)
        EXPECT(nr_steps++ < 30);
    host.nr_forced = 0;
}
