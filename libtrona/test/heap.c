// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// The real heap under other names: the tests themselves use the harness's.

#define _GNU_SOURCE
#include "unit.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>

#define trona_alloc tested_alloc
#define trona_alloc_zero tested_alloc_zero
#define trona_free tested_free
#define trona_heap_used tested_heap_used
#define trona_heap_init tested_heap_init
#define trona_heap_set_grow tested_heap_set_grow
size_t tested_heap_used(void);
#include "../src/heap.c"

#define RANGE ((size_t)64 << 20)

static char *range;
static size_t grown, grow_limit;

const struct kn_layout_resource *trona_find_resource(kn_word_t kind, kn_word_t id)
{
    (void)kind, (void)id;
    return NULL;
}

static size_t grow_some(kn_word_t addr, size_t bytes)
{
    CHECK(addr == (kn_word_t)range + grown && bytes % 4096 == 0);
    if (bytes > 3 * 4096)
        bytes = 3 * 4096; // fewer than asked for
    if (grown + bytes > grow_limit)
        return 0;
    grown += bytes;
    return bytes;
}

static void start(size_t limit)
{
    if (range)
        munmap(range, RANGE);
    range = mmap(NULL, RANGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    grown = 4096;
    grow_limit = limit;
    memset(classes, 0, sizeof classes);
    used = 0;
    tested_heap_init((kn_word_t)range, 4096, (kn_word_t)range + RANGE);
    tested_heap_set_grow(grow_some);
}

TEST(heap_blocks_are_large_enough_aligned_and_apart)
{
    enum { N = 3000 };
    static struct {
        unsigned char *block;
        size_t size;
    } b[N];
    start(RANGE);
    srand(3);
    for (int step = 0; step < 20000; step++) {
        int i = rand() % N;
        if (b[i].block) {
            for (size_t k = 0; k < b[i].size; k++)
                CHECK(b[i].block[k] == (unsigned char)i);
            tested_free(b[i].block, b[i].size);
            b[i].block = NULL;
            continue;
        }
        b[i].size = (size_t)(rand() % (rand() % 20 ? 700 : 9000));
        b[i].block = tested_alloc(b[i].size);
        CHECK(b[i].block);
        size_t rounded = b[i].size;
        class_of(&rounded);
        CHECK(rounded >= b[i].size && 2 * rounded <= 3 * b[i].size + 32);
        size_t align = rounded & -rounded;
        CHECK((uintptr_t)b[i].block % (align < 4096 ? align : 4096) == 0); // I2
        memset(b[i].block, i, b[i].size);
    }
    for (int i = 0; i < N; i++)
        if (b[i].block)
            tested_free(b[i].block, b[i].size);
    CHECK(tested_heap_used() == 0);
}

TEST(heap_uses_freed_blocks_before_it_grows)
{
    start(RANGE);
    for (int round = 0; round < 10; round++) {
        void *block[100];
        size_t before = grown;
        for (int i = 0; i < 100; i++)
            CHECK((block[i] = tested_alloc(1000)));
        CHECK(round == 0 || grown == before);
        for (int i = 0; i < 100; i++)
            tested_free(block[i], 1000);
    }
}

TEST(heap_that_cannot_grow_refuses_and_goes_on)
{
    start(20 * 4096);
    void *last = NULL;
    size_t n = 0;
    for (void *block; (block = tested_alloc(4096)); n++)
        last = block;
    CHECK(n >= 17 && n <= 20);
    CHECK(!tested_alloc(100000) && !tested_alloc(SIZE_MAX) && !tested_alloc((size_t)1 << 50));
    tested_free(last, 4096);
    CHECK(tested_alloc(4096) == last);
}

TEST(heap_small_blocks_do_not_waste_pages)
{
    start(RANGE);
    for (int i = 0; i < 100; i++) { // one after the other, each with an alignment of its own
        CHECK(tested_alloc(16));
        CHECK(tested_alloc(4096));
    }
    CHECK(brk - (kn_word_t)range <= 102 * 4096);
    unsigned char *zero = tested_alloc_zero(5000);
    for (int i = 0; i < 5000; i++)
        CHECK(zero[i] == 0);
}
