// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// What a GICv3's interrupt translation service (ITS) adds to message-signalled interrupts: it knows who sends a message.

#include <arch.h>

#include "edu.h"

#define ITS_PADDR 0x8080000ul
#define ITS_BYTES 0x20000ul

static struct edu edu;
static kn_cptr_t notification;

static void begin(void)
{
    edu = edu_open();
    notification = make_notification();
    edu_quiet(&edu);
}

// The handler of vector N, for DEVICE, whose message EDU will send.
static kn_cptr_t take_for(kn_word_t device, kn_word_t n)
{
    kn_cptr_t handler = slot_new();
    kn_word_t address, data;
    CHECK_OK(kn_irq_control_get_msi(KN_INIT_CAP_IRQ_CONTROL, n, device, handler, DEPTH, ROOT, &address, &data));
    CHECK_OK(kn_irq_handler_set_notification(handler, badged(notification, 1ul << n)));
    pci_enable_msi(&edu.pci, address, data);
    return handler;
}

static kn_word_t signalled_by_message(void)
{
    edu_send_message(&edu);
    sleep_us(2000);
    return poll(notification).badge;
}

// A device cannot raise another one's vector, whether it has one itself or not.
TEST(machine_its_vector_of_another_device)
{
    begin();
    kn_cptr_t other = take_for(edu.pci.requester + 1, 0);
    CHECK(signalled_by_message() == 0);
    kn_cptr_t own = take_for(edu.pci.requester, 1);
    CHECK(signalled_by_message() == 2);
    CHECK_OK(delete_cap(other));
    other = take_for(edu.pci.requester + 1, 0);
    CHECK(signalled_by_message() == 0);
    CHECK_OK(delete_cap(other));
    take_for(edu.pci.requester, 0);
    CHECK(signalled_by_message() == 1);
    CHECK_OK(delete_cap(own));
    pci_disable_msi(&edu.pci);
}

// A vector that is given to another device does not come by its former one any more, which may have others still.
TEST(machine_its_former_device)
{
    begin();
    for (int i = 0; i < 2; i++) {
        kn_cptr_t handler = take_for(edu.pci.requester, 0);
        CHECK(signalled_by_message() == 1);
        CHECK_OK(delete_cap(handler));
        handler = take_for(edu.pci.requester + 1, 0);
        CHECK(signalled_by_message() == 0);
        CHECK_OK(delete_cap(handler));
        if (i == 0)
            take_for(edu.pci.requester, 1);
    }
    pci_disable_msi(&edu.pci);
}

// Revoking IRQControl takes all handlers, and their messages with them.
TEST(machine_its_revoked)
{
    begin();
    take_for(edu.pci.requester, 0);
    take_for(edu.pci.requester + 1, 1);
    CHECK_OK(revoke(KN_INIT_CAP_IRQ_CONTROL));
    CHECK(signalled_by_message() == 0);
    take_for(edu.pci.requester, 0);
    CHECK(signalled_by_message() == 1);
    pci_disable_msi(&edu.pci);
}

// No device memory that the root task gets holds a page of the ITS.
TEST(machine_its_registers_are_the_kernels)
{
    const struct kn_untyped_desc *u = (const struct kn_untyped_desc *)(boot_info + 1);
    for (kn_word_t i = 0; i < boot_info->untyped.end - boot_info->untyped.start; i++)
        CHECK(u[i].paddr + (1ul << u[i].size_bits) <= ITS_PADDR || u[i].paddr >= ITS_PADDR + ITS_BYTES);
}
