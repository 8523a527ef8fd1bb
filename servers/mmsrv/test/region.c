// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

#include "unit.h"

#include "region.h"

#define COUNT 500

static struct region regions[COUNT];

// Regions at i * 0x10000, 0x4000 long, inserted in a scrambled order.
static struct tree make_tree(void)
{
    struct tree root;
    region_tree_init(&root);
    for (unsigned i = 0; i < COUNT; i++) {
        unsigned k = i * 211 % COUNT;
        regions[k] = (struct region){.start = k * 0x10000ul, .end = k * 0x10000ul + 0x4000};
        region_insert(&root, &regions[k]);
    }
    return root;
}

TEST(region_find_sees_first_and_last_byte_and_no_gap)
{
    struct tree root = make_tree();
    for (unsigned i = 0; i < COUNT; i++) {
        CHECK(region_find(&root, regions[i].start) == &regions[i]);
        CHECK(region_find(&root, regions[i].end - 1) == &regions[i]);
        CHECK(!region_find(&root, regions[i].end));
    }
}

TEST(region_neighbours_are_found_from_gaps)
{
    struct tree root = make_tree();
    for (unsigned i = 0; i + 1 < COUNT; i++) {
        CHECK(region_at_or_after(&root, regions[i].end) == &regions[i + 1]);
        CHECK(region_at_or_after(&root, regions[i].end - 1) == &regions[i]);
        CHECK(region_before(&root, regions[i].end) == &regions[i]);
        CHECK(region_before(&root, regions[i + 1].start) == &regions[i]);
    }
    CHECK(!region_at_or_after(&root, regions[COUNT - 1].end));
    CHECK(!region_before(&root, regions[0].end - 1));
}

TEST(region_removal_leaves_the_others)
{
    struct tree root = make_tree();
    for (unsigned i = 0; i < COUNT; i += 3)
        region_remove(&root, &regions[i]);
    for (unsigned i = 0; i < COUNT; i++)
        CHECK(region_find(&root, regions[i].start) == (i % 3 ? &regions[i] : NULL));
    for (unsigned i = 0; i < COUNT; i++)
        if (i % 3)
            region_remove(&root, &regions[i]);
    CHECK(!root.root);
}

static void check_sums(const struct tree *tree)
{
    struct region *last = NULL;
    size_t n = 0;
    for (struct region *r = region_first(tree); r; r = region_next(r), n++) {
        CHECK(!last || last->end <= r->start);
        CHECK(region_nth(tree, n) == r);
        int l = r->node.left ? r->node.left->height : 0, h = r->node.right ? r->node.right->height : 0;
        CHECK(l - h <= 1 && h - l <= 1 && r->node.height == 1 + (l > h ? l : h));
        last = r;
    }
    CHECK(region_count(tree) == n && !region_nth(tree, n));
}

// What region_find_gap must find, page by page from the top.
static uint64_t slow_gap(const struct tree *tree, uint64_t low, uint64_t high, uint64_t length)
{
    for (uint64_t at = high >= length ? high - length : 0; at >= low; at -= 0x1000) {
        const struct region *r = region_at_or_after(tree, at);
        if (!r || r->start >= at + length)
            return at;
        if (at < 0x1000)
            break;
    }
    return 0;
}

TEST(region_tree_agrees_with_a_slow_one_in_random_sequences)
{
    enum { PAGES_ALL = 200, LOW = 10 };
    static struct region pool[PAGES_ALL];
    struct region *at[PAGES_ALL] = {0};
    struct tree tree;
    region_tree_init(&tree);
    srand(1);
    for (int step = 0; step < 20000; step++) {
        int page = LOW + rand() % (PAGES_ALL - LOW - 8), length = 1 + rand() % 6;
        if (at[page]) {
            region_remove(&tree, at[page]);
            at[page] = NULL;
        } else if (!region_find(&tree, (uint64_t)page << 12)) {
            struct region *next = region_at_or_after(&tree, (uint64_t)page << 12);
            uint64_t end = (uint64_t)(page + length) << 12;
            if (next && next->start < end)
                end = next->start;
            pool[page] = (struct region){.start = (uint64_t)page << 12, .end = end};
            region_insert(&tree, &pool[page]);
            at[page] = &pool[page];
            if (end - pool[page].start > 0x1000 && rand() % 4 == 0)
                region_resize(&tree, &pool[page], pool[page].start, end - 0x1000);
        }
        uint64_t high = (uint64_t)(LOW + rand() % (PAGES_ALL - LOW)) << 12, want = (uint64_t)(1 + rand() % 12) << 12;
        CHECK(region_find_gap(&tree, LOW << 12, high, want) == slow_gap(&tree, LOW << 12, high, want));
        if (step % 50 == 0)
            check_sums(&tree);
    }
}
