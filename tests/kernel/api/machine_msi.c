// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// Message-signalled interrupts of two PCI devices (MSI), by IRQControl_GetMSI; on aarch64 also by a GICv2m, whose messages
// are edge-triggered interrupts like others.

#include <arch.h>

#include "edu.h"

static struct edu edu, second;
static kn_cptr_t notification;

// Lets device E send the message that belongs to vector N, and returns its handler, which signals bit N.
static kn_cptr_t take_for(const struct edu *e, kn_word_t n)
{
    kn_cptr_t handler = slot_new();
    kn_word_t address, data;
    CHECK_OK(arch_get_msi(n, e->pci.requester, handler, &address, &data));
    CHECK_OK(kn_irq_handler_set_notification(handler, badged(notification, 1ul << n)));
    pci_enable_msi(&e->pci, address, data);
    return handler;
}

static kn_cptr_t take(kn_word_t n) { return take_for(&edu, n); }

static void begin(void)
{
    edu = edu_open();
    second = edu_open_second();
    notification = make_notification();
    edu_quiet(&edu);
    edu_quiet(&second);
}

static void send_message(void) { edu_send_message(&edu); }

static kn_word_t signalled(void)
{
    sleep_us(2000);
    return poll(notification).badge;
}

static void end(void)
{
    pci_disable_msi(&edu.pci);
    pci_disable_msi(&second.pci);
}

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

// Two devices have vectors of their own, and keep them when the other one's go.
TEST(machine_msi_two_devices)
{
    begin();
    kn_cptr_t one = take_for(&edu, 1), two = take_for(&second, 2);
    edu_send_message(&second);
    CHECK(signalled() == 4);
    edu_send_message(&edu);
    CHECK(signalled() == 2);
    CHECK_OK(delete_cap(one));
    CHECK_OK(kn_irq_handler_ack(two));
    edu_send_message(&edu);
    edu_send_message(&second);
    CHECK(signalled() == 4);
    kn_cptr_t three = take_for(&edu, 3);
    edu_send_message(&edu);
    CHECK(signalled() == 8);
    take_for(&edu, 4);
    CHECK_OK(delete_cap(three));
    CHECK_OK(delete_cap(two));
    take_for(&second, 3);
    edu_send_message(&edu);
    CHECK(signalled() == 16);
    edu_send_message(&second);
    CHECK(signalled() == 8);
    end();
}

// All vectors may be given away, each to another device, again and again; then the answer is REVOKE_FIRST, and those that are
// there work on.
TEST(machine_msi_all_vectors)
{
    begin();
    kn_word_t address, data;
    for (kn_word_t round = 0; round < 3; round++) {
        kn_cptr_t handler[ARCH_LAST_MSI + 1], spare = slot_new();
        for (kn_word_t n = 0; n <= ARCH_LAST_MSI; n++) {
            handler[n] = n == 5 ? take(n) : slot_new();
            if (n != 5)
                CHECK_OK(arch_get_msi(n, 64 + (n + 7 * round) % 128, handler[n], &address, &data));
        }
        for (kn_word_t n = 0; n <= ARCH_LAST_MSI; n++)
            CHECK_ERROR(arch_get_msi(n, edu.pci.requester, spare, &address, &data), REVOKE_FIRST);
        CHECK(slot_is_empty(spare));
        send_message();
        CHECK(signalled() == 1ul << 5);
        for (kn_word_t n = 0; n <= ARCH_LAST_MSI; n++)
            CHECK_OK(delete_cap(handler[n]));
    }
    end();
}

// All vectors may be one device's.
TEST(machine_msi_many_vectors_of_a_device)
{
    begin();
    kn_cptr_t handler[ARCH_LAST_MSI + 1];
    for (kn_word_t n = 0; n <= ARCH_LAST_MSI; n++) {
        handler[n] = take(n);
        send_message();
    }
    CHECK(signalled() == ~0ul);
    for (kn_word_t n = 0; n < ARCH_LAST_MSI; n++)
        CHECK_OK(delete_cap(handler[n]));
    CHECK_OK(kn_irq_handler_ack(handler[ARCH_LAST_MSI]));
    send_message();
    CHECK(signalled() == 1ul << ARCH_LAST_MSI);
    end();
}
