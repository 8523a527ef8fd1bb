// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

#include "trona/heap.h"

#include <kn/proto/layout.h>
#include <kn/proto/mm.h>

#include "trona/startup.h"
#include "trona/string.h"

#define MIN_BITS 4
#define MAX_BITS 40
#define NR_CLASSES (2 * (MAX_BITS - MIN_BITS) + 1)
#define PAGE 4096
#define SMALL 512      // blocks up to here are cut from slabs of one page,
#define SLAB_LIMIT 4096 // those below here from slabs of four, larger ones from the range itself
#define GROWTH_STEP (16 * PAGE)

struct free_block {
    struct free_block *next;
};

static struct class {
    struct free_block *free;
    kn_word_t slab, slab_end; // what was never handed out of the last slab
} classes[NR_CLASSES];
static kn_word_t brk, mapped_end, range_end;
static size_t used;

static size_t grow_by_mmsrv(kn_word_t addr, size_t bytes)
{
    const struct kn_layout_resource *mm = trona_find_resource(KN_LAYOUT_RESOURCE_ENDPOINT, KN_LAYOUT_SERVICE_MM);
    kn_word_t at, length;
    if (!mm || kn_mm_server_grow(mm->slot, bytes, &at, &length) || at != addr)
        return 0;
    return length;
}

static size_t (*grow_heap)(kn_word_t, size_t) = grow_by_mmsrv;

void trona_heap_init(kn_word_t start, kn_word_t mapped, kn_word_t end)
{
    brk = start;
    mapped_end = start + mapped;
    range_end = end;
}

void trona_heap_set_grow(size_t (*grow)(kn_word_t, size_t))
{
    grow_heap = grow;
}

// Class 0 is 16 bytes, then 24, 32, 48, 64, ... *SIZE becomes the class's size.
static unsigned class_of(size_t *size)
{
    if (*size <= (size_t)1 << MIN_BITS) {
        *size = (size_t)1 << MIN_BITS;
        return 0;
    }
    unsigned bits = 63 - (unsigned)__builtin_clzl(*size - 1); // 2^bits < size <= 2^(bits + 1)
    size_t middle = (size_t)3 << (bits - 1);
    bool is_upper = *size > middle;
    *size = is_upper ? (size_t)2 << bits : middle;
    return 2 * (bits - MIN_BITS) + 1 + is_upper;
}

// SIZE bytes of the range that were never handed out.
static kn_word_t take_range(size_t size)
{
    size_t align = size & -size;
    if (align > PAGE)
        align = PAGE;
    kn_word_t start = (brk + align - 1) & ~(align - 1);
    if (start > range_end || size > range_end - start)
        return 0;
    while (start + size > mapped_end) {
        size_t want = (start + size - mapped_end + PAGE - 1) & ~(size_t)(PAGE - 1);
        size_t got = grow_heap(mapped_end, want < GROWTH_STEP ? GROWTH_STEP : want);
        if (!got)
            return 0;
        mapped_end += got;
    }
    brk = start + size;
    return start;
}

static void *take_fresh(struct class *c, size_t size)
{
    if (size >= SLAB_LIMIT)
        return (void *)take_range(size);
    if (c->slab_end - c->slab < size) {
        size_t slab_size = size <= SMALL ? PAGE : 4 * PAGE;
        kn_word_t slab = take_range(slab_size);
        if (!slab)
            return NULL;
        c->slab = slab;
        c->slab_end = slab + slab_size;
    }
    c->slab += size;
    return (void *)(c->slab - size);
}

void *trona_alloc(size_t size)
{
    if (size > (size_t)1 << MAX_BITS)
        return NULL;
    struct class *c = &classes[class_of(&size)];
    struct free_block *block = c->free;
    if (block)
        c->free = block->next;
    else
        block = take_fresh(c, size);
    if (block)
        used += size;
    return block;
}

void *trona_alloc_zero(size_t size)
{
    void *block = trona_alloc(size);
    return block ? memset(block, 0, size) : NULL;
}

void trona_free(void *block, size_t size)
{
    if (!block)
        return;
    struct class *c = &classes[class_of(&size)];
    struct free_block *b = block;
    b->next = c->free;
    c->free = b;
    used -= size;
}

size_t trona_heap_used(void)
{
    return used;
}
