// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// The trigger options of IRQControl_Get, with the interrupt line of a PCI device that stays up until its driver has dealt
// with it.

#include <arch.h>

#include "edu.h"

#define LEVEL KN_IRQ_TRIGGER_LEVEL

static kn_cptr_t notification;

static kn_error_t get(kn_word_t trigger, kn_cptr_t slot)
{
    return kn_irq_control_get(KN_INIT_CAP_IRQ_CONTROL, ARCH_PCI_IRQ(PCI_SLOT), trigger, slot, DEPTH, ROOT);
}

static kn_cptr_t handler_of(kn_word_t trigger)
{
    kn_cptr_t handler = slot_new();
    notification = make_notification();
    CHECK_OK(get(trigger, handler));
    CHECK_OK(kn_irq_handler_set_notification(handler, badged(notification, 1)));
    return handler;
}

static bool is_signalled(void)
{
    sleep_us(2000);
    return poll(notification).badge == 1;
}

// Level: as long as the line is up, every Ack is followed by another interrupt; before the Ack there is none.
TEST(machine_intx_level)
{
    struct edu e = edu_open();
    kn_cptr_t handler = handler_of(LEVEL);
    CHECK(!is_signalled());
    edu_raise(&e);
    for (int i = 0; i < 3; i++) {
        CHECK(is_signalled() && !is_signalled());
        CHECK_OK(kn_irq_handler_ack(handler));
    }
    CHECK(is_signalled());
    edu_quiet(&e);
    CHECK_OK(kn_irq_handler_ack(handler));
    CHECK(!is_signalled());
}

// Edge: one interrupt a rise of the line, however long it stays up. A rise before the Ack is signalled behind it.
TEST(machine_intx_edge)
{
    struct edu e = edu_open();
    kn_cptr_t handler = handler_of(0);
    edu_raise(&e);
    CHECK(is_signalled());
    CHECK_OK(kn_irq_handler_ack(handler));
    CHECK(!is_signalled());
    edu_quiet(&e);
    CHECK(!is_signalled());
    edu_raise(&e);
    CHECK(is_signalled());
    edu_quiet(&e);
    edu_raise(&e);
    CHECK(!is_signalled());
    CHECK_OK(kn_irq_handler_ack(handler));
    CHECK(is_signalled());
    edu_quiet(&e);
}

// A line that is up when its handler is made interrupts at once if it is for levels. (QEMU's I/O APIC notices that only if
// the line was for levels when it went up.)
TEST(machine_intx_level_that_is_up)
{
    struct edu e = edu_open();
    CHECK_OK(delete_cap(handler_of(LEVEL)));
    edu_raise(&e);
    kn_cptr_t handler = handler_of(LEVEL);
    kn_irq_handler_ack(handler); // of the interrupt that came before there was a notification
    CHECK(is_signalled());
    edu_quiet(&e);
}

// A rise that nobody had the handler for is nothing to whoever gets it next.
TEST(machine_intx_edge_of_before)
{
    struct edu e = edu_open();
    CHECK_OK(delete_cap(handler_of(0)));
    edu_raise(&e);
    edu_quiet(&e);
    handler_of(0);
    CHECK(!is_signalled());
    edu_raise(&e);
    CHECK(is_signalled());
    edu_quiet(&e);
}

// Whoever gets the interrupt next gives it another trigger.
TEST(machine_intx_trigger_changes_with_the_handler)
{
    struct edu e = edu_open();
    kn_cptr_t handler = handler_of(LEVEL);
    edu_raise(&e);
    CHECK(is_signalled());
    edu_quiet(&e);
    CHECK_OK(delete_cap(handler));
    handler = handler_of(0);
    edu_raise(&e);
    CHECK(is_signalled());
    CHECK_OK(kn_irq_handler_ack(handler));
    CHECK(!is_signalled());
    edu_quiet(&e);
}

// Every combination of options is taken or refused as the controller has it: INVALID_ARGUMENT 1.
TEST(machine_intx_trigger_combinations)
{
    for (kn_word_t trigger = 0; trigger <= 2 * KN_IRQ_TRIGGER_MASK + 1; trigger++) {
        kn_cptr_t slot = slot_new();
        bool is_known = (trigger & ~(kn_word_t)KN_IRQ_TRIGGER_MASK) == 0;
        if (is_known && (ARCH_HAS_ACTIVE_LOW || !(trigger & KN_IRQ_TRIGGER_ACTIVE_LOW))) {
            CHECK_OK(get(trigger, slot));
            CHECK_OK(delete_cap(slot));
        } else {
            CHECK_ERROR(get(trigger, slot), INVALID_ARGUMENT);
            CHECK(error_word(0) == 1 && slot_is_empty(slot));
        }
    }
}
