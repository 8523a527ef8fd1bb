// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

#include "unit.h"

#include "region.h"

#define COUNT 500

static struct region regions[COUNT];

// Regions at i * 0x10000, 0x4000 long, inserted in a scrambled order.
static struct region *make_tree(void)
{
    struct region *root = NULL;
    for (unsigned i = 0; i < COUNT; i++) {
        unsigned k = i * 211 % COUNT;
        regions[k] = (struct region){.start = k * 0x10000ul, .end = k * 0x10000ul + 0x4000};
        region_insert(&root, &regions[k]);
    }
    return root;
}

TEST(region_find_sees_first_and_last_byte_and_no_gap)
{
    struct region *root = make_tree();
    for (unsigned i = 0; i < COUNT; i++) {
        CHECK(region_find(root, regions[i].start) == &regions[i]);
        CHECK(region_find(root, regions[i].end - 1) == &regions[i]);
        CHECK(!region_find(root, regions[i].end));
    }
}

TEST(region_neighbours_are_found_from_gaps)
{
    struct region *root = make_tree();
    for (unsigned i = 0; i + 1 < COUNT; i++) {
        CHECK(region_at_or_after(root, regions[i].end) == &regions[i + 1]);
        CHECK(region_at_or_after(root, regions[i].end - 1) == &regions[i]);
        CHECK(region_before(root, regions[i].end) == &regions[i]);
        CHECK(region_before(root, regions[i + 1].start) == &regions[i]);
    }
    CHECK(!region_at_or_after(root, regions[COUNT - 1].end));
    CHECK(!region_before(root, regions[0].end - 1));
}

TEST(region_removal_leaves_the_others)
{
    struct region *root = make_tree();
    for (unsigned i = 0; i < COUNT; i += 3)
        region_remove(&root, &regions[i]);
    for (unsigned i = 0; i < COUNT; i++)
        CHECK(region_find(root, regions[i].start) == (i % 3 ? &regions[i] : NULL));
    for (unsigned i = 0; i < COUNT; i++)
        if (i % 3)
            region_remove(&root, &regions[i]);
    CHECK(!root);
}
