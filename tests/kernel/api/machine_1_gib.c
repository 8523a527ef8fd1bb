// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// Frames of 1 GiB of RAM, on a machine that has as much in one piece.

#include "space.h"
#include "thread.h"
#include "user.h"

#define HERE KN_INIT_CAP_VSPACE
#define BITS 30
#define SIZE (1ul << BITS)
#define STRIDE (1ul << 21)

static volatile kn_word_t *word_at(kn_word_t address) { return (volatile kn_word_t *)address; }

// An untyped of SIZE bytes.
static kn_cptr_t make_gib(void)
{
    kn_cptr_t untyped = slot_new();
    CHECK_OK(retype(largest_untyped(), KN_OBJECT_TYPE_UNTYPED, BITS, untyped, 1));
    return untyped;
}

static kn_cptr_t make_huge_frame(kn_cptr_t untyped)
{
    kn_cptr_t frame = slot_new();
    CHECK_OK(retype(untyped, KN_OBJECT_TYPE_FRAME, BITS, frame, 1));
    return frame;
}

static void map(kn_cptr_t frame, kn_word_t vaddr, kn_word_t rights)
{
    CHECK_OK(kn_frame_map(frame, vaddr, rights, KN_VM_ATTR_EXECUTE_NEVER, HERE));
}

// Whether a thread that loads or stores at ADDRESS faults there.
static bool faults(kn_word_t (*run)(struct thread *t), kn_word_t address)
{
    struct thread *t = thread_spawn(run, address, 0);
    bool done = t->is_done;
    CHECK_OK(delete_cap(t->tcb));
    return !done;
}

static kn_word_t load(struct thread *t) { return user_load(t->arg[0]); }

static kn_word_t store(struct thread *t)
{
    user_store(t->arg[0], 1);
    return 0;
}

// FRAME is clear memory, all of it different. It ends mapped and written.
static void check_memory(kn_cptr_t frame)
{
    kn_word_t paddr;
    CHECK_OK(kn_frame_get_address(frame, &paddr));
    CHECK(paddr % SIZE == 0);
    map(frame, TEST_VADDR, READ_WRITE);
    for (kn_word_t at = 0; at < SIZE; at += STRIDE) {
        CHECK(*word_at(TEST_VADDR + at) == 0 && *word_at(TEST_VADDR + at + STRIDE - 8) == 0);
        *word_at(TEST_VADDR + at) = at + 1;
        *word_at(TEST_VADDR + at + STRIDE - 8) = at + 2;
    }
    for (kn_word_t at = 0; at < SIZE; at += STRIDE)
        CHECK(*word_at(TEST_VADDR + at) == at + 1 && *word_at(TEST_VADDR + at + STRIDE - 8) == at + 2);
}

// Rights of FRAME, mapped, change for the first byte and the last; what is in it stays.
static void check_rights(kn_cptr_t frame)
{
    kn_word_t last = TEST_VADDR + SIZE - 8;
    *word_at(last) = 4711;
    map(frame, TEST_VADDR, KN_RIGHTS_READ);
    CHECK(!faults(load, TEST_VADDR) && faults(store, TEST_VADDR) && faults(store, last) && *word_at(last) == 4711);
    map(frame, TEST_VADDR, READ_WRITE);
    CHECK(!faults(store, TEST_VADDR) && *word_at(TEST_VADDR) == 1 && !faults(store, last));
}

// Copies of FRAME show the same memory elsewhere, until they are revoked.
static void check_copies(kn_cptr_t frame)
{
    kn_cptr_t copies = slots_new(2);
    kn_word_t last = TEST_VADDR + SIZE - 8, done;
    CHECK_OK(copy(copies, frame));
    CHECK_OK(copy(copies + 1, frame));
    CHECK_OK(kn_vspace_map_range(HERE, copies, DEPTH, TEST_VADDR + SIZE, 2, READ_WRITE, 0, ROOT, &done));
    CHECK(done == 2);
    *word_at(last + 2 * SIZE) = 12;
    CHECK(*word_at(last) == 12 && *word_at(last + SIZE) == 12);
    CHECK_OK(kn_frame_unmap(copies));
    CHECK(faults(load, last + SIZE) && !faults(load, last + 2 * SIZE));
    CHECK_OK(revoke(frame));
    CHECK(faults(load, TEST_VADDR + 2 * SIZE) && faults(load, last + 2 * SIZE) && *word_at(last) == 12);
}

// 1 GiB is mapped, its rights changed, mapped elsewhere, unmapped; the first byte, the last and the middle are there and
// gone together. The memory is clear whenever it becomes a frame.
TEST(machine_1_gib_is_memory)
{
    kn_cptr_t untyped = make_gib(), frame = make_huge_frame(untyped);
    CHECK_OK(kn_page_table_map(make(KN_OBJECT_TYPE_PAGE_TABLE, 0), TEST_VADDR, 0, HERE));
    check_memory(frame);
    check_rights(frame);
    check_copies(frame);
    CHECK_OK(delete_cap(frame));
    CHECK(faults(load, TEST_VADDR) && faults(load, TEST_VADDR + SIZE / 2) && faults(load, TEST_VADDR + SIZE - 8));
    check_memory(make_huge_frame(untyped));
}

// One page less than 1 GiB is not enough.
TEST(machine_1_gib_wants_all_of_it)
{
    kn_cptr_t untyped = make_gib(), page = slot_new(), frame = slot_new();
    CHECK_OK(retype(untyped, KN_OBJECT_TYPE_FRAME, KN_PAGE_BITS, page, 1));
    CHECK_ERROR(retype(untyped, KN_OBJECT_TYPE_FRAME, BITS, frame, 1), NOT_ENOUGH_MEMORY);
    CHECK(error_word(0) == SIZE - PAGE_SIZE);
    CHECK_OK(delete_cap(page));
    CHECK_OK(retype(untyped, KN_OBJECT_TYPE_UNTYPED, BITS - 1, page, 1));
    CHECK_ERROR(retype(untyped, KN_OBJECT_TYPE_FRAME, BITS, frame, 1), NOT_ENOUGH_MEMORY);
}
