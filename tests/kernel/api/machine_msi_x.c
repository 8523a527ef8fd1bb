// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// MSI-X: messages from a table in the device, here an Intel 82574L network card that is told to interrupt.

#include <arch.h>

#include "pci.h"

#define VENDOR 0x8086
#define DEVICE 0x10d3
#define MSI_X_ENABLE 0x80000000u
#define TABLE_BAR 3
#define INTERRUPT_CAUSE (0xc0 / 4)
#define INTERRUPT_CAUSE_SET (0xc8 / 4)
#define INTERRUPT_MASK_SET (0xd0 / 4)
#define INTERRUPT_VECTORS (0xe4 / 4)
#define CAUSE_LINK 0x4u
#define CAUSE_OTHER 0x1000000u
#define OTHER_IS_VECTOR(n) ((uint32_t)(n) << 16 | 0x80000u)

static kn_cptr_t notification;

static kn_cptr_t take(const struct pci_function *f, volatile uint32_t *table, kn_word_t n)
{
    kn_cptr_t handler = slot_new();
    kn_word_t address, data;
    CHECK_OK(arch_get_msi(n, f->requester, handler, &address, &data));
    CHECK_OK(kn_irq_handler_set_notification(handler, badged(notification, 1ul << n)));
    table[4 * n] = (uint32_t)address;
    table[4 * n + 1] = (uint32_t)(address >> 32);
    table[4 * n + 2] = (uint32_t)data;
    table[4 * n + 3] = 0; // not masked
    return handler;
}

// The device's vectors reach their handlers, each its own, whichever the device is told to use.
TEST(machine_msi_x_vectors)
{
    struct pci_function f = pci_open(VENDOR, DEVICE);
    volatile uint32_t *registers = pci_map(&f, 0, 0), *table = pci_map(&f, TABLE_BAR, 0);
    volatile uint32_t *capability = pci_capability(&f, PCI_MSI_X);
    kn_cptr_t handler[2];
    notification = make_notification();
    CHECK((capability[1] & ~7u) == 0 && (capability[1] & 7) == TABLE_BAR);
    capability[0] |= MSI_X_ENABLE;
    for (kn_word_t n = 0; n < 2; n++)
        handler[n] = take(&f, table, n);
    registers[INTERRUPT_MASK_SET] = CAUSE_LINK | CAUSE_OTHER;
    for (kn_word_t i = 0; i < 6; i++) {
        kn_word_t n = i % 2;
        registers[INTERRUPT_VECTORS] = OTHER_IS_VECTOR(n);
        registers[INTERRUPT_CAUSE] = ~0u;
        registers[INTERRUPT_CAUSE_SET] = CAUSE_LINK;
        sleep_us(2000);
        CHECK(poll(notification).badge == 1ul << n);
        CHECK_OK(kn_irq_handler_ack(handler[n]));
    }
    capability[0] &= ~MSI_X_ENABLE;
}
