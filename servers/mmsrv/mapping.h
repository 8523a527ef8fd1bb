// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// Page tables and mappings of one address space (a program's or a server's), in kernel terms: one frame capability a
// mapping, page tables made on demand.

#include <stdbool.h>

#include "pool.h"

struct table_cell;

struct mapping {
    kn_cptr_t vspace;
    struct table_cell *tables; // page tables made for it
};

// KN_RIGHTS_* and attributes for Linux's protection bits.
kn_word_t mapping_rights(unsigned prot);
kn_word_t mapping_attr(unsigned prot);
// Maps PAGE at VADDR, where nothing is mapped; returns the slot of the mapping's capability, 0: no memory.
uint32_t mapping_add(struct mapping *m, kn_word_t vaddr, page_t page, kn_word_t rights, kn_word_t attr);
// The same for a frame that is no page of the pool.
uint32_t mapping_add_frame(struct mapping *m, kn_word_t vaddr, kn_cptr_t frame, kn_word_t rights, kn_word_t attr);
// Changes rights of a mapping.
void mapping_change(struct mapping *m, uint32_t slot, kn_word_t vaddr, kn_word_t rights, kn_word_t attr);
void mapping_remove(uint32_t slot);
// Gives all page tables back; every mapping has been removed.
void mapping_destroy(struct mapping *m);
