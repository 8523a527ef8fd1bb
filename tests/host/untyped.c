// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// Retype: every type, sizes, exhaustion, alignment, device memory, clearing, and all errors.

#include <string.h>

#include "arch/api/mmu.h"
#include "harness.h"
#include "object/untyped.h"

static kn_error_t retype(word_t untyped, word_t type, word_t size_bits, word_t offset, word_t count)
{
    return kn_untyped_retype(untyped, type, size_bits, 0, 0, offset, count, ROOT_CNODE);
}

static void expect_cap(word_t object_type, word_t size_bits, word_t cap_type_wanted, word_t object_bits)
{
    word_t used = cte_at(SLOT_UNTYPED)->cap.w[1], slot = make(object_type, size_bits), bits = object_bits;
    struct cap c = cte_at(slot)->cap;
    EXPECT_EQ(cap_type(c), cap_type_wanted);
    EXPECT_EQ(cap_object_bits(c), object_bits);
    word_t start = cap_paddr(cte_at(SLOT_UNTYPED)->cap).raw;
    EXPECT_EQ(cap_paddr(c).raw, start + ALIGN_UP(used, bits));
    EXPECT_EQ(cte_at(SLOT_UNTYPED)->cap.w[1], ALIGN_UP(used, bits) + BIT(bits));
    EXPECT(cte_is_revocable(cte_at(slot)));
}

TEST(untyped_retype_makes_every_type)
{
    expect_cap(KN_OBJECT_TYPE_UNTYPED, 5, KN_CAP_TYPE_UNTYPED, 5);
    expect_cap(KN_OBJECT_TYPE_TCB, 0, KN_CAP_TYPE_TCB, KN_TCB_BITS);
    expect_cap(KN_OBJECT_TYPE_ENDPOINT, 0, KN_CAP_TYPE_ENDPOINT, KN_ENDPOINT_BITS);
    expect_cap(KN_OBJECT_TYPE_NOTIFICATION, 0, KN_CAP_TYPE_NOTIFICATION, KN_NOTIFICATION_BITS);
    expect_cap(KN_OBJECT_TYPE_CNODE, 3, KN_CAP_TYPE_CNODE, 3 + KN_SLOT_BITS);
    expect_cap(KN_OBJECT_TYPE_REPLY, 0, KN_CAP_TYPE_REPLY, KN_REPLY_BITS);
    expect_cap(KN_OBJECT_TYPE_SCHED_CONTEXT, 9, KN_CAP_TYPE_SCHED_CONTEXT, 9);
    expect_cap(KN_OBJECT_TYPE_VSPACE, 0, KN_CAP_TYPE_VSPACE, KN_VSPACE_BITS);
    expect_cap(KN_OBJECT_TYPE_PAGE_TABLE, 0, KN_CAP_TYPE_PAGE_TABLE, KN_PAGE_TABLE_BITS);
    expect_cap(KN_OBJECT_TYPE_FRAME, 12, KN_CAP_TYPE_FRAME, 12);
}

TEST(untyped_retype_of_a_large_frame)
{
    machine_start(16ul << 20);
    expect_cap(KN_OBJECT_TYPE_FRAME, 21, KN_CAP_TYPE_FRAME, 21);
}

TEST(untyped_new_capabilities_have_all_rights_and_no_badge)
{
    word_t e = make(KN_OBJECT_TYPE_ENDPOINT, 0);
    EXPECT_EQ(cap_rights(cte_at(e)->cap), KN_RIGHTS_ALL);
    EXPECT_EQ(cap_badge(cte_at(e)->cap), 0);
    word_t f = make(KN_OBJECT_TYPE_FRAME, 12);
    EXPECT(!cap_is_mapped(cte_at(f)->cap));
    EXPECT_EQ(cap_rights(cte_at(f)->cap) & (KN_RIGHTS_READ | KN_RIGHTS_WRITE), KN_RIGHTS_READ | KN_RIGHTS_WRITE);
}

TEST(untyped_retype_of_many_objects_fills_consecutive_slots_by_address)
{
    word_t o = make_many(KN_OBJECT_TYPE_ENDPOINT, 0, KN_RETYPE_MAX_OBJECTS);
    for (word_t i = 1; i < KN_RETYPE_MAX_OBJECTS; i++)
        EXPECT_EQ(cap_paddr(cte_at(o + i)->cap).raw, cap_paddr(cte_at(o)->cap).raw + (i << KN_ENDPOINT_BITS));
}

TEST(untyped_retype_of_more_than_the_limit_fails)
{
    EXPECT_EQ(retype(SLOT_UNTYPED, KN_OBJECT_TYPE_ENDPOINT, 0, SLOT_FREE, KN_RETYPE_MAX_OBJECTS + 1),
              KN_ERROR_RANGE_ERROR);
    EXPECT_EQ(retype(SLOT_UNTYPED, KN_OBJECT_TYPE_ENDPOINT, 0, SLOT_FREE, 0), KN_ERROR_RANGE_ERROR);
}

TEST(untyped_retype_of_unknown_type_fails)
{
    EXPECT_EQ(retype(SLOT_UNTYPED, 99, 12, new_slot(), 1), KN_ERROR_INVALID_ARGUMENT);
    EXPECT_EQ(kn_ipc_buffer()->msg[0], 0);
}

TEST(untyped_retype_of_bad_sizes_fails)
{
    const struct {
        word_t type, size_bits;
    } bad[] = {
        {KN_OBJECT_TYPE_UNTYPED, KN_UNTYPED_MIN_BITS - 1},
        {KN_OBJECT_TYPE_UNTYPED, KN_UNTYPED_MAX_BITS + 1},
        {KN_OBJECT_TYPE_UNTYPED, 64},
        {KN_OBJECT_TYPE_UNTYPED, ~0ul},
        {KN_OBJECT_TYPE_CNODE, 0},
        {KN_OBJECT_TYPE_CNODE, 64},
        {KN_OBJECT_TYPE_CNODE, ~0ul},
        {KN_OBJECT_TYPE_SCHED_CONTEXT, 7},
        {KN_OBJECT_TYPE_SCHED_CONTEXT, 64},
        {KN_OBJECT_TYPE_FRAME, 11},
        {KN_OBJECT_TYPE_FRAME, 13},
        {KN_OBJECT_TYPE_FRAME, 64},
    };
    for (word_t i = 0; i < ARRAY_SIZE(bad); i++)
        EXPECT(retype(SLOT_UNTYPED, bad[i].type, bad[i].size_bits, SLOT_FREE, 1) != KN_ERROR_NONE);
}

TEST(untyped_exhaustion_tells_what_is_left)
{
    word_t u = make(KN_OBJECT_TYPE_UNTYPED, 12), o = new_slots(65);
    OK(retype(u, KN_OBJECT_TYPE_ENDPOINT, 0, o, 60));
    EXPECT_EQ(retype(u, KN_OBJECT_TYPE_ENDPOINT, 0, o + 60, 5), KN_ERROR_NOT_ENOUGH_MEMORY);
    EXPECT_EQ(kn_ipc_buffer()->msg[0], 4 << KN_ENDPOINT_BITS);
    OK(retype(u, KN_OBJECT_TYPE_ENDPOINT, 0, o + 60, 4));
    EXPECT_EQ(retype(u, KN_OBJECT_TYPE_ENDPOINT, 0, o + 64, 1), KN_ERROR_NOT_ENOUGH_MEMORY);
    EXPECT_EQ(kn_ipc_buffer()->msg[0], 0);
}

TEST(untyped_exhaustion_counts_alignment)
{
    word_t u = make(KN_OBJECT_TYPE_UNTYPED, 12), o = new_slots(3);
    OK(retype(u, KN_OBJECT_TYPE_ENDPOINT, 0, o, 1));
    OK(retype(u, KN_OBJECT_TYPE_TCB, 0, o + 1, 1)); // the second half
    EXPECT(IS_ALIGNED(cap_paddr(cte_at(o + 1)->cap).raw, KN_TCB_BITS));
    EXPECT_EQ(retype(u, KN_OBJECT_TYPE_ENDPOINT, 0, o + 2, 1), KN_ERROR_NOT_ENOUGH_MEMORY);
}

TEST(untyped_object_larger_than_the_untyped_fails)
{
    word_t u = make(KN_OBJECT_TYPE_UNTYPED, 12), o = new_slots(256);
    EXPECT_EQ(retype(u, KN_OBJECT_TYPE_UNTYPED, KN_UNTYPED_MAX_BITS, o, 1), KN_ERROR_NOT_ENOUGH_MEMORY);
    EXPECT_EQ(retype(u, KN_OBJECT_TYPE_UNTYPED, KN_UNTYPED_MAX_BITS, o, 256), KN_ERROR_NOT_ENOUGH_MEMORY);
    EXPECT_EQ(retype(u, KN_OBJECT_TYPE_CNODE, 40, o, 256), KN_ERROR_NOT_ENOUGH_MEMORY);
}

TEST(untyped_as_large_as_its_parent_is_its_child)
{
    word_t u = make(KN_OBJECT_TYPE_UNTYPED, 12), o = new_slots(2);
    OK(retype(u, KN_OBJECT_TYPE_UNTYPED, 12, o, 1));
    OK(retype(o, KN_OBJECT_TYPE_UNTYPED, 12, o + 1, 1));
    OK(revoke(o));
    EXPECT(is_empty(o + 1) && !is_empty(o) && !is_empty(u));
    OK(revoke(u));
    EXPECT(is_empty(o));
}

TEST(untyped_retype_to_an_occupied_slot_fails)
{
    word_t o = new_slots(3);
    OK(retype(SLOT_UNTYPED, KN_OBJECT_TYPE_ENDPOINT, 0, o + 2, 1));
    EXPECT_EQ(retype(SLOT_UNTYPED, KN_OBJECT_TYPE_ENDPOINT, 0, o, 3), KN_ERROR_DELETE_FIRST);
    EXPECT(is_empty(o) && is_empty(o + 1));
}

TEST(untyped_retype_beyond_the_cnode_fails)
{
    EXPECT_EQ(retype(SLOT_UNTYPED, KN_OBJECT_TYPE_ENDPOINT, 0, BIT(ROOT_RADIX) - 1, 2), KN_ERROR_RANGE_ERROR);
    EXPECT_EQ(retype(SLOT_UNTYPED, KN_OBJECT_TYPE_ENDPOINT, 0, BIT(ROOT_RADIX), 1), KN_ERROR_RANGE_ERROR);
    EXPECT_EQ(retype(SLOT_UNTYPED, KN_OBJECT_TYPE_ENDPOINT, 0, ~0ul, 1), KN_ERROR_RANGE_ERROR);
    EXPECT_EQ(retype(SLOT_UNTYPED, KN_OBJECT_TYPE_ENDPOINT, 0, ~0ul - 3, 256), KN_ERROR_RANGE_ERROR);
}

TEST(untyped_retype_into_a_cnode_found_by_lookup)
{
    word_t n = make(KN_OBJECT_TYPE_CNODE, 4);
    OK(kn_untyped_retype(SLOT_UNTYPED, KN_OBJECT_TYPE_ENDPOINT, 0, n, DEPTH, 5, 2, ROOT_CNODE));
    struct cte *slots = PTR(n, struct cte);
    EXPECT_EQ(cap_type(slots[5].cap), KN_CAP_TYPE_ENDPOINT);
    EXPECT_EQ(cap_type(slots[6].cap), KN_CAP_TYPE_ENDPOINT);
}

TEST(untyped_retype_into_what_is_no_cnode_fails)
{
    word_t e = make(KN_OBJECT_TYPE_ENDPOINT, 0);
    EXPECT_EQ(kn_untyped_retype(SLOT_UNTYPED, KN_OBJECT_TYPE_ENDPOINT, 0, e, DEPTH, 0, 1, ROOT_CNODE),
              KN_ERROR_FAILED_LOOKUP);
    EXPECT_EQ(kn_untyped_retype(SLOT_UNTYPED, KN_OBJECT_TYPE_ENDPOINT, 0, 0, 0, 0, 1, e), KN_ERROR_FAILED_LOOKUP);
    EXPECT_EQ(kn_untyped_retype(SLOT_UNTYPED, KN_OBJECT_TYPE_ENDPOINT, 0, new_slot(), DEPTH, 0, 1, ROOT_CNODE),
              KN_ERROR_FAILED_LOOKUP);
}

TEST(untyped_device_memory_makes_frames_and_untypeds_only)
{
    word_t o = new_slots(3);
    for (word_t type = KN_OBJECT_TYPE_UNTYPED; type <= KN_OBJECT_TYPE_FRAME; type++) {
        if (type == KN_OBJECT_TYPE_FRAME || type == KN_OBJECT_TYPE_UNTYPED)
            continue;
        EXPECT(retype(SLOT_DEVICE, type, 9, o, 1) != KN_ERROR_NONE);
    }
    OK(retype(SLOT_DEVICE, KN_OBJECT_TYPE_FRAME, 12, o, 1)); // nothing clears it: it is not there
    OK(retype(SLOT_DEVICE, KN_OBJECT_TYPE_FRAME, 21, o + 1, 1));
    OK(retype(SLOT_DEVICE, KN_OBJECT_TYPE_UNTYPED, 20, o + 2, 1));
    EXPECT(cap_is_device(cte_at(o)->cap) && cap_is_device(cte_at(o + 2)->cap));
    EXPECT_EQ(cap_paddr(cte_at(o)->cap).raw, MACHINE_DEVICE);
    OK(revoke(SLOT_DEVICE));
    OK(retype(SLOT_DEVICE, KN_OBJECT_TYPE_FRAME, 30, o, 1));
}

TEST(untyped_reused_memory_is_cleared)
{
    word_t u = make(KN_OBJECT_TYPE_UNTYPED, 13), f = new_slots(2);
    OK(retype(u, KN_OBJECT_TYPE_FRAME, 12, f, 2));
    memset(PTR(f, void), 0xa5, 4096);
    memset(PTR(f + 1, void), 0xa5, 4096);
    OK(revoke(u));
    OK(retype(u, KN_OBJECT_TYPE_FRAME, 12, f, 2));
    for (word_t i = 0; i < 1024; i++)
        EXPECT_EQ((PTR(f, word_t))[i], 0);
    OK(revoke(u));
    memset(PTR(u, void), 0x5a, 8192);
    OK(retype(u, KN_OBJECT_TYPE_TCB, 0, f, 1));
    EXPECT_EQ(PTR(f, struct tcb)->state, THREAD_INACTIVE);
    EXPECT_EQ(PTR(f, struct tcb)->priority, 0);
}

TEST(untyped_keeps_its_watermark_while_one_child_lives)
{
    word_t u = make(KN_OBJECT_TYPE_UNTYPED, 12), o = new_slots(3);
    OK(retype(u, KN_OBJECT_TYPE_UNTYPED, 11, o, 2));
    OK(delete (o + 1));
    EXPECT_EQ(retype(u, KN_OBJECT_TYPE_UNTYPED, 11, o + 2, 1), KN_ERROR_NOT_ENOUGH_MEMORY);
    OK(delete (o));
    OK(retype(u, KN_OBJECT_TYPE_UNTYPED, 12, o, 1));
}

TEST(untyped_cannot_be_sent_an_unknown_method)
{
    act((struct user_call){KN_SYS_CALL, SLOT_UNTYPED, MESSAGE(KN_LABEL_UNTYPED_RETYPE + 1, 6)});
    EXPECT_EQ(got_label(root_thread()), KN_ERROR_ILLEGAL_OPERATION);
}

static bool is_clear(word_t slot, word_t size)
{
    for (word_t i = 0; i < size / sizeof(word_t); i++)
        if (PTR(slot, word_t)[i] != 0)
            return false;
    return true;
}

TEST(untyped_interrupted_clearing_goes_on_where_it_stopped)
{
    word_t u = make(KN_OBJECT_TYPE_UNTYPED, 16), f = new_slots(16);
    memset(PTR(u, void), 0xff, BIT(16));
    host.nr_forced = ~0ul;
    word_t entries = nr_kernel_entries;
    OK(retype(u, KN_OBJECT_TYPE_FRAME, 12, f, 16));
    EXPECT_EQ(nr_kernel_entries - entries, 16); // 4 KiB each
    host.nr_forced = 0;
    for (word_t i = 0; i < 16; i++)
        EXPECT(is_clear(f + i, 4096));
}

TEST(untyped_interrupted_clearing_behind_other_objects)
{
    word_t u = make(KN_OBJECT_TYPE_UNTYPED, 16), e = new_slot(), f = new_slots(2);
    memset(PTR(u, void), 0xff, BIT(16));
    OK(retype(u, KN_OBJECT_TYPE_ENDPOINT, 0, e, 1));
    host.nr_forced = ~0ul;
    OK(retype(u, KN_OBJECT_TYPE_FRAME, 12, f, 2));
    host.nr_forced = 0;
    EXPECT(is_clear(f, 4096) && is_clear(f + 1, 4096) && is_clear(e, BIT(KN_ENDPOINT_BITS)));
}

// As by a thread that is suspended in Retype and does not come back.
static void abandon_retype(word_t u, word_t type, word_t size_bits, word_t slot, word_t count)
{
    struct untyped_retype_plan plan = {
        .slot = cte_at(u),
        .object_bits = object_bits(type, size_bits),
        .type = type,
        .size_bits = size_bits,
        .count = count,
        .dest = cte_at(slot),
    };
    struct invocation inv = {.caller = root_thread(), .slot = cte_at(u), .cap = cte_at(u)->cap};
    host.nr_forced = ~0ul;
    EXPECT(invoke_untyped_retype(&inv, &plan) == KERR_PREEMPTED);
    host.nr_forced = 0;
}

TEST(untyped_abandoned_clearing_does_not_mislead_another_retype)
{
    word_t u = make(KN_OBJECT_TYPE_UNTYPED, 14), f = new_slots(4);
    memset(PTR(u, void), 0xff, BIT(14));
    abandon_retype(u, KN_OBJECT_TYPE_FRAME, 12, f, 4);
    EXPECT(is_empty(f));
    OK(retype(u, KN_OBJECT_TYPE_ENDPOINT, 0, f, 4)); // over the note
    EXPECT(is_clear(f, 4 << KN_ENDPOINT_BITS));
    OK(revoke(u));
    memset(PTR(u, void), 0xff, BIT(14));
    abandon_retype(u, KN_OBJECT_TYPE_FRAME, 12, f, 4);
    OK(retype(u, KN_OBJECT_TYPE_FRAME, 12, f, 4));
    for (word_t i = 0; i < 4; i++)
        EXPECT(is_clear(f + i, 4096));
}

TEST(untyped_copy_does_not_trust_its_sources_note)
{
    word_t u = make(KN_OBJECT_TYPE_UNTYPED, 14), f = new_slots(4);
    memset(PTR(u, void), 0xff, BIT(14));
    abandon_retype(u, KN_OBJECT_TYPE_FRAME, 12, f, 4);
    word_t c = copy(u);
    memset(PTR(u, char) + 32, 0xff, BIT(14) - 32); // all but the note
    OK(retype(c, KN_OBJECT_TYPE_FRAME, 12, f, 4));
    for (word_t i = 0; i < 4; i++)
        EXPECT(is_clear(f + i, 4096));
}
