// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// The root task's program file: checks, and what goes where.

#include "core/types.h"

#define BOOT_MAX_SEGMENTS 16

// One loadable segment.
struct boot_segment {
    vaddr_t vaddr;
    word_t mem_size;  // bytes in memory, not 0
    word_t file_size; // bytes in the file, at most mem_size
    const char *data;
    bool is_writable, is_executable;
};

// A program that has been checked: segments ascend, do not overlap, and lie in user addresses, not in page 0.
struct boot_image {
    struct boot_segment segment[BOOT_MAX_SEGMENTS];
    word_t nr_segments;
    vaddr_t entry;
    vaddr_t start, end; // lowest and highest address, rounded to pages
    word_t nr_pages;    // pages that hold a byte of a segment
};

// Reads the program of SIZE bytes at FILE: NULL, or the sentence that says what is wrong with it.
const char *boot_elf_read(const char *file, word_t size, struct boot_image *image);
// The first page of IMAGE at or above the page address FROM; ARCH_USER_TOP if there is none.
vaddr_t boot_image_next_page(const struct boot_image *image, vaddr_t from);
// The KN_RIGHTS_* and KN_VM_ATTR_* of a page of IMAGE: what any segment in it needs.
void boot_image_page_access(const struct boot_image *image, vaddr_t page, word_t *rights, word_t *attr);
// Writes the content of a page of IMAGE to FRAME, which may hold anything.
void boot_image_fill_page(const struct boot_image *image, vaddr_t page, char *frame);
