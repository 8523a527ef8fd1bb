// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// TLB maintenance, by broadcast: the barrier behind a TLBI ...IS waits until no CPU uses the old translation, nor has an access
// under way that did. No other CPU need be asked for anything.

#include "arch/aarch64/sysreg.h"
#include "arch/api/mmu.h"

void arch_tlb_flush_page(word_t asid, vaddr_t va)
{
    word_t operand = asid << 48 | ((va >> 12) & MASK(44));
    DSB(ishst);
    __asm__ volatile("tlbi vae1is, %0" : : "r"(operand) : "memory");
    DSB(ish);
    ISB();
}

void arch_tlb_flush_asid(word_t asid)
{
    DSB(ishst);
    __asm__ volatile("tlbi aside1is, %0" : : "r"(asid << 48) : "memory");
    DSB(ish);
    ISB();
}

void arch_tlb_flush_user(void)
{
    DSB(nshst);
    __asm__ volatile("tlbi vmalle1" : : : "memory");
    DSB(nsh);
    ISB();
}
