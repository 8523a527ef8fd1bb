// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// Memory at boot: from the platform's ranges to the blocks that become untyped capabilities.

#include "core/boot.h"

#define BOOT_MAX_BLOCKS 1024

// 2^size_bits bytes, aligned to their size: an untyped to be.
struct boot_block {
    paddr_t start;
    word_t size_bits;
    word_t used;    // bytes from the start that boot objects, archive or firmware tables take
    bool is_device;
};

// Whole pages of RAM in use that the root task gets as frames, and the blocks that cover exactly them.
struct boot_region {
    paddr_t start, end;
    word_t first_block, end_block; // blocks [first, end), ascending
};

extern struct boot_region boot_archive_region, boot_firmware_region; // empty if there is none

// Cuts all memory into blocks. Panics if the archive is not in RAM or there are too many blocks.
void boot_memory_init(const struct platform *platform);
word_t boot_nr_blocks(void);
const struct boot_block *boot_block(word_t i); // i < boot_nr_blocks()
// Blocks there may be at most after boot_memory_reserve.
word_t boot_max_blocks(void);

// Sets a block of at least BYTES aside for boot objects; adds blocks. Panics if none is large enough.
void boot_memory_reserve(word_t bytes);
word_t boot_object_block(void); // its number
// The next 2^SIZE_BITS bytes of it, aligned; not cleared.
paddr_t boot_alloc(word_t size_bits);
