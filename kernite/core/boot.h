// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// Boot, generic part: from the platform description that arch code filled in to the root task.

#include "core/types.h"

struct memory_range {
    paddr_t start, end; // page aligned, not empty
};

#define BOOT_MAX_RANGES 64

// Filled in by arch boot code. Ranges are ascending and do not overlap within one list.
struct platform {
    struct memory_range ram[BOOT_MAX_RANGES];      // usable RAM, kernel image and archive included
    word_t nr_ram;
    struct memory_range reserved[BOOT_MAX_RANGES]; // parts of RAM in use: kernel image, boot tables, firmware
    word_t nr_reserved;
    struct memory_range device[BOOT_MAX_RANGES];   // what becomes device untypeds (never RAM, never kernel devices)
    word_t nr_device;
    paddr_t archive_start;
    word_t archive_size;    // 0: none
    paddr_t firmware;       // RSDP or device tree
    word_t firmware_size;   // device tree: bytes; x86_64: 0
    word_t ticks_per_second;
    char command_line[1024];
};

// Builds the root task and everything it receives; then kernel_exit enters it. Panics with a sentence that names the
// cause (no archive, no boot/init in it, a broken ELF, too little memory).
void boot_main(struct platform *platform);
