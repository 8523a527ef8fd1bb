// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// Interrupts: IRQControl and IRQHandler, with the serial line's real interrupt.

#include "console.h"
#include "thread.h"

static kn_error_t get(kn_word_t irq, kn_word_t trigger, kn_cptr_t slot)
{
    return kn_irq_control_get(KN_INIT_CAP_IRQ_CONTROL, irq, trigger, slot, DEPTH, ROOT);
}

// The handler of the serial line's interrupt.
static kn_cptr_t get_serial(void)
{
    kn_cptr_t handler = slot_new();
    serial_quiet_irq();
    CHECK_OK(get(serial_irq, serial_irq_trigger, handler));
    return handler;
}

// The badge with which NOTIFICATION is signalled within a while; 0 none.
static kn_word_t signalled(kn_cptr_t notification)
{
    sleep_us(2000);
    return poll(notification).badge;
}

static kn_word_t wait_for(struct thread *t)
{
    t->msg = wait(t->arg[0]);
    return t->msg.badge;
}

// An interrupt signals the notification with the badge of its capability.
TEST(irq_handler_signals_the_notification)
{
    kn_cptr_t handler = get_serial(), notification = make_notification();
    CHECK_OK(kn_irq_handler_set_notification(handler, badged(notification, 0x40)));
    CHECK(signalled(notification) == 0);
    serial_raise_irq();
    CHECK(wait(notification).badge == 0x40);
    serial_quiet_irq();
    CHECK_OK(kn_irq_handler_ack(handler));
    CHECK(signalled(notification) == 0);
}

// Behind Ack the next interrupt comes.
TEST(irq_handler_ack_lets_the_next_one_come)
{
    kn_cptr_t handler = get_serial(), notification = make_notification();
    CHECK_OK(kn_irq_handler_set_notification(handler, badged(notification, 1)));
    for (int i = 0; i < 3; i++) {
        serial_raise_irq();
        CHECK(wait(notification).badge == 1);
        serial_quiet_irq();
        CHECK_OK(kn_irq_handler_ack(handler));
    }
}

// Before Ack another one signals nothing, and behind it it is not lost.
TEST(irq_handler_waits_for_ack)
{
    kn_cptr_t handler = get_serial(), notification = make_notification();
    CHECK_OK(kn_irq_handler_set_notification(handler, badged(notification, 1)));
    serial_raise_irq();
    CHECK(wait(notification).badge == 1);
    serial_quiet_irq();
    serial_raise_irq();
    CHECK(signalled(notification) == 0);
    CHECK_OK(kn_irq_handler_ack(handler));
    CHECK(wait(notification).badge == 1);
    serial_quiet_irq();
    CHECK_OK(kn_irq_handler_ack(handler));
    serial_raise_irq();
    CHECK(wait(notification).badge == 1);
    serial_quiet_irq();
}

// An interrupt ends the waiting of a thread of high priority while another one computes.
TEST_TIMED(irq_handler_preempts)
{
    kn_cptr_t handler = get_serial(), notification = make_notification();
    CHECK_OK(kn_irq_handler_set_notification(handler, badged(notification, 2)));
    struct thread *t = thread_spawn(wait_for, notification, 0);
    CHECK(!t->is_done);
    serial_raise_irq();
    for (kn_word_t end = now_us() + 100000; !t->is_done && now_us() < end;)
        ;
    CHECK(t->is_done && t->result == 2);
    serial_quiet_irq();
}

// A thread that the notification is bound to is told in its receive.
TEST(irq_handler_reaches_a_bound_thread)
{
    kn_cptr_t handler = get_serial(), notification = make_notification();
    CHECK_OK(kn_irq_handler_set_notification(handler, badged(notification, 3)));
    struct thread *t = thread_new(wait_for);
    CHECK_OK(kn_tcb_bind_notification(t->tcb, notification));
    t->arg[0] = make_endpoint();
    thread_start(t);
    serial_raise_irq();
    sleep_us(2000);
    CHECK(t->is_done && t->result == 3);
    serial_quiet_irq();
}

// Behind Clear nobody is signalled.
TEST(irq_handler_clear_ends_signals)
{
    kn_cptr_t handler = get_serial(), notification = make_notification();
    CHECK_OK(kn_irq_handler_set_notification(handler, badged(notification, 1)));
    CHECK_OK(kn_irq_handler_clear(handler));
    serial_raise_irq();
    CHECK(signalled(notification) == 0);
    serial_quiet_irq();
}

// Another notification takes the place of the first.
TEST(irq_handler_notification_is_replaced)
{
    kn_cptr_t handler = get_serial(), one = make_notification(), two = make_notification();
    CHECK_OK(kn_irq_handler_set_notification(handler, badged(one, 1)));
    CHECK_OK(kn_irq_handler_set_notification(handler, badged(two, 2)));
    serial_raise_irq();
    CHECK(wait(two).badge == 2 && poll(one).badge == 0);
    serial_quiet_irq();
}

// A notification that is revoked is signalled no more; the handler lives on.
TEST(irq_handler_outlives_its_notification)
{
    kn_cptr_t handler = get_serial(), notification = make_notification();
    CHECK_OK(kn_irq_handler_set_notification(handler, badged(notification, 1)));
    CHECK_OK(revoke(notification));
    serial_raise_irq();
    CHECK(signalled(notification) == 0);
    serial_quiet_irq();
    CHECK_OK(kn_irq_handler_ack(handler));
    CHECK_OK(kn_irq_handler_set_notification(handler, badged(notification, 5)));
    serial_raise_irq();
    CHECK(wait(notification).badge == 5);
    serial_quiet_irq();
}

// The handler needs a notification that it may signal.
TEST(irq_handler_needs_the_write_right)
{
    kn_cptr_t handler = get_serial();
    CHECK_ERROR(kn_irq_handler_set_notification(handler, with_rights(make_notification(), KN_RIGHTS_READ)),
                INVALID_CAPABILITY);
    CHECK(error_word(0) == 1);
    CHECK_ERROR(kn_irq_handler_set_notification(handler, make_endpoint()), INVALID_CAPABILITY);
}

// An interrupt has one handler at a time; its capability can be copied, and it is free with the last copy.
TEST(irq_handler_is_given_once)
{
    kn_cptr_t handler = get_serial(), other = copy_of(handler), slot = slot_new();
    CHECK_ERROR(get(serial_irq, serial_irq_trigger, slot), REVOKE_FIRST);
    CHECK_OK(delete_cap(handler));
    CHECK_ERROR(get(serial_irq, serial_irq_trigger, slot), REVOKE_FIRST);
    CHECK_OK(delete_cap(other));
    CHECK_OK(get(serial_irq, serial_irq_trigger, slot));
}

// Revoking IRQControl takes the handlers back.
TEST(irq_handler_is_revoked_with_irq_control)
{
    kn_cptr_t handler = get_serial();
    CHECK_OK(revoke(KN_INIT_CAP_IRQ_CONTROL));
    CHECK(slot_is_empty(handler));
    CHECK_OK(get(serial_irq, serial_irq_trigger, handler));
}

// Numbers that do not exist are RANGE_ERROR, triggers INVALID_ARGUMENT 1, a slot in use DELETE_FIRST.
TEST(irq_handler_arguments_are_checked)
{
    CHECK_ERROR(get(1ul << 32, 0, slot_new()), RANGE_ERROR);
    CHECK_ERROR(get(serial_irq, 0x100, slot_new()), INVALID_ARGUMENT);
    CHECK(error_word(0) == 1);
    CHECK_ERROR(get(serial_irq, serial_irq_trigger, KN_INIT_CAP_TCB), DELETE_FIRST);
    CHECK_ERROR(kn_irq_control_get(KN_INIT_CAP_IRQ_CONTROL, serial_irq, serial_irq_trigger, 1, 2, ROOT), FAILED_LOOKUP);
}
