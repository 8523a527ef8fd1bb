// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// The root task while boot builds it. See core/boot_root.c (objects and capabilities) and core/boot_space.c (its
// address space).

#include "core/boot_elf.h"
#include "core/boot_memory.h"
#include "core/derivation.h"

struct boot_root {
    const struct platform *platform;
    const struct boot_image *image;
    struct cte *cnode;          // the initial CNode's slots
    word_t radix;               // log2 of their number
    word_t next_slot;           // the first empty one behind KN_INIT_CAP_FIRST_FREE
    struct cte *objects;        // slot of the untyped that boot objects are children of
    word_t asid;                // of its address space
    paddr_t space;              // root table
    vaddr_t ipc_buffer_vaddr;   // page behind the image
    vaddr_t info_vaddr;         // pages behind it
    word_t info_pages;
    paddr_t ipc_buffer;
    struct kn_boot_info *info;  // through the kernel's window; its pages are consecutive
};

// Builds the root task's objects, fills its CNode, writes its boot information, and starts its thread.
void boot_root_create(const struct platform *platform, const struct boot_image *image);

// The next empty slot. Panics when the CNode is full.
struct cte *boot_root_slot(struct boot_root *root);
// A Frame capability of 4 KiB.
struct cap boot_frame_cap(paddr_t frame, word_t rights, word_t map);

// Page tables that the pages of the root task may need.
word_t boot_space_max_tables(const struct boot_image *image, word_t info_pages);
// Makes the tables for image, IPC buffer and boot information; records their slots in the information.
void boot_space_make_tables(struct boot_root *root);
// Makes the image's frames, fills and maps them; records their slots.
void boot_space_load_image(struct boot_root *root);
// Enters FRAME in the existing table for VADDR. Returns the mapping word of its capability.
word_t boot_space_map(struct boot_root *root, vaddr_t vaddr, paddr_t frame, word_t rights, word_t attr);
