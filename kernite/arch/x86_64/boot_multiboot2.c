// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// The multiboot2 protocol (Multiboot2 Specification 2.0, section 3.6): a list of tags, each 8-byte aligned. The RSDP tags
// hold copies; the one in the firmware's memory is searched for, and without one (UEFI) the copy is used and its pages kept.

#include "arch/x86_64/boot.h"

#include "core/ranges.h"
#include "debug/log.h"

#define TAG_END 0
#define TAG_COMMAND_LINE 1
#define TAG_MODULE 3
#define TAG_MEMORY_MAP 6
#define TAG_ACPI_OLD 14
#define TAG_ACPI_NEW 15
#define MEMORY_RAM 1

#define BIOS_START 0xe0000
#define BIOS_END 0x100000

struct multiboot2_tag {
    uint32_t type, size;
    unsigned char data[];
};

struct multiboot2_module {
    uint32_t start, end;
};

struct multiboot2_map {
    uint32_t entry_size, entry_version;
};

struct multiboot2_memory {
    word_t start, size;
    uint32_t type, reserved;
};

static void read_memory_map(const struct multiboot2_tag *tag, struct platform *platform)
{
    const struct multiboot2_map *map = (const struct multiboot2_map *)tag->data;
    const unsigned char *end = (const unsigned char *)tag + tag->size;
    for (const unsigned char *p = (const unsigned char *)(map + 1); p + map->entry_size <= end; p += map->entry_size) {
        const struct multiboot2_memory *m = (const struct multiboot2_memory *)p;
        if (m->type == MEMORY_RAM)
            ranges_add(platform->ram, &platform->nr_ram, ALIGN_UP(m->start, KN_PAGE_BITS),
                       (m->start + m->size) & ~MASK(KN_PAGE_BITS), "RAM");
    }
}

static void read_module(const struct multiboot2_tag *tag, struct platform *platform)
{
    const struct multiboot2_module *m = (const struct multiboot2_module *)tag->data;
    if (platform->archive_size > 0)
        return; // only the first one counts
    platform->archive_start = (paddr_t){m->start};
    platform->archive_size = m->end - m->start;
}

static word_t find_rsdp_in_bios(void)
{
    for (word_t p = BIOS_START; p < BIOS_END; p += 16) {
        if (__builtin_memcmp((const void *)p, "RSD PTR ", 8) == 0)
            return p;
    }
    return 0;
}

static void keep_rsdp_copy(const struct multiboot2_tag *tag, struct platform *platform)
{
    word_t p = (word_t)tag->data;
    platform->firmware = (paddr_t){p};
    ranges_add(platform->reserved, &platform->nr_reserved, p & ~MASK(KN_PAGE_BITS),
               ALIGN_UP(p + tag->size, KN_PAGE_BITS), "reserved memory");
}

static void read_tag(const struct multiboot2_tag *tag, struct platform *platform)
{
    switch (tag->type) {
    case TAG_COMMAND_LINE: x86_64_copy_command_line((word_t)tag->data, platform); break;
    case TAG_MODULE: read_module(tag, platform); break;
    case TAG_MEMORY_MAP: read_memory_map(tag, platform); break;
    case TAG_ACPI_OLD:
    case TAG_ACPI_NEW:
        platform->firmware = (paddr_t){find_rsdp_in_bios()};
        if (platform->firmware.raw == 0)
            keep_rsdp_copy(tag, platform);
        break;
    default: break;
    }
}

void x86_64_read_multiboot2(word_t info, struct platform *platform)
{
    word_t end = info + *(const uint32_t *)info;
    for (word_t p = info + 8; p + sizeof(struct multiboot2_tag) <= end;) {
        const struct multiboot2_tag *tag = (const struct multiboot2_tag *)p;
        if (tag->type == TAG_END || tag->size < sizeof(*tag) || tag->size > end - p)
            return;
        read_tag(tag, platform);
        p += ALIGN_UP((word_t)tag->size, 3);
    }
}
