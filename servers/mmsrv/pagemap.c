// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

#include "pagemap.h"

#include <lx/abi.h>

#include "trona/heap.h"
#include "trona/string.h"

#define LEAF_ENTRIES (1 << PAGEMAP_LEAF_BITS)
#define LEAF_MASK (LEAF_ENTRIES - 1)

struct pagemap_leaf {
    struct idmap_link link; // id: leaf number + 1
    struct pagemap_leaf *next, *prev;
    unsigned used;
    uint64_t *entry; // LEAF_ENTRIES
};

static struct pagemap_leaf *find_leaf(const struct pagemap *map, uint64_t index)
{
    return (struct pagemap_leaf *)idmap_find(&map->leaves, (index >> PAGEMAP_LEAF_BITS) + 1);
}

static void free_leaf(struct pagemap *map, struct pagemap_leaf *leaf)
{
    idmap_remove(&map->leaves, &leaf->link);
    if (leaf->prev)
        leaf->prev->next = leaf->next;
    else
        map->first = leaf->next;
    if (leaf->next)
        leaf->next->prev = leaf->prev;
    trona_free(leaf->entry, LEAF_ENTRIES * sizeof *leaf->entry);
    trona_free(leaf, sizeof *leaf);
}

uint64_t pagemap_get(const struct pagemap *map, uint64_t index)
{
    const struct pagemap_leaf *leaf = find_leaf(map, index);
    return leaf ? leaf->entry[index & LEAF_MASK] : 0;
}

long pagemap_reserve(struct pagemap *map, uint64_t index)
{
    if (find_leaf(map, index))
        return 0;
    struct pagemap_leaf *leaf = trona_alloc_zero(sizeof *leaf);
    if (!leaf)
        return -LX_ENOMEM;
    leaf->entry = trona_alloc_zero(LEAF_ENTRIES * sizeof *leaf->entry);
    leaf->link.id = (index >> PAGEMAP_LEAF_BITS) + 1;
    if (!leaf->entry || idmap_insert(&map->leaves, &leaf->link)) {
        trona_free(leaf->entry, LEAF_ENTRIES * sizeof *leaf->entry);
        trona_free(leaf, sizeof *leaf);
        return -LX_ENOMEM;
    }
    leaf->next = map->first;
    if (map->first)
        map->first->prev = leaf;
    map->first = leaf;
    return 0;
}

void pagemap_set(struct pagemap *map, uint64_t index, uint64_t value)
{
    struct pagemap_leaf *leaf = find_leaf(map, index);
    if (!leaf)
        return; // only ever for value 0
    uint64_t *entry = &leaf->entry[index & LEAF_MASK];
    int change = (value != 0) - (*entry != 0);
    *entry = value;
    leaf->used += (unsigned)change;
    map->count += (size_t)change;
    if (!leaf->used)
        free_leaf(map, leaf);
}

// Entries of LEAF in [start, end), from a copy: the leaf may go with its last entry, or get others meanwhile.
static void visit_leaf(const struct pagemap_leaf *leaf, uint64_t start, uint64_t end,
                       void (*visit)(void *, uint64_t, uint64_t), void *context)
{
    uint64_t base = (leaf->link.id - 1) << PAGEMAP_LEAF_BITS;
    uint64_t entry[LEAF_ENTRIES];
    memcpy(entry, leaf->entry, sizeof entry);
    for (unsigned i = 0; i < LEAF_ENTRIES; i++)
        if (entry[i] && base + i >= start && base + i < end)
            visit(context, base + i, entry[i]);
}

void pagemap_visit(struct pagemap *map, uint64_t start, uint64_t end, void (*visit)(void *, uint64_t, uint64_t), void *context)
{
    if (start >= end)
        return;
    uint64_t first = start >> PAGEMAP_LEAF_BITS, last = (end - 1) >> PAGEMAP_LEAF_BITS;
    if (last - first >= map->leaves.count) {
        for (struct pagemap_leaf *leaf = map->first, *next; leaf; leaf = next) {
            next = leaf->next;
            if (leaf->link.id - 1 >= first && leaf->link.id - 1 <= last)
                visit_leaf(leaf, start, end, visit, context);
        }
        return;
    }
    for (uint64_t l = first; l <= last; l++) {
        struct pagemap_leaf *leaf = (struct pagemap_leaf *)idmap_find(&map->leaves, l + 1);
        if (leaf)
            visit_leaf(leaf, start, end, visit, context);
    }
}

void pagemap_destroy(struct pagemap *map)
{
    while (map->first)
        free_leaf(map, map->first);
    idmap_destroy(&map->leaves);
    *map = (struct pagemap){0};
}
