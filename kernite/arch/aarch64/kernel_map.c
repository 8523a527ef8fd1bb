// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// Entries are only ever added (but for the stack guards), so no TLB maintenance is due.

#include "arch/aarch64/kernel_map.h"

#include "arch/api/mmu.h"
#include "arch/aarch64/sysreg.h"
#include "core/cpu.h"
#include "debug/log.h"

#define NR_TABLES 24 // one a range of RAM and started GiB, more where ranges are not aligned to 2 MiB
#define DEVICE_BLOCK_BITS 21
#define DEVICE_AREA_END (DEVICE_BASE + BIT(30))

extern pte_t kernel_root[BIT(ARCH_TABLE_BITS)]; // boot.S
extern pte_t boot_image_l3[];
extern char kernel_stacks[KERNEL_MAX_CPUS][STACK_BYTES];

static pte_t tables[NR_TABLES][BIT(ARCH_TABLE_BITS)] __attribute__((aligned(4096)));
static word_t nr_tables;
static word_t device_next = DEVICE_BASE;

static pte_t *table_below(pte_t *entry)
{
    if (!pte_is_valid(*entry)) {
        if (nr_tables == NR_TABLES)
            kpanic("the kernel needs more than %d tables to map this machine's memory", NR_TABLES);
        arch_pte_write(entry, pte_make_table(ptr_to_phys(tables[nr_tables++])));
    }
    // All of the kernel's tables lie in its image.
    return (pte_t *)(pte_paddr(*entry).raw + aarch64_image_offset);
}

// Maps the largest block that fits at VA; returns its size.
static word_t map_one(word_t va, paddr_t p, word_t size, pte_t bits)
{
    pte_t *table = kernel_root;
    for (word_t level = 0;; level++) {
        word_t shift = arch_level_shift(level);
        pte_t *entry = &table[(va >> shift) & MASK(ARCH_TABLE_BITS)];
        bool fits = level > 0 && size >= BIT(shift) && IS_ALIGNED(va | p.raw, shift);
        if (pte_is_frame(*entry, level))
            return BIT(shift) - (va & MASK(shift));
        if (fits && !pte_is_valid(*entry)) {
            arch_pte_write(entry, p.raw | bits | (level == ARCH_LEVELS - 1 ? PTE_PAGE : PTE_BLOCK));
            return BIT(shift);
        }
        table = table_below(entry);
    }
}

static void map(word_t va, paddr_t p, word_t size, pte_t bits)
{
    while (size > 0) {
        word_t done = map_one(va, p, size, bits);
        done = done < size ? done : size;
        va += done;
        p.raw += done;
        size -= done;
    }
}

void kernel_map_ram(paddr_t p, word_t size)
{
    if (p.raw + size > KERNEL_BASE - WINDOW_BASE)
        kpanic("RAM at %lx lies outside the kernel's window", p.raw);
    map(WINDOW_BASE + p.raw, p, size, PTE_KERNEL_DATA);
}

void *kernel_map_device(paddr_t p, word_t size)
{
    paddr_t block = {p.raw & ~MASK(DEVICE_BLOCK_BITS)};
    word_t block_size = ALIGN_UP(p.raw + size, DEVICE_BLOCK_BITS) - block.raw;
    if (block_size > DEVICE_AREA_END - device_next)
        kpanic("no room to map the device at %lx", p.raw);
    void *result = (void *)(device_next + (p.raw - block.raw));
    map(device_next, block, block_size, PTE_KERNEL_DEVICE);
    device_next += block_size;
    return result;
}

void kernel_map_stack_guards(void)
{
    for (word_t i = 0; i < KERNEL_MAX_CPUS; i++)
        boot_image_l3[((word_t)kernel_stacks[i] - KERNEL_BASE) >> 12] = 0;
    DSB(ishst);
    __asm__ volatile("tlbi vmalle1is" : : : "memory");
    DSB(ish);
    ISB();
}
