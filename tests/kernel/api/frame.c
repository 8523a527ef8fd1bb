// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// Frames: mapping, rights, sizes, and that no mapping outlives its capability.

#include <arch.h>

#include "space.h"
#include "thread.h"
#include "user.h"

#define HERE KN_INIT_CAP_VSPACE
#define BIG_SIZE (1ul << 21)
#define HUGE_SIZE (1ul << 30)
#define DEVICE_GIB 0x1000000000ul // device memory on every machine, if anything at all

static kn_word_t load(struct thread *t) { return user_load(t->arg[0]); }

static kn_word_t store(struct thread *t)
{
    user_store(t->arg[0], 0x1122334455667788);
    return 0;
}

static kn_word_t jump(struct thread *t)
{
    user_jump(t->arg[0]);
    return 0;
}

// Whether RUN at ADDRESS faults there.
static bool faults(kn_word_t (*run)(struct thread *t), kn_word_t address)
{
    kn_cptr_t handler = make_endpoint();
    struct thread *t = thread_new(run);
    t->arg[0] = address;
    thread_set_fault_endpoint(t, handler);
    thread_start(t);
    if (t->is_done)
        return false;
    struct kn_msg m = receive(handler, make_reply());
    CHECK(label_of(&m) == KN_FAULT_VM && kn_msg_get(&m, KN_FAULT_VM_ADDR) == address);
    return true;
}

static volatile kn_word_t *word_at(kn_word_t address) { return (volatile kn_word_t *)address; }
static kn_error_t map(kn_cptr_t frame, kn_word_t vaddr) { return kn_frame_map(frame, vaddr, READ_WRITE, 0, HERE); }

// A mapped page can be read and written.
TEST(frame_map_shows_the_memory)
{
    map_tables(HERE, TEST_VADDR);
    map_page(HERE, TEST_VADDR);
    *word_at(TEST_VADDR + 8) = 42;
    CHECK(*word_at(TEST_VADDR) == 0 && *word_at(TEST_VADDR + 8) == 42);
}

// Two capabilities of one frame can be mapped at two places: the memory is the same.
TEST(frame_copies_share_the_memory)
{
    map_tables(HERE, TEST_VADDR);
    kn_cptr_t frame = map_page(HERE, TEST_VADDR), other = copy_of(frame);
    CHECK_OK(map(other, TEST_VADDR + PAGE_SIZE));
    *word_at(TEST_VADDR) = 1234;
    CHECK(*word_at(TEST_VADDR + PAGE_SIZE) == 1234);
}

// A missing table is FAILED_LOOKUP with the address bits that it would translate: 39, 30, 21.
TEST(frame_map_without_tables_says_which)
{
    kn_cptr_t frame = make_frame();
    for (kn_word_t bits = 39; bits >= 21; bits -= 9) {
        CHECK_ERROR(map(frame, TEST_VADDR), FAILED_LOOKUP);
        CHECK(error_word(0) == 1 && error_word(1) == KN_LOOKUP_FAILURE_MISSING_CAPABILITY && error_word(2) == bits);
        CHECK_OK(kn_page_table_map(make(KN_OBJECT_TYPE_PAGE_TABLE, 0), TEST_VADDR, 0, HERE));
    }
    CHECK_OK(map(frame, TEST_VADDR));
}

// A page's address is a multiple of its size.
TEST(frame_map_wants_alignment)
{
    map_tables(HERE, TEST_VADDR);
    CHECK_ERROR(map(make_frame(), TEST_VADDR + 0x800), ALIGNMENT_ERROR);
    CHECK(error_word(0) == KN_PAGE_BITS);
    CHECK_ERROR(map(make(KN_OBJECT_TYPE_FRAME, 21), TEST_VADDR + PAGE_SIZE), ALIGNMENT_ERROR);
    CHECK(error_word(0) == 21);
}

// Addresses that are not the user's are INVALID_ARGUMENT 0.
TEST(frame_map_outside_user_space_fails)
{
    kn_cptr_t frame = make_frame();
    CHECK_ERROR(map(frame, KN_USER_TOP), INVALID_ARGUMENT);
    CHECK(error_word(0) == 0);
    CHECK_ERROR(map(frame, 0xffffffff80000000), INVALID_ARGUMENT);
    CHECK_ERROR(map(frame, ~0ul & ~(PAGE_SIZE - 1)), INVALID_ARGUMENT);
}

// Rights and attributes that do not exist are INVALID_ARGUMENT 1 and 2.
TEST(frame_map_checks_flags)
{
    kn_cptr_t frame = make_frame();
    map_tables(HERE, TEST_VADDR);
    CHECK_ERROR(kn_frame_map(frame, TEST_VADDR, 0x100, 0, HERE), INVALID_ARGUMENT);
    CHECK(error_word(0) == 1);
    CHECK_ERROR(kn_frame_map(frame, TEST_VADDR, READ_WRITE, 0x100, HERE), INVALID_ARGUMENT);
    CHECK(error_word(0) == 2);
}

// An address space without an ASID is INVALID_CAPABILITY 1.
TEST(frame_map_wants_an_asid)
{
    CHECK_ERROR(kn_frame_map(make_frame(), TEST_VADDR, READ_WRITE, 0, make(KN_OBJECT_TYPE_VSPACE, 0)),
                INVALID_CAPABILITY);
    CHECK(error_word(0) == 1);
}

// Where something is mapped, nothing else can be: DELETE_FIRST.
TEST(frame_map_over_another_fails)
{
    map_tables(HERE, TEST_VADDR);
    map_page(HERE, TEST_VADDR);
    CHECK_ERROR(map(make_frame(), TEST_VADDR), DELETE_FIRST);
}

// One capability has one mapping: elsewhere is INVALID_ARGUMENT 0 as long as the first is there.
TEST(frame_map_elsewhere_fails)
{
    map_tables(HERE, TEST_VADDR);
    kn_cptr_t frame = map_page(HERE, TEST_VADDR);
    CHECK_ERROR(map(frame, TEST_VADDR + PAGE_SIZE), INVALID_ARGUMENT);
    CHECK(error_word(0) == 0);
    CHECK_OK(kn_frame_unmap(frame));
    CHECK_OK(map(frame, TEST_VADDR + PAGE_SIZE));
}

// Mapping a capability again at the same address changes the rights, both ways.
TEST(frame_remap_changes_rights)
{
    map_tables(HERE, TEST_VADDR);
    kn_cptr_t frame = map_page(HERE, TEST_VADDR);
    CHECK(!faults(store, TEST_VADDR));
    CHECK_OK(kn_frame_map(frame, TEST_VADDR, KN_RIGHTS_READ, 0, HERE));
    CHECK(faults(store, TEST_VADDR) && *word_at(TEST_VADDR) == 0x1122334455667788);
    CHECK_OK(map(frame, TEST_VADDR));
    CHECK(!faults(store, TEST_VADDR));
}

// The capability's rights limit the mapping's.
TEST(frame_rights_limit_the_mapping)
{
    map_tables(HERE, TEST_VADDR);
    kn_cptr_t reader = with_rights(make_frame(), KN_RIGHTS_READ);
    CHECK_OK(map(reader, TEST_VADDR));
    CHECK(!faults(load, TEST_VADDR) && faults(store, TEST_VADDR));
}

// A page without rights, or with WRITE alone, is for nobody.
TEST(frame_map_without_read_is_for_nobody)
{
    map_tables(HERE, TEST_VADDR);
    kn_cptr_t frame = make_frame();
    CHECK_OK(kn_frame_map(frame, TEST_VADDR, 0, 0, HERE));
    CHECK(faults(load, TEST_VADDR));
    CHECK_OK(kn_frame_map(frame, TEST_VADDR, KN_RIGHTS_WRITE, 0, HERE));
    CHECK(faults(load, TEST_VADDR) && faults(store, TEST_VADDR));
}

// EXECUTE_NEVER means what it says.
TEST(frame_execute_never_faults)
{
    map_tables(HERE, TEST_VADDR);
    kn_cptr_t frame = make_frame();
    CHECK_OK(kn_frame_map(frame, TEST_VADDR, READ_WRITE, KN_VM_ATTR_EXECUTE_NEVER, HERE));
    CHECK(!faults(store, TEST_VADDR) && faults(jump, TEST_VADDR));
}

// A page of this program's text, mapped elsewhere, can be executed there.
TEST(frame_mapped_text_executes)
{
    kn_word_t offset = (kn_word_t)user_illegal % PAGE_SIZE;
    kn_cptr_t text = copy_of(image_frame((const void *)user_illegal)), handler = make_endpoint();
    map_tables(HERE, TEST_VADDR);
    CHECK_OK(kn_frame_map(text, TEST_VADDR, KN_RIGHTS_READ, 0, HERE));
    struct thread *t = thread_new(load);
    thread_set_fault_endpoint(t, handler);
    thread_start_at(t, TEST_VADDR + offset, 0);
    struct kn_msg m = receive(handler, make_reply());
    CHECK(label_of(&m) == KN_FAULT_USER_EXCEPTION && kn_msg_get(&m, KN_FAULT_USER_EXCEPTION_PC) == TEST_VADDR + offset);
}

// Behind Unmap the page is gone, at once; a second Unmap is nothing.
TEST(frame_unmap_takes_the_page)
{
    map_tables(HERE, TEST_VADDR);
    kn_cptr_t frame = map_page(HERE, TEST_VADDR);
    CHECK(!faults(load, TEST_VADDR));
    CHECK_OK(kn_frame_unmap(frame));
    CHECK(faults(load, TEST_VADDR));
    CHECK_OK(kn_frame_unmap(frame));
}

// Deleting the capability unmaps, even if another of the frame exists.
TEST(frame_deletion_unmaps)
{
    map_tables(HERE, TEST_VADDR);
    kn_cptr_t frame = make_frame(), other = copy_of(frame);
    CHECK_OK(map(other, TEST_VADDR));
    CHECK(!faults(load, TEST_VADDR));
    CHECK_OK(delete_cap(other));
    CHECK(faults(load, TEST_VADDR));
}

// Revoke unmaps what was derived, not the capability's own mapping.
TEST(frame_revoke_unmaps_children)
{
    map_tables(HERE, TEST_VADDR);
    kn_cptr_t frame = map_page(HERE, TEST_VADDR), other = copy_of(frame);
    CHECK_OK(map(other, TEST_VADDR + PAGE_SIZE));
    CHECK_OK(revoke(frame));
    CHECK(!faults(load, TEST_VADDR) && faults(load, TEST_VADDR + PAGE_SIZE));
}

// A copy starts without the mapping, a moved capability takes it along.
TEST(frame_mapping_moves_with_the_capability)
{
    map_tables(HERE, TEST_VADDR);
    kn_cptr_t frame = map_page(HERE, TEST_VADDR), other = copy_of(frame), moved = slot_new();
    CHECK_OK(kn_frame_unmap(other));
    CHECK(!faults(load, TEST_VADDR));
    CHECK_OK(move(moved, frame));
    CHECK(!faults(load, TEST_VADDR));
    CHECK_OK(kn_frame_unmap(moved));
    CHECK(faults(load, TEST_VADDR));
}

// Revoking the memory unmaps everywhere.
TEST(frame_memory_revoked_is_unmapped)
{
    kn_cptr_t untyped = make_untyped(KN_PAGE_BITS), frame = slot_new();
    map_tables(HERE, TEST_VADDR);
    CHECK_OK(retype(untyped, KN_OBJECT_TYPE_FRAME, KN_PAGE_BITS, frame, 1));
    CHECK_OK(map(frame, TEST_VADDR));
    CHECK_OK(map(copy_of(frame), TEST_VADDR + PAGE_SIZE));
    CHECK_OK(revoke(untyped));
    CHECK(faults(load, TEST_VADDR) && faults(load, TEST_VADDR + PAGE_SIZE));
}

// A frame of 2 MiB wants one table less, and shows all of its memory.
TEST(frame_of_2_mib_is_mapped)
{
    kn_cptr_t frame = make(KN_OBJECT_TYPE_FRAME, 21), tables = make_many(KN_OBJECT_TYPE_PAGE_TABLE, 0, 2);
    CHECK_OK(kn_page_table_map(tables, TEST_VADDR, 0, HERE));
    CHECK_ERROR(map(frame, TEST_VADDR), FAILED_LOOKUP);
    CHECK(error_word(2) == 30);
    CHECK_OK(kn_page_table_map(tables + 1, TEST_VADDR, 0, HERE));
    CHECK_OK(map(frame, TEST_VADDR));
    *word_at(TEST_VADDR) = 1;
    *word_at(TEST_VADDR + BIG_SIZE - 8) = 2;
    CHECK(*word_at(TEST_VADDR) == 1 && *word_at(TEST_VADDR + BIG_SIZE - 8) == 2);
    CHECK_OK(kn_frame_unmap(frame));
    CHECK(faults(load, TEST_VADDR + BIG_SIZE - 8));
}

// Where a table is, a frame of 2 MiB cannot be, nor a table or page where the frame is.
TEST(frame_of_2_mib_excludes_a_table)
{
    kn_cptr_t frame = make(KN_OBJECT_TYPE_FRAME, 21), tables = map_tables(HERE, TEST_VADDR);
    CHECK_ERROR(map(frame, TEST_VADDR), DELETE_FIRST);
    CHECK_OK(kn_page_table_unmap(tables + 2));
    CHECK_OK(map(frame, TEST_VADDR));
    CHECK_ERROR(kn_page_table_map(tables + 2, TEST_VADDR, 0, HERE), DELETE_FIRST);
    CHECK_ERROR(map(make_frame(), TEST_VADDR), DELETE_FIRST);
}

// 1 GiB of device memory, which Retype does not clear.
static kn_cptr_t make_huge_frame(void)
{
    kn_cptr_t frame = slot_new();
    CHECK_OK(retype(device_untyped_of(DEVICE_GIB, 30), KN_OBJECT_TYPE_FRAME, 30, frame, 1));
    return frame;
}

// A frame of 1 GiB wants one table, and an address that is a multiple of its size.
TEST(frame_of_1_gib_is_mapped)
{
    kn_cptr_t frame = make_huge_frame();
    kn_word_t paddr;
    CHECK_OK(kn_frame_get_address(frame, &paddr));
    CHECK(paddr == DEVICE_GIB);
    CHECK_ERROR(map(frame, TEST_VADDR), FAILED_LOOKUP);
    CHECK(error_word(2) == 39);
    CHECK_OK(kn_page_table_map(make(KN_OBJECT_TYPE_PAGE_TABLE, 0), TEST_VADDR, 0, HERE));
    CHECK_ERROR(map(frame, TEST_VADDR + HUGE_SIZE / 2), ALIGNMENT_ERROR);
    CHECK(error_word(0) == 30);
    CHECK_OK(map(frame, TEST_VADDR));
    CHECK_ERROR(map(frame, TEST_VADDR + HUGE_SIZE), INVALID_ARGUMENT);
    CHECK_OK(kn_frame_map(frame, TEST_VADDR, 0, KN_VM_ATTR_UNCACHED, HERE));
    CHECK(faults(load, TEST_VADDR) && faults(load, TEST_VADDR + HUGE_SIZE - 8));
    CHECK_OK(kn_frame_unmap(frame));
    CHECK_OK(map(frame, TEST_VADDR + HUGE_SIZE));
    CHECK(faults(load, TEST_VADDR + HUGE_SIZE - 8) && faults(load, TEST_VADDR + 2 * HUGE_SIZE));
}

// Where a frame of 1 GiB is, there can be neither tables nor other frames, nor it where a table is; ranges of pages do
// not break it.
TEST(frame_of_1_gib_excludes_others)
{
    kn_cptr_t frame = make_huge_frame(), other = make(KN_OBJECT_TYPE_FRAME, 21), tables = map_tables(HERE, TEST_VADDR);
    kn_word_t done;
    CHECK_ERROR(map(frame, TEST_VADDR), DELETE_FIRST);
    CHECK_OK(kn_page_table_unmap(tables + 2));
    CHECK_ERROR(map(frame, TEST_VADDR), DELETE_FIRST);
    CHECK_OK(kn_page_table_unmap(tables + 1));
    CHECK_OK(map(frame, TEST_VADDR));
    CHECK_ERROR(kn_page_table_map(tables + 1, TEST_VADDR, 0, HERE), DELETE_FIRST);
    CHECK_ERROR(map(make_frame(), TEST_VADDR + PAGE_SIZE), DELETE_FIRST);
    CHECK_ERROR(map(other, TEST_VADDR + BIG_SIZE), DELETE_FIRST);
    CHECK_ERROR(kn_vspace_unmap_range(HERE, TEST_VADDR + HUGE_SIZE - PAGE_SIZE, 2, &done), INVALID_ARGUMENT);
    CHECK(error_word(0) == 0 && error_word(5) == 0);
    CHECK_ERROR(kn_vspace_protect_range(HERE, TEST_VADDR, 1, KN_RIGHTS_READ, 0, &done), INVALID_ARGUMENT);
    CHECK_OK(kn_vspace_unmap_range(HERE, TEST_VADDR + HUGE_SIZE, 2, &done));
    CHECK_OK(delete_cap(frame));
    CHECK_OK(kn_page_table_map(tables + 1, TEST_VADDR, 0, HERE));
    CHECK_OK(map(other, TEST_VADDR));
}

// Memory that is too small gives no frame of 1 GiB.
TEST(frame_of_1_gib_wants_memory)
{
    CHECK_ERROR(retype(pool, KN_OBJECT_TYPE_FRAME, 30, slot_new(), 1), NOT_ENOUGH_MEMORY);
}

// The physical address is that of the memory: consecutive frames of one untyped follow each other.
TEST(frame_addresses_are_consecutive)
{
    kn_cptr_t frames = make_many(KN_OBJECT_TYPE_FRAME, KN_PAGE_BITS, 3);
    kn_word_t first, next;
    CHECK_OK(kn_frame_get_address(frames, &first));
    for (kn_word_t i = 1; i < 3; i++) {
        CHECK_OK(kn_frame_get_address(frames + i, &next));
        CHECK(next == first + i * PAGE_SIZE);
    }
}
