// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

#include "unit.h"

#include "idmap.h"
#include "pagemap.h"

TEST(idmap_finds_what_was_inserted_and_nothing_else)
{
    static struct idmap_link links[1000];
    struct idmap map = {0};
    CHECK(!idmap_find(&map, 1));
    for (uint64_t i = 0; i < 1000; i++) {
        links[i].id = i * 7919 + 1;
        CHECK(idmap_insert(&map, &links[i]) == 0);
    }
    for (uint64_t i = 0; i < 1000; i += 2)
        idmap_remove(&map, &links[i]);
    for (uint64_t i = 0; i < 1000; i++)
        CHECK(idmap_find(&map, links[i].id) == (i % 2 ? &links[i] : NULL));
    CHECK(map.count == 500);
    idmap_destroy(&map);
}

TEST(idmap_goes_on_with_its_old_table_when_memory_is_refused)
{
    static struct idmap_link links[100];
    struct idmap map = {0};
    unit_fail_allocation_after(0);
    links[0].id = 1;
    CHECK(idmap_insert(&map, &links[0]) < 0);
    unit_fail_allocation_after(1);
    for (uint64_t i = 0; i < 100; i++) {
        links[i].id = i + 1;
        CHECK(idmap_insert(&map, &links[i]) == 0);
    }
    for (uint64_t i = 0; i < 100; i++)
        CHECK(idmap_find(&map, i + 1) == &links[i]);
    idmap_destroy(&map);
}

static uint64_t visited_sum, visited_count, visited_last;

static void count_entry(void *context, uint64_t index, uint64_t value)
{
    (void)context;
    visited_sum += index;
    visited_count++;
    CHECK(value == index + 1);
    CHECK(visited_count == 1 || index > visited_last); // in order
    visited_last = index;
}

TEST(pagemap_visits_exactly_the_entries_of_a_range)
{
    struct pagemap map = {0};
    uint64_t want_sum = 0, want_count = 0;
    for (uint64_t i = 0; i < 100000; i += 37) {
        CHECK(pagemap_reserve(&map, i) == 0);
        pagemap_set(&map, i, i + 1);
        if (i >= 1000 && i < 70001) {
            want_sum += i;
            want_count++;
        }
    }
    visited_sum = visited_count = 0;
    pagemap_visit(&map, 1000, 70001, count_entry, NULL);
    CHECK(visited_sum == want_sum && visited_count == want_count);
    visited_count = 0;
    pagemap_visit(&map, 0, ~(uint64_t)0, count_entry, NULL);
    CHECK(visited_count == map.count);
    CHECK(pagemap_get(&map, 37) == 38 && pagemap_get(&map, 38) == 0);
    pagemap_destroy(&map);
}

static void clear_visited(void *context, uint64_t index, uint64_t value)
{
    (void)value;
    pagemap_set(context, index, 0);
}

TEST(pagemap_gives_empty_leaves_back_also_during_a_visit)
{
    struct pagemap map = {0};
    for (uint64_t i = 0; i < 5000; i++) {
        CHECK(pagemap_reserve(&map, i * 3) == 0);
        pagemap_set(&map, i * 3, i);
    }
    pagemap_visit(&map, 0, ~(uint64_t)0, clear_visited, &map);
    // i 0 stored the value 0: its leaf has other entries, so that nothing is left.
    CHECK(map.count == 0 && !map.leaves.root);
    pagemap_destroy(&map);
}

TEST(pagemap_reserve_fails_cleanly_when_memory_is_refused)
{
    struct pagemap map = {0};
    for (long n = 0; n < 2; n++) {
        unit_fail_allocation_after(n);
        CHECK(pagemap_reserve(&map, 99) < 0);
        CHECK(!map.leaves.root);
    }
    unit_fail_allocation_after(-1);
    CHECK(pagemap_reserve(&map, 99) == 0);
    pagemap_set(&map, 99, 0); // an unused reservation
    CHECK(!map.leaves.root);
    pagemap_destroy(&map);
}

TEST(pagemap_takes_exactly_the_entries_of_a_range)
{
    struct pagemap map = {0};
    for (uint64_t i = 0; i < 1000; i++) {
        CHECK(pagemap_reserve(&map, i * 5) == 0);
        pagemap_set(&map, i * 5, i * 5 + 1);
    }
    visited_count = 0;
    pagemap_take(&map, 101, 3001, count_entry, NULL);
    CHECK(visited_count == 580 && map.count == 420);
    CHECK(pagemap_get(&map, 100) == 101 && !pagemap_get(&map, 105) && !pagemap_get(&map, 3000) &&
          pagemap_get(&map, 3005) == 3006);
    pagemap_destroy(&map);
}

TEST(pagemap_room_for_shifted_entries_stays_until_it_is_trimmed)
{
    struct pagemap map = {0};
    const uint64_t delta = 1000003;
    for (uint64_t i = 60; i < 200; i += 7) {
        CHECK(pagemap_reserve(&map, i) == 0);
        pagemap_set(&map, i, i + 1);
    }
    for (long n = 0; n < 4; n++) { // all or nothing
        unit_fail_allocation_after(n);
        CHECK(pagemap_reserve_shifted(&map, 60, 200, delta) < 0);
        CHECK(!tree_at_or_above(&map.leaves, delta));
    }
    unit_fail_allocation_after(-1);
    CHECK(pagemap_reserve_shifted(&map, 60, 200, delta) == 0);
    unit_fail_allocation_after(0);
    pagemap_take(&map, delta, delta + 300, count_entry, NULL); // nothing there, and the room stays
    for (uint64_t i = 60; i < 200; i += 7)
        pagemap_set(&map, i + delta, i + delta + 1);
    pagemap_trim(&map, 60 + delta, 200 + delta);
    for (uint64_t i = 60; i < 200; i += 7)
        pagemap_set(&map, i + delta, 0);
    CHECK(!tree_at_or_above(&map.leaves, delta));
    pagemap_destroy(&map);
}
