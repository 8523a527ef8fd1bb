// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// The simulated page-table format: the geometry of x86_64. An entry: bit 0 valid, 1 table, 2..5 rights,
// 6..7 attributes, 12..47 physical address / 4 KiB, 63 the kernel's own.
//
// Physical memory is one arena: byte P of it lies at host address HOST_WINDOW + P, for P from HOST_RAM_BASE on. So an
// object has the same alignment in both, and address 0 is never an object.

#include "core/types.h"

#define ARCH_TABLE_BITS 9
#define ARCH_ROOT_BITS 8
#define ARCH_LEVELS 4
#define ARCH_USER_TOP ((vaddr_t)KN_USER_TOP)

#define HOST_WINDOW 0x200000000000ul
#define HOST_RAM_BASE 0x10000ul

typedef uint64_t pte_t;

#define HOST_PTE_VALID BIT(0)
#define HOST_PTE_TABLE BIT(1)
#define HOST_PTE_KERNEL BIT(63)
#define HOST_PTE_PADDR 0x0000fffffffff000ul

static inline word_t arch_level_shift(word_t level) { return 12 + ARCH_TABLE_BITS * (ARCH_LEVELS - 1 - level); }
static inline bool pte_is_valid(pte_t e) { return e & HOST_PTE_VALID; }
static inline bool pte_is_table(pte_t e, word_t level)
{
    return level + 1 < ARCH_LEVELS && (e & HOST_PTE_VALID) && (e & HOST_PTE_TABLE);
}
static inline bool pte_is_frame(pte_t e, word_t level)
{
    return level > 0 && (e & HOST_PTE_VALID) && !(e & HOST_PTE_TABLE);
}
static inline paddr_t pte_paddr(pte_t e) { return (paddr_t){e & HOST_PTE_PADDR}; }
static inline word_t pte_rights(pte_t e) { return (e >> 2) & 0xf; }
static inline word_t pte_attr(pte_t e) { return (e >> 6) & 3; }
static inline pte_t pte_make_table(paddr_t p) { return p.raw | HOST_PTE_TABLE | HOST_PTE_VALID; }
static inline pte_t pte_make_frame(paddr_t p, word_t level, word_t rights, word_t attr)
{
    (void)level;
    return p.raw | (attr & 3) << 6 | (rights & (KN_RIGHTS_READ | KN_RIGHTS_WRITE)) << 2 | HOST_PTE_VALID;
}

#define HOST_ASID_BITS 16
static inline word_t arch_root(word_t asid, paddr_t root) { return root.raw << HOST_ASID_BITS | asid; }

static inline void *phys_to_ptr(paddr_t p) { return (void *)(HOST_WINDOW + p.raw); }
static inline paddr_t ptr_to_phys(const void *p) { return (paddr_t){(word_t)p - HOST_WINDOW}; }
