// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// Memory at boot. Every byte of RAM ends in exactly one place: in a reserved range (the kernel's image, tables that stay
// the kernel's, page 0), or in exactly one block. A block is free (used = 0), covers pages of archive or firmware tables (used =
// all), or is the one that boot objects are taken from (used = up to the last of them). Device memory is in device blocks.
// All blocks become untyped capabilities of the root task.
//
// I1  Blocks do not overlap, and are aligned to their size.
// I2  RAM = reserved ranges + blocks that are not device memory.

#include "core/boot_memory.h"

#include "debug/log.h"

struct boot_region boot_archive_region, boot_firmware_region;

static struct boot_block blocks[BOOT_MAX_BLOCKS];
static word_t nr_blocks;
static word_t object_block; // where boot objects come from

word_t boot_nr_blocks(void) { return nr_blocks; }
const struct boot_block *boot_block(word_t i) { return &blocks[i]; }
word_t boot_object_block(void) { return object_block; }
word_t boot_max_blocks(void) { return nr_blocks + KN_UNTYPED_MAX_BITS; } // a split adds fewer than one for each bit

static void add_block(word_t start, word_t size_bits, word_t used, bool is_device)
{
    if (nr_blocks == BOOT_MAX_BLOCKS)
        kpanic("boot: the memory map has more than %d pieces", BOOT_MAX_BLOCKS);
    blocks[nr_blocks++] = (struct boot_block){{start}, size_bits, used, is_device};
}

// Cuts [START, END) into the fewest aligned blocks.
static void add_range(word_t start, word_t end, bool is_used, bool is_device)
{
    while (start < end) {
        word_t bits = 63 - (word_t)__builtin_clzl(end - start);
        if (start != 0 && (word_t)__builtin_ctzl(start) < bits)
            bits = (word_t)__builtin_ctzl(start);
        if (bits > KN_UNTYPED_MAX_BITS)
            bits = KN_UNTYPED_MAX_BITS;
        add_block(start, bits, is_used ? BIT(bits) : 0, is_device);
        start += BIT(bits);
    }
}

// Ranges of RAM that are not free, ascending.
struct taken {
    struct memory_range range[BOOT_MAX_RANGES + 3];
    word_t nr;
};

static void taken_add(struct taken *taken, paddr_t start, paddr_t end)
{
    if (start.raw >= end.raw)
        return;
    word_t i = taken->nr++;
    for (; i > 0 && taken->range[i - 1].start.raw > start.raw; i--)
        taken->range[i] = taken->range[i - 1];
    taken->range[i] = (struct memory_range){start, end};
}

static void add_free_ram(const struct memory_range *ram, const struct taken *taken)
{
    word_t at = ram->start.raw;
    for (word_t i = 0; i < taken->nr; i++) {
        const struct memory_range *t = &taken->range[i];
        if (t->end.raw <= at)
            continue;
        if (t->start.raw >= ram->end.raw)
            break;
        if (t->start.raw > at)
            add_range(at, t->start.raw, false, false);
        at = t->end.raw;
    }
    if (at < ram->end.raw)
        add_range(at, ram->end.raw, false, false);
}

static bool is_ram(const struct platform *platform, const struct boot_region *region)
{
    for (word_t i = 0; i < platform->nr_ram; i++)
        if (region->start.raw >= platform->ram[i].start.raw && region->end.raw <= platform->ram[i].end.raw)
            return true;
    return false;
}

// The pages that SIZE bytes from START on touch.
static struct boot_region pages_of(paddr_t start, word_t size)
{
    if (size == 0)
        return (struct boot_region){0};
    word_t first = start.raw & ~MASK(KN_PAGE_BITS);
    return (struct boot_region){.start = {first}, .end = {ALIGN_UP(start.raw + size, KN_PAGE_BITS)}};
}

static void add_region(struct boot_region *region)
{
    region->first_block = nr_blocks;
    add_range(region->start.raw, region->end.raw, true, false);
    region->end_block = nr_blocks;
}

void boot_memory_init(const struct platform *platform)
{
    static struct taken taken;
    boot_archive_region = pages_of(platform->archive_start, platform->archive_size);
    boot_firmware_region = pages_of(platform->firmware, platform->firmware_size);
    if (!IS_ALIGNED(platform->archive_start.raw, KN_PAGE_BITS) || !is_ram(platform, &boot_archive_region))
        kpanic("boot: the archive at %lx does not lie in RAM on a page boundary", platform->archive_start.raw);
    if (boot_firmware_region.start.raw && !is_ram(platform, &boot_firmware_region))
        boot_firmware_region = pages_of((paddr_t){0}, 0); // nothing to derive its frames from

    taken_add(&taken, (paddr_t){0}, (paddr_t){BIT(KN_PAGE_BITS)}); // no object has address 0
    for (word_t i = 0; i < platform->nr_reserved; i++)
        taken_add(&taken, platform->reserved[i].start, platform->reserved[i].end);
    taken_add(&taken, boot_archive_region.start, boot_archive_region.end);
    taken_add(&taken, boot_firmware_region.start, boot_firmware_region.end);

    for (word_t i = 0; i < platform->nr_ram; i++)
        add_free_ram(&platform->ram[i], &taken);
    add_region(&boot_archive_region);
    add_region(&boot_firmware_region);
    for (word_t i = 0; i < platform->nr_device; i++)
        add_range(platform->device[i].start.raw, platform->device[i].end.raw, false, true);
}

void boot_memory_reserve(word_t bytes)
{
    word_t bits = 64 - (word_t)__builtin_clzl(bytes - 1);
    object_block = nr_blocks;
    for (word_t i = 0; i < nr_blocks; i++) {
        const struct boot_block *b = &blocks[i];
        bool is_smaller = object_block == nr_blocks || b->size_bits < blocks[object_block].size_bits;
        if (!b->is_device && b->used == 0 && b->size_bits >= bits && is_smaller)
            object_block = i;
    }
    if (object_block == nr_blocks)
        kpanic("boot: no free block of 2^%lu bytes for the root task", bits);
    // The upper halves of what is too large are free blocks of their own.
    struct boot_block *b = &blocks[object_block];
    while (b->size_bits > bits) {
        b->size_bits--;
        add_block(b->start.raw + BIT(b->size_bits), b->size_bits, 0, false);
    }
}

paddr_t boot_alloc(word_t size_bits)
{
    struct boot_block *b = &blocks[object_block];
    word_t offset = ALIGN_UP(b->used, size_bits);
    if (offset + BIT(size_bits) > BIT(b->size_bits))
        kpanic("boot: the root task's objects were sized too small");
    b->used = offset + BIT(size_bits);
    return (paddr_t){b->start.raw + offset};
}
