// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// A set of small numbers that finds its lowest member quickly: bits, and one summary bit for each word of them.

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define BITMAP_NONE SIZE_MAX

struct bitmap {
    uint64_t *words;   // the bits, then the summary
    size_t nr_words;
};

bool bitmap_init(struct bitmap *b, size_t nr_bits); // empty; false: no memory
void bitmap_destroy(struct bitmap *b);
void bitmap_set(struct bitmap *b, size_t i, bool value);
bool bitmap_has(const struct bitmap *b, size_t i);
size_t bitmap_first(const struct bitmap *b); // BITMAP_NONE: it is empty. O(n / 4096)
