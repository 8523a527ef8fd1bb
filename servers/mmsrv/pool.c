// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

#include "pool.h"

#include <kn/proto/layout.h>
#include <kn/stubs.h>

#include "cspace.h"
#include "trona/heap.h"
#include "trona/log.h"
#include "trona/startup.h"
#include "trona/string.h"

#define BATCH 64
#define PAGE 4096
#define ARCHIVE_WINDOW KN_LAYOUT_SERVER_ARCHIVE
#define POOL_WINDOW KN_LAYOUT_SERVER_WINDOWS
#define RW (KN_RIGHTS_READ | KN_RIGHTS_WRITE)

// Untypeds as they came from init. left: bytes not yet retyped.
struct source {
    kn_cptr_t slot;
    kn_word_t size, used;
};

struct page {
    uint32_t refs;
    page_t next_free;
};

// BATCH pages retyped together.
struct batch {
    struct page page[BATCH];
};

#define MAX_SOURCES 128
static struct source sources[MAX_SOURCES];
static unsigned nr_sources;
static kn_word_t total_bytes, free_bytes; // of the sources

static struct batch **batches;  // pool pages by batch
static uint32_t *batch_slots;
static size_t nr_batches, max_batches;
static struct page *archive;    // descriptors of the archive's pages
static kn_cptr_t archive_slot;
static kn_word_t nr_archive;
static page_t free_pages;
static kn_word_t nr_free_pages;

// Kernel memory to use again: untypeds by size, and page tables.
struct free_slot {
    struct free_slot *next;
    kn_cptr_t slot;
};
static struct free_slot *free_untypeds[KN_WORD_BITS], *free_tables;

static kn_cptr_t pop(struct free_slot **list)
{
    struct free_slot *f = *list;
    if (!f)
        return 0;
    kn_cptr_t slot = f->slot;
    *list = f->next;
    trona_free(f, sizeof *f);
    return slot;
}

static void push(struct free_slot **list, kn_cptr_t slot)
{
    struct free_slot *f = trona_alloc(sizeof *f);
    if (!f)
        return; // lost: only when there is not even memory for a list cell
    *f = (struct free_slot){*list, slot};
    *list = f;
}

// Retypes COUNT objects into consecutive slots from SLOT on, from the fullest source in which they fit.
static bool retype(kn_word_t type, kn_word_t size_bits, kn_word_t bytes, kn_word_t count, kn_cptr_t slot)
{
    for (unsigned i = 0; i < nr_sources; i++) {
        struct source *s = &sources[i];
        kn_word_t start = (s->used + bytes - 1) & ~(bytes - 1);
        if (start + count * bytes > s->size)
            continue;
        kn_word_t first = slot & (trona_startup_page()->nr_slots - 1);
        kn_word_t cnode = slot / trona_startup_page()->nr_slots;
        kn_word_t depth = KN_WORD_BITS - (kn_word_t)__builtin_ctzl(trona_startup_page()->nr_slots);
        if (kn_untyped_retype(s->slot, type, size_bits, cnode, depth, first, count, OWN_CNODE) != KN_ERROR_NONE)
            return false;
        free_bytes -= start + count * bytes - s->used;
        s->used = start + count * bytes;
        return true;
    }
    return false;
}

// Maps COUNT frames for mmsrv itself.
static bool map_own(kn_cptr_t slot, kn_word_t count, kn_word_t vaddr)
{
    while (count) {
        kn_word_t room = (0x200000 - (vaddr & 0x1fffff)) / PAGE, done = 0;
        kn_word_t n = count < room ? count : room;
        if (n > KN_RANGE_MAX)
            n = KN_RANGE_MAX;
        kn_error_t error = kn_vspace_map_range(KN_LAYOUT_SERVER_SLOT_VSPACE, slot, KN_WORD_BITS, vaddr, n, RW,
                                               KN_VM_ATTR_EXECUTE_NEVER, OWN_CNODE, &done);
        if (error == KN_ERROR_FAILED_LOOKUP) {
            kn_cptr_t table = pool_table();
            if (!table || kn_page_table_map(table, vaddr, 0, KN_LAYOUT_SERVER_SLOT_VSPACE) != KN_ERROR_NONE)
                return false;
            continue;
        }
        if (error != KN_ERROR_NONE)
            return false;
        slot += done, vaddr += done * PAGE, count -= done;
    }
    return true;
}

static void init_archive(void)
{
    const struct kn_layout_resource *r = trona_resource(KN_LAYOUT_RESOURCE_ARCHIVE, 0);
    archive_slot = r->slot;
    nr_archive = r->arg;
    archive = trona_alloc_zero(nr_archive * sizeof *archive);
    if (!archive || !map_own(archive_slot, nr_archive, ARCHIVE_WINDOW))
        trona_panic("the boot archive cannot be mapped");
    for (kn_word_t i = 0; i < nr_archive; i++)
        archive[i].refs = 1; // of the archive itself, until a file object takes the page over
}

void pool_init(void)
{
    const struct kn_layout_startup *page = trona_startup_page();
    for (const struct kn_layout_resource *r = page->resources; r->kind != KN_LAYOUT_RESOURCE_END; r++)
        if (r->kind == KN_LAYOUT_RESOURCE_UNTYPED && nr_sources < MAX_SOURCES) {
            sources[nr_sources++] = (struct source){r->slot, (kn_word_t)1 << r->size, 0};
            total_bytes += (kn_word_t)1 << r->size;
        }
    free_bytes = total_bytes;
    trona_heap_set_grow(pool_grow_heap);
    cspace_init();
    max_batches = total_bytes / (BATCH * PAGE) + 1;
    batches = trona_alloc(max_batches * sizeof *batches);
    batch_slots = trona_alloc(max_batches * sizeof *batch_slots);
    if (!batches || !batch_slots)
        trona_panic("no memory for page descriptors");
    init_archive();
}

static struct page *page_get(page_t page)
{
    kn_word_t index = page - 1;
    if (index < nr_archive)
        return &archive[index];
    index -= nr_archive;
    return &batches[index / BATCH]->page[index % BATCH];
}

kn_cptr_t page_slot(page_t page)
{
    kn_word_t index = page - 1;
    if (index < nr_archive)
        return archive_slot + index;
    index -= nr_archive;
    return batch_slots[index / BATCH] + index % BATCH;
}

void *page_memory(page_t page)
{
    kn_word_t index = page - 1;
    return (void *)(index < nr_archive ? ARCHIVE_WINDOW + index * PAGE : POOL_WINDOW + (index - nr_archive) * PAGE);
}

static bool add_batch(void)
{
    struct batch *b = nr_batches < max_batches ? trona_alloc_zero(sizeof *b) : NULL;
    uint32_t slot = b ? slots_take(BATCH) : 0;
    if (!slot || !retype(KN_OBJECT_TYPE_FRAME, KN_PAGE_BITS, PAGE, BATCH, slot) ||
        !map_own(slot, BATCH, POOL_WINDOW + nr_batches * BATCH * PAGE)) {
        trona_free(b, sizeof *b);
        return false;
    }
    batches[nr_batches] = b;
    batch_slots[nr_batches] = slot;
    page_t first = (page_t)(1 + nr_archive + nr_batches * BATCH);
    for (unsigned i = BATCH; i-- > 0; free_pages = first + i)
        b->page[i].next_free = free_pages;
    nr_free_pages += BATCH;
    nr_batches++;
    return true;
}

page_t page_alloc(bool clear)
{
    if (!free_pages && !add_batch())
        return 0;
    page_t page = free_pages;
    struct page *p = page_get(page);
    free_pages = p->next_free;
    nr_free_pages--;
    p->refs = 1;
    if (clear)
        memset(page_memory(page), 0, PAGE);
    return page;
}

void page_ref(page_t page)
{
    page_get(page)->refs++;
}

void page_unref(page_t page)
{
    struct page *p = page_get(page);
    trona_assert(p->refs);
    if (--p->refs)
        return;
    p->next_free = free_pages;
    free_pages = page;
    nr_free_pages++;
}

unsigned page_refs(page_t page)
{
    return page_get(page)->refs;
}

page_t page_of_archive(kn_word_t index)
{
    return (page_t)(index + 1);
}

kn_word_t archive_pages(void)
{
    return nr_archive;
}

// A fresh object of the pool, in a slot of its own.
static kn_cptr_t make(kn_word_t type, kn_word_t size_bits, kn_word_t bytes)
{
    uint32_t slot = slot_take();
    if (slot && !retype(type, size_bits, bytes, 1, slot)) {
        slot_give(slot);
        slot = 0;
    }
    return slot;
}

kn_cptr_t pool_untyped(kn_word_t bits)
{
    kn_cptr_t slot = pop(&free_untypeds[bits]);
    return slot ? slot : make(KN_OBJECT_TYPE_UNTYPED, bits, (kn_word_t)1 << bits);
}

void pool_untyped_free(kn_cptr_t slot, kn_word_t bits)
{
    kn_cnode_revoke(OWN_CNODE, slot, KN_WORD_BITS);
    push(&free_untypeds[bits], slot);
}

kn_cptr_t pool_table(void)
{
    kn_cptr_t slot = pop(&free_tables);
    return slot ? slot : make(KN_OBJECT_TYPE_PAGE_TABLE, 0, PAGE);
}

void pool_table_free(kn_cptr_t slot)
{
    push(&free_tables, slot);
}

size_t pool_grow_heap(kn_word_t addr, size_t bytes)
{
    size_t done = 0;
    for (; done < bytes; done += PAGE) {
        uint32_t slot = 0;
        // Straight from the sources: the free list's pages are mapped in the window already.
        static uint32_t first, left;
        if (!left) {
            first = slots_take(16);
            if (!first || !retype(KN_OBJECT_TYPE_FRAME, KN_PAGE_BITS, PAGE, 16, first))
                break;
            left = 16;
        }
        slot = first + (16 - left);
        if (!map_own(slot, 1, addr + done))
            break;
        left--;
    }
    return done;
}

kn_word_t pool_total_pages(void)
{
    return total_bytes / PAGE + nr_archive;
}

kn_word_t pool_free_pages(void)
{
    return free_bytes / PAGE + nr_free_pages;
}
