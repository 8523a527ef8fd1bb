// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// Contract: arch/api/mmu.h. Four levels of 512 entries; the upper half of every root is the kernel's:
//
//   0xffff800000000000   window: all RAM at its physical address, not executable
//   0xffffffff80000000   the kernel image, linked at this plus its physical address
//   0xffffffffc0000000   devices of the kernel
//
// The last page below 2^47 is never mapped, so that the address behind a SYSCALL instruction is canonical.

#include "core/types.h"

typedef word_t pte_t;

#define ARCH_TABLE_BITS 9
#define ARCH_ROOT_BITS 8
#define ARCH_LEVELS 4
#define ARCH_USER_TOP ((vaddr_t)KN_USER_TOP)

#define X86_64_WINDOW 0xffff800000000000
#define X86_64_WINDOW_BITS 39 // one root entry: 512 GiB of physical addresses
#define X86_64_KERNEL 0xffffffff80000000
#define X86_64_DEVICES 0xffffffffc0000000

#define PTE_PRESENT BIT(0)
#define PTE_WRITE BIT(1)
#define PTE_USER BIT(2)
#define PTE_WRITE_THROUGH BIT(3)
#define PTE_CACHE_DISABLE BIT(4)
#define PTE_ACCESSED BIT(5)
#define PTE_DIRTY BIT(6)
#define PTE_LARGE BIT(7)
#define PTE_GLOBAL BIT(8)
#define PTE_NO_EXECUTE BIT(63)
#define PTE_UNCACHED (PTE_WRITE_THROUGH | PTE_CACHE_DISABLE)
#define PTE_ADDRESS 0x000ffffffffff000

static inline word_t arch_level_shift(word_t level)
{
    return KN_PAGE_BITS + ARCH_TABLE_BITS * (ARCH_LEVELS - 1 - level);
}

static inline bool pte_is_valid(pte_t e) { return e & PTE_PRESENT; }

static inline bool pte_is_frame(pte_t e, word_t level)
{
    return pte_is_valid(e) && (level == ARCH_LEVELS - 1 || (e & PTE_LARGE));
}

static inline bool pte_is_table(pte_t e, word_t level)
{
    return level != ARCH_LEVELS - 1 && (e & (PTE_PRESENT | PTE_LARGE)) == PTE_PRESENT;
}
static inline paddr_t pte_paddr(pte_t e) { return (paddr_t){e & PTE_ADDRESS}; }

static inline word_t pte_rights(pte_t e)
{
    if (!(e & PTE_USER))
        return 0;
    return KN_RIGHTS_READ | (e & PTE_WRITE ? KN_RIGHTS_WRITE : 0);
}

static inline word_t pte_attr(pte_t e)
{
    return (e & PTE_CACHE_DISABLE ? KN_VM_ATTR_UNCACHED : 0) | (e & PTE_NO_EXECUTE ? KN_VM_ATTR_EXECUTE_NEVER : 0);
}

static inline pte_t pte_make_table(paddr_t table)
{
    return table.raw | PTE_PRESENT | PTE_WRITE | PTE_USER | PTE_ACCESSED;
}

// There are no write-only pages: without READ nobody can reach it. Accessed and dirty are set from the start, so that
// the CPU never writes to the entry.
static inline pte_t pte_make_frame(paddr_t frame, word_t level, word_t rights, word_t attr)
{
    pte_t e = frame.raw | PTE_PRESENT | PTE_ACCESSED | PTE_DIRTY;
    if (rights & KN_RIGHTS_READ)
        e |= PTE_USER | (rights & KN_RIGHTS_WRITE ? PTE_WRITE : 0);
    if (level != ARCH_LEVELS - 1)
        e |= PTE_LARGE;
    if (attr & KN_VM_ATTR_UNCACHED)
        e |= PTE_UNCACHED;
    if (attr & KN_VM_ATTR_EXECUTE_NEVER)
        e |= PTE_NO_EXECUTE;
    return e;
}

static inline word_t arch_root(word_t asid, paddr_t root)
{
    (void)asid;
    return root.raw;
}

static inline void *phys_to_ptr(paddr_t p) { return (void *)(X86_64_WINDOW + p.raw); }

static inline paddr_t ptr_to_phys(const void *p)
{
    word_t v = (word_t)p;
    return (paddr_t){v >= X86_64_KERNEL ? v - X86_64_KERNEL : v - X86_64_WINDOW};
}
