// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

#include "space.h"

#define TABLES 3

kn_cptr_t map_tables(kn_cptr_t vspace, kn_word_t vaddr)
{
    kn_cptr_t tables = make_many(KN_OBJECT_TYPE_PAGE_TABLE, 0, TABLES);
    for (kn_word_t i = 0; i < TABLES; i++)
        CHECK_OK(kn_page_table_map(tables + i, vaddr, 0, vspace));
    return tables;
}

kn_cptr_t map_page(kn_cptr_t vspace, kn_word_t vaddr)
{
    kn_cptr_t frame = make_frame();
    CHECK_OK(kn_frame_map(frame, vaddr, READ_WRITE, 0, vspace));
    return frame;
}

static kn_cptr_t make_vspace_of(kn_cptr_t asids)
{
    kn_cptr_t vspace = make(KN_OBJECT_TYPE_VSPACE, 0);
    CHECK_OK(kn_asid_pool_assign(asids, vspace));
    return vspace;
}

kn_cptr_t make_vspace(void) { return make_vspace_of(KN_INIT_CAP_ASID_POOL); }

// Copies N capabilities; a batch may end early.
static void copy_range(kn_cptr_t to, kn_cptr_t from, kn_word_t n)
{
    for (kn_word_t at = 0, done; at < n; at += done) {
        kn_word_t count = n - at < KN_RANGE_MAX ? n - at : KN_RANGE_MAX;
        CHECK_OK(kn_cnode_copy_range(ROOT, to + at, DEPTH, from + at, DEPTH, KN_RIGHTS_ALL, count, ROOT, &done));
    }
}

kn_cptr_t make_vspace_with_program(kn_cptr_t asids)
{
    kn_cptr_t vspace = make_vspace_of(asids);
    kn_word_t n = boot_info->user_image.end - boot_info->user_image.start, vaddr = boot_info->user_image_vaddr;
    kn_cptr_t frames = slots_new(n);
    copy_range(frames, boot_info->user_image.start, n);
    map_tables(vspace, vaddr);
    for (kn_word_t at = 0, done; at < n; at += done) {
        kn_word_t count = n - at < KN_RANGE_MAX ? n - at : KN_RANGE_MAX;
        CHECK_OK(
            kn_vspace_map_range(vspace, frames + at, DEPTH, vaddr + at * PAGE_SIZE, count, READ_WRITE, 0, ROOT, &done));
    }
    return vspace;
}
