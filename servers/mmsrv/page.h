// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// Pages: frames with a reference count, which mmsrv sees through its own window, so that clearing and copying are plain
// accesses. The boot archive's pages are among them, from number 1 on.
// I1: a page's reference count is the number of owners (entries of address spaces, objects, shared memory, servers' heaps);
//     it is 0 iff the page is free, or is the archive's and nobody has taken it yet.

#include <stdbool.h>

#include <kn/abi.h>

typedef uint32_t page_t; // 0: none; less than 2^28
#define PAGE ((uint64_t)1 << KN_PAGE_BITS)
#define PAGES(bytes) (((bytes) + PAGE - 1) / PAGE)

void page_init(uint32_t archive_slot, kn_word_t archive_frames);
// A page with one reference, cleared if asked; 0: no memory. Can't fail for pages that are charged, see commit.h.
page_t page_alloc(bool clear);
page_t page_copy_of(page_t page); // the same with the contents of PAGE
void page_ref(page_t page);
void page_unref(page_t page);
unsigned page_refs(page_t page);
void *page_memory(page_t page);   // through mmsrv's window
uint32_t page_slot(page_t page);  // its frame capability, mapped in mmsrv's window: to be copied
// The archive's page INDEX with one reference; 0 if somebody has taken it already. Such pages are not charged; when the
// last reference goes they become memory like any other.
page_t page_take_archive(kn_word_t index);
void *page_archive_memory(void);  // the whole archive
kn_word_t page_archive_count(void);

kn_word_t page_total(void);  // of the machine, as far as mmsrv was given it
kn_word_t page_free(void);   // memory that could be pages
kn_word_t page_in_use(void); // with references
