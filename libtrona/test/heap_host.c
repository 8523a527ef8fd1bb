// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// trona/heap.h over malloc, so that sanitizers see every block, with failures on demand.

#include <stdlib.h>

#include "trona/heap.h"
#include "unit.h"

static size_t used;
static long allocations_left = -1;

void unit_fail_allocation_after(long count)
{
    allocations_left = count;
}

void *trona_alloc(size_t size)
{
    if (allocations_left == 0)
        return NULL;
    if (allocations_left > 0)
        allocations_left--;
    void *block = malloc(size ? size : 1);
    if (block)
        used += size;
    return block;
}

void *trona_alloc_zero(size_t size)
{
    unsigned char *block = trona_alloc(size);
    for (size_t i = 0; block && i < size; i++)
        block[i] = 0;
    return block;
}

void trona_free(void *block, size_t size)
{
    if (block)
        used -= size;
    free(block);
}

size_t trona_heap_used(void)
{
    return used;
}
