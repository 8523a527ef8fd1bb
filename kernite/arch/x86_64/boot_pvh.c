// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// The PVH boot protocol: Xen's hvm_start_info, version 1 (xen/include/public/arch-x86/hvm/start_info.h). The structures lie
// in RAM that the map calls usable; everything needed is copied.

#include "arch/x86_64/boot.h"

#include "core/ranges.h"
#include "debug/log.h"

#define PVH_MAGIC 0x336ec578
#define PVH_RAM 1

struct pvh_start_info {
    uint32_t magic;
    uint32_t version;
    uint32_t flags;
    uint32_t nr_modules;
    word_t modules;
    word_t command_line;
    word_t rsdp;
    word_t memory_map;
    uint32_t nr_memory_map;
    uint32_t reserved;
};

struct pvh_module {
    word_t start, size, command_line, reserved;
};

struct pvh_memory {
    word_t start, size;
    uint32_t type, reserved;
};

void x86_64_read_pvh(word_t info, struct platform *platform)
{
    const struct pvh_start_info *s = (const struct pvh_start_info *)info;
    if (s->magic != PVH_MAGIC || s->version < 1)
        kpanic("the boot loader's structure is not PVH version 1");
    const struct pvh_memory *map = (const struct pvh_memory *)s->memory_map;
    for (word_t i = 0; i < s->nr_memory_map; i++) {
        if (map[i].type == PVH_RAM)
            ranges_add(platform->ram, &platform->nr_ram, ALIGN_UP(map[i].start, KN_PAGE_BITS),
                       (map[i].start + map[i].size) & ~MASK(KN_PAGE_BITS), "RAM");
    }
    if (s->nr_modules > 0) {
        const struct pvh_module *m = (const struct pvh_module *)s->modules;
        platform->archive_start = (paddr_t){m->start};
        platform->archive_size = m->size;
    }
    x86_64_copy_command_line(s->command_line, platform);
    platform->firmware = (paddr_t){s->rsdp};
}
