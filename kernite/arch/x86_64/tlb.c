// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// TLB maintenance. PCID is off, so a CPU's TLB holds entries of the address space in its CR3 only (and the kernel's
// global ones, which never change): a flush concerns the CPUs that have the space loaded, which are asked once at the end
// of the kernel entry.

#include <machine/instructions.h>

#include "arch/api/mmu.h"
#include "arch/x86_64/switch.h"
#include "core/smp.h"
#include "object/asid.h"

void arch_tlb_flush_page(word_t asid, vaddr_t va)
{
    paddr_t root;
    x86_64_invlpg(va); // one page of the wrong space is cheaper than a look-up
    if (UNLIKELY(nr_cpus > 1) && asid_lookup(asid, &root))
        smp_flush_space(root.raw);
}

void arch_tlb_flush_asid(word_t asid)
{
    paddr_t root;
    if (!asid_lookup(asid, &root)) {
        x86_64_reload_root(); // the space has lost its ASID; if this CPU is in it, it leaves it. No other is in it.
        return;
    }
    if (root.raw == x86_64_read_cr3())
        x86_64_write_cr3(root.raw);
    if (UNLIKELY(nr_cpus > 1))
        smp_flush_space(root.raw);
}

void arch_tlb_flush_user(void) { x86_64_write_cr3(x86_64_read_cr3()); }
