// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

#include "arch/api/cpu.h"
#include "arch/api/mmu.h"
#include "arch/host/host.h"
#include "core/smp.h"
#include "object/asid.h"

#define ROOT_ENTRIES BIT(ARCH_TABLE_BITS)
#define USER_ROOT_ENTRIES BIT(ARCH_ROOT_BITS)

void arch_pte_write(pte_t *entry, pte_t value)
{
    // The kernel's half of a root is shared by all address spaces: nobody changes it.
    if (*entry & HOST_PTE_KERNEL)
        arch_halt(1);
    *entry = value;
}

void arch_vspace_init(void *root)
{
    pte_t *entry = root;
    for (word_t i = USER_ROOT_ENTRIES; i < ROOT_ENTRIES; i++)
        entry[i] = HOST_PTE_KERNEL | i << 12;
}

bool arch_frame_size_ok(word_t size_bits) { return size_bits == 12 || size_bits == 21 || size_bits == 30; }

static bool entry_covers(const struct host_tlb_entry *e, word_t asid, vaddr_t va)
{
    return e->is_valid && e->asid == asid && e->vaddr == (va & ~MASK(e->size_bits));
}

// CPUs whose entries an operation reaches: all, or this one.
static word_t first_cpu(void) { return host.is_tlb_private ? host_cpu : 0; }
static word_t end_cpu(void) { return host.is_tlb_private ? host_cpu + 1 : host.nr_cpus; }

static void ask_others(word_t asid)
{
    paddr_t root;
    if (host.is_tlb_private && asid_lookup(asid, &root))
        smp_flush_space(arch_root(asid, root));
}

void arch_tlb_flush_page(word_t asid, vaddr_t va)
{
    host.nr_tlb_flushes++;
    for (word_t c = first_cpu(); c < end_cpu(); c++) {
        for (word_t i = 0; i < HOST_TLB_ENTRIES; i++) {
            struct host_tlb_entry *e = &host.cpu[c].tlb[i];
            if (entry_covers(e, asid, va))
                e->is_valid = false;
        }
    }
    ask_others(asid);
}

void arch_tlb_flush_asid(word_t asid)
{
    host.nr_tlb_flushes++;
    for (word_t c = first_cpu(); c < end_cpu(); c++) {
        for (word_t i = 0; i < HOST_TLB_ENTRIES; i++) {
            if (host.cpu[c].tlb[i].asid == asid)
                host.cpu[c].tlb[i].is_valid = false;
        }
    }
    ask_others(asid);
}

void arch_tlb_flush_user(void)
{
    host.nr_tlb_flushes++;
    for (word_t i = 0; i < HOST_TLB_ENTRIES; i++)
        host.cpu[host_cpu].tlb[i].is_valid = false;
}

void arch_clear(void *start, word_t size) { __builtin_memset(start, 0, size); }

void arch_clean_frame(void *start, word_t size)
{
    (void)start;
    (void)size;
}
