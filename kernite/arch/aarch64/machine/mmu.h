// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// Contract: arch/api/mmu.h. VMSAv8-64 stage 1, 4 KiB granule, 48 bits. A user's table is TTBR0's and holds user entries
// only; the kernel lives in TTBR1.
//
// Rights: READ maps read-only, READ with WRITE read-write; the architecture has no write-only memory, so WRITE alone, like
// no right at all, gives users nothing. UNCACHED is Device-nGnRnE. No user page is executable for the kernel.

#include "arch/aarch64/layout.h"
#include "arch/aarch64/pte_bits.h"
#include "core/types.h"

#define ARCH_TABLE_BITS 9
#define ARCH_ROOT_BITS 9
#define ARCH_LEVELS 4
#define ARCH_USER_TOP ((vaddr_t)KN_USER_TOP)

typedef uint64_t pte_t;

#define PTE_ADDRESS 0x0000fffffffff000
#define PTE_ATTR_MASK (7 << 2)

extern word_t aarch64_image_offset; // [I] KERNEL_BASE minus the physical address at which the image was loaded

static inline word_t arch_level_shift(word_t level) { return 12 + ARCH_TABLE_BITS * (ARCH_LEVELS - 1 - level); }
static inline bool pte_is_valid(pte_t e) { return e & PTE_VALID; }
static inline bool pte_is_table(pte_t e, word_t level) { return level < ARCH_LEVELS - 1 && (e & 3) == PTE_TABLE; }
static inline bool pte_is_frame(pte_t e, word_t level)
{
    return level == ARCH_LEVELS - 1 ? (e & 3) == PTE_PAGE : (e & 3) == PTE_BLOCK;
}
static inline paddr_t pte_paddr(pte_t e) { return (paddr_t){e & PTE_ADDRESS}; }

static inline word_t pte_rights(pte_t e)
{
    if (!(e & PTE_AP_USER))
        return 0;
    return e & PTE_AP_READ_ONLY ? KN_RIGHTS_READ : KN_RIGHTS_READ | KN_RIGHTS_WRITE;
}

static inline word_t pte_attr(pte_t e)
{
    return ((e & PTE_ATTR_MASK) == PTE_ATTR_DEVICE ? KN_VM_ATTR_UNCACHED : 0) | (e & PTE_UXN ? KN_VM_ATTR_EXECUTE_NEVER : 0);
}

static inline pte_t pte_make_table(paddr_t p) { return p.raw | PTE_TABLE; }

static inline pte_t pte_make_frame(paddr_t p, word_t level, word_t rights, word_t attr)
{
    pte_t e = p.raw | PTE_PXN | PTE_NOT_GLOBAL | PTE_ACCESSED | PTE_INNER_SHAREABLE;
    e |= level == ARCH_LEVELS - 1 ? PTE_PAGE : PTE_BLOCK;
    e |= attr & KN_VM_ATTR_UNCACHED ? PTE_ATTR_DEVICE : PTE_ATTR_NORMAL;
    if (!(rights & KN_RIGHTS_READ))
        return e | PTE_AP_READ_ONLY | PTE_UXN; // without UXN users could execute what they may not read
    if (!(rights & KN_RIGHTS_WRITE))
        e |= PTE_AP_READ_ONLY;
    if (attr & KN_VM_ATTR_EXECUTE_NEVER)
        e |= PTE_UXN;
    return e | PTE_AP_USER;
}

static inline word_t arch_root(word_t asid, paddr_t root) { return asid << 48 | root.raw; }

static inline void *phys_to_ptr(paddr_t p) { return (void *)(WINDOW_BASE + p.raw); }

// P lies in the window or in the kernel's image.
static inline paddr_t ptr_to_phys(const void *p)
{
    word_t v = (word_t)p;
    return (paddr_t){v >= KERNEL_BASE ? v - aarch64_image_offset : v - WINDOW_BASE};
}
