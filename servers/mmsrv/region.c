// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

#include "region.h"

static struct region *of(struct tree_node *node)
{
    return (struct region *)node; // its first member
}

static uint64_t larger(uint64_t a, uint64_t b)
{
    return a > b ? a : b;
}

// I3.
static void update(struct tree_node *node)
{
    struct region *r = of(node), *left = of(node->left), *right = of(node->right);
    r->lowest = r->start;
    r->highest = r->end;
    r->gap = 0;
    r->count = 1;
    if (left) {
        r->lowest = left->lowest;
        r->gap = larger(left->gap, r->start - left->highest);
        r->count += left->count;
    }
    if (right) {
        r->highest = right->highest;
        r->gap = larger(r->gap, larger(right->gap, right->lowest - r->end));
        r->count += right->count;
    }
}

void region_tree_init(struct tree *tree)
{
    *tree = (struct tree){NULL, update};
}

void region_insert(struct tree *tree, struct region *r)
{
    r->node.key = r->start;
    tree_insert(tree, &r->node);
}

void region_remove(struct tree *tree, struct region *r)
{
    tree_remove(tree, &r->node);
}

void region_resize(struct tree *tree, struct region *r, uint64_t start, uint64_t end)
{
    r->node.key = r->start = start;
    r->end = end;
    tree_changed(tree, &r->node);
}

struct region *region_find(const struct tree *tree, uint64_t addr)
{
    struct region *r = of(tree_at_or_below(tree, addr));
    return r && addr < r->end ? r : NULL;
}

struct region *region_at_or_after(const struct tree *tree, uint64_t addr)
{
    struct region *r = region_find(tree, addr);
    return r ? r : of(tree_at_or_above(tree, addr));
}

struct region *region_before(const struct tree *tree, uint64_t addr)
{
    struct tree_node *node = addr ? tree_at_or_below(tree, addr - 1) : NULL;
    if (node && of(node)->end > addr)
        node = tree_previous(node);
    return of(node);
}

struct region *region_first(const struct tree *tree)
{
    return of(tree_first(tree));
}

struct region *region_next(const struct region *r)
{
    return of(tree_next(&r->node));
}

struct region *region_nth(const struct tree *tree, size_t index)
{
    struct region *r = of(tree->root);
    while (r) {
        size_t before = r->node.left ? of(r->node.left)->count : 0;
        if (index == before)
            break;
        if (index < before) {
            r = of(r->node.left);
        } else {
            index -= before + 1;
            r = of(r->node.right);
        }
    }
    return r;
}

size_t region_count(const struct tree *tree)
{
    return tree->root ? of(tree->root)->count : 0;
}

// The highest hole of LENGTH bytes below *TOP that ends above a region of the subtree R. If there is none, *TOP is where the
// subtree starts, if that is below it. Only subtrees are entered that have such a hole, but for the one path along *TOP's
// first value, so this is O(log n).
static uint64_t find_in(struct region *r, uint64_t *top, uint64_t length)
{
    while (r) {
        if (r->highest <= *top && r->gap < length && *top - r->highest < length) {
            *top = r->lowest;
            return 0;
        }
        if (r->start >= *top) {
            r = of(r->node.left);
            continue;
        }
        uint64_t found = find_in(of(r->node.right), top, length);
        if (found)
            return found;
        if (r->end <= *top && *top - r->end >= length)
            return *top - length;
        *top = r->start;
        r = of(r->node.left);
    }
    return 0;
}

uint64_t region_find_gap(const struct tree *tree, uint64_t low, uint64_t high, uint64_t length)
{
    uint64_t top = high, found = find_in(of(tree->root), &top, length);
    if (!found && top >= length)
        found = top - length;
    return found >= low ? found : 0;
}
