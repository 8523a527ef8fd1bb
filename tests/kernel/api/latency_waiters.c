// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// Thousands of threads that wait for one object, and what ends it. tests/kernel/latency measures these cases.

#include <arch.h>

#include "console.h"
#include "thread.h"

#define RADIX 14
#define MANY (CONFIG_DEBUG ? 200 : 10000) // the invariant checker looks at every pair of them
#define FULL_CONTEXTS 16                  // waiters that have their own contexts

static kn_cptr_t crowd; // a CNode of RADIX with the TCBs
static char stack[256]; // of all of them: none returns from its system call

static void wait_for(kn_word_t object)
{
    struct kn_msg m;
    kn_wait(object, &m);
    for (;;)
        ;
}

static void send_to(kn_word_t endpoint)
{
    struct kn_msg m = {0};
    kn_send(endpoint, &m);
    for (;;)
        ;
}

// Runs number I of the crowd, with SC, until it blocks. It keeps SC if KEEPS.
static void block(kn_word_t i, void (*run)(kn_word_t), kn_word_t object, kn_cptr_t slot, kn_cptr_t sc, bool keeps)
{
    struct kn_registers r = {0};
    CHECK_OK(kn_cnode_move(ROOT, slot, DEPTH, i, RADIX, crowd));
    CHECK_OK(kn_tcb_set_space(slot, 0, 0, ROOT, KN_INIT_CAP_VSPACE));
    CHECK_OK(kn_tcb_set_priority(slot, PRIORITY_HIGH, KN_INIT_CAP_TCB));
    arch_start(&r, (kn_word_t)run, (kn_word_t)stack + sizeof stack, object);
    CHECK_OK(kn_tcb_write_registers(slot, KN_REGISTER_FLAG_SUSPEND_OR_RESUME, KN_NR_REGISTERS, &r));
    CHECK_OK(kn_sched_context_bind(sc, slot));
    CHECK_OK(kn_tcb_set_priority(slot, PRIORITY_LOW, KN_INIT_CAP_TCB));
    if (!keeps)
        CHECK_OK(kn_sched_context_unbind(sc));
    CHECK_OK(kn_cnode_move(crowd, i, RADIX, slot, DEPTH, ROOT));
}

// MANY threads that have executed RUN until it blocks: the first ones with full contexts, the others without one, so that
// they do not run when they are woken. OBJECT of number I is objects[i % N].
static void make_crowd(void (*run)(kn_word_t), kn_word_t n, const kn_cptr_t *objects)
{
    kn_cptr_t slot = slot_new(), sc = make_sched_context(SLICE_US, SLICE_US);
    crowd = make_cnode(RADIX);
    for (kn_word_t i = 0; i < MANY; i += KN_RETYPE_MAX_OBJECTS) {
        kn_word_t left = MANY - i, count = left < KN_RETYPE_MAX_OBJECTS ? left : KN_RETYPE_MAX_OBJECTS;
        CHECK_OK(kn_untyped_retype(pool, KN_OBJECT_TYPE_TCB, 0, crowd, DEPTH, i, count, ROOT));
    }
    for (kn_word_t i = 0; i < MANY; i++) {
        bool keeps = i < FULL_CONTEXTS;
        block(i, run, objects[i % n], slot, keeps ? make_sched_context(SLICE_US, SLICE_US) : sc, keeps);
    }
}

static kn_cptr_t make_crowd_for(void (*run)(kn_word_t), kn_cptr_t object)
{
    make_crowd(run, 1, &object);
    return object;
}

// The last capability of an endpoint goes while thousands receive from it.
TEST(latency_of_deleting_an_endpoint_with_receivers)
{
    CHECK_OK(delete_cap(make_crowd_for(wait_for, make_endpoint())));
}

// The same with senders.
TEST(latency_of_deleting_an_endpoint_with_senders) { CHECK_OK(delete_cap(make_crowd_for(send_to, make_endpoint()))); }

// The same with a notification.
TEST(latency_of_deleting_a_notification_with_waiters)
{
    CHECK_OK(delete_cap(make_crowd_for(wait_for, make_notification())));
}

// An interrupt has the last capability of a notification for which thousands wait, when it gets another one.
TEST(latency_of_replacing_an_interrupts_notification_with_waiters)
{
    kn_cptr_t handler = slot_new(), notification = make_notification();
    CHECK_OK(kn_irq_control_get(KN_INIT_CAP_IRQ_CONTROL, serial_irq, serial_irq_trigger, handler, DEPTH, ROOT));
    CHECK_OK(kn_irq_handler_set_notification(handler, notification));
    make_crowd_for(wait_for, notification);
    CHECK_OK(delete_cap(notification));
    CHECK_OK(kn_irq_handler_set_notification(handler, make_notification()));
}

// The same when the interrupt's handler goes.
TEST(latency_of_deleting_an_interrupt_with_waiters)
{
    kn_cptr_t handler = slot_new(), notification = make_notification();
    CHECK_OK(kn_irq_control_get(KN_INIT_CAP_IRQ_CONTROL, serial_irq, serial_irq_trigger, handler, DEPTH, ROOT));
    CHECK_OK(kn_irq_handler_set_notification(handler, notification));
    make_crowd_for(wait_for, notification);
    CHECK_OK(delete_cap(notification));
    CHECK_OK(delete_cap(handler));
    CHECK_OK(kn_irq_control_get(KN_INIT_CAP_IRQ_CONTROL, serial_irq, serial_irq_trigger, handler, DEPTH, ROOT));
}

// CancelBadgedSends of one badge, of which every third of thousands of senders is, then of one that nobody has.
TEST(latency_of_cancelling_badged_sends)
{
    kn_cptr_t endpoint = make_endpoint(), badges[] = {badged(endpoint, 1), badged(endpoint, 2), badged(endpoint, 3)};
    make_crowd(send_to, 3, badges);
    CHECK_OK(kn_cnode_cancel_badged_sends(ROOT, badges[1], DEPTH));
    CHECK_OK(kn_cnode_cancel_badged_sends(ROOT, badged(endpoint, 4), DEPTH));
    CHECK_OK(kn_cnode_cancel_badged_sends(ROOT, badges[0], DEPTH));
    CHECK(wait(endpoint).badge == 3);
}

// Waiting threads are deleted with the CNode that holds their last capabilities.
TEST(latency_of_deleting_threads_that_wait)
{
    kn_cptr_t notification = make_crowd_for(wait_for, make_notification());
    CHECK_OK(delete_cap(crowd));
    kn_signal(notification);
    CHECK(poll(notification).info == 0);
}
