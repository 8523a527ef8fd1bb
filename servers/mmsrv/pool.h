// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// Physical memory: the untypeds that init handed over, cut into frames (pages) and untypeds for kernel objects. What is
// given back goes to a free list of its kind, never back to the untyped it came from.
//
// A page is known by its number: 1 .. nr_archive are the frames of the boot archive, those behind are frames of the
// pool, retyped 64 at a time and mapped at once in mmsrv's own window, so that clearing and copying are plain accesses.
// I1: a page's reference count is the number of owners (entries of address spaces, objects); 0 iff it is on the free list.

#include <stdbool.h>
#include <stddef.h>

#include <kn/abi.h>

typedef uint32_t page_t; // 0: none

void pool_init(void);
// mmsrv's heap grows by pages of the pool.
size_t pool_grow_heap(kn_word_t addr, size_t bytes);

// A page with one reference, cleared if asked; 0: no memory. Pages kept in reserve are handed out only if MAY_USE_RESERVE.
page_t page_alloc(bool clear);
void page_ref(page_t page);
void page_unref(page_t page);
unsigned page_refs(page_t page);
void *page_memory(page_t page);    // through mmsrv's window
kn_cptr_t page_slot(page_t page);  // its frame capability, mapped in mmsrv's window
page_t page_of_archive(kn_word_t index);
kn_word_t archive_pages(void);

// An untyped of 2^bits bytes for kernel objects, 0 if there is none. pool_untyped_free revokes it first.
kn_cptr_t pool_untyped(kn_word_t bits);
void pool_untyped_free(kn_cptr_t slot, kn_word_t bits);
// A page table that is mapped nowhere; given back after PageTable_Unmap.
kn_cptr_t pool_table(void);
void pool_table_free(kn_cptr_t slot);

kn_word_t pool_total_pages(void);
kn_word_t pool_free_pages(void);
