// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// Large objects, batches of the largest size in their worst shape, full tables. tests/kernel/latency measures these cases.

#include "space.h"
#include "thread.h"

#define LARGE_BITS 21
#define HUGE_BITS 30
#define NODE_RADIX (POOL_BITS - 1 - KN_SLOT_BITS)

// Repeats a batch until all of it is done.
#define FINISH_BATCH(call, total)                                                                                      \
    for (kn_word_t at = 0, done; at < (total); at += done)                                                             \
    CHECK_OK(call)

// A free untyped for one frame of a gigabyte, if the machine has one; 0 none.
static kn_cptr_t huge_untyped(void)
{
    const struct kn_untyped_desc *u = (const struct kn_untyped_desc *)(boot_info + 1);
    for (kn_word_t i = 0; i < boot_info->untyped.end - boot_info->untyped.start; i++)
        if (!u[i].is_device && !u[i].used && u[i].size_bits >= HUGE_BITS)
            return boot_info->untyped.start + i;
    return 0;
}

// The largest frame that there is memory for, and a CNode as large as half of the pool.
TEST(latency_of_retyping_large_objects)
{
    kn_cptr_t untyped = huge_untyped();
    CHECK(untyped || !is_long);
    if (untyped) {
        kn_cptr_t frame = slot_new();
        CHECK_OK(retype(untyped, KN_OBJECT_TYPE_FRAME, HUGE_BITS, frame, 1));
        CHECK_OK(delete_cap(frame));
    } else {
        make(KN_OBJECT_TYPE_FRAME, LARGE_BITS);
    }
    kn_cptr_t half = make_untyped(POOL_BITS - 1), node = slot_new();
    CHECK_OK(retype(half, KN_OBJECT_TYPE_CNODE, NODE_RADIX, node, 1));
    CHECK_OK(kn_cnode_copy(node, 0, NODE_RADIX, node, DEPTH, KN_RIGHTS_ALL, ROOT));
    CHECK_OK(revoke(half));
}

// As many objects as one Retype makes, of every type.
TEST(latency_of_retyping_many_objects)
{
    static const struct {
        kn_word_t type, bits;
    } types[] = {{KN_OBJECT_TYPE_UNTYPED, KN_UNTYPED_MIN_BITS},
                 {KN_OBJECT_TYPE_TCB, 0},
                 {KN_OBJECT_TYPE_ENDPOINT, 0},
                 {KN_OBJECT_TYPE_NOTIFICATION, 0},
                 {KN_OBJECT_TYPE_CNODE, 1},
                 {KN_OBJECT_TYPE_REPLY, 0},
                 {KN_OBJECT_TYPE_SCHED_CONTEXT, KN_SCHED_CONTEXT_MIN_BITS},
                 {KN_OBJECT_TYPE_VSPACE, 0},
                 {KN_OBJECT_TYPE_PAGE_TABLE, 0},
                 {KN_OBJECT_TYPE_FRAME, KN_PAGE_BITS}};
    kn_cptr_t node = make_cnode(8), untyped = make_untyped(21);
    for (kn_word_t i = 0; i < sizeof types / sizeof *types; i++) {
        CHECK_OK(kn_untyped_retype(untyped, types[i].type, types[i].bits, node, DEPTH, 0, KN_RETYPE_MAX_OBJECTS, ROOT));
        CHECK_OK(revoke(untyped));
    }
}

// Large frames, mapped, mapped anew where their records are stale, and taken away one by one.
TEST(latency_of_ranges_of_large_frames)
{
    kn_cptr_t vspace = make_vspace(), tables = make_many(KN_OBJECT_TYPE_PAGE_TABLE, 0, 3);
    kn_cptr_t frames = slots_new(KN_RANGE_MAX + 1);
    for (kn_word_t i = 0; i < 2; i++)
        CHECK_OK(kn_page_table_map(tables + i, TEST_VADDR, 0, vspace));
    CHECK_OK(retype(pool, KN_OBJECT_TYPE_FRAME, LARGE_BITS, frames, 1));
    for (kn_word_t i = 1; i < KN_RANGE_MAX; i++)
        CHECK_OK(copy(frames + i, frames));
    for (kn_word_t round = 0; round < 2; round++) {
        FINISH_BATCH(kn_vspace_map_range(vspace, frames + at, DEPTH, TEST_VADDR + (at << LARGE_BITS), KN_RANGE_MAX - at,
                                         READ_WRITE, round ? KN_VM_ATTR_EXECUTE_NEVER : 0, ROOT, &done),
                     KN_RANGE_MAX);
    }
    for (kn_word_t i = 0; i < KN_RANGE_MAX; i++)
        CHECK_OK(delete_cap(frames + i));
}

// Pages: copied, mapped, narrowed, and taken away, with the page table or without.
TEST(latency_of_ranges_of_pages)
{
    kn_cptr_t vspace = make_vspace(), frames = make_many(KN_OBJECT_TYPE_FRAME, KN_PAGE_BITS, KN_RANGE_MAX);
    kn_cptr_t copies = slots_new(KN_RANGE_MAX), tables = map_tables(vspace, TEST_VADDR);
    FINISH_BATCH(kn_cnode_copy_range(ROOT, copies + at, DEPTH, frames + at, DEPTH, KN_RIGHTS_ALL, KN_RANGE_MAX - at, ROOT, &done),
                 KN_RANGE_MAX);
    for (kn_word_t round = 0; round < 2; round++) {
        FINISH_BATCH(kn_vspace_map_range(vspace, copies + at, DEPTH, TEST_VADDR + at * PAGE_SIZE, KN_RANGE_MAX - at,
                                         READ_WRITE, 0, ROOT, &done),
                     KN_RANGE_MAX);
        FINISH_BATCH(kn_vspace_protect_range(vspace, TEST_VADDR + at * PAGE_SIZE, KN_RANGE_MAX - at, KN_RIGHTS_READ,
                                             KN_VM_ATTR_EXECUTE_NEVER, &done),
                     KN_RANGE_MAX);
        FINISH_BATCH(kn_vspace_unmap_range(vspace, TEST_VADDR + at * PAGE_SIZE, KN_RANGE_MAX - at, &done), KN_RANGE_MAX);
    }
    CHECK_OK(kn_page_table_unmap(tables + 2));
    CHECK_OK(delete_cap(vspace));
}

#define SPACES 511 // ASIDs of a pool but one

// A pool whose ASIDs are all in use but the first and the last goes when these have been found.
TEST(latency_of_deleting_a_full_asid_pool)
{
    kn_cptr_t asids = slot_new(), spaces = make_many(KN_OBJECT_TYPE_VSPACE, 0, SPACES);
    CHECK_OK(kn_asid_control_make_pool(KN_INIT_CAP_ASID_CONTROL, asids, DEPTH, make_untyped(KN_ASID_POOL_BITS), ROOT));
    for (kn_word_t i = 0; i < SPACES; i++)
        CHECK_OK(kn_asid_pool_assign(asids, spaces + i));
    for (kn_word_t i = 0; i < SPACES; i += SPACES - 1)
        CHECK_OK(delete_cap(spaces + i));
    for (kn_word_t i = 0; i < 3; i++)
        CHECK_OK(kn_asid_pool_assign(asids, make(KN_OBJECT_TYPE_VSPACE, 0)));
    CHECK_OK(delete_cap(asids));
}

#define CROWD_RADIX 17
#define CROWD (CONFIG_DEBUG ? 1000 : 100000) // the invariant checker looks at every pair of some

// A CNode that holds CROWD copies of a capability, all of them children of it.
static kn_cptr_t make_crowd_of(kn_cptr_t cap)
{
    kn_cptr_t node = make_cnode(CROWD_RADIX);
    for (kn_word_t i = 0; i < KN_RANGE_MAX; i++)
        CHECK_OK(kn_cnode_copy(node, i, CROWD_RADIX, cap, DEPTH, KN_RIGHTS_ALL, ROOT));
    for (kn_word_t at = KN_RANGE_MAX, done; at < CROWD; at += done) {
        kn_word_t count = CROWD - at < KN_RANGE_MAX ? CROWD - at : KN_RANGE_MAX;
        CHECK_OK(kn_cnode_copy_range(node, at, CROWD_RADIX, 0, CROWD_RADIX, KN_RIGHTS_ALL, count, node, &done));
    }
    return node;
}

// Takes number I out of the crowd; whether it was there.
static bool leaves_crowd(kn_cptr_t node, kn_word_t i)
{
    return kn_cnode_move(ROOT, slot_new(), DEPTH, i, CROWD_RADIX, node) == KN_ERROR_NONE;
}

// A hundred thousand copies of an endpoint's capability are revoked, and of a frame's.
TEST(latency_of_revoking_a_hundred_thousand_capabilities)
{
    kn_cptr_t caps[] = {make_endpoint(), make_frame()};
    for (kn_word_t i = 0; i < sizeof caps / sizeof *caps; i++) {
        kn_cptr_t node = make_crowd_of(caps[i]);
        CHECK_OK(revoke(caps[i]));
        CHECK(!leaves_crowd(node, 0) && !leaves_crowd(node, CROWD - 1));
    }
}

// A CNode goes that holds as many.
TEST(latency_of_deleting_a_cnode_of_a_hundred_thousand_capabilities)
{
    kn_cptr_t endpoint = make_endpoint(), node = make_crowd_of(endpoint);
    CHECK(leaves_crowd(node, CROWD - 1));
    CHECK_OK(delete_cap(node));
}
