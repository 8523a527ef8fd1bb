// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

#include "tree.h"

#include <stdbool.h>
#include <stddef.h>

static int height(const struct tree_node *node)
{
    return node ? node->height : 0;
}

static void refresh(const struct tree *tree, struct tree_node *node)
{
    int l = height(node->left), r = height(node->right);
    node->height = 1 + (l > r ? l : r);
    if (tree->update)
        tree->update(node);
}

// Puts NEW (may be NULL) where OLD, a child of PARENT or the root, was.
static void replace(struct tree *tree, struct tree_node *parent, const struct tree_node *old, struct tree_node *new)
{
    if (!parent)
        tree->root = new;
    else if (parent->left == old)
        parent->left = new;
    else
        parent->right = new;
    if (new)
        new->parent = parent;
}

// Lifts NODE's left (or right) child to NODE's place; returns it.
static struct tree_node *rotate(struct tree *tree, struct tree_node *node, bool lift_left)
{
    struct tree_node *child = lift_left ? node->left : node->right;
    struct tree_node *middle = lift_left ? child->right : child->left;
    replace(tree, node->parent, node, child);
    if (lift_left) {
        node->left = middle;
        child->right = node;
    } else {
        node->right = middle;
        child->left = node;
    }
    if (middle)
        middle->parent = node;
    node->parent = child;
    refresh(tree, node);
    refresh(tree, child);
    return child;
}

// Restores I1 and I2 from NODE, the lowest one whose subtree has changed, up to the root.
static void rebalance(struct tree *tree, struct tree_node *node)
{
    for (; node; node = node->parent) {
        refresh(tree, node);
        int balance = height(node->left) - height(node->right);
        if (balance > 1) {
            if (height(node->left->left) < height(node->left->right))
                rotate(tree, node->left, false);
            node = rotate(tree, node, true);
        } else if (balance < -1) {
            if (height(node->right->right) < height(node->right->left))
                rotate(tree, node->right, true);
            node = rotate(tree, node, false);
        }
    }
}

void tree_insert(struct tree *tree, struct tree_node *node)
{
    struct tree_node *parent = NULL, **link = &tree->root;
    while (*link) {
        parent = *link;
        link = node->key < parent->key ? &parent->left : &parent->right;
    }
    *link = node;
    node->left = node->right = NULL;
    node->parent = parent;
    rebalance(tree, node);
}

void tree_remove(struct tree *tree, struct tree_node *node)
{
    struct tree_node *from = node->parent;
    if (!node->left || !node->right) {
        replace(tree, node->parent, node, node->left ? node->left : node->right);
    } else { // its successor, which has no left child, takes its place
        struct tree_node *next = node->right;
        while (next->left)
            next = next->left;
        from = next;
        if (next->parent != node) {
            from = next->parent;
            replace(tree, next->parent, next, next->right);
            next->right = node->right;
            next->right->parent = next;
        }
        next->left = node->left;
        next->left->parent = next;
        replace(tree, node->parent, node, next);
    }
    rebalance(tree, from);
}

void tree_changed(struct tree *tree, struct tree_node *node)
{
    for (; node && tree->update; node = node->parent)
        tree->update(node);
}

struct tree_node *tree_find(const struct tree *tree, uint64_t key)
{
    struct tree_node *node = tree->root;
    while (node && node->key != key)
        node = key < node->key ? node->left : node->right;
    return node;
}

struct tree_node *tree_at_or_below(const struct tree *tree, uint64_t key)
{
    struct tree_node *best = NULL;
    for (struct tree_node *node = tree->root; node;) {
        if (node->key <= key) {
            best = node;
            node = node->right;
        } else {
            node = node->left;
        }
    }
    return best;
}

struct tree_node *tree_at_or_above(const struct tree *tree, uint64_t key)
{
    struct tree_node *best = NULL;
    for (struct tree_node *node = tree->root; node;) {
        if (node->key >= key) {
            best = node;
            node = node->left;
        } else {
            node = node->right;
        }
    }
    return best;
}

struct tree_node *tree_first(const struct tree *tree)
{
    return tree_at_or_above(tree, 0);
}

struct tree_node *tree_next(const struct tree_node *node)
{
    if (node->right) {
        struct tree_node *next = node->right;
        while (next->left)
            next = next->left;
        return next;
    }
    while (node->parent && node->parent->right == node)
        node = node->parent;
    return node->parent;
}

struct tree_node *tree_previous(const struct tree_node *node)
{
    if (node->left) {
        struct tree_node *previous = node->left;
        while (previous->right)
            previous = previous->right;
        return previous;
    }
    while (node->parent && node->parent->left == node)
        node = node->parent;
    return node->parent;
}
