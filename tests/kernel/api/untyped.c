// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// Untyped_Retype: types, sizes, exhaustion, reset, clearing, device memory.

#include <arch.h>

#include "space.h"
#include "thread.h"

static const struct {
    kn_word_t type, bits;
} all_types[] = {
    {KN_OBJECT_TYPE_UNTYPED, 12},
    {KN_OBJECT_TYPE_TCB, 0},
    {KN_OBJECT_TYPE_ENDPOINT, 0},
    {KN_OBJECT_TYPE_NOTIFICATION, 0},
    {KN_OBJECT_TYPE_CNODE, 4},
    {KN_OBJECT_TYPE_REPLY, 0},
    {KN_OBJECT_TYPE_SCHED_CONTEXT, KN_SCHED_CONTEXT_MIN_BITS},
    {KN_OBJECT_TYPE_VSPACE, 0},
    {KN_OBJECT_TYPE_PAGE_TABLE, 0},
    {KN_OBJECT_TYPE_FRAME, KN_PAGE_BITS},
};
#define NR_TYPES (sizeof all_types / sizeof all_types[0])

// Every type of object can be made, next to each other from one untyped.
TEST(untyped_retype_makes_every_type)
{
    for (kn_word_t i = 0; i < NR_TYPES; i++) {
        kn_cptr_t slot = slot_new();
        CHECK_OK(retype(pool, all_types[i].type, all_types[i].bits, slot, 1));
        CHECK(!slot_is_empty(slot));
    }
}

// One call fills as many consecutive slots as it is told, and no more.
TEST(untyped_retype_fills_consecutive_slots)
{
    kn_cptr_t first = slots_new(9);
    CHECK_OK(retype(pool, KN_OBJECT_TYPE_ENDPOINT, 0, first, 8));
    for (kn_word_t i = 0; i < 8; i++)
        CHECK(!slot_is_empty(first + i));
    CHECK(slot_is_empty(first + 8));
}

// KN_RETYPE_MAX_OBJECTS objects can be made at once, one more is RANGE_ERROR, and so is none.
TEST(untyped_retype_count_is_limited)
{
    kn_cptr_t first = slots_new(KN_RETYPE_MAX_OBJECTS + 1);
    CHECK_ERROR(retype(pool, KN_OBJECT_TYPE_ENDPOINT, 0, first, KN_RETYPE_MAX_OBJECTS + 1), RANGE_ERROR);
    CHECK(error_word(0) == 1 && error_word(1) == KN_RETYPE_MAX_OBJECTS);
    CHECK_ERROR(retype(pool, KN_OBJECT_TYPE_ENDPOINT, 0, first, 0), RANGE_ERROR);
    CHECK_OK(retype(pool, KN_OBJECT_TYPE_ENDPOINT, 0, first, KN_RETYPE_MAX_OBJECTS));
}

// A slot in use among the destinations is DELETE_FIRST, and nothing is made.
TEST(untyped_retype_to_occupied_slot_fails)
{
    kn_cptr_t first = slots_new(3);
    CHECK_OK(copy(first + 1, KN_INIT_CAP_TCB));
    CHECK_ERROR(retype(pool, KN_OBJECT_TYPE_ENDPOINT, 0, first, 3), DELETE_FIRST);
    CHECK(slot_is_empty(first) && slot_is_empty(first + 2));
}

// A type that does not exist is INVALID_ARGUMENT 0.
TEST(untyped_retype_of_unknown_type_fails)
{
    CHECK_ERROR(retype(pool, 0x1000, 12, slot_new(), 1), INVALID_ARGUMENT);
    CHECK(error_word(0) == 0);
    CHECK_ERROR(retype(pool, ~0ul, 12, slot_new(), 1), INVALID_ARGUMENT);
}

// Sizes outside their limits are RANGE_ERROR, sizes that frames do not have INVALID_ARGUMENT 1.
TEST(untyped_retype_of_bad_size_fails)
{
    kn_cptr_t slot = slot_new();
    CHECK_ERROR(retype(pool, KN_OBJECT_TYPE_UNTYPED, KN_UNTYPED_MIN_BITS - 1, slot, 1), RANGE_ERROR);
    CHECK(error_word(0) == KN_UNTYPED_MIN_BITS && error_word(1) == KN_UNTYPED_MAX_BITS);
    CHECK_ERROR(retype(pool, KN_OBJECT_TYPE_UNTYPED, KN_UNTYPED_MAX_BITS + 1, slot, 1), RANGE_ERROR);
    CHECK_ERROR(retype(pool, KN_OBJECT_TYPE_CNODE, 0, slot, 1), RANGE_ERROR);
    CHECK_ERROR(retype(pool, KN_OBJECT_TYPE_CNODE, 60, slot, 1), RANGE_ERROR);
    CHECK_ERROR(retype(pool, KN_OBJECT_TYPE_SCHED_CONTEXT, KN_SCHED_CONTEXT_MIN_BITS - 1, slot, 1), RANGE_ERROR);
    CHECK_ERROR(retype(pool, KN_OBJECT_TYPE_FRAME, KN_PAGE_BITS + 1, slot, 1), INVALID_ARGUMENT);
    CHECK(error_word(0) == 1);
}

// Slots beyond the CNode's end are RANGE_ERROR.
TEST(untyped_retype_beyond_cnode_fails)
{
    kn_cptr_t node = make_cnode(2), endpoint = KN_OBJECT_TYPE_ENDPOINT;
    CHECK_ERROR(kn_untyped_retype(pool, endpoint, 0, 0, 0, 4, 1, node), RANGE_ERROR);
    CHECK_ERROR(kn_untyped_retype(pool, endpoint, 0, 0, 0, 2, 3, node), RANGE_ERROR);
    CHECK_OK(kn_untyped_retype(pool, endpoint, 0, 0, 0, 2, 2, node));
}

// The destination CNode may be named by root, address and depth.
TEST(untyped_retype_into_another_cnode)
{
    kn_cptr_t node = make_cnode(4);
    CHECK_OK(kn_untyped_retype(pool, KN_OBJECT_TYPE_NOTIFICATION, 0, node, DEPTH, 5, 1, ROOT));
    kn_cptr_t out = slot_new();
    CHECK_OK(kn_cnode_move(ROOT, out, DEPTH, 5, 4, node));
    kn_signal(out);
    CHECK(poll(out).badge == 0);
}

// A destination that is no CNode is FAILED_LOOKUP of the destination.
TEST(untyped_retype_into_a_non_cnode_fails)
{
    kn_cptr_t endpoint = make_endpoint();
    CHECK_ERROR(kn_untyped_retype(pool, KN_OBJECT_TYPE_ENDPOINT, 0, 0, 0, 0, 1, endpoint), FAILED_LOOKUP);
    CHECK(error_word(0) == 0);
    CHECK_ERROR(kn_untyped_retype(pool, KN_OBJECT_TYPE_ENDPOINT, 0, endpoint, DEPTH, 0, 1, ROOT), FAILED_LOOKUP);
}

// An untyped that is too small is NOT_ENOUGH_MEMORY with the bytes that are left.
TEST(untyped_exhaustion_tells_what_is_left)
{
    kn_cptr_t untyped = make_untyped(12), slots = slots_new(64);
    CHECK_OK(retype(untyped, KN_OBJECT_TYPE_ENDPOINT, 0, slots, 63));
    CHECK_ERROR(retype(untyped, KN_OBJECT_TYPE_TCB, 0, slots + 63, 1), NOT_ENOUGH_MEMORY);
    CHECK(error_word(0) == 1 << KN_ENDPOINT_BITS);
    CHECK_OK(retype(untyped, KN_OBJECT_TYPE_ENDPOINT, 0, slots + 63, 1));
    CHECK_ERROR(retype(untyped, KN_OBJECT_TYPE_ENDPOINT, 0, slot_new(), 1), NOT_ENOUGH_MEMORY);
    CHECK(error_word(0) == 0);
}

// A call that asks for one object too many makes none.
TEST(untyped_retype_makes_all_or_nothing)
{
    kn_cptr_t untyped = make_untyped(12), slots = slots_new(65);
    CHECK_ERROR(retype(untyped, KN_OBJECT_TYPE_ENDPOINT, 0, slots, 65), NOT_ENOUGH_MEMORY);
    for (kn_word_t i = 0; i < 65; i++)
        CHECK(slot_is_empty(slots + i));
    CHECK_OK(retype(untyped, KN_OBJECT_TYPE_ENDPOINT, 0, slots, 64));
}

// Behind Revoke an untyped starts at its beginning.
TEST(untyped_is_reset_after_revoke)
{
    kn_cptr_t untyped = make_untyped(12), slots = slots_new(64);
    for (int round = 0; round < 3; round++) {
        CHECK_OK(retype(untyped, KN_OBJECT_TYPE_ENDPOINT, 0, slots, 64));
        CHECK_OK(revoke(untyped));
        CHECK(slot_is_empty(slots) && slot_is_empty(slots + 63));
    }
}

// So it does when its last child has been deleted, but not before.
TEST(untyped_is_reset_with_its_last_child)
{
    kn_cptr_t untyped = make_untyped(12), a = slot_new(), b = slot_new(), page = slot_new();
    CHECK_OK(retype(untyped, KN_OBJECT_TYPE_ENDPOINT, 0, a, 1));
    CHECK_OK(retype(untyped, KN_OBJECT_TYPE_ENDPOINT, 0, b, 1));
    CHECK_OK(delete_cap(a));
    CHECK_ERROR(retype(untyped, KN_OBJECT_TYPE_FRAME, KN_PAGE_BITS, page, 1), NOT_ENOUGH_MEMORY);
    CHECK_OK(delete_cap(b));
    CHECK_OK(retype(untyped, KN_OBJECT_TYPE_FRAME, KN_PAGE_BITS, page, 1));
}

// A deletion in the middle gives nothing back: memory is handed out from the start to the end.
TEST(untyped_does_not_reuse_holes)
{
    kn_cptr_t untyped = make_untyped(7), a = slot_new(), b = slot_new();
    CHECK_OK(retype(untyped, KN_OBJECT_TYPE_ENDPOINT, 0, a, 1));
    CHECK_OK(retype(untyped, KN_OBJECT_TYPE_ENDPOINT, 0, b, 1));
    CHECK_OK(delete_cap(a));
    CHECK_ERROR(retype(untyped, KN_OBJECT_TYPE_ENDPOINT, 0, a, 1), NOT_ENOUGH_MEMORY);
}

// Objects lie at multiples of their size, also behind smaller ones.
TEST(untyped_objects_are_aligned)
{
    kn_cptr_t untyped = make_untyped(14), small = slot_new(), page = slot_new(), last = slot_new();
    kn_word_t first_paddr, last_paddr;
    CHECK_OK(retype(untyped, KN_OBJECT_TYPE_ENDPOINT, 0, small, 1));
    CHECK_OK(retype(untyped, KN_OBJECT_TYPE_FRAME, KN_PAGE_BITS, page, 1));
    CHECK_OK(kn_frame_get_address(page, &first_paddr));
    CHECK(first_paddr % PAGE_SIZE == 0);
    CHECK_OK(retype(untyped, KN_OBJECT_TYPE_FRAME, KN_PAGE_BITS, last, 1));
    CHECK_OK(kn_frame_get_address(last, &last_paddr));
    CHECK(last_paddr == first_paddr + PAGE_SIZE);
}

// The same for frames of 2 MiB.
TEST(untyped_big_frames_are_aligned)
{
    kn_word_t paddr;
    make_endpoint();
    CHECK_OK(kn_frame_get_address(make(KN_OBJECT_TYPE_FRAME, 21), &paddr));
    CHECK(paddr % (1 << 21) == 0);
}

// Memory comes back clear, whatever was written to it.
TEST(untyped_frames_are_cleared)
{
    kn_cptr_t untyped = make_untyped(KN_PAGE_BITS), page = slot_new();
    map_tables(KN_INIT_CAP_VSPACE, TEST_VADDR);
    volatile kn_word_t *words = (volatile kn_word_t *)TEST_VADDR;
    for (int round = 0; round < 2; round++) {
        CHECK_OK(retype(untyped, KN_OBJECT_TYPE_FRAME, KN_PAGE_BITS, page, 1));
        CHECK_OK(kn_frame_map(page, TEST_VADDR, READ_WRITE, 0, KN_INIT_CAP_VSPACE));
        for (kn_word_t i = 0; i < PAGE_SIZE / sizeof *words; i++) {
            CHECK(words[i] == 0);
            words[i] = ~i;
        }
        CHECK_OK(revoke(untyped));
    }
}

// Revoke of an untyped reaches what was made from untypeds made from it.
TEST(untyped_revoke_reaches_grandchildren)
{
    kn_cptr_t outer = make_untyped(16), inner = slot_new(), innermost = slot_new(), endpoint = slot_new();
    CHECK_OK(retype(outer, KN_OBJECT_TYPE_UNTYPED, 14, inner, 1));
    CHECK_OK(retype(inner, KN_OBJECT_TYPE_UNTYPED, 12, innermost, 1));
    CHECK_OK(retype(innermost, KN_OBJECT_TYPE_ENDPOINT, 0, endpoint, 1));
    kn_cptr_t badge = badged(endpoint, 5);
    CHECK_OK(revoke(outer));
    CHECK(slot_is_empty(inner) && slot_is_empty(innermost) && slot_is_empty(endpoint) && slot_is_empty(badge));
    CHECK(!slot_is_empty(outer));
}

// An untyped with children cannot be copied.
TEST(untyped_copy_with_children_fails)
{
    kn_cptr_t untyped = make_untyped(12);
    CHECK_OK(retype(untyped, KN_OBJECT_TYPE_ENDPOINT, 0, slot_new(), 1));
    CHECK_ERROR(copy(slot_new(), untyped), REVOKE_FIRST);
}

// While a copy exists, the copy alone hands out the memory.
TEST(untyped_copy_has_the_memory)
{
    kn_cptr_t untyped = make_untyped(12), other = copy_of(untyped), slot = slot_new();
    CHECK_ERROR(retype(untyped, KN_OBJECT_TYPE_ENDPOINT, 0, slot, 1), NOT_ENOUGH_MEMORY);
    CHECK_OK(retype(other, KN_OBJECT_TYPE_ENDPOINT, 0, slot, 1));
    CHECK_OK(revoke(untyped));
    CHECK(slot_is_empty(other) && slot_is_empty(slot));
    CHECK_OK(retype(untyped, KN_OBJECT_TYPE_ENDPOINT, 0, slot, 1));
}

// Deleting an untyped's capability leaves its children, which then belong to the untyped above it.
TEST(untyped_deletion_leaves_children)
{
    kn_cptr_t outer = make_untyped(14), inner = slot_new(), endpoint = slot_new();
    CHECK_OK(retype(outer, KN_OBJECT_TYPE_UNTYPED, 12, inner, 1));
    CHECK_OK(retype(inner, KN_OBJECT_TYPE_ENDPOINT, 0, endpoint, 1));
    CHECK_OK(delete_cap(inner));
    CHECK(!slot_is_empty(endpoint));
    CHECK_OK(revoke(outer));
    CHECK(slot_is_empty(endpoint));
}

// Device memory becomes frames and untypeds, never kernel objects.
TEST(untyped_of_device_memory_makes_frames_only)
{
    kn_cptr_t device = device_untyped(ARCH_DEVICE_PADDR);
    CHECK_ERROR(retype(device, KN_OBJECT_TYPE_ENDPOINT, 0, slot_new(), 1), INVALID_ARGUMENT);
    CHECK(error_word(0) == 0);
    CHECK_ERROR(retype(device, KN_OBJECT_TYPE_CNODE, 4, slot_new(), 1), INVALID_ARGUMENT);
    CHECK_ERROR(retype(device, KN_OBJECT_TYPE_PAGE_TABLE, 0, slot_new(), 1), INVALID_ARGUMENT);
    CHECK_OK(retype(device, KN_OBJECT_TYPE_FRAME, KN_PAGE_BITS, slot_new(), 1));
}

// A frame of device memory shows the device's registers, at the right address and not cleared.
TEST(untyped_device_frame_shows_registers)
{
    kn_cptr_t frame = slot_new();
    kn_word_t paddr;
    CHECK_OK(retype(device_untyped(ARCH_DEVICE_PADDR), KN_OBJECT_TYPE_FRAME, KN_PAGE_BITS, frame, 1));
    CHECK_OK(kn_frame_get_address(frame, &paddr));
    CHECK(paddr == ARCH_DEVICE_PADDR);
    map_tables(KN_INIT_CAP_VSPACE, TEST_VADDR);
    CHECK_OK(kn_frame_map(frame, TEST_VADDR, READ_WRITE, KN_VM_ATTR_UNCACHED, KN_INIT_CAP_VSPACE));
    CHECK((*(volatile unsigned int *)(TEST_VADDR + ARCH_DEVICE_OFFSET) & ARCH_DEVICE_MASK) == ARCH_DEVICE_VALUE);
}

static kn_word_t count_periods(struct thread *t)
{
    for (;;) {
        t->step++;
        kn_yield();
    }
}

// Clearing much memory does not keep others from running, and still ends.
TEST_TIMED(untyped_retype_is_preemptible)
{
    struct thread *t = thread_new(count_periods);
    thread_set_budget(t, 50, 200);
    thread_start(t);
    kn_word_t before = t->step;
    make_many(KN_OBJECT_TYPE_FRAME, 21, 6);
    CHECK(t->step > before + 5);
}

#define BIG_FRAMES 3

// Makes and maps frames of 2 MiB, which fill UNTYPED but for one; whether all of their words are 0. Fills them.
static bool big_frames_are_clear(kn_cptr_t untyped, kn_cptr_t frames)
{
    const kn_word_t size = 1 << 21;
    bool is_clear = true;
    CHECK_OK(retype(untyped, KN_OBJECT_TYPE_FRAME, 21, frames, BIG_FRAMES));
    for (kn_word_t i = 0; i < BIG_FRAMES; i++)
        CHECK_OK(kn_frame_map(frames + i, TEST_VADDR + i * size, READ_WRITE, 0, KN_INIT_CAP_VSPACE));
    for (volatile kn_word_t *w = (volatile kn_word_t *)TEST_VADDR; (kn_word_t)w < TEST_VADDR + BIG_FRAMES * size; w++) {
        is_clear &= *w == 0;
        *w = ~0ul;
    }
    CHECK_OK(revoke(untyped));
    return is_clear;
}

// Clearing that was interrupted often has left nothing out, and nothing behind.
TEST(untyped_interrupted_retype_clears_everything)
{
    struct thread *t = thread_new(count_periods);
    kn_cptr_t tables = make_many(KN_OBJECT_TYPE_PAGE_TABLE, 0, 2), frames = slots_new(BIG_FRAMES);
    kn_cptr_t untyped = make_untyped(POOL_BITS - 1); // the rest of the pool
    CHECK_OK(kn_page_table_map(tables, TEST_VADDR, 0, KN_INIT_CAP_VSPACE));
    CHECK_OK(kn_page_table_map(tables + 1, TEST_VADDR, 0, KN_INIT_CAP_VSPACE));
    thread_set_budget(t, 50, 200);
    thread_start(t);
    big_frames_are_clear(untyped, frames);
    CHECK(big_frames_are_clear(untyped, frames));
}
