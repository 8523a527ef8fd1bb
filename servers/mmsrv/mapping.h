// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// Page tables and mappings of one address space (a program's or a server's), in kernel terms: one frame capability a
// mapping, page tables made on demand.
// I1: a slot that mapping_add returned is mapped where it was put, until mapping_remove or mapping_destroy.

#include <stdbool.h>

#include "kernel_memory.h"
#include "page.h"

struct mapping {
    kn_cptr_t vspace; // 0: gone; then its mappings are gone too, and only their capabilities are left
    table_t tables;   // list of the page tables made for it
};

// KN_RIGHTS_* and attributes for Linux's protection bits.
kn_word_t mapping_rights(unsigned prot);
kn_word_t mapping_attr(unsigned prot);
// Maps PAGE at VADDR, where nothing is mapped; returns the slot of the mapping's capability, 0: no memory, nothing changed.
uint32_t mapping_add(struct mapping *m, kn_word_t vaddr, page_t page, unsigned prot);
// The same for a frame that is no page.
uint32_t mapping_add_frame(struct mapping *m, kn_word_t vaddr, uint32_t frame, unsigned prot);
// Puts PAGE where SLOT maps another one. Cannot fail.
void mapping_replace(struct mapping *m, uint32_t slot, kn_word_t vaddr, page_t page, unsigned prot);
// Changes rights of a mapping.
void mapping_change(struct mapping *m, uint32_t slot, kn_word_t vaddr, unsigned prot);
// Takes rights from every mapping in [start, end); none are added.
void mapping_narrow(struct mapping *m, kn_word_t start, kn_word_t end, unsigned prot);
void mapping_remove(uint32_t slot);
// Gives all page tables back. Mappings have been removed, or the VSpace is gone.
void mapping_destroy(struct mapping *m);
