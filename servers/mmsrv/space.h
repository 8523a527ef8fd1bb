// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// Address spaces of programs: regions (what shall be there, region.h) and pages (what is there, entry.h).
//
// States: made (space_create) -> gone (space_destroy; its threads are gone before). Its number is never used again.
// Each operation checks, then takes what it needs (regions, page map leaves, promises of memory), then changes something,
// which cannot fail any more.

#include <kn/proto/layout.h>

#include "idmap.h"
#include "mapping.h"
#include "pagemap.h"
#include "region.h"

struct shared_pages;

struct space {
    struct idmap_link link;         // its number
    struct mapping mapping;
    struct kernel_memory memory;    // holds the VSpace object
    struct tree regions;
    struct pagemap pages;           // by virtual page number
    uint64_t brk_start, brk;
    uint64_t limit[3];              // KN_MM_LIMIT_*
    uint64_t vm_pages, peak_pages;  // pages in regions; entries at most
    uint32_t endpoint;              // slot of our endpoint with its badge, 0: not made
    uint32_t time_slot;             // mapping of the time page
    struct shared_pages *signal_page;
    struct shared_pages *ipc_buffer[KN_LAYOUT_MAX_THREADS];
};

void space_init(void);
long space_create(struct space **out); // -LX_ENOMEM
void space_destroy(struct space *s);
struct space *space_find(uint64_t id);

// A region to be made; flags are LX_MAP_*, prot LX_PROT_*. object NULL: anonymous.
struct map_request {
    uint64_t addr, length, flags, offset;
    unsigned prot;
    struct object *object;
    bool may_write;  // a shared mapping may be made writable
    bool is_runtime; // the layer's: outside the program's range
    bool is_stack, is_wired;
    bool is_charged; // promise all its pages, writable or not
};
// -LX_EINVAL, -LX_ENOMEM (also: no room), -LX_EPERM (below what programs may map), -LX_EEXIST (MAP_FIXED_NOREPLACE).
long space_map(struct space *s, const struct map_request *request, uint64_t *addr);
long space_unmap(struct space *s, uint64_t addr, uint64_t length);                // as munmap
long space_protect(struct space *s, uint64_t addr, uint64_t length, unsigned prot); // as mprotect
long space_remap(struct space *s, uint64_t old, uint64_t old_length, uint64_t new_length, uint64_t flags, uint64_t new,
                 uint64_t *addr);                                                  // as mremap
long space_discard(struct space *s, uint64_t addr, uint64_t length);              // as madvise(MADV_DONTNEED)
uint64_t space_brk(struct space *s, uint64_t addr);                               // the break afterwards
// A private copy of the object's page at ADDR, where nothing is yet, with zeros from ADDR on: the end of a data segment.
long space_clear_tail(struct space *s, uint64_t addr);
// The stack region grows down to ADDR; NULL: it can't.
struct region *space_grow_stack(struct space *s, uint64_t addr);
// Removes a region of the layer, which lies at ADDR, with its pages; nothing if there is none.
void space_remove_runtime(struct space *s, uint64_t addr);

// fork: DEST gets what as_clone says. On failure it is half done: destroy it.
long space_clone(struct space *source, struct space *dest, unsigned thread_index);
// exec: a private copy of [addr, addr + length), private anonymous memory of SOURCE, in DEST.
long space_copy_range(struct space *source, uint64_t addr, uint64_t length, struct space *dest, uint64_t *at);

static inline uint64_t page_round_up(uint64_t n)
{
    return (n + PAGE - 1) & ~(PAGE - 1);
}
