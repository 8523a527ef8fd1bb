// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// File objects: the pages of a file (or of shared anonymous memory), by page index. The page cache is their sum.
//
// An object lives while vfs holds it (is_named) or a region maps it. Entry of its page map: page number in the low 32
// bits, in the high 32 the slot of vfs's own mapping of it (0: not mapped).
// I1: each page in the map has one reference from the object.
// I2: nr_regions counts the regions on the list.

#include "mapping.h"
#include "pagemap.h"

struct region;

struct object {
    struct idmap_link link;    // id
    uint64_t size;             // bytes
    struct pagemap pages;
    struct region *regions;
    size_t nr_regions;
    bool is_named;             // vfs has it
    kn_word_t window, window_pages; // vfs's window on it: address (0 none), size
    unsigned window_class;
};

long object_create(uint64_t size, struct object **out);
long object_create_from_archive(uint64_t offset, uint64_t size, struct object **out);
struct object *object_find(uint64_t id);
void object_unname(struct object *o);  // vfs lets go
void object_attach(struct object *o, struct region *r);
void object_detach(struct object *o, struct region *r); // the object may be gone afterwards
// The page at INDEX; made (cleared) if it is a hole. 0: *error is -LX_EFAULT beyond the end, -LX_ENOMEM.
page_t object_page(struct object *o, uint64_t index, long *error);
page_t object_peek(const struct object *o, uint64_t index); // 0: a hole
long object_resize(struct object *o, uint64_t size);
void object_punch(struct object *o, uint64_t offset, uint64_t length);
// Makes pages of [offset, offset + length) present (holes only if ALLOCATE) and mapped in vfs's window. *vaddr: the
// address of OFFSET; *mapped: bytes usable from there, 0 if the first page is a hole.
long object_window(struct object *o, uint64_t offset, uint64_t length, bool allocate, kn_word_t *vaddr, uint64_t *mapped);
kn_word_t object_total_pages(void);    // of all objects
