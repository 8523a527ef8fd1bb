// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// Address spaces: frames, page tables, ranges, and that no TLB gives access that the tables do not give any more (the
// harness compares them after every kernel entry; here are the accesses that fill them).

#include "harness.h"

#define VA 0x40201000ul // with tables of its own at every level
#define RW (KN_RIGHTS_READ | KN_RIGHTS_WRITE)
#define BIG_RAM (16ul << 20)

static bool can(vaddr_t va, word_t access)
{
    paddr_t p;
    return host_translate(va, access, &p);
}

static bool can_read(vaddr_t va) { return can(va, KN_VM_ACCESS_READ); }
static bool can_write(vaddr_t va) { return can(va, KN_VM_ACCESS_WRITE); }
static bool can_execute(vaddr_t va) { return can(va, KN_VM_ACCESS_EXECUTE); }

static word_t frame(void) { return make(KN_OBJECT_TYPE_FRAME, 12); }
static word_t table(void) { return make(KN_OBJECT_TYPE_PAGE_TABLE, 0); }

// COUNT tables for VA; returns the first one's slot.
static word_t map_tables(vaddr_t va, word_t count)
{
    word_t t = make_many(KN_OBJECT_TYPE_PAGE_TABLE, 0, count);
    for (word_t i = 0; i < count; i++)
        OK(kn_page_table_map(t + i, va, 0, ROOT_VSPACE));
    return t;
}

static void map(word_t f, vaddr_t va) { OK(kn_frame_map(f, va, RW, 0, ROOT_VSPACE)); }

TEST(vspace_frame_is_mapped_with_its_rights)
{
    word_t f = frame();
    paddr_t p;
    map_tables(VA, 3);
    map(f, VA);
    EXPECT(host_translate(VA + 0x123, KN_VM_ACCESS_WRITE, &p));
    EXPECT_EQ(p.raw, cap_paddr(cte_at(f)->cap).raw + 0x123);
    EXPECT(can_read(VA) && can_execute(VA));
    EXPECT(!can_read(VA + 0x1000));
}

TEST(vspace_map_gives_no_more_than_the_capability_and_the_arguments)
{
    word_t f = frame(), ro = new_slot();
    map_tables(VA, 3);
    OK(kn_cnode_copy(ROOT_CNODE, ro, DEPTH, f, DEPTH, KN_RIGHTS_READ, ROOT_CNODE));
    OK(kn_frame_map(ro, VA, RW, 0, ROOT_VSPACE));
    EXPECT(can_read(VA) && !can_write(VA));
    OK(kn_frame_map(f, VA + 0x1000, KN_RIGHTS_READ, KN_VM_ATTR_EXECUTE_NEVER, ROOT_VSPACE));
    EXPECT(can_read(VA + 0x1000) && !can_write(VA + 0x1000) && !can_execute(VA + 0x1000));
}

TEST(vspace_map_without_rights_maps_for_nobody)
{
    word_t f = frame();
    map_tables(VA, 3);
    OK(kn_frame_map(f, VA, 0, 0, ROOT_VSPACE));
    EXPECT(!can_read(VA));
    OK(kn_frame_map(f, VA, RW, 0, ROOT_VSPACE));
    EXPECT(can_write(VA));
}

TEST(vspace_remap_with_fewer_rights_leaves_no_stale_entry)
{
    word_t f = frame();
    map_tables(VA, 3);
    map(f, VA);
    EXPECT(can_write(VA));
    OK(kn_frame_map(f, VA, KN_RIGHTS_READ, KN_VM_ATTR_EXECUTE_NEVER, ROOT_VSPACE));
    EXPECT(!can_write(VA) && can_read(VA) && !can_execute(VA));
}

TEST(vspace_missing_table_tells_its_level)
{
    word_t f = frame();
    const word_t bits[] = {39, 30, 21};
    for (word_t i = 0; i < 3; i++) {
        EXPECT_EQ(kn_frame_map(f, VA, RW, 0, ROOT_VSPACE), KN_ERROR_FAILED_LOOKUP);
        EXPECT_EQ(kn_ipc_buffer()->msg[0], 1);
        EXPECT_EQ(kn_ipc_buffer()->msg[2], bits[i]);
        map_tables(VA, 1);
    }
    map(f, VA);
}

TEST(vspace_map_of_bad_addresses_fails)
{
    word_t f = frame();
    map_tables(VA, 3);
    EXPECT_EQ(kn_frame_map(f, VA + 0x10, RW, 0, ROOT_VSPACE), KN_ERROR_ALIGNMENT_ERROR);
    EXPECT_EQ(kn_frame_map(f, ARCH_USER_TOP, RW, 0, ROOT_VSPACE), KN_ERROR_INVALID_ARGUMENT);
    EXPECT_EQ(kn_frame_map(f, ~0ul & ~0xffful, RW, 0, ROOT_VSPACE), KN_ERROR_INVALID_ARGUMENT);
    EXPECT_EQ(kn_frame_map(f, 0xffff800000000000ul, RW, 0, ROOT_VSPACE), KN_ERROR_INVALID_ARGUMENT);
    EXPECT_EQ(kn_frame_map(f, VA, 0x100, 0, ROOT_VSPACE), KN_ERROR_INVALID_ARGUMENT);
    EXPECT_EQ(kn_frame_map(f, VA, RW, 0x100, ROOT_VSPACE), KN_ERROR_INVALID_ARGUMENT);
}

TEST(vspace_map_over_another_mapping_fails)
{
    word_t f = frame(), g = frame(), h = copy(f);
    map_tables(VA, 3);
    map(f, VA);
    EXPECT_EQ(kn_frame_map(g, VA, RW, 0, ROOT_VSPACE), KN_ERROR_DELETE_FIRST);
    EXPECT_EQ(kn_frame_map(h, VA, RW, 0, ROOT_VSPACE), KN_ERROR_DELETE_FIRST);
}

TEST(vspace_mapped_capability_cannot_be_mapped_elsewhere_its_copy_can)
{
    word_t f = frame();
    map_tables(VA, 3);
    map(f, VA);
    EXPECT_EQ(kn_frame_map(f, VA + 0x1000, RW, 0, ROOT_VSPACE), KN_ERROR_INVALID_ARGUMENT);
    map(copy(f), VA + 0x1000);
    EXPECT(can_read(VA + 0x1000));
}

TEST(vspace_unmap_leaves_no_stale_entry)
{
    word_t f = frame();
    map_tables(VA, 3);
    map(f, VA);
    EXPECT(can_write(VA));
    OK(kn_frame_unmap(f));
    EXPECT(!can_read(VA));
    OK(kn_frame_unmap(f));
    map(f, VA + 0x2000);
}

TEST(vspace_deletion_of_the_frame_capability_unmaps)
{
    word_t f = frame(), c = copy(f);
    map_tables(VA, 3);
    map(f, VA);
    map(c, VA + 0x1000);
    EXPECT(can_write(VA) && can_write(VA + 0x1000));
    OK(delete (f));
    EXPECT(!can_read(VA) && can_write(VA + 0x1000));
    OK(delete (c));
    EXPECT(!can_read(VA + 0x1000));
}

TEST(vspace_revocation_of_the_untyped_unmaps_everything)
{
    word_t u = make(KN_OBJECT_TYPE_UNTYPED, 14), f = new_slots(4);
    OK(kn_untyped_retype(u, KN_OBJECT_TYPE_FRAME, 12, 0, 0, f, 4, ROOT_CNODE));
    map_tables(VA, 3);
    for (word_t i = 0; i < 4; i++) {
        map(f + i, VA + i * 0x1000);
        EXPECT(can_write(VA + i * 0x1000));
    }
    OK(revoke(u));
    for (word_t i = 0; i < 4; i++)
        EXPECT(!can_read(VA + i * 0x1000));
}

TEST(vspace_large_frames_and_tables_exclude_each_other)
{
    machine_start(BIG_RAM);
    word_t f = make(KN_OBJECT_TYPE_FRAME, 21), g = frame();
    map_tables(0x40000000, 2);
    OK(kn_frame_map(f, 0x40200000, RW, 0, ROOT_VSPACE));
    EXPECT(can_write(0x40200000) && can_write(0x403ff000) && !can_read(0x40400000));
    EXPECT_EQ(kn_page_table_map(table(), 0x40201000, 0, ROOT_VSPACE), KN_ERROR_DELETE_FIRST);
    EXPECT_EQ(kn_frame_map(g, 0x40201000, RW, 0, ROOT_VSPACE), KN_ERROR_DELETE_FIRST);
    OK(kn_frame_unmap(f));
    EXPECT(!can_read(0x403ff000));
    OK(kn_page_table_map(table(), 0x40201000, 0, ROOT_VSPACE));
    EXPECT_EQ(kn_frame_map(f, 0x40200000, RW, 0, ROOT_VSPACE), KN_ERROR_DELETE_FIRST);
    EXPECT_EQ(kn_frame_map(f, 0x40601000, RW, 0, ROOT_VSPACE), KN_ERROR_ALIGNMENT_ERROR);
}

TEST(vspace_device_frame_of_a_gigabyte_is_mapped)
{
    word_t f = new_slot();
    OK(kn_untyped_retype(SLOT_DEVICE, KN_OBJECT_TYPE_FRAME, 30, 0, 0, f, 1, ROOT_CNODE));
    map_tables(0x40000000, 1);
    OK(kn_frame_map(f, 0x40000000, RW, KN_VM_ATTR_UNCACHED, ROOT_VSPACE));
    paddr_t p;
    EXPECT(host_translate(0x7ffff000, KN_VM_ACCESS_READ, &p));
    EXPECT_EQ(p.raw, MACHINE_DEVICE + 0x3ffff000);
}

TEST(vspace_get_address_tells_the_physical_address)
{
    word_t f = frame(), p;
    OK(kn_frame_get_address(f, &p));
    EXPECT_EQ(p, cap_paddr(cte_at(f)->cap).raw);
}

TEST(vspace_table_map_fills_every_level_then_fails)
{
    map_tables(VA, 3);
    EXPECT_EQ(kn_page_table_map(table(), VA, 0, ROOT_VSPACE), KN_ERROR_DELETE_FIRST);
    word_t t = map_tables(VA + (1ul << 39), 1);
    EXPECT_EQ(kn_page_table_map(t, VA + (2ul << 39), 0, ROOT_VSPACE), KN_ERROR_INVALID_CAPABILITY);
    EXPECT_EQ(kn_page_table_map(table(), ARCH_USER_TOP, 0, ROOT_VSPACE), KN_ERROR_INVALID_ARGUMENT);
    EXPECT_EQ(kn_page_table_map(table(), VA, 1, ROOT_VSPACE), KN_ERROR_INVALID_ARGUMENT);
}

TEST(vspace_table_unmap_takes_its_mappings_along)
{
    word_t f = frame(), t = map_tables(VA, 3);
    map(f, VA);
    EXPECT(can_write(VA));
    OK(kn_page_table_unmap(t + 2));
    EXPECT(!can_read(VA));
    OK(kn_page_table_map(t + 2, VA, 0, ROOT_VSPACE));
    EXPECT(!can_read(VA)); // it was cleared
    map(f, VA);
    EXPECT(can_read(VA));
}

TEST(vspace_table_unmapped_from_the_middle_strands_those_below)
{
    word_t f = frame(), t = map_tables(VA, 3);
    map(f, VA);
    EXPECT(can_write(VA));
    OK(kn_page_table_unmap(t));
    EXPECT(!can_read(VA));
    EXPECT_EQ(kn_page_table_map(t + 2, VA, 0, ROOT_VSPACE), KN_ERROR_INVALID_CAPABILITY); // still recorded
    OK(kn_page_table_map(t, VA, 0, ROOT_VSPACE));
    EXPECT(!can_read(VA));
    OK(kn_page_table_unmap(t + 2));
    OK(kn_page_table_map(t + 2, VA, 0, ROOT_VSPACE));
    OK(delete (f));
}

TEST(vspace_table_deletion_takes_its_mappings_along)
{
    word_t f = frame(), t = map_tables(VA, 3);
    map(f, VA);
    EXPECT(can_write(VA));
    OK(delete (t + 1));
    EXPECT(!can_read(VA));
    OK(delete (t + 2));
    OK(delete (t));
    OK(delete (f));
}

TEST(vspace_table_with_a_copy_cannot_be_unmapped)
{
    word_t t = map_tables(VA, 1), c = copy(t);
    EXPECT_EQ(kn_page_table_unmap(t), KN_ERROR_REVOKE_FIRST);
    OK(delete (c));
    OK(kn_page_table_unmap(t));
}

TEST(vspace_without_asid_cannot_be_used)
{
    word_t v = make(KN_OBJECT_TYPE_VSPACE, 0), f = frame(), done;
    EXPECT_EQ(kn_page_table_map(table(), VA, 0, v), KN_ERROR_INVALID_CAPABILITY);
    EXPECT_EQ(kn_frame_map(f, VA, RW, 0, v), KN_ERROR_INVALID_CAPABILITY);
    EXPECT_EQ(kn_vspace_unmap_range(v, VA, 1, &done), KN_ERROR_INVALID_CAPABILITY);
    EXPECT_EQ(kn_frame_map(f, VA, RW, 0, ROOT_CNODE), KN_ERROR_INVALID_CAPABILITY);
}

TEST(vspace_deletion_ends_all_its_mappings)
{
    word_t v = make(KN_OBJECT_TYPE_VSPACE, 0), f = frame(), t = make_many(KN_OBJECT_TYPE_PAGE_TABLE, 0, 3);
    OK(kn_asid_pool_assign(KN_INIT_CAP_ASID_POOL, v));
    for (word_t i = 0; i < 3; i++)
        OK(kn_page_table_map(t + i, VA, 0, v));
    OK(kn_frame_map(f, VA, RW, 0, v));
    OK(delete (v));
    word_t w = make(KN_OBJECT_TYPE_VSPACE, 0); // takes the same ASID
    OK(kn_asid_pool_assign(KN_INIT_CAP_ASID_POOL, w));
    EXPECT_EQ(cap_map_asid(cte_at(w)->cap), cap_map_asid(cte_at(f)->cap));
    OK(delete (f)); // its record means nothing there
    OK(delete (t));
}

TEST(vspace_switch_changes_what_can_be_reached)
{
    word_t v = make(KN_OBJECT_TYPE_VSPACE, 0), f = frame();
    struct thread a = make_thread(ROOT_PRIORITY + 1);
    OK(kn_asid_pool_assign(KN_INIT_CAP_ASID_POOL, v));
    OK(kn_tcb_set_space(a.tcb, kn_cnode_guard_new(0, KN_WORD_BITS - ROOT_RADIX), 0, ROOT_CNODE, v));
    map_tables(VA, 3);
    map(f, VA);
    EXPECT(can_read(VA));
    a.t->context.reg[KN_REG_PC] = 0x5000;
    resume(a);
    EXPECT(current() == a.t);
    EXPECT(!can_read(VA));
    park();
    EXPECT(can_read(VA));
}

TEST(vspace_of_the_running_thread_deleted_leaves_it_the_kernels_tables)
{
    word_t v = make(KN_OBJECT_TYPE_VSPACE, 0);
    struct thread a = make_thread(ROOT_PRIORITY + 1);
    OK(kn_asid_pool_assign(KN_INIT_CAP_ASID_POOL, v));
    OK(kn_tcb_set_space(a.tcb, kn_cnode_guard_new(0, KN_WORD_BITS - ROOT_RADIX), 0, ROOT_CNODE, v));
    start(a, (struct user_call){KN_SYS_CALL, ROOT_CNODE, MESSAGE(KN_LABEL_CNODE_REVOKE, 2), {v, DEPTH}});
    EXPECT(current() == a.t);
    EXPECT_EQ(host.cpu[0].root, cap_paddr(cte_at(v)->cap).raw); // the slot's own capability is left
    act((struct user_call){KN_SYS_CALL, ROOT_CNODE, MESSAGE(KN_LABEL_CNODE_DELETE, 2), {v, DEPTH}});
    EXPECT_EQ(host.cpu[0].root, 0);
}

TEST(vspace_map_range_maps_consecutive_frames)
{
    word_t f = make_many(KN_OBJECT_TYPE_FRAME, 12, 20), done = 0;
    map_tables(VA, 3);
    OK(kn_vspace_map_range(ROOT_VSPACE, f, DEPTH, VA, 20, RW, 0, ROOT_CNODE, &done));
    EXPECT_EQ(done, 20);
    for (word_t i = 0; i < 20; i++)
        EXPECT(can_write(VA + i * 0x1000));
}

TEST(vspace_map_range_stops_at_an_error_and_says_how_many)
{
    word_t f = make_many(KN_OBJECT_TYPE_FRAME, 12, 6), g = frame(), done = 9;
    map_tables(VA, 3);
    map(g, VA + 0x3000);
    EXPECT_EQ(kn_vspace_map_range(ROOT_VSPACE, f, DEPTH, VA, 6, RW, 0, ROOT_CNODE, &done), KN_ERROR_DELETE_FIRST);
    EXPECT_EQ(done, 3);
    EXPECT(can_write(VA + 0x2000) && !can_read(VA + 0x4000));
    EXPECT(!cap_is_mapped(cte_at(f + 3)->cap));
}

TEST(vspace_map_range_without_tables_changes_nothing)
{
    word_t f = make_many(KN_OBJECT_TYPE_FRAME, 12, 6), done = 9;
    EXPECT_EQ(kn_vspace_map_range(ROOT_VSPACE, f, DEPTH, VA, 6, RW, 0, ROOT_CNODE, &done), KN_ERROR_FAILED_LOOKUP);
    EXPECT_EQ(done, 0);
    EXPECT_EQ(kn_vspace_map_range(ROOT_VSPACE, BIT(ROOT_RADIX) - 1, DEPTH, VA, 2, RW, 0, ROOT_CNODE, &done),
              KN_ERROR_RANGE_ERROR);
}

TEST(vspace_unmap_range_removes_and_skips_holes)
{
    word_t f = make_many(KN_OBJECT_TYPE_FRAME, 12, 40), done = 0;
    map_tables(VA, 3);
    OK(kn_vspace_map_range(ROOT_VSPACE, f, DEPTH, VA, 40, RW, 0, ROOT_CNODE, &done));
    for (word_t i = 0; i < 40; i++)
        EXPECT(can_write(VA + i * 0x1000));
    OK(kn_frame_unmap(f + 5));
    OK(kn_vspace_unmap_range(ROOT_VSPACE, VA, 60, &done)); // some beyond the last
    EXPECT_EQ(done, 60);
    for (word_t i = 0; i < 40; i++)
        EXPECT(!can_read(VA + i * 0x1000));
    OK(kn_vspace_unmap_range(ROOT_VSPACE, 0x7000000000, 128, &done)); // no tables at all
    EXPECT_EQ(done, 128);
}

TEST(vspace_frame_unmapped_by_range_can_be_mapped_elsewhere)
{
    word_t f = frame(), g = frame(), done;
    map_tables(VA, 3);
    map(f, VA);
    OK(kn_vspace_unmap_range(ROOT_VSPACE, VA, 1, &done));
    map(g, VA);
    OK(kn_frame_map(f, VA + 0x5000, RW, 0, ROOT_VSPACE)); // its record was out of date
    OK(delete (f));
    EXPECT(can_read(VA) && !can_read(VA + 0x5000));
}

TEST(vspace_stale_record_of_the_same_frame_unmaps_the_new_mapping_too)
{
    word_t f = frame(), c = copy(f), done;
    map_tables(VA, 3);
    map(f, VA);
    OK(kn_vspace_unmap_range(ROOT_VSPACE, VA, 1, &done));
    map(c, VA);
    EXPECT(can_read(VA));
    OK(delete (f));
    EXPECT(!can_read(VA));
    OK(delete (c));
}

TEST(vspace_protect_range_only_narrows)
{
    word_t f = make_many(KN_OBJECT_TYPE_FRAME, 12, 3), done;
    map_tables(VA, 3);
    OK(kn_vspace_map_range(ROOT_VSPACE, f, DEPTH, VA, 3, RW, 0, ROOT_CNODE, &done));
    EXPECT(can_write(VA) && can_execute(VA));
    OK(kn_vspace_protect_range(ROOT_VSPACE, VA, 2, KN_RIGHTS_READ, KN_VM_ATTR_EXECUTE_NEVER, &done));
    EXPECT(!can_write(VA) && can_read(VA) && !can_execute(VA) && can_write(VA + 0x2000));
    OK(kn_vspace_protect_range(ROOT_VSPACE, VA, 3, RW, 0, &done));
    EXPECT(!can_write(VA) && !can_execute(VA));
    OK(kn_frame_map(f, VA, RW, 0, ROOT_VSPACE)); // by the frame's own authority
    EXPECT(can_write(VA));
}

TEST(vspace_ranges_beyond_user_addresses_or_unaligned_fail)
{
    word_t done;
    EXPECT_EQ(kn_vspace_unmap_range(ROOT_VSPACE, ARCH_USER_TOP - 0x1000, 2, &done), KN_ERROR_RANGE_ERROR);
    EXPECT_EQ(kn_vspace_unmap_range(ROOT_VSPACE, ~0xffful, 2, &done), KN_ERROR_RANGE_ERROR);
    EXPECT_EQ(kn_vspace_unmap_range(ROOT_VSPACE, VA + 1, 1, &done), KN_ERROR_ALIGNMENT_ERROR);
    EXPECT_EQ(kn_vspace_protect_range(ROOT_VSPACE, VA, 129, RW, 0, &done), KN_ERROR_RANGE_ERROR);
    EXPECT_EQ(kn_vspace_protect_range(ROOT_VSPACE, VA, 1, RW, KN_VM_ATTR_UNCACHED, &done), KN_ERROR_INVALID_ARGUMENT);
    OK(kn_vspace_unmap_range(ROOT_VSPACE, ARCH_USER_TOP - 0x2000, 2, &done));
}

TEST(vspace_unmap_range_refuses_a_larger_frame)
{
    machine_start(BIG_RAM);
    word_t f = make(KN_OBJECT_TYPE_FRAME, 21), done = 9;
    map_tables(0x40000000, 2);
    OK(kn_frame_map(f, 0x40200000, RW, 0, ROOT_VSPACE));
    EXPECT_EQ(kn_vspace_unmap_range(ROOT_VSPACE, 0x40200000, 4, &done), KN_ERROR_INVALID_ARGUMENT);
    EXPECT_EQ(done, 0);
    EXPECT(can_write(0x40200000));
}

TEST(vspace_kernel_entries_are_never_touched)
{
    word_t v = make(KN_OBJECT_TYPE_VSPACE, 0);
    const pte_t *root = PTR(v, pte_t);
    OK(kn_asid_pool_assign(KN_INIT_CAP_ASID_POOL, v));
    for (word_t i = BIT(ARCH_ROOT_BITS); i < 512; i++)
        EXPECT(root[i] & HOST_PTE_KERNEL);
    for (word_t i = 0; i < BIT(ARCH_ROOT_BITS); i++)
        EXPECT_EQ(root[i], 0);
}
