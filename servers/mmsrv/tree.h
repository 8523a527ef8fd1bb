// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// Balanced binary search trees (AVL) of items that contain their node, by a 64-bit key. Finding, inserting, removing are
// O(log n) whatever the keys are; nothing allocates.
// I1: keys ascend from left to right and differ; the heights of a node's two subtrees differ by at most 1.
// I2: after every operation each node's own sums agree with its subtree: update was called for it after its last change.

#include <stdint.h>

struct tree_node {
    struct tree_node *left, *right, *parent;
    uint64_t key;
    int height; // of the subtree, 1 for a leaf
};

struct tree {
    struct tree_node *root;
    void (*update)(struct tree_node *node); // computes NODE's sums from its own and its children's; NULL: there are none
};

void tree_insert(struct tree *tree, struct tree_node *node); // its key is set, and not in the tree
void tree_remove(struct tree *tree, struct tree_node *node);
void tree_changed(struct tree *tree, struct tree_node *node); // what update reads of NODE has changed
struct tree_node *tree_find(const struct tree *tree, uint64_t key);        // NULL: none
struct tree_node *tree_at_or_below(const struct tree *tree, uint64_t key); // the last one with a key <= KEY
struct tree_node *tree_at_or_above(const struct tree *tree, uint64_t key); // the first one with a key >= KEY
struct tree_node *tree_first(const struct tree *tree);
struct tree_node *tree_next(const struct tree_node *node);
struct tree_node *tree_previous(const struct tree_node *node);
