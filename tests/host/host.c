// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// The host port itself: the state as one block, and the simulated translation.

#include <stdlib.h>

#include "harness.h"

static void *save(void)
{
    void *state = malloc(host_state_size());
    EXPECT(state);
    host_state_save(state);
    return state;
}

TEST(host_state_saved_and_restored_goes_on_as_before)
{
    word_t e = make(KN_OBJECT_TYPE_ENDPOINT, 0);
    struct thread a = make_thread(ROOT_PRIORITY + 1);
    void *state = save();
    for (word_t round = 0; round < 3; round++) {
        start(a, (struct user_call){KN_SYS_SEND, e});
        EXPECT_EQ(a.t->state, THREAD_BLOCKED_ON_SEND);
        tick_us(500);
        OK(delete (a.tcb));
        host_state_restore(state);
        EXPECT(!host_state_next_difference(state, NULL));
        EXPECT_EQ(a.t->state, THREAD_INACTIVE);
    }
    free(state);
}

TEST(host_state_difference_is_found_wherever_it_is)
{
    word_t f = make(KN_OBJECT_TYPE_FRAME, 12);
    void *state = save();
    word_t *in_memory = PTR(f, word_t) + 17, *in_variable = &cpus[0].ready_l1;
    *in_memory ^= 1;
    EXPECT(host_state_next_difference(state, NULL) == in_memory);
    *in_variable ^= 1ul << 40;
    EXPECT(host_state_next_difference(state, NULL) == in_variable);
    EXPECT(host_state_next_difference(state, in_variable) == in_memory);
    EXPECT(!host_state_next_difference(state, in_memory));
    *in_variable ^= 1ul << 40;
    *in_memory ^= 1;
    EXPECT(!host_state_next_difference(state, NULL));
    free(state);
}

TEST(host_state_of_two_fresh_machines_is_the_same)
{
    void *state = save();
    make(KN_OBJECT_TYPE_TCB, 0);
    jmp_buf *on_halt = host.on_halt;
    machine_start(MACHINE_RAM);
    host.on_halt = on_halt;
    EXPECT(!host_state_next_difference(state, NULL));
    free(state);
}

TEST(host_tlb_keeps_what_nobody_flushes)
{
    word_t f = make(KN_OBJECT_TYPE_FRAME, 12), t = make_many(KN_OBJECT_TYPE_PAGE_TABLE, 0, 3);
    paddr_t p;
    for (word_t i = 0; i < 3; i++)
        OK(kn_page_table_map(t + i, 0x1000, 0, ROOT_VSPACE));
    OK(kn_frame_map(f, 0x1000, KN_RIGHTS_READ, 0, ROOT_VSPACE));
    EXPECT(host_translate(0x1000, KN_VM_ACCESS_READ, &p));
    PTR(t + 2, pte_t)[1] = 0; // behind the TLB's back
    EXPECT(host_translate(0x1000, KN_VM_ACCESS_READ, &p));
    EXPECT(!host_translate(0x1000, KN_VM_ACCESS_WRITE, &p));
    EXPECT(!host_translate(0x1000, KN_VM_ACCESS_READ, &p)); // the refusal made it look again
}
