// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// ASIDs: pools, assignment, exhaustion, release.

#include "harness.h"

#include "object/asid.h"

static word_t vspace(void) { return make(KN_OBJECT_TYPE_VSPACE, 0); }
static kn_error_t assign(word_t pool, word_t v) { return kn_asid_pool_assign(pool, v); }
static word_t asid_of(word_t v) { return cap_map_asid(cte_at(v)->cap); }

static kn_error_t make_pool(word_t untyped, word_t slot)
{
    return kn_asid_control_make_pool(KN_INIT_CAP_ASID_CONTROL, slot, DEPTH, untyped, ROOT_CNODE);
}

TEST(asid_is_assigned_once)
{
    word_t v = vspace(), w = vspace();
    OK(assign(KN_INIT_CAP_ASID_POOL, v));
    EXPECT_EQ(assign(KN_INIT_CAP_ASID_POOL, v), KN_ERROR_INVALID_CAPABILITY);
    OK(assign(KN_INIT_CAP_ASID_POOL, w));
    EXPECT(asid_of(v) != asid_of(w) && asid_of(v) != 0);
    EXPECT_EQ(assign(KN_INIT_CAP_ASID_POOL, ROOT_CNODE), KN_ERROR_INVALID_CAPABILITY);
}

TEST(asid_returns_with_the_last_capability_of_its_vspace)
{
    paddr_t root;
    word_t v = vspace();
    OK(assign(KN_INIT_CAP_ASID_POOL, v));
    word_t asid = asid_of(v), c = copy(v);
    OK(delete (v));
    EXPECT(asid_lookup(asid, &root));
    OK(delete (c));
    EXPECT(!asid_lookup(asid, &root));
    word_t w = vspace();
    OK(assign(KN_INIT_CAP_ASID_POOL, w));
    EXPECT_EQ(asid_of(w), asid);
}

TEST(asid_pool_is_exhausted_after_all_its_entries)
{
    machine_start(16ul << 20);
    word_t v = new_slots(64), u = make(KN_OBJECT_TYPE_UNTYPED, 18), nr = 1, last = 0; // the root has one
    is_state_checked = false;
    is_state_compared = false;
    // Each VSpace stays alive by memory alone would not do: so many slots are needed. Take the CNode for them.
    word_t n = make(KN_OBJECT_TYPE_CNODE, 10);
    (void)v;
    (void)u;
    for (word_t i = 0; i < 511; i++) {
        word_t slot = i == 0 ? new_slot() : last;
        OK(kn_untyped_retype(SLOT_UNTYPED, KN_OBJECT_TYPE_VSPACE, 0, 0, 0, slot, 1, ROOT_CNODE));
        kn_error_t e = assign(KN_INIT_CAP_ASID_POOL, slot);
        if (e != KN_ERROR_NONE) {
            EXPECT_EQ(e, KN_ERROR_DELETE_FIRST);
            break;
        }
        OK(kn_cnode_move(n, i, 10, slot, DEPTH, ROOT_CNODE));
        last = slot;
        nr++;
    }
    is_state_checked = true;
    is_state_compared = true;
    EXPECT_EQ(nr, 511); // 512 entries without ASID 0
    EXPECT_EQ(assign(KN_INIT_CAP_ASID_POOL, last), KN_ERROR_DELETE_FIRST);
    OK(kn_cnode_delete(n, 100, 10));
    OK(assign(KN_INIT_CAP_ASID_POOL, last));
}

TEST(asid_pools_are_made_until_there_are_no_more)
{
    word_t nr = 1, u = make_many(KN_OBJECT_TYPE_UNTYPED, 12, NR_ASID_POOLS);
    word_t p = new_slots(NR_ASID_POOLS);
    while (make_pool(u + nr, p + nr) == KN_ERROR_NONE)
        nr++;
    EXPECT_EQ(nr, NR_ASID_POOLS);
    EXPECT_EQ(make_pool(u, p), KN_ERROR_DELETE_FIRST);
    OK(delete (p + 7));
    OK(revoke(u + 7));
    OK(make_pool(u + 7, p + 7));
}

TEST(asid_pool_of_its_own_numbers)
{
    word_t u = make(KN_OBJECT_TYPE_UNTYPED, 12), p = new_slot(), v = vspace();
    OK(make_pool(u, p));
    OK(assign(p, v));
    EXPECT_EQ(asid_of(v), BIT(ASID_POOL_BITS));
    EXPECT_EQ(cap_untyped_used(cte_at(u)->cap), BIT(12));
    EXPECT_EQ(kn_untyped_retype(u, KN_OBJECT_TYPE_ENDPOINT, 0, 0, 0, new_slot(), 1, ROOT_CNODE),
              KN_ERROR_NOT_ENOUGH_MEMORY);
}

TEST(asid_pool_needs_a_fresh_page_of_memory)
{
    word_t big = make(KN_OBJECT_TYPE_UNTYPED, 13), used = make(KN_OBJECT_TYPE_UNTYPED, 12), device = new_slot();
    OK(kn_untyped_retype(used, KN_OBJECT_TYPE_ENDPOINT, 0, 0, 0, new_slot(), 1, ROOT_CNODE));
    OK(kn_untyped_retype(SLOT_DEVICE, KN_OBJECT_TYPE_UNTYPED, 12, 0, 0, device, 1, ROOT_CNODE));
    EXPECT_EQ(make_pool(big, new_slot()), KN_ERROR_INVALID_CAPABILITY);
    EXPECT_EQ(make_pool(device, new_slot()), KN_ERROR_INVALID_CAPABILITY);
    EXPECT_EQ(make_pool(used, new_slot()), KN_ERROR_REVOKE_FIRST);
    EXPECT_EQ(make_pool(ROOT_CNODE, new_slot()), KN_ERROR_INVALID_CAPABILITY);
    EXPECT_EQ(make_pool(make(KN_OBJECT_TYPE_UNTYPED, 12), big), KN_ERROR_DELETE_FIRST);
}

TEST(asid_pool_deleted_makes_its_address_spaces_unusable)
{
    word_t u = make(KN_OBJECT_TYPE_UNTYPED, 12), p = new_slot(), v = vspace();
    struct thread a = make_thread(ROOT_PRIORITY + 1);
    OK(make_pool(u, p));
    OK(assign(p, v));
    OK(kn_tcb_set_space(a.tcb, kn_cnode_guard_new(0, KN_WORD_BITS - ROOT_RADIX), 0, ROOT_CNODE, v));
    start(a, (struct user_call){KN_SYS_CALL, ROOT_CNODE, MESSAGE(KN_LABEL_CNODE_DELETE, 2), {p, DEPTH}});
    EXPECT_EQ(host.cpu[0].root, 0); // the thread lost its tables while it ran
    park();
    EXPECT_EQ(kn_page_table_map(make(KN_OBJECT_TYPE_PAGE_TABLE, 0), 0x1000, 0, v), KN_ERROR_INVALID_CAPABILITY);
    OK(delete (v));
}

TEST(asid_of_a_deleted_vspace_is_flushed)
{
    word_t v = vspace(), f = make(KN_OBJECT_TYPE_FRAME, 12), t = make_many(KN_OBJECT_TYPE_PAGE_TABLE, 0, 3);
    struct thread a = make_thread(ROOT_PRIORITY + 1);
    paddr_t p;
    OK(assign(KN_INIT_CAP_ASID_POOL, v));
    for (word_t i = 0; i < 3; i++)
        OK(kn_page_table_map(t + i, 0x1000, 0, v));
    OK(kn_frame_map(f, 0x1000, KN_RIGHTS_READ, 0, v));
    OK(kn_tcb_set_space(a.tcb, kn_cnode_guard_new(0, KN_WORD_BITS - ROOT_RADIX), 0, ROOT_CNODE, v));
    a.t->context.reg[KN_REG_PC] = 0x5000;
    resume(a);
    EXPECT(host_translate(0x1000, KN_VM_ACCESS_READ, &p)); // fills the TLB
    park();
    OK(delete (a.tcb));
    OK(delete (v));
    word_t w = vspace();
    OK(assign(KN_INIT_CAP_ASID_POOL, w));
}
