// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// Contract arch/api/mmu.h.

#include "arch/api/mmu.h"

#include "arch/x86_64/features.h"
#include "arch/x86_64/kernel_map.h"

// The walker reads tables through the caches: a store is enough.
void arch_pte_write(pte_t *entry, pte_t value) { *(volatile pte_t *)entry = value; }

void arch_vspace_init(void *root) { x86_64_kernel_map_copy(root); }

bool arch_frame_size_ok(word_t size_bits)
{
    return size_bits == 12 || size_bits == 21 || (size_bits == 30 && x86_64_features.has_huge_pages);
}

void arch_clear(void *start, word_t size)
{
    word_t nr_words = size / sizeof(word_t);
    __asm__ volatile("rep stosq" : "+D"(start), "+c"(nr_words) : "a"(0) : "memory");
}

void arch_clean_frame(void *start, word_t size)
{
    (void)start;
    (void)size;
}
