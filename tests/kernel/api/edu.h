// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// QEMU's educational PCI device: its line is up, or its message is sent, while or when its interrupt status is not 0.

#include "pci.h"

#define EDU_VENDOR 0x1234
#define EDU_DEVICE 0x11e8

struct edu {
    struct pci_function pci;
    volatile uint32_t *registers;
};

static inline struct edu edu_at(struct pci_function f) { return (struct edu){f, pci_map(&f, 0, 0)}; }
static inline struct edu edu_open(void) { return edu_at(pci_open(EDU_VENDOR, EDU_DEVICE)); }
static inline struct edu edu_open_second(void) { return edu_at(pci_open_second(EDU_VENDOR, EDU_DEVICE)); }

static inline void edu_raise(const struct edu *e) { e->registers[0x60 / 4] = 1; }
// Reads from memory; its interrupt comes at the end, EDU_TRANSFER_US later, counted from the millisecond that it is.
#define EDU_TRANSFER_US 100000
static inline void edu_transfer(const struct edu *e)
{
    e->registers[0x88 / 4] = 0x40000; // the device's buffer
    e->registers[0x90 / 4] = 4;
    e->registers[0x98 / 4] = 0x5;
}
static inline void edu_quiet(const struct edu *e) { e->registers[0x64 / 4] = ~0u; }

static inline void edu_send_message(const struct edu *e)
{
    edu_raise(e);
    edu_quiet(e);
}
