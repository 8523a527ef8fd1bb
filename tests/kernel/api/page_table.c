// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// Page tables: inserting, removing, and what becomes of the pages below.

#include <arch.h>

#include "space.h"
#include "thread.h"
#include "user.h"

#define HERE KN_INIT_CAP_VSPACE

static kn_cptr_t make_table(void) { return make(KN_OBJECT_TYPE_PAGE_TABLE, 0); }
static kn_error_t map(kn_cptr_t table, kn_word_t vaddr) { return kn_page_table_map(table, vaddr, 0, HERE); }

static kn_word_t load(struct thread *t) { return user_load(t->arg[0]); }

static bool is_mapped(kn_word_t address)
{
    return thread_spawn(load, address, 0)->is_done; // without a handler it stops
}

// Three tables lead to a page; a fourth finds no place.
TEST(page_table_map_fills_missing_levels)
{
    map_tables(HERE, TEST_VADDR);
    CHECK_ERROR(map(make_table(), TEST_VADDR), DELETE_FIRST);
    map_page(HERE, TEST_VADDR);
    CHECK(is_mapped(TEST_VADDR));
}

// The address need not be the start of what the table covers.
TEST(page_table_map_takes_any_address)
{
    map_tables(HERE, TEST_VADDR + 0x12345678);
    map_page(HERE, TEST_VADDR + 0x12345000);
    CHECK(is_mapped(TEST_VADDR + 0x12345ff8));
}

// A table that is mapped must be unmapped before it is mapped again.
TEST(page_table_map_of_a_mapped_one_fails)
{
    kn_cptr_t tables = map_tables(HERE, TEST_VADDR);
    CHECK_ERROR(map(tables + 2, TEST_VADDR + (1ul << 21)), INVALID_CAPABILITY);
    CHECK(error_word(0) == 0);
    CHECK_OK(kn_page_table_unmap(tables + 2));
    CHECK_OK(map(tables + 2, TEST_VADDR + (1ul << 21)));
}

// Addresses beyond the user's and attributes are INVALID_ARGUMENT 0 and 1.
TEST(page_table_map_checks_arguments)
{
    kn_cptr_t table = make_table();
    CHECK_ERROR(map(table, KN_USER_TOP), INVALID_ARGUMENT);
    CHECK(error_word(0) == 0);
    CHECK_ERROR(kn_page_table_map(table, TEST_VADDR, KN_VM_ATTR_UNCACHED, HERE), INVALID_ARGUMENT);
    CHECK(error_word(0) == 1);
}

// An address space is what it says: something else, or one without an ASID, is INVALID_CAPABILITY 1.
TEST(page_table_map_wants_an_address_space)
{
    kn_cptr_t table = make_table();
    CHECK_ERROR(kn_page_table_map(table, TEST_VADDR, 0, make_endpoint()), INVALID_CAPABILITY);
    CHECK(error_word(0) == 1);
    CHECK_ERROR(kn_page_table_map(table, TEST_VADDR, 0, make(KN_OBJECT_TYPE_VSPACE, 0)), INVALID_CAPABILITY);
    CHECK(error_word(0) == 1);
}

// Unmap takes the pages below away, and the table is empty afterwards.
TEST(page_table_unmap_takes_the_pages)
{
    kn_cptr_t tables = map_tables(HERE, TEST_VADDR);
    map_page(HERE, TEST_VADDR);
    CHECK(is_mapped(TEST_VADDR));
    CHECK_OK(kn_page_table_unmap(tables + 2));
    CHECK(!is_mapped(TEST_VADDR));
    CHECK_OK(map(tables + 2, TEST_VADDR));
    CHECK(!is_mapped(TEST_VADDR));
    map_page(HERE, TEST_VADDR);
    CHECK(is_mapped(TEST_VADDR));
}

// Unmap of a table that is not mapped is nothing.
TEST(page_table_unmap_twice_is_nothing)
{
    kn_cptr_t tables = map_tables(HERE, TEST_VADDR);
    CHECK_OK(kn_page_table_unmap(tables + 2));
    CHECK_OK(kn_page_table_unmap(tables + 2));
}

// A page whose table has gone can be mapped anew: its record counts no more.
TEST(page_table_unmap_frees_the_frames)
{
    kn_cptr_t tables = map_tables(HERE, TEST_VADDR), frame = map_page(HERE, TEST_VADDR);
    CHECK_OK(kn_page_table_unmap(tables + 2));
    map_tables(HERE, TEST_VADDR + (1ul << 40));
    CHECK_OK(kn_frame_map(frame, TEST_VADDR + (1ul << 40), READ_WRITE, 0, HERE));
    CHECK(is_mapped(TEST_VADDR + (1ul << 40)));
}

// Deleting the table does the same as unmapping it.
TEST(page_table_deletion_takes_the_pages)
{
    kn_cptr_t tables = map_tables(HERE, TEST_VADDR);
    map_page(HERE, TEST_VADDR);
    CHECK(is_mapped(TEST_VADDR));
    CHECK_OK(delete_cap(tables + 2));
    CHECK(!is_mapped(TEST_VADDR));
    CHECK_OK(map(make_table(), TEST_VADDR));
}

// A table in the middle takes everything below it away.
TEST(page_table_of_upper_level_takes_all_below)
{
    kn_cptr_t tables = map_tables(HERE, TEST_VADDR);
    map_page(HERE, TEST_VADDR);
    CHECK(is_mapped(TEST_VADDR));
    CHECK_OK(delete_cap(tables));
    CHECK(!is_mapped(TEST_VADDR));
    CHECK_OK(kn_page_table_unmap(tables + 2)); // it hangs nowhere any more
    CHECK_OK(map(tables + 2, TEST_VADDR));
}

// A mapped table can be copied, a fresh one cannot; with copies it cannot be unmapped.
TEST(page_table_copies)
{
    kn_cptr_t table = make_table(), slot = slot_new();
    CHECK_ERROR(copy(slot, table), ILLEGAL_OPERATION);
    CHECK_OK(map(table, TEST_VADDR));
    CHECK_OK(copy(slot, table));
    CHECK_ERROR(kn_page_table_unmap(table), REVOKE_FIRST);
    CHECK_OK(delete_cap(slot));
    CHECK_OK(kn_page_table_unmap(table));
}
