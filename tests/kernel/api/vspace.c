// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// Address spaces: separation, and the range operations.

#include <arch.h>

#include "space.h"
#include "thread.h"
#include "user.h"

#define HERE KN_INIT_CAP_VSPACE
#define NR_PAGES 40

static kn_word_t load(struct thread *t) { return user_load(t->arg[0]); }

static kn_word_t store(struct thread *t)
{
    user_store(t->arg[0], 1);
    return 0;
}

static kn_word_t jump(struct thread *t)
{
    user_jump(t->arg[0]);
    return 0;
}

// Whether RUN at ADDRESS ends without a fault. A jump must find a loop there.
static bool works(kn_word_t (*run)(struct thread *t), kn_word_t address)
{
    struct thread *t = thread_spawn(run, address, 0);
    bool done = t->is_done;
    CHECK_OK(delete_cap(t->tcb));
    return done;
}

static kn_word_t page(kn_word_t i) { return TEST_VADDR + i * PAGE_SIZE; }

// MapRange until it is through; an error ends it, and *DONE counts what was mapped.
static kn_error_t map_range(kn_cptr_t frames, kn_word_t vaddr, kn_word_t count, kn_word_t rights, kn_word_t attr,
                            kn_word_t *done)
{
    kn_error_t error = KN_ERROR_NONE;
    kn_word_t step = 0;
    for (*done = 0; *done < count && error == KN_ERROR_NONE; *done += step)
        error = kn_vspace_map_range(HERE, frames + *done, DEPTH, vaddr + *done * PAGE_SIZE, count - *done, rights, attr,
                                    ROOT, &step);
    return error;
}

static void unmap_range(kn_word_t vaddr, kn_word_t count)
{
    for (kn_word_t at = 0, done; at < count; at += done)
        CHECK_OK(kn_vspace_unmap_range(HERE, vaddr + at * PAGE_SIZE, count - at, &done));
}

static void protect_range(kn_word_t vaddr, kn_word_t count, kn_word_t rights, kn_word_t attr)
{
    for (kn_word_t at = 0, done; at < count; at += done)
        CHECK_OK(kn_vspace_protect_range(HERE, vaddr + at * PAGE_SIZE, count - at, rights, attr, &done));
}

// NR_PAGES pages from TEST_VADDR on; the first capability.
static kn_cptr_t map_pages(void)
{
    kn_cptr_t frames = make_many(KN_OBJECT_TYPE_FRAME, KN_PAGE_BITS, NR_PAGES);
    kn_word_t done;
    map_tables(HERE, TEST_VADDR);
    CHECK_OK(map_range(frames, TEST_VADDR, NR_PAGES, READ_WRITE, 0, &done));
    CHECK(done == NR_PAGES);
    return frames;
}

// A thread runs in an address space of its own, where it does not see what is mapped here.
TEST(vspace_threads_are_separated)
{
    kn_cptr_t vspace = make_vspace_with_program(KN_INIT_CAP_ASID_POOL), handler = make_endpoint();
    map_tables(HERE, TEST_VADDR);
    map_page(HERE, TEST_VADDR);
    struct thread *t = thread_new(load);
    CHECK_OK(kn_tcb_set_space(t->tcb, 0, handler, ROOT, vspace));
    t->arg[0] = TEST_VADDR;
    thread_start(t);
    struct kn_msg m = receive(handler, make_reply());
    CHECK(label_of(&m) == KN_FAULT_VM && kn_msg_get(&m, KN_FAULT_VM_ADDR) == TEST_VADDR);
}

// The same address is different memory in two address spaces.
TEST(vspace_same_address_is_other_memory)
{
    kn_cptr_t vspace = make_vspace_with_program(KN_INIT_CAP_ASID_POOL);
    map_tables(HERE, TEST_VADDR);
    map_tables(vspace, TEST_VADDR);
    map_page(HERE, TEST_VADDR);
    kn_cptr_t frame = map_page(vspace, TEST_VADDR), alias = copy_of(frame);
    CHECK_OK(kn_frame_map(alias, page(1), READ_WRITE, 0, HERE));
    *(volatile kn_word_t *)page(0) = 1;
    *(volatile kn_word_t *)page(1) = 2;
    struct thread *t = thread_new(load);
    t->arg[0] = TEST_VADDR;
    CHECK_OK(kn_tcb_set_space(t->tcb, 0, 0, ROOT, vspace));
    thread_start(t);
    CHECK(t->is_done && t->result == 2 && *(volatile kn_word_t *)TEST_VADDR == 1);
}

// An address space can be copied once it has an ASID.
TEST(vspace_copy_needs_an_asid)
{
    kn_cptr_t vspace = make(KN_OBJECT_TYPE_VSPACE, 0), slot = slot_new();
    CHECK_ERROR(copy(slot, vspace), ILLEGAL_OPERATION);
    CHECK_OK(kn_asid_pool_assign(KN_INIT_CAP_ASID_POOL, vspace));
    CHECK_OK(copy(slot, vspace));
    map_tables(slot, TEST_VADDR);
}

// MapRange maps frames from consecutive slots one behind the other.
TEST(vspace_map_range_maps_in_order)
{
    kn_cptr_t frames = map_pages(), alias = copy_of(frames + 17);
    *(volatile kn_word_t *)page(17) = 1717;
    CHECK_OK(kn_frame_map(alias, page(NR_PAGES), READ_WRITE, 0, HERE));
    CHECK(*(volatile kn_word_t *)page(NR_PAGES) == 1717);
    for (kn_word_t i = 0; i < NR_PAGES; i++)
        *(volatile kn_word_t *)page(i) = i;
    for (kn_word_t i = 0; i < NR_PAGES; i++)
        CHECK(*(volatile kn_word_t *)page(i) == i);
}

// MapRange takes frames of all sizes, each at the end of the one before.
TEST(vspace_map_range_takes_big_frames)
{
    kn_cptr_t frames = make_many(KN_OBJECT_TYPE_FRAME, 21, 2);
    kn_word_t done;
    CHECK_OK(kn_page_table_map(make(KN_OBJECT_TYPE_PAGE_TABLE, 0), TEST_VADDR, 0, HERE));
    CHECK_OK(kn_page_table_map(make(KN_OBJECT_TYPE_PAGE_TABLE, 0), TEST_VADDR, 0, HERE));
    CHECK_OK(kn_vspace_map_range(HERE, frames, DEPTH, TEST_VADDR, 2, READ_WRITE, 0, ROOT, &done));
    CHECK(done == 2);
    *(volatile kn_word_t *)(TEST_VADDR + (1 << 22) - 8) = 3;
    CHECK(*(volatile kn_word_t *)(TEST_VADDR + (1 << 22) - 8) == 3);
}

// MapRange stops at a slot without a frame; those before it are mapped, and `done` counts them.
TEST(vspace_map_range_stops_at_a_missing_frame)
{
    kn_cptr_t frames = make_many(KN_OBJECT_TYPE_FRAME, KN_PAGE_BITS, 5);
    kn_word_t done = 99;
    map_tables(HERE, TEST_VADDR);
    CHECK_OK(delete_cap(frames + 3));
    CHECK_ERROR(map_range(frames, TEST_VADDR, 5, READ_WRITE, 0, &done), INVALID_CAPABILITY);
    CHECK(error_word(0) == 2 && done == 3);
    CHECK(works(load, page(2)) && !works(load, page(3)) && !works(load, page(4)));
}

// MapRange stops where something is mapped already.
TEST(vspace_map_range_stops_at_a_mapping)
{
    kn_cptr_t frames = make_many(KN_OBJECT_TYPE_FRAME, KN_PAGE_BITS, 5);
    kn_word_t done = 99;
    map_tables(HERE, TEST_VADDR);
    map_page(HERE, page(2));
    CHECK_ERROR(map_range(frames, TEST_VADDR, 5, READ_WRITE, 0, &done), DELETE_FIRST);
    CHECK(done == 2 && works(load, page(1)) && !works(load, page(3)));
}

// MapRange stops at a missing table and says which.
TEST(vspace_map_range_stops_at_a_missing_table)
{
    kn_cptr_t frames = make_many(KN_OBJECT_TYPE_FRAME, KN_PAGE_BITS, 4);
    kn_word_t done = 99, end = TEST_VADDR + (1 << 21);
    map_tables(HERE, TEST_VADDR);
    CHECK_ERROR(map_range(frames, end - 2 * PAGE_SIZE, 4, READ_WRITE, 0, &done), FAILED_LOOKUP);
    CHECK(done == 2 && error_word(0) == 1 && error_word(2) == 21);
    CHECK(works(load, end - PAGE_SIZE));
}

// Range operations handle 1 to KN_RANGE_MAX items.
TEST(vspace_ranges_are_limited)
{
    kn_word_t done;
    CHECK_ERROR(kn_vspace_unmap_range(HERE, TEST_VADDR, KN_RANGE_MAX + 1, &done), RANGE_ERROR);
    CHECK_ERROR(kn_vspace_unmap_range(HERE, TEST_VADDR, 0, &done), RANGE_ERROR);
    CHECK_ERROR(kn_vspace_unmap_range(HERE, TEST_VADDR + 1, 1, &done), ALIGNMENT_ERROR);
    CHECK_ERROR(kn_vspace_unmap_range(HERE, KN_USER_TOP - PAGE_SIZE, 2, &done), RANGE_ERROR);
    CHECK_ERROR(kn_vspace_unmap_range(make(KN_OBJECT_TYPE_VSPACE, 0), TEST_VADDR, 1, &done), INVALID_CAPABILITY);
    CHECK_OK(kn_vspace_unmap_range(HERE, TEST_VADDR, KN_RANGE_MAX, &done));
}

// UnmapRange takes the pages of the range and no others.
TEST(vspace_unmap_range_unmaps)
{
    map_pages();
    for (kn_word_t i = 0; i < NR_PAGES; i++)
        *(volatile kn_word_t *)page(i) = i; // so that all are in the TLB
    unmap_range(page(3), 30);
    CHECK(works(load, page(2)) && !works(load, page(3)) && !works(load, page(32)) && works(load, page(33)));
}

// Where nothing is mapped, not even a table, UnmapRange goes on.
TEST(vspace_unmap_range_passes_holes)
{
    map_tables(HERE, TEST_VADDR);
    map_page(HERE, TEST_VADDR);
    unmap_range(TEST_VADDR - 64 * PAGE_SIZE, 65);
    CHECK(!works(load, TEST_VADDR));
    unmap_range(TEST_VADDR + (1ul << 41), 128);
}

// A frame whose mapping was taken so can be mapped elsewhere: its record is stale.
TEST(vspace_unmap_range_frees_the_frames)
{
    kn_cptr_t frames = map_pages();
    unmap_range(TEST_VADDR, 1);
    CHECK_OK(kn_frame_map(frames, page(NR_PAGES + 3), READ_WRITE, 0, HERE));
    CHECK(works(load, page(NR_PAGES + 3)) && !works(load, TEST_VADDR));
}

// UnmapRange does not break a larger frame: INVALID_ARGUMENT 0.
TEST(vspace_unmap_range_stops_at_a_big_frame)
{
    kn_word_t done = 99;
    kn_cptr_t tables = make_many(KN_OBJECT_TYPE_PAGE_TABLE, 0, 2);
    CHECK_OK(kn_page_table_map(tables, TEST_VADDR, 0, HERE));
    CHECK_OK(kn_page_table_map(tables + 1, TEST_VADDR, 0, HERE));
    CHECK_OK(kn_frame_map(make(KN_OBJECT_TYPE_FRAME, 21), TEST_VADDR, READ_WRITE, 0, HERE));
    CHECK_ERROR(kn_vspace_unmap_range(HERE, page(4), 1, &done), INVALID_ARGUMENT);
    CHECK(error_word(0) == 0 && done == 0 && works(load, page(4)));
}

// ProtectRange narrows rights at once.
TEST(vspace_protect_range_takes_write)
{
    map_pages();
    CHECK(works(store, page(5)));
    protect_range(page(5), 20, KN_RIGHTS_READ, 0);
    CHECK(works(store, page(4)) && !works(store, page(5)) && works(load, page(5)));
    CHECK(!works(store, page(24)) && works(store, page(25)));
}

// It never widens: a page that could not be written still cannot.
TEST(vspace_protect_range_does_not_give)
{
    kn_cptr_t frame = make_frame();
    map_tables(HERE, TEST_VADDR);
    CHECK_OK(kn_frame_map(frame, TEST_VADDR, KN_RIGHTS_READ, KN_VM_ATTR_EXECUTE_NEVER, HERE));
    protect_range(TEST_VADDR, 1, READ_WRITE, 0);
    CHECK(works(load, TEST_VADDR) && !works(store, TEST_VADDR) && !works(jump, TEST_VADDR));
    CHECK_OK(kn_frame_map(frame, TEST_VADDR, READ_WRITE, 0, HERE)); // the frame's capability does
    CHECK(works(store, TEST_VADDR));
}

// Without any right a page is for nobody.
TEST(vspace_protect_range_takes_everything)
{
    map_pages();
    protect_range(page(1), 1, 0, 0);
    CHECK(works(load, page(0)) && !works(load, page(1)) && works(load, page(2)));
}

// The memory type is not ProtectRange's business: INVALID_ARGUMENT 3.
TEST(vspace_protect_range_checks_attributes)
{
    kn_word_t done;
    CHECK_ERROR(kn_vspace_protect_range(HERE, TEST_VADDR, 1, READ_WRITE, KN_VM_ATTR_UNCACHED, &done), INVALID_ARGUMENT);
    CHECK(error_word(0) == 3);
    CHECK_ERROR(kn_vspace_protect_range(HERE, TEST_VADDR, 1, 0x100, 0, &done), INVALID_ARGUMENT);
    CHECK(error_word(0) == 2);
}

// A deleted address space gives its frames free: they can be mapped elsewhere.
TEST(vspace_deletion_frees_the_frames)
{
    kn_cptr_t vspace = make_vspace();
    map_tables(vspace, TEST_VADDR);
    kn_cptr_t frame = map_page(vspace, TEST_VADDR);
    CHECK_OK(delete_cap(vspace));
    map_tables(HERE, TEST_VADDR);
    CHECK_OK(kn_frame_map(frame, TEST_VADDR, READ_WRITE, 0, HERE));
    CHECK(works(store, TEST_VADDR));
}

static kn_word_t end_own_space(struct thread *t)
{
    t->step = 1;
    revoke(t->arg[0]); // takes the thread's own capability
    t->step = 2;
    delete_cap(t->arg[0]);
    t->step = 3;
    return 0;
}

// A thread that destroys the address space it runs in faults at its next instruction.
TEST(vspace_deleted_by_its_own_thread)
{
    kn_cptr_t handler = make_endpoint(), vspace = make_vspace_with_program(KN_INIT_CAP_ASID_POOL);
    struct thread *t = thread_new(end_own_space);
    CHECK_OK(kn_tcb_set_space(t->tcb, 0, handler, ROOT, vspace));
    t->arg[0] = vspace;
    thread_start(t);
    struct kn_msg m = receive(handler, make_reply());
    CHECK(label_of(&m) == KN_FAULT_VM && kn_msg_get(&m, KN_FAULT_VM_ACCESS) == KN_VM_ACCESS_EXECUTE);
    CHECK(t->step == 2);
}
