// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// See kernel_map.h. Text is read-only and executable, constants read-only, everything else writable; only text can be
// executed.

#include "kernel_map.h"

#include "arch/api/mmu.h"
#include "arch/x86_64/features.h"
#include "arch/x86_64/switch.h"
#include "core/boot.h"
#include "core/cpu.h"
#include "debug/log.h"

#define ENTRIES BIT(ARCH_TABLE_BITS)
#define NR_IMAGE_TABLES 2   // 4 MiB
#define NR_WINDOW_TABLES 16 // gigabytes that are only partly RAM
#define LARGE_BITS 21
#define HUGE_BITS 30

#define PTE_KERNEL (PTE_PRESENT | PTE_ACCESSED | PTE_DIRTY | PTE_GLOBAL)
#define PTE_KERNEL_DATA (PTE_KERNEL | PTE_WRITE | PTE_NO_EXECUTE)

typedef pte_t table_t[BIT(ARCH_TABLE_BITS)];

// kernel.ld
extern const char kernel_text_start[], kernel_text_end[], kernel_rodata_end[], kernel_end[];

struct kernel_stack x86_64_kernel_stacks[KERNEL_MAX_CPUS];

static _Alignas(4096) table_t root;
static _Alignas(4096) table_t window; // one entry a gigabyte
static _Alignas(4096) table_t window_tables[NR_WINDOW_TABLES];
static _Alignas(4096) table_t top; // the last 512 GiB of addresses: image and devices
static _Alignas(4096) table_t image;
static _Alignas(4096) table_t image_tables[NR_IMAGE_TABLES];
static _Alignas(4096) table_t devices_directory;
static _Alignas(4096) table_t devices;
static word_t nr_window_tables;
static word_t nr_devices;

static pte_t table_entry(const table_t *t) { return ptr_to_phys(t).raw | PTE_PRESENT | PTE_WRITE | PTE_ACCESSED; }
static word_t root_index(vaddr_t va) { return (va >> 39) & (ENTRIES - 1); }
static word_t top_index(vaddr_t va) { return (va >> HUGE_BITS) & (ENTRIES - 1); }

static void map_image_range(const char *start, const char *end, pte_t flags)
{
    for (word_t va = (word_t)start; va < (word_t)end; va += BIT(KN_PAGE_BITS)) {
        word_t page = (va - X86_64_KERNEL) >> KN_PAGE_BITS;
        image_tables[page / ENTRIES][page % ENTRIES] = (va - X86_64_KERNEL) | flags;
    }
}

static void map_image(void)
{
    root[root_index(X86_64_KERNEL)] = table_entry(&top);
    top[top_index(X86_64_KERNEL)] = table_entry(&image);
    top[top_index(X86_64_DEVICES)] = table_entry(&devices_directory);
    devices_directory[0] = table_entry(&devices);
    for (word_t i = 0; i < NR_IMAGE_TABLES; i++)
        image[i] = table_entry(&image_tables[i]);
    map_image_range(kernel_text_start, kernel_text_end, PTE_KERNEL);
    map_image_range(kernel_text_end, kernel_rodata_end, PTE_KERNEL | PTE_NO_EXECUTE);
    map_image_range(kernel_rodata_end, kernel_end, PTE_KERNEL_DATA);
    for (word_t i = 0; i < KERNEL_MAX_CPUS; i++) {
        const struct kernel_stack *s = &x86_64_kernel_stacks[i];
        map_image_range(s->guard, s->bytes, 0);
    }
}

// Maps RAM from P on, up to END; returns where the next step goes on, or P if there is no table left.
static word_t map_window_step(word_t p, word_t end)
{
    word_t gigabyte = p >> HUGE_BITS;
    if (window[gigabyte] & PTE_LARGE)
        return (gigabyte + 1) << HUGE_BITS;
    if (window[gigabyte] == 0) {
        if (x86_64_features.has_huge_pages && IS_ALIGNED(p, HUGE_BITS) && end - p >= BIT(HUGE_BITS)) {
            window[gigabyte] = p | PTE_KERNEL_DATA | PTE_LARGE;
            return p + BIT(HUGE_BITS);
        }
        if (nr_window_tables == NR_WINDOW_TABLES)
            return p;
        window[gigabyte] = table_entry(&window_tables[nr_window_tables++]);
    }
    pte_t *table = (pte_t *)(X86_64_KERNEL + pte_paddr(window[gigabyte]).raw); // one of window_tables
    word_t large = p & ~MASK(LARGE_BITS);
    table[(large >> LARGE_BITS) % ENTRIES] = large | PTE_KERNEL_DATA | PTE_LARGE;
    return large + BIT(LARGE_BITS);
}

static void map_window(struct platform *platform)
{
    root[root_index(X86_64_WINDOW)] = table_entry(&window);
    for (word_t i = 0; i < platform->nr_ram; i++) {
        struct memory_range *r = &platform->ram[i];
        for (word_t p = r->start.raw; p < r->end.raw;) {
            word_t next = p >> X86_64_WINDOW_BITS ? p : map_window_step(p, r->end.raw);
            if (next == p) {
                klog("RAM from %lx on is not used: the window has no room\n", p);
                r->end.raw = p;
                platform->nr_ram = r->start.raw == p ? i : i + 1;
                return;
            }
            p = next;
        }
    }
}

void x86_64_kernel_map_init(struct platform *platform)
{
    map_image();
    map_window(platform);
    x86_64_set_kernel_root(ptr_to_phys(root));
}

volatile void *x86_64_map_device(paddr_t p)
{
    if (nr_devices == ENTRIES)
        kpanic("too many kernel devices");
    vaddr_t va = X86_64_DEVICES + (nr_devices << KN_PAGE_BITS);
    devices[nr_devices++] = (p.raw & ~MASK(KN_PAGE_BITS)) | PTE_KERNEL_DATA | PTE_UNCACHED;
    return (volatile char *)va + (p.raw & MASK(KN_PAGE_BITS));
}

void x86_64_kernel_map_copy(void *user_root)
{
    pte_t *r = user_root;
    r[root_index(X86_64_WINDOW)] = root[root_index(X86_64_WINDOW)];
    r[root_index(X86_64_KERNEL)] = root[root_index(X86_64_KERNEL)];
}
