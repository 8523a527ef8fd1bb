// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// Memory for kernel objects: page tables of address spaces, untypeds for processes. Capabilities are named by their slots;
// chunk.h has the objects.

#include <stdbool.h>

#include <kn/abi.h>

#define KERNEL_MEMORY_MAX_BITS 17

struct kernel_memory {
    uint32_t slot;   // an untyped; 0: none
    uint32_t object; // of chunk.h
};

// An untyped of 2^bits bytes. -LX_EINVAL (size), -LX_ENOMEM.
long kernel_memory_take(kn_word_t bits, struct kernel_memory *m);
// Revokes it and gives it back.
void kernel_memory_give(struct kernel_memory *m);

// Page tables, by number; 0: none. Whoever holds one may keep it in a list through table_link.
typedef uint32_t table_t;
// One that is mapped nowhere; 0: no memory. A few are kept for urgent work.
table_t table_take(void);
void table_give(table_t table); // after PageTable_Unmap
uint32_t table_slot(table_t table);
table_t *table_link(table_t table);
// Fills the reserve of page tables up if there is memory: now and then.
void table_fill_reserve(void);
