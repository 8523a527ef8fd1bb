// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

#include "region.h"

struct region *region_find(struct region *r, uint64_t addr)
{
    while (r && !(addr >= r->start && addr < r->end))
        r = addr < r->start ? r->left : r->right;
    return r;
}

struct region *region_at_or_after(struct region *r, uint64_t addr)
{
    struct region *best = NULL;
    while (r) {
        if (r->end > addr) {
            best = r;
            r = r->left;
        } else {
            r = r->right;
        }
    }
    return best;
}

struct region *region_before(struct region *r, uint64_t addr)
{
    struct region *best = NULL;
    while (r) {
        if (r->end <= addr) {
            best = r;
            r = r->right;
        } else {
            r = r->left;
        }
    }
    return best;
}

// Splits TREE into what starts below KEY and the rest.
static void split(struct region *tree, uint64_t key, struct region **low, struct region **high)
{
    while (tree) {
        if (tree->start < key) {
            *low = tree;
            low = &tree->right;
            tree = tree->right;
        } else {
            *high = tree;
            high = &tree->left;
            tree = tree->left;
        }
    }
    *low = *high = NULL;
}

static struct region *join(struct region *low, struct region *high)
{
    struct region *root = NULL, **link = &root;
    while (low && high) {
        if (low->priority > high->priority) {
            *link = low;
            link = &low->right;
            low = low->right;
        } else {
            *link = high;
            link = &high->left;
            high = high->left;
        }
    }
    *link = low ? low : high;
    return root;
}

void region_insert(struct region **root, struct region *r)
{
    static uint64_t seed = 0x853c49e6748fea9b;
    seed = seed * 6364136223846793005 + 1442695040888963407;
    r->priority = seed;
    while (*root && (*root)->priority > r->priority)
        root = r->start < (*root)->start ? &(*root)->left : &(*root)->right;
    split(*root, r->start, &r->left, &r->right);
    *root = r;
}

void region_remove(struct region **root, struct region *r)
{
    while (*root != r)
        root = r->start < (*root)->start ? &(*root)->left : &(*root)->right;
    *root = join(r->left, r->right);
}
