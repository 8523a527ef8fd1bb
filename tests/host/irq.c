// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// Interrupts: handlers, delivery, acknowledgement, lost edges, release.

#include "harness.h"

#define IRQ 5

static kn_error_t get(word_t irq, word_t trigger, word_t slot)
{
    return kn_irq_control_get(KN_INIT_CAP_IRQ_CONTROL, irq, trigger, slot, DEPTH, ROOT_CNODE);
}

static word_t handler(word_t trigger)
{
    word_t h = new_slot();
    OK(get(IRQ, trigger, h));
    return h;
}

static word_t notification_for(word_t h, badge_t badge)
{
    word_t n = make(KN_OBJECT_TYPE_NOTIFICATION, 0);
    OK(kn_irq_handler_set_notification(h, mint(n, KN_RIGHTS_ALL, badge)));
    return n;
}

static badge_t take_bits(word_t n)
{
    act((struct user_call){KN_SYS_NB_WAIT, n});
    return got_badge(root_thread());
}

TEST(irq_signals_its_notification)
{
    word_t h = handler(0), n = notification_for(h, 16);
    host_irq_pulse(IRQ);
    take_interrupts();
    EXPECT_EQ(take_bits(n), 16);
}

TEST(irq_wakes_a_waiting_driver)
{
    word_t h = handler(0), n = notification_for(h, 16);
    struct thread driver = make_thread(ROOT_PRIORITY + 1);
    start(driver, (struct user_call){KN_SYS_WAIT, n});
    host_irq_pulse(IRQ);
    take_interrupts();
    EXPECT(current() == driver.t);
    EXPECT_EQ(got_badge(driver.t), 16);
}

TEST(irq_wakes_an_idle_cpu)
{
    word_t h = handler(0), n = notification_for(h, 16);
    program(root_thread(), (struct user_call){KN_SYS_WAIT, n});
    run();
    EXPECT(!current());
    host_irq_pulse(IRQ);
    take_interrupts();
    EXPECT(current() == root_thread());
}

TEST(irq_level_comes_once_until_it_is_acknowledged)
{
    word_t h = handler(KN_IRQ_TRIGGER_LEVEL), n = notification_for(h, 16), before = nr_kernel_entries;
    host_irq_set_line(IRQ, true);
    take_interrupts();
    EXPECT_EQ(nr_kernel_entries, before + 1);
    EXPECT_EQ(take_bits(n), 16);
    EXPECT(!host_interrupt_waits());
    OK(kn_irq_handler_ack(h)); // the line is still high
    EXPECT_EQ(take_bits(n), 16);
    host_irq_set_line(IRQ, false);
    OK(kn_irq_handler_ack(h));
    EXPECT_EQ(take_bits(n), 0);
}

TEST(irq_edge_between_signal_and_ack_is_not_lost)
{
    word_t h = handler(0), n = notification_for(h, 16);
    host_irq_pulse(IRQ);
    take_interrupts();
    EXPECT_EQ(take_bits(n), 16);
    host_irq_pulse(IRQ);
    take_interrupts();
    OK(kn_irq_handler_ack(h));
    take_interrupts();
    EXPECT_EQ(take_bits(n), 16);
    OK(kn_irq_handler_ack(h));
    EXPECT_EQ(take_bits(n), 0);
}

TEST(irq_edges_of_a_wild_device_are_bounded)
{
    word_t h = handler(0), before = nr_kernel_entries;
    notification_for(h, 16);
    before = nr_kernel_entries;
    for (word_t i = 0; i < 100; i++) {
        host_irq_pulse(IRQ);
        take_interrupts();
    }
    EXPECT(nr_kernel_entries - before <= 2);
}

TEST(irq_without_notification_is_taken_and_dropped)
{
    word_t h = handler(0);
    host_irq_pulse(IRQ);
    take_interrupts();
    word_t n = notification_for(h, 16);
    OK(kn_irq_handler_ack(h));
    EXPECT_EQ(take_bits(n), 0);
    host_irq_pulse(IRQ);
    take_interrupts();
    EXPECT_EQ(take_bits(n), 16);
}

TEST(irq_cleared_handler_signals_nobody)
{
    word_t h = handler(0), n = notification_for(h, 16);
    OK(kn_irq_handler_clear(h));
    OK(kn_irq_handler_clear(h));
    host_irq_pulse(IRQ);
    take_interrupts();
    EXPECT_EQ(take_bits(n), 0);
}

TEST(irq_notification_deleted_is_forgotten)
{
    word_t h = handler(0), n = notification_for(h, 16);
    OK(revoke(n));
    OK(delete (n));
    host_irq_pulse(IRQ);
    take_interrupts();
    OK(kn_irq_handler_ack(h));
}

TEST(irq_notification_lives_on_in_the_handler)
{
    word_t h = handler(0), n = make(KN_OBJECT_TYPE_NOTIFICATION, 0);
    OK(kn_irq_handler_set_notification(h, n));
    OK(delete (n));
    host_irq_pulse(IRQ);
    take_interrupts();
    OK(kn_irq_handler_set_notification(h, make(KN_OBJECT_TYPE_NOTIFICATION, 0)));
}

TEST(irq_set_notification_needs_a_writable_notification)
{
    word_t h = handler(0), n = make(KN_OBJECT_TYPE_NOTIFICATION, 0), ro = new_slot();
    OK(kn_cnode_copy(ROOT_CNODE, ro, DEPTH, n, DEPTH, KN_RIGHTS_READ, ROOT_CNODE));
    EXPECT_EQ(kn_irq_handler_set_notification(h, ro), KN_ERROR_INVALID_CAPABILITY);
    EXPECT_EQ(kn_irq_handler_set_notification(h, ROOT_CNODE), KN_ERROR_INVALID_CAPABILITY);
}

TEST(irq_get_checks_its_arguments)
{
    word_t h = handler(0);
    EXPECT_EQ(get(HOST_NR_IRQS, 0, new_slot()), KN_ERROR_RANGE_ERROR);
    EXPECT_EQ(get(~0ul, 0, new_slot()), KN_ERROR_RANGE_ERROR);
    EXPECT_EQ(get(HOST_IRQ_KERNEL, 0, new_slot()), KN_ERROR_INVALID_ARGUMENT);
    EXPECT_EQ(get(IRQ + 1, ~0ul, new_slot()), KN_ERROR_INVALID_ARGUMENT);
    EXPECT_EQ(get(IRQ, 0, new_slot()), KN_ERROR_REVOKE_FIRST);
    EXPECT_EQ(get(IRQ + 1, 0, h), KN_ERROR_DELETE_FIRST);
}

TEST(irq_handler_deleted_masks_and_frees_the_interrupt)
{
    word_t h = handler(0), c = copy(h), n = notification_for(h, 16);
    OK(delete (h));
    host_irq_pulse(IRQ);
    take_interrupts();
    EXPECT_EQ(take_bits(n), 16); // the copy keeps it
    OK(delete (c));
    host_irq_pulse(IRQ);
    EXPECT(!host_interrupt_waits());
    handler(KN_IRQ_TRIGGER_LEVEL);
}

TEST(irq_control_revoked_takes_all_handlers)
{
    word_t h = handler(0), other = new_slot();
    OK(get(IRQ + 1, 0, other));
    OK(revoke(KN_INIT_CAP_IRQ_CONTROL));
    EXPECT(is_empty(h) && is_empty(other));
    handler(0);
}

TEST(irq_spurious_interrupt_does_nothing)
{
    host.nr_forced = ~0ul;
    word_t e = make_many(KN_OBJECT_TYPE_FRAME, 12, 3); // preemptible, with nothing to take
    host.nr_forced = 0;
    EXPECT(!is_empty(e));
}

static kn_error_t get_msi(word_t vector, word_t slot, word_t *address, word_t *data)
{
    return kn_irq_control_get_msi(KN_INIT_CAP_IRQ_CONTROL, vector, 24, slot, DEPTH, ROOT_CNODE, address, data);
}

TEST(irq_messages_signal_their_handlers)
{
    word_t address[2], data[2], h[2] = {new_slot(), new_slot()}, n[2];
    for (word_t i = 0; i < 2; i++) {
        OK(get_msi(i * (HOST_NR_MSIS - 1), h[i], &address[i], &data[i]));
        n[i] = notification_for(h[i], 1 + i);
    }
    host_msi_write(address[1], data[1]);
    take_interrupts();
    EXPECT_EQ(take_bits(n[0]), 0);
    EXPECT_EQ(take_bits(n[1]), 2);
    for (word_t i = 0; i < 3; i++) { // before the Ack: kept, as one
        host_msi_write(address[1], data[1]);
        take_interrupts();
        EXPECT_EQ(take_bits(n[1]), 0);
    }
    OK(kn_irq_handler_ack(h[1]));
    EXPECT_EQ(take_bits(n[1]), 2);
    OK(kn_irq_handler_ack(h[1]));
    EXPECT_EQ(take_bits(n[1]), 0);
    host_msi_write(address[0], data[0]);
    take_interrupts();
    EXPECT_EQ(take_bits(n[0]), 1);
}

TEST(irq_message_without_handler_is_dropped)
{
    word_t address, data, h = new_slot();
    OK(get_msi(3, h, &address, &data));
    EXPECT_EQ(get_msi(3, new_slot(), &address, &data), KN_ERROR_REVOKE_FIRST);
    OK(delete (h));
    host_msi_write(address, data);
    take_interrupts();
    OK(get_msi(3, h, &address, &data));
    word_t n = notification_for(h, 1);
    EXPECT_EQ(take_bits(n), 0);
}

TEST(irq_messages_are_no_lines)
{
    word_t address, data;
    EXPECT_EQ(get_msi(HOST_NR_MSIS, new_slot(), &address, &data), KN_ERROR_RANGE_ERROR);
    EXPECT_EQ(kn_irq_control_get_msi(KN_INIT_CAP_IRQ_CONTROL, 0, 1 << 16, new_slot(), DEPTH, ROOT_CNODE, &address, &data),
              KN_ERROR_RANGE_ERROR);
    EXPECT_EQ(get_msi(0, KN_INIT_CAP_TCB, &address, &data), KN_ERROR_DELETE_FIRST);
    EXPECT_EQ(get(HOST_NR_IRQS, 0, new_slot()), KN_ERROR_RANGE_ERROR);
}

TEST(irq_messages_whose_hardware_fails_are_refused)
{
    word_t address, data, h = new_slot(), spare = new_slot();
    OK(get_msi(1, h, &address, &data));
    host.msi = HOST_MSI_FAILS;
    for (word_t i = 0; i < 2; i++) {
        EXPECT_EQ(get_msi(2, spare, &address, &data), KN_ERROR_ILLEGAL_OPERATION);
        EXPECT(is_empty(spare));
    }
    OK(delete (h));
    EXPECT_EQ(get_msi(1, spare, &address, &data), KN_ERROR_ILLEGAL_OPERATION);
}
