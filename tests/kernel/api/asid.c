// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// ASIDs and their pools.

#include "space.h"
#include "thread.h"
#include "user.h"

#define CONTROL KN_INIT_CAP_ASID_CONTROL

static kn_error_t make_pool(kn_cptr_t untyped, kn_cptr_t slot)
{
    return kn_asid_control_make_pool(CONTROL, slot, DEPTH, untyped, ROOT);
}

static kn_cptr_t new_pool(void)
{
    kn_cptr_t slot = slot_new();
    CHECK_OK(make_pool(make_untyped(KN_ASID_POOL_BITS), slot));
    return slot;
}

static kn_word_t spin(struct thread *t)
{
    for (;;)
        t->step++;
}

// An address space gets one ASID, once.
TEST(asid_is_assigned_once)
{
    kn_cptr_t vspace = make(KN_OBJECT_TYPE_VSPACE, 0);
    CHECK_OK(kn_asid_pool_assign(KN_INIT_CAP_ASID_POOL, vspace));
    CHECK_ERROR(kn_asid_pool_assign(KN_INIT_CAP_ASID_POOL, vspace), INVALID_CAPABILITY);
    CHECK(error_word(0) == 1);
    CHECK_ERROR(kn_asid_pool_assign(KN_INIT_CAP_ASID_POOL, make_endpoint()), INVALID_CAPABILITY);
}

// More pools can be made, and used.
TEST(asid_new_pool_works)
{
    kn_cptr_t vspace = make(KN_OBJECT_TYPE_VSPACE, 0);
    CHECK_OK(kn_asid_pool_assign(new_pool(), vspace));
    map_tables(vspace, TEST_VADDR);
    map_page(vspace, TEST_VADDR);
}

// A pool is made from an untyped of its size without children, in an empty slot.
TEST(asid_make_pool_checks_its_arguments)
{
    kn_cptr_t used = make_untyped(KN_ASID_POOL_BITS), slot = slot_new();
    CHECK_OK(retype(used, KN_OBJECT_TYPE_ENDPOINT, 0, slot_new(), 1));
    CHECK_ERROR(make_pool(make_untyped(KN_ASID_POOL_BITS + 1), slot), INVALID_CAPABILITY);
    CHECK(error_word(0) == 1);
    CHECK_ERROR(make_pool(used, slot), REVOKE_FIRST);
    CHECK_ERROR(make_pool(make_untyped(KN_ASID_POOL_BITS), KN_INIT_CAP_TCB), DELETE_FIRST);
    CHECK_ERROR(make_pool(make_endpoint(), slot), INVALID_CAPABILITY);
}

// There are as many pools as there are; then it is DELETE_FIRST, until one goes.
TEST(asid_pools_run_out)
{
    kn_cptr_t slots = slots_new(64);
    kn_word_t n = 0;
    kn_error_t error;
    while ((error = make_pool(make_untyped(KN_ASID_POOL_BITS), slots + n)) == KN_ERROR_NONE)
        n++;
    CHECK(error == KN_ERROR_DELETE_FIRST && n == 15);
    CHECK_OK(delete_cap(slots + 3));
    CHECK_OK(make_pool(make_untyped(KN_ASID_POOL_BITS), slots + 3));
}

// A pool has 512 ASIDs, which come back with their address spaces.
TEST(asid_pool_runs_out)
{
    kn_cptr_t asids = new_pool(), vspaces = make_many(KN_OBJECT_TYPE_VSPACE, 0, 513);
    for (kn_word_t i = 0; i < 512; i++)
        CHECK_OK(kn_asid_pool_assign(asids, vspaces + i));
    CHECK_ERROR(kn_asid_pool_assign(asids, vspaces + 512), DELETE_FIRST);
    CHECK_OK(delete_cap(vspaces + 100));
    CHECK_OK(kn_asid_pool_assign(asids, vspaces + 512));
}

// With its pool an address space loses its ASID for ever.
TEST(asid_pool_deletion_ends_its_address_spaces)
{
    kn_cptr_t asids = new_pool(), vspace = make(KN_OBJECT_TYPE_VSPACE, 0);
    CHECK_OK(kn_asid_pool_assign(asids, vspace));
    map_tables(vspace, TEST_VADDR);
    kn_cptr_t frame = map_page(vspace, TEST_VADDR);
    CHECK_OK(delete_cap(asids));
    CHECK_ERROR(kn_frame_map(make_frame(), TEST_VADDR + PAGE_SIZE, READ_WRITE, 0, vspace), INVALID_CAPABILITY);
    CHECK_ERROR(kn_asid_pool_assign(KN_INIT_CAP_ASID_POOL, vspace), INVALID_CAPABILITY);
    CHECK_OK(kn_frame_unmap(frame));
}

// A thread that was running in one faults.
TEST(asid_pool_deletion_stops_threads)
{
    kn_cptr_t asids = new_pool(), handler = make_endpoint();
    struct thread *t = thread_new(spin);
    CHECK_OK(kn_tcb_set_space(t->tcb, 0, handler, ROOT, make_vspace_with_program(asids)));
    thread_set_priority(t, PRIORITY_LOW);
    thread_start(t);
    sleep_us(200);
    CHECK(t->step > 0);
    CHECK_OK(delete_cap(asids));
    struct kn_msg m = receive(handler, make_reply());
    CHECK(label_of(&m) == KN_FAULT_VM && kn_msg_get(&m, KN_FAULT_VM_ACCESS) == KN_VM_ACCESS_EXECUTE);
}

// A thread in an address space without anything in it faults at its first instruction.
TEST(asid_empty_address_space_faults)
{
    kn_cptr_t handler = make_endpoint();
    struct thread *t = thread_new(spin);
    CHECK_OK(kn_tcb_set_space(t->tcb, 0, handler, ROOT, make_vspace()));
    thread_start_at(t, (kn_word_t)user_spin, 0);
    struct kn_msg m = receive(handler, make_reply());
    CHECK(label_of(&m) == KN_FAULT_VM && kn_msg_get(&m, KN_FAULT_VM_ADDR) == (kn_word_t)user_spin);
}
