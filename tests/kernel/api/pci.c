// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

#include "pci.h"

#include <arch.h>

#include "space.h"

#define COMMAND 1
#define COMMAND_MEMORY_MASTER 0x6
#define FIRST_BAR 4
#define BAR_ADDRESS 0xfffffff0u
#define CAPABILITIES 13
#define MSI_ENABLE 0x10000u
#define MSI_HAS_64_BITS 0x800000u
#define WINDOW_STEP 0x100000u // no BAR of these devices is larger

static kn_word_t nr_pages; // mapped by this case

static volatile uint32_t *map_device(kn_word_t paddr)
{
    kn_word_t vaddr = TEST_VADDR + nr_pages++ * PAGE_SIZE;
    kn_cptr_t frame = slot_new();
    CHECK_OK(retype(device_untyped(paddr & ~(PAGE_SIZE - 1)), KN_OBJECT_TYPE_FRAME, KN_PAGE_BITS, frame, 1));
    CHECK_OK(kn_frame_map(frame, vaddr, READ_WRITE, KN_VM_ATTR_UNCACHED, KN_INIT_CAP_VSPACE));
    return (volatile uint32_t *)(vaddr + paddr % PAGE_SIZE);
}

static struct pci_function open(kn_word_t slot, kn_word_t vendor, kn_word_t device)
{
    struct pci_function f = {map_device(ARCH_PCI_CONFIG + (slot << 15)), slot << 3};
    CHECK(f.config[0] == (device << 16 | vendor));
    f.config[COMMAND] = COMMAND_MEMORY_MASTER;
    return f;
}

struct pci_function pci_open(kn_word_t vendor, kn_word_t device)
{
    nr_pages = 0;
    map_tables(KN_INIT_CAP_VSPACE, TEST_VADDR);
    return open(PCI_SLOT, vendor, device);
}

struct pci_function pci_open_second(kn_word_t vendor, kn_word_t device) { return open(PCI_SLOT + 1, vendor, device); }

volatile uint32_t *pci_map(const struct pci_function *f, kn_word_t n, kn_word_t offset)
{
    volatile uint32_t *bar = &f->config[FIRST_BAR + n];
    if ((*bar & BAR_ADDRESS) == 0)
        *bar = ARCH_PCI_WINDOW + ((uint32_t)f->requester + (uint32_t)n) * WINDOW_STEP; // at most 8 a function
    return map_device((*bar & BAR_ADDRESS) + offset);
}

volatile uint32_t *pci_capability(const struct pci_function *f, kn_word_t id)
{
    kn_word_t at = f->config[CAPABILITIES] & 0xff;
    while (at && (f->config[at / 4] & 0xff) != id)
        at = f->config[at / 4] >> 8 & 0xff;
    CHECK(at != 0);
    return &f->config[at / 4];
}

void pci_enable_msi(const struct pci_function *f, kn_word_t address, kn_word_t data)
{
    volatile uint32_t *msi = pci_capability(f, PCI_MSI);
    msi[0] &= ~MSI_ENABLE;
    msi[1] = (uint32_t)address;
    if (msi[0] & MSI_HAS_64_BITS) {
        msi[2] = (uint32_t)(address >> 32);
        msi[3] = (uint32_t)data;
    } else {
        msi[2] = (uint32_t)data;
    }
    msi[0] |= MSI_ENABLE;
}

void pci_disable_msi(const struct pci_function *f) { pci_capability(f, PCI_MSI)[0] &= ~MSI_ENABLE; }
