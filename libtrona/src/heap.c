// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

#include "trona/heap.h"

#include <kn/proto/layout.h>
#include <kn/proto/mm.h>

#include "trona/startup.h"
#include "trona/string.h"

#define MIN_CLASS 4
#define NR_CLASSES 32

struct free_block {
    struct free_block *next;
};

static struct free_block *free_blocks[NR_CLASSES];
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

static unsigned class_of(size_t size)
{
    if (size <= (size_t)1 << MIN_CLASS)
        return MIN_CLASS;
    return 64 - (unsigned)__builtin_clzl(size - 1);
}

static void *take_fresh(unsigned class)
{
    size_t size = (size_t)1 << class;
    size_t align = size < 4096 ? size : 4096;
    kn_word_t start = (brk + align - 1) & ~(align - 1);
    if (start + size > range_end)
        return NULL;
    while (start + size > mapped_end) {
        size_t want = start + size - mapped_end;
        size_t got = grow_heap(mapped_end, want < 16 * 4096 ? 16 * 4096 : (want + 4095) & ~(size_t)4095);
        if (!got)
            return NULL;
        mapped_end += got;
    }
    brk = start + size;
    return (void *)start;
}

void *trona_alloc(size_t size)
{
    unsigned class = class_of(size);
    if (class >= NR_CLASSES)
        return NULL;
    struct free_block *block = free_blocks[class];
    if (block)
        free_blocks[class] = block->next;
    else
        block = take_fresh(class);
    if (block)
        used += (size_t)1 << class;
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
    unsigned class = class_of(size);
    struct free_block *b = block;
    b->next = free_blocks[class];
    free_blocks[class] = b;
    used -= (size_t)1 << class;
}

size_t trona_heap_used(void)
{
    return used;
}
