// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// Bits of translation table entries (Arm ARM D8.3), for C and assembly.

#define PTE_VALID 0x1
#define PTE_TABLE 0x3             // levels 0 to 2: a table
#define PTE_PAGE 0x3              // level 3: a page
#define PTE_BLOCK 0x1             // levels 1 and 2: a block
#define PTE_ATTR_NORMAL (0 << 2)  // index into MAIR_EL1
#define PTE_ATTR_DEVICE (1 << 2)
#define PTE_AP_USER (1 << 6)      // EL0 has access
#define PTE_AP_READ_ONLY (1 << 7)
#define PTE_INNER_SHAREABLE (3 << 8)
#define PTE_ACCESSED (1 << 10)
#define PTE_NOT_GLOBAL (1 << 11)
#define PTE_PXN 0x0020000000000000
#define PTE_UXN 0x0040000000000000

// Index 0: normal, write-back; index 1: Device-nGnRnE.
#define MAIR_VALUE 0x00ff

// Without type: the caller adds PTE_PAGE or PTE_BLOCK.
#define PTE_KERNEL_TEXT (PTE_UXN | PTE_AP_READ_ONLY | PTE_ACCESSED | PTE_INNER_SHAREABLE | PTE_ATTR_NORMAL)
#define PTE_KERNEL_RODATA (PTE_UXN | PTE_PXN | PTE_AP_READ_ONLY | PTE_ACCESSED | PTE_INNER_SHAREABLE | PTE_ATTR_NORMAL)
#define PTE_KERNEL_DATA (PTE_UXN | PTE_PXN | PTE_ACCESSED | PTE_INNER_SHAREABLE | PTE_ATTR_NORMAL)
#define PTE_KERNEL_DEVICE (PTE_UXN | PTE_PXN | PTE_ACCESSED | PTE_ATTR_DEVICE)
