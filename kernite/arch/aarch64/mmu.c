// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// User translations: entries and caches.
//
// All CPUs' table walkers see an entry when arch_pte_write returns: the barrier orders it before whatever tells another CPU, or a
// thread there, that it is so. While an entry changes in more than its rights, it is invalid for a moment: a thread that
// touches the page on another CPU then has a fault, and finds the page there when it tries again.

#include "arch/api/mmu.h"

#include "arch/aarch64/sysreg.h"

#define DCZID_PROHIBITED 0x10
#define LINES_AT_ONCE 8

// What may change in a valid entry without break-before-make (Arm ARM D8.16.1): permissions only.
#define PTE_PERMISSIONS (PTE_AP_USER | PTE_AP_READ_ONLY | PTE_UXN | PTE_PXN)

void arch_pte_write(pte_t *entry, pte_t value)
{
    volatile pte_t *e = entry;
    pte_t old = *e;
    if (pte_is_valid(old) && pte_is_valid(value) && ((old ^ value) & ~(pte_t)PTE_PERMISSIONS)) {
        *e = 0;
        DSB(ishst);
        __asm__ volatile("tlbi vmalle1is" : : : "memory");
        DSB(ish);
    }
    *e = value;
    DSB(ishst);
    ISB();
}

void arch_vspace_init(void *root) { (void)root; }

bool arch_frame_size_ok(word_t size_bits) { return size_bits == 12 || size_bits == 21 || size_bits == 30; }

// Cleaned and invalidated to the point of coherency: the frame may be mapped uncached or given to a device, and no line of
// its former owner may come to light then. Instruction caches are the user's business (IC IVAU works at EL0).
void arch_clean_frame(void *start, word_t size)
{
    word_t line = 4ul << ((SYSREG_READ(ctr_el0) >> 16) & 0xf);
    word_t at = (word_t)start, end = at + size;
    while (at < end)
        for (word_t i = 0; i < LINES_AT_ONCE; i++, at += line) // unrolled; some may lie behind the end
            __asm__ volatile("dc civac, %0" : : "r"(at) : "memory");
    DSB(sy);
}

void arch_clear(void *start, word_t size)
{
    word_t dczid = SYSREG_READ(dczid_el0), block = 4ul << (dczid & 0xf);
    word_t at = (word_t)start, end = at + size;
    bool is_allowed = !(dczid & DCZID_PROHIBITED);
    if (is_allowed && ((at | size) & (block - 1)) == 0)
        for (; at < end; at += block)
            __asm__ volatile("dc zva, %0" : : "r"(at) : "memory");
    for (; at < end; at += 32)
        __asm__ volatile("stp xzr, xzr, [%0]; stp xzr, xzr, [%0, #16]" : : "r"(at) : "memory");
}
