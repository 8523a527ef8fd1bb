// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// Message-signalled interrupts of a PCI device (MSI): x86_64 by IRQControl_GetMSI, aarch64 by a GICv2m, whose messages are
// edge-triggered interrupts like others.

#include <arch.h>

#include "edu.h"

static struct edu edu;
static kn_cptr_t notification;

// Lets the device send the message that belongs to vector N, and returns its handler, which signals bit N.
static kn_cptr_t take(kn_word_t n)
{
    kn_cptr_t handler = slot_new();
    kn_word_t address, data;
    CHECK_OK(arch_get_msi(n, handler, &address, &data));
    CHECK_OK(kn_irq_handler_set_notification(handler, badged(notification, 1ul << n)));
    pci_enable_msi(&edu.pci, address, data);
    return handler;
}

static void begin(void)
{
    edu = edu_open();
    notification = make_notification();
    edu_quiet(&edu);
}

static void send_message(void)
{
    edu_raise(&edu);
    edu_quiet(&edu);
}

static kn_word_t signalled(void)
{
    sleep_us(2000);
    return poll(notification).badge;
}

static void end(void) { pci_disable_msi(&edu.pci); }

// Each message is a signal, with Acks between them.
TEST(machine_msi_signals)
{
    begin();
    kn_cptr_t handler = take(0);
    CHECK(signalled() == 0);
    for (int i = 0; i < 3; i++) {
        send_message();
        CHECK(signalled() == 1 && signalled() == 0);
        CHECK_OK(kn_irq_handler_ack(handler));
        CHECK(signalled() == 0);
    }
    end();
}

// Messages before the Ack are signalled together behind it, and not lost. (A controller that keeps an edge which comes while
// it is masked gives a second signal.)
TEST(machine_msi_before_ack)
{
    begin();
    kn_cptr_t handler = take(0);
    send_message();
    CHECK(signalled() == 1);
    for (int i = 0; i < 3; i++)
        send_message();
    CHECK(signalled() == 0);
    CHECK_OK(kn_irq_handler_ack(handler));
    CHECK(signalled() == 1);
    CHECK_OK(kn_irq_handler_ack(handler));
    if (signalled())
        CHECK_OK(kn_irq_handler_ack(handler));
    CHECK(signalled() == 0);
    send_message();
    CHECK(signalled() == 1);
    end();
}

// Vectors are told apart: each has a handler of its own.
TEST(machine_msi_vectors)
{
    begin();
    kn_cptr_t one = take(1), two = take(ARCH_LAST_MSI < 62 ? ARCH_LAST_MSI : 62);
    send_message();
    CHECK(signalled() == 1ul << (ARCH_LAST_MSI < 62 ? ARCH_LAST_MSI : 62));
    CHECK_OK(delete_cap(one));
    take(1);
    send_message();
    CHECK(signalled() == 2);
    CHECK_OK(kn_irq_handler_ack(two));
    end();
}

// A message that nobody has the handler of is dropped, also for whoever gets it next.
TEST(machine_msi_without_handler)
{
    begin();
    kn_cptr_t handler = take(0);
    CHECK_OK(delete_cap(handler));
    send_message();
    CHECK(signalled() == 0);
    handler = take(0);
    CHECK(signalled() == 0);
    send_message();
    CHECK(signalled() == 1);
    end();
}
