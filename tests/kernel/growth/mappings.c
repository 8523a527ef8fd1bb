// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// Pages: N copies of one frame's capability, each mapped at an address of its own.

#include "growth.h"
#include "space.h"

#define TABLE_SIZE (1ul << 21) // of memory that a page table of the last level maps
#define VSPACE KN_INIT_CAP_VSPACE

static kn_cptr_t frame;

static kn_word_t vaddr_of(kn_word_t i) { return TEST_VADDR + i * PAGE_SIZE; }

static void map_pages(kn_word_t n)
{
    for (kn_word_t i = 0; i < n; i++)
        CHECK_OK(kn_frame_map(CROWD + i, vaddr_of(i), READ_WRITE, 0, VSPACE));
}

static void unmap_pages(kn_word_t n)
{
    for (kn_word_t i = 0; i < n; i++)
        CHECK_OK(kn_frame_unmap(CROWD + i));
}

static void map_range(kn_word_t n)
{
    for (kn_word_t at = 0, done; at < n; at += done)
        CHECK_OK(kn_vspace_map_range(VSPACE, CROWD + at, DEPTH, vaddr_of(at), at_most(n - at, KN_RANGE_MAX), READ_WRITE,
                                     0, ROOT, &done));
}

static void protect_range(kn_word_t n)
{
    for (kn_word_t at = 0, done; at < n; at += done)
        CHECK_OK(kn_vspace_protect_range(VSPACE, vaddr_of(at), at_most(n - at, KN_RANGE_MAX), KN_RIGHTS_READ, 0,
                                         &done));
}

static void unmap_range(kn_word_t n)
{
    for (kn_word_t at = 0, done; at < n; at += done)
        CHECK_OK(kn_vspace_unmap_range(VSPACE, vaddr_of(at), at_most(n - at, KN_RANGE_MAX), &done));
}

static void revoke_pages(kn_word_t n)
{
    (void)n;
    CHECK_OK(revoke(frame));
}

// In the order in which they are done to the same pages.
static const struct step {
    const char *curve;
    void (*run)(kn_word_t n);
} steps[] = {{"map", map_pages},
             {"unmap", unmap_pages},
             {"map_range", map_range},
             {"protect_range", protect_range},
             {"unmap_range", unmap_range},
             {NULL, map_range},
             {"revoke_mapped", revoke_pages}};

#define NR_STEPS (sizeof steps / sizeof *steps)

static void measure_pages(kn_word_t n)
{
    kn_word_t total[NR_STEPS] = {0}, rounds = rounds_of(n);
    for (kn_word_t round = 0; round < rounds; round++) {
        fill(ROOT, CROWD, DEPTH, frame, n);
        for (kn_word_t i = 0; i < NR_STEPS; i++) {
            kn_word_t start = instructions_now();
            steps[i].run(n);
            total[i] += instructions_now() - start;
        }
    }
    for (kn_word_t i = 0; i < NR_STEPS; i++)
        if (steps[i].curve)
            report(steps[i].curve, n, total[i], rounds * n);
}

void measure_mappings(void)
{
    frame = make_frame();
    map_tables(VSPACE, TEST_VADDR);
    for (kn_word_t vaddr = TEST_VADDR + TABLE_SIZE; vaddr < vaddr_of(MOST); vaddr += TABLE_SIZE)
        CHECK_OK(kn_page_table_map(make(KN_OBJECT_TYPE_PAGE_TABLE, 0), vaddr, 0, VSPACE));
    grow(measure_pages, MOST);
}
