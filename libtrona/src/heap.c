// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

#include "trona/heap.h"

#include <stdbool.h>

#include <kn/proto/layout.h>
#include <kn/proto/mm.h>

#include "trona/startup.h"
#include "trona/string.h"

#define MIN_CLASS 4
#define NR_CLASSES 32
#define GROWTH_STEP (16 * 4096)
#define GROWTH_RESERVE (64 * 1024)

struct free_block {
    struct free_block *next;
};

static struct free_block *free_blocks[NR_CLASSES];
static kn_word_t brk, mapped_end, range_end;
static size_t used;
// Growing may itself need memory: mmsrv's does. What is asked for then comes from a reserve that is mapped in advance.
static size_t reserve;
static bool is_growing;

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
    reserve = GROWTH_RESERVE;
}

static unsigned class_of(size_t size)
{
    if (size <= (size_t)1 << MIN_CLASS)
        return MIN_CLASS;
    return 64 - (unsigned)__builtin_clzl(size - 1);
}

// Maps at least WANT bytes more; false if that is refused or is under way already.
static bool grow(size_t want)
{
    if (is_growing)
        return false;
    is_growing = true;
    size_t got = grow_heap(mapped_end, want < GROWTH_STEP ? GROWTH_STEP : (want + 4095) & ~(size_t)4095);
    is_growing = false;
    mapped_end += got;
    return got != 0;
}

static void *take_fresh(unsigned class)
{
    size_t size = (size_t)1 << class;
    size_t align = size < 4096 ? size : 4096;
    for (;;) {
        kn_word_t start = (brk + align - 1) & ~(align - 1); // anew after growing, which may have moved brk
        kn_word_t end = start + size;
        if (end > range_end)
            return NULL;
        if (end + reserve > mapped_end && grow(end + reserve - mapped_end))
            continue;
        if (end > mapped_end)
            return NULL;
        brk = end;
        return (void *)start;
    }
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
