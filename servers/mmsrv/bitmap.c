// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

#include "bitmap.h"

#include "trona/heap.h"

static size_t bytes(const struct bitmap *b)
{
    return (b->nr_words + (b->nr_words + 63) / 64) * sizeof(uint64_t);
}

bool bitmap_init(struct bitmap *b, size_t nr_bits)
{
    b->nr_words = nr_bits / 64 + 1;
    b->words = trona_alloc_zero(bytes(b));
    return b->words != NULL;
}

void bitmap_destroy(struct bitmap *b)
{
    trona_free(b->words, bytes(b));
    *b = (struct bitmap){0};
}

void bitmap_set(struct bitmap *b, size_t i, bool value)
{
    uint64_t *word = &b->words[i / 64], *summary = &b->words[b->nr_words + i / 4096];
    uint64_t summary_bit = (uint64_t)1 << i / 64 % 64;
    if (value)
        *word |= (uint64_t)1 << i % 64;
    else
        *word &= ~((uint64_t)1 << i % 64);
    *summary = *word ? *summary | summary_bit : *summary & ~summary_bit;
}

bool bitmap_has(const struct bitmap *b, size_t i)
{
    return b->words[i / 64] >> i % 64 & 1;
}

size_t bitmap_first(const struct bitmap *b)
{
    for (size_t s = 0; s * 64 < b->nr_words; s++) {
        uint64_t summary = b->words[b->nr_words + s];
        if (!summary)
            continue;
        size_t word = s * 64 + (size_t)__builtin_ctzl(summary);
        return word * 64 + (size_t)__builtin_ctzl(b->words[word]);
    }
    return BITMAP_NONE;
}
