// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

#include "pagemap.h"

#include <stdbool.h>

#include <lx/abi.h>

#include "trona/heap.h"

#define LEAF_ENTRIES (1 << PAGEMAP_LEAF_BITS)
#define LEAF_MASK (LEAF_ENTRIES - 1)

// The entries are a block of their own: both sizes then suit the heap.
struct pagemap_leaf {
    struct tree_node node; // key: page number of entry 0
    uint64_t *entry;       // LEAF_ENTRIES
    unsigned used;
    bool is_kept;          // reserved, even if entries come and go meanwhile
};

static struct pagemap_leaf *of(struct tree_node *node)
{
    return (struct pagemap_leaf *)node;
}

static uint64_t key_of(uint64_t index)
{
    return index & ~(uint64_t)LEAF_MASK;
}

static struct pagemap_leaf *find_leaf(struct pagemap *map, uint64_t index)
{
    if (!map->recent || map->recent->node.key != key_of(index))
        map->recent = of(tree_find(&map->leaves, key_of(index)));
    return map->recent;
}

// Frees LEAF if nothing needs it any more.
static void put_leaf(struct pagemap *map, struct pagemap_leaf *leaf)
{
    if (leaf->used || leaf->is_kept)
        return;
    if (map->recent == leaf)
        map->recent = NULL;
    tree_remove(&map->leaves, &leaf->node);
    trona_free(leaf->entry, LEAF_ENTRIES * sizeof *leaf->entry);
    trona_free(leaf, sizeof *leaf);
}

uint64_t pagemap_get(struct pagemap *map, uint64_t index)
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
    if (!leaf->entry) {
        trona_free(leaf, sizeof *leaf);
        return -LX_ENOMEM;
    }
    leaf->node.key = key_of(index);
    tree_insert(&map->leaves, &leaf->node);
    map->recent = leaf;
    return 0;
}

static void set_in_leaf(struct pagemap *map, struct pagemap_leaf *leaf, uint64_t index, uint64_t value)
{
    uint64_t *entry = &leaf->entry[index & LEAF_MASK];
    int change = (value != 0) - (*entry != 0);
    *entry = value;
    leaf->used += (unsigned)change;
    map->count += (size_t)change;
}

void pagemap_set(struct pagemap *map, uint64_t index, uint64_t value)
{
    struct pagemap_leaf *leaf = find_leaf(map, index);
    if (!leaf)
        return; // only ever for value 0
    set_in_leaf(map, leaf, index, value);
    put_leaf(map, leaf);
}

// The entries of LEAF that lie in [start, end): numbers [*from, *to).
static void clip(const struct pagemap_leaf *leaf, uint64_t start, uint64_t end, unsigned *from, unsigned *to)
{
    uint64_t key = leaf->node.key;
    *from = start > key ? (unsigned)(start - key) : 0;
    *to = end - key < LEAF_ENTRIES ? (unsigned)(end - key) : LEAF_ENTRIES;
}

// The first leaf of the range; more with next_in.
static struct pagemap_leaf *first_in(const struct pagemap *map, uint64_t start, uint64_t end)
{
    struct pagemap_leaf *leaf = of(tree_at_or_above(&map->leaves, key_of(start)));
    return leaf && leaf->node.key < end ? leaf : NULL;
}

static struct pagemap_leaf *next_in(const struct pagemap_leaf *leaf, uint64_t end)
{
    struct pagemap_leaf *next = of(tree_next(&leaf->node));
    return next && next->node.key < end ? next : NULL;
}

void pagemap_visit(struct pagemap *map, uint64_t start, uint64_t end, pagemap_visitor *visit, void *context)
{
    for (struct pagemap_leaf *leaf = first_in(map, start, end), *next; leaf; leaf = next) {
        unsigned from, to, left = leaf->used;
        uint64_t key = leaf->node.key;
        next = next_in(leaf, end); // the leaf may go with its last entry, which is the last one visited then
        clip(leaf, start, end, &from, &to);
        for (unsigned i = from; i < to && left; i++) {
            uint64_t value = leaf->entry[i];
            if (!value)
                continue;
            left--;
            visit(context, key + i, value);
        }
    }
}

void pagemap_take(struct pagemap *map, uint64_t start, uint64_t end, pagemap_visitor *visit, void *context)
{
    for (struct pagemap_leaf *leaf = first_in(map, start, end), *next; leaf; leaf = next) {
        unsigned from, to;
        next = next_in(leaf, end);
        clip(leaf, start, end, &from, &to);
        for (unsigned i = from; i < to && leaf->used; i++) {
            uint64_t value = leaf->entry[i];
            if (!value)
                continue;
            set_in_leaf(map, leaf, i, 0);
            visit(context, leaf->node.key + i, value);
        }
        put_leaf(map, leaf);
    }
}

void pagemap_trim(struct pagemap *map, uint64_t start, uint64_t end)
{
    for (struct pagemap_leaf *leaf = first_in(map, start, end), *next; leaf; leaf = next) {
        next = next_in(leaf, end);
        leaf->is_kept = false;
        put_leaf(map, leaf);
    }
}

// As pagemap_reserve; the leaf stays until pagemap_trim.
static bool keep(struct pagemap *map, uint64_t index)
{
    if (pagemap_reserve(map, index))
        return false;
    find_leaf(map, index)->is_kept = true;
    return true;
}

long pagemap_reserve_shifted(struct pagemap *map, uint64_t start, uint64_t end, uint64_t delta)
{
    for (struct pagemap_leaf *leaf = first_in(map, start, end); leaf; leaf = next_in(leaf, end)) {
        unsigned from, to;
        uint64_t key = leaf->node.key;
        clip(leaf, start, end, &from, &to);
        // One leaf's entries go to two leaves at most.
        if (!keep(map, key + from + delta) || !keep(map, key + to - 1 + delta)) {
            pagemap_trim(map, start + delta, end + delta);
            return -LX_ENOMEM;
        }
    }
    return 0;
}

void pagemap_destroy(struct pagemap *map)
{
    while (map->leaves.root) {
        struct pagemap_leaf *leaf = of(map->leaves.root);
        leaf->used = 0;
        leaf->is_kept = false;
        put_leaf(map, leaf);
    }
    *map = (struct pagemap){0};
}
