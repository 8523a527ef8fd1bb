// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// Address spaces of programs: regions (what shall be there) and pages (what is there).
//
// Entry of the page map, by virtual page number: bits 0..27 page, bit 30 OWNED (a private page, the entry has a
// reference), bit 31 WRITABLE (mapped with write access), high 32 bits: slot of the mapping's capability, 0: not mapped.
// An entry without OWNED is an object's page that is mapped here; it has no reference and goes with its mapping.
// I1: an entry lies inside a region. I2: an OWNED page with more than one reference is not mapped WRITABLE.

#include <kn/proto/layout.h>

#include "mapping.h"
#include "pagemap.h"
#include "region.h"

#define PAGE 4096
#define ENTRY_PAGE_MASK 0x0fffffff
#define ENTRY_OWNED ((uint64_t)1 << 30)
#define ENTRY_WRITABLE ((uint64_t)1 << 31)

static inline page_t entry_page(uint64_t entry) { return (page_t)(entry & ENTRY_PAGE_MASK); }
static inline uint32_t entry_slot(uint64_t entry) { return (uint32_t)(entry >> 32); }

// Memory of one thread or process that is also mapped in a server.
struct shared_pages {
    kn_word_t server_vaddr; // 0: not made
    unsigned class;         // of the server's window
    page_t page[KN_LAYOUT_WINDOW_SIZE / PAGE];
    uint32_t server_slot[KN_LAYOUT_WINDOW_SIZE / PAGE];
};

struct space_thread {
    struct shared_pages ipc_buffer; // in procsrv
    struct shared_pages window;     // in vfs
};

struct space {
    struct idmap_link link;
    struct mapping mapping;
    kn_cptr_t vspace_untyped;       // the 4 KiB that hold the VSpace object
    struct region *regions;
    struct pagemap pages;
    uint64_t brk_start, brk;
    uint64_t limit[3];              // KN_MM_LIMIT_*
    uint64_t vm_pages, peak_pages;  // in regions; owned and mapped at most
    kn_cptr_t endpoint;             // our endpoint with its badge, 0: not made
    struct shared_pages signal_page;
    uint32_t time_slot;             // mapping of the time page
    struct space_thread *thread[KN_LAYOUT_MAX_THREADS];
};

void space_init(void);
long space_create(struct space **out);
void space_destroy(struct space *s);
struct space *space_find(uint64_t id);

// Maps a region; flags are LX_MAP_*. object NULL: anonymous. The program's range is checked unless is_runtime.
struct map_request {
    uint64_t addr, length, flags, offset;
    unsigned prot;
    struct object *object;
    bool may_write, is_runtime, is_stack, is_wired;
};
long space_map(struct space *s, const struct map_request *request, uint64_t *addr);
long space_unmap(struct space *s, uint64_t addr, uint64_t length);
long space_protect(struct space *s, uint64_t addr, uint64_t length, unsigned prot);
long space_remap(struct space *s, uint64_t old, uint64_t old_length, uint64_t new_length, uint64_t flags, uint64_t new, uint64_t *addr);
long space_discard(struct space *s, uint64_t addr, uint64_t length); // MADV_DONTNEED
uint64_t space_brk(struct space *s, uint64_t addr);                  // the break afterwards
long space_clone(struct space *source, struct space *dest, unsigned thread_index);
long space_copy_range(struct space *source, uint64_t addr, uint64_t length, struct space *dest, uint64_t *at);

// Used by objects: the object's page INDEX is going away.
void space_drop_object_page(struct region *r, uint64_t index);
// Removes all mappings and entries in [start, end), regions stay.
void space_clear_pages(struct space *s, uint64_t start, uint64_t end);
// Sets the entry of ADDR to the owned PAGE (its reference passes on), mapped with the region's rights if DO_MAP.
long space_put_page(struct space *s, struct region *r, uint64_t addr, page_t page, bool do_map);
