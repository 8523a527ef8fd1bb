// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// File objects: the pages of a file (or of shared anonymous memory), by page index. The page cache is their sum.
//
// States: named (vfs holds it) -> unnamed; destroyed when it is unnamed and no region maps it. Entry of its page map:
// bits 0..27 page, bit 31 ARCHIVE (the page came with the boot archive and is not charged), high 32 bits the slot of
// vfs's own mapping of it (0: not mapped).
// I1: each page in the map has one reference from the object, and is charged, but for ARCHIVE ones; of a reserved
//     object all pages were charged when it was made.
// I2: no page lies behind the end; nr_regions counts the regions on the list.

#include "idmap.h"
#include "page.h"
#include "pagemap.h"

struct region;

struct object {
    struct idmap_link link;    // id
    uint64_t size;             // bytes
    struct pagemap pages;
    struct region *regions;
    size_t nr_regions;
    bool is_named;             // vfs has it
    uint64_t reserved;         // pages charged in advance
    struct tree windows;       // vfs's windows on it, object_window.c
};

#define OBJECT_ENTRY_ARCHIVE ((uint64_t)1 << 31)

// -LX_EFBIG, -LX_ENOMEM; of the archive also -LX_EINVAL: not pages of it, or in an object already.
long object_create(uint64_t size, struct object **out);
long object_create_reserved(uint64_t size, struct object **out); // all its pages are promised
long object_create_from_archive(uint64_t offset, uint64_t size, struct object **out);
struct object *object_find(uint64_t id);
void object_unname(struct object *o);                   // vfs lets go
void object_attach(struct object *o, struct region *r);
void object_detach(struct object *o, struct region *r); // the object may be gone afterwards
bool object_has(const struct object *o, uint64_t index); // whether INDEX is a page of it, perhaps a hole
// The page at INDEX; made (cleared) if it is a hole. -LX_EFAULT beyond the end, -LX_ENOMEM.
long object_page(struct object *o, uint64_t index, page_t *page);
page_t object_peek(struct object *o, uint64_t index);   // 0: a hole
long object_resize(struct object *o, uint64_t size);    // -LX_EFBIG; smaller: also private copies of what goes are gone
void object_punch(struct object *o, uint64_t offset, uint64_t length);
kn_word_t object_total_pages(void);                     // of all objects

// Makes pages of [offset, offset + length) present (holes only if ALLOCATE) and mapped in vfs. *vaddr: the address of
// OFFSET; *mapped: bytes usable from there, 0 if the first page is a hole. -LX_EINVAL: behind the last page.
// What is mapped stays so until its page goes.
long object_window(struct object *o, uint64_t offset, uint64_t length, bool allocate, kn_word_t *vaddr, uint64_t *mapped);
void object_windows_destroy(struct object *o); // no page is mapped any more
