// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// The PCI functions of the machine_* groups that have some: in slot PCI_SLOT of bus 0 and the one behind it.

#include "env.h"

#define PCI_SLOT 3

struct pci_function {
    volatile uint32_t *config; // its configuration space, one page
    kn_word_t requester;       // its number as a device that sends messages
};

// Maps its configuration space and lets it answer and send. It must be DEVICE of VENDOR.
struct pci_function pci_open(kn_word_t vendor, kn_word_t device);
// The same in the second slot, behind pci_open.
struct pci_function pci_open_second(kn_word_t vendor, kn_word_t device);
// Maps the page of its memory that is OFFSET bytes into BAR N, which gets an address if firmware has given none.
volatile uint32_t *pci_map(const struct pci_function *f, kn_word_t n, kn_word_t offset);
// The capability ID in its configuration space, in words.
volatile uint32_t *pci_capability(const struct pci_function *f, kn_word_t id);
#define PCI_MSI 0x05
#define PCI_MSI_X 0x11
// Its MSI capability: it writes DATA to ADDRESS where it would raise its line; no more.
void pci_enable_msi(const struct pci_function *f, kn_word_t address, kn_word_t data);
void pci_disable_msi(const struct pci_function *f);
