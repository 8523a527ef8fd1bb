// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// Upcalls: foreign system calls, fault answers and kicks that enter the runtime of a thread, and the exit window.

#include "harness.h"

#define HIGH (ROOT_PRIORITY + 1)
#define LO 0x800000ul
#define HI 0x900000ul
#define ENTRY 0x800100ul
#define WINDOW_LO 0x800200ul
#define WINDOW_HI 0x800240ul
#define PROGRAM 0x1234000ul

static struct thread with_upcall(void)
{
    struct thread a = make_thread(HIGH);
    OK(kn_tcb_set_upcall(a.tcb, ENTRY, LO, HI, WINDOW_LO, WINDOW_HI));
    a.t->context.reg[KN_REG_PC] = PROGRAM;
    a.t->context.reg[KN_REG_FLAGS] = 0x41;
    a.t->context.reg[KN_REG_MR0] = 0x1111;
    return a;
}

static void expect_upcall(struct thread a, word_t cause, vaddr_t from)
{
    EXPECT_EQ(arch_get_pc(&a.t->context), ENTRY);
    EXPECT_EQ(arch_get_flags(&a.t->context), 0);
    EXPECT_EQ(a.t->ipc_buffer_kernel->upcall_cause, cause);
    EXPECT_EQ(a.t->ipc_buffer_kernel->upcall_pc, from);
    EXPECT_EQ(a.t->ipc_buffer_kernel->upcall_flags, 0x41);
    EXPECT_EQ(a.t->context.reg[KN_REG_MR0], 0x1111);
}

TEST(upcall_for_a_foreign_system_call)
{
    struct thread a = with_upcall();
    resume(a);
    make_foreign_syscall(60);
    EXPECT(current() == a.t);
    expect_upcall(a, KN_UPCALL_CAUSE_SYSCALL, PROGRAM + HOST_SYSCALL_BYTES);
    EXPECT_EQ(a.t->ipc_buffer_kernel->upcall_fault_label, 0);
}

TEST(upcall_foreign_system_call_inside_the_range_is_a_fault)
{
    struct thread a = with_upcall();
    a.t->context.reg[KN_REG_PC] = LO + 0x1000;
    resume(a);
    make_foreign_syscall(60);
    EXPECT_EQ(a.t->state, THREAD_INACTIVE); // without handler
}

TEST(upcall_range_ends_before_its_end)
{
    struct thread a = with_upcall();
    a.t->context.reg[KN_REG_PC] = HI;
    resume(a);
    make_foreign_syscall(60);
    expect_upcall(a, KN_UPCALL_CAUSE_SYSCALL, HI + HOST_SYSCALL_BYTES);
}

TEST(upcall_last_instruction_of_the_range_is_inside)
{
    struct thread a = with_upcall();
    a.t->context.reg[KN_REG_PC] = HI - HOST_SYSCALL_BYTES;
    resume(a);
    make_foreign_syscall(60);
    EXPECT_EQ(a.t->state, THREAD_INACTIVE);
}

TEST(upcall_without_ipc_buffer_is_a_fault)
{
    struct thread a = with_upcall();
    OK(kn_tcb_set_ipc_buffer(a.tcb, 0, 0));
    resume(a);
    make_foreign_syscall(60);
    EXPECT_EQ(a.t->state, THREAD_INACTIVE);
}

TEST(upcall_kick_of_a_running_program)
{
    struct thread a = with_upcall();
    OK(kn_tcb_set_priority(a.tcb, ROOT_PRIORITY - 1, KN_INIT_CAP_TCB));
    resume(a);
    OK(kn_tcb_kick(a.tcb));
    EXPECT_EQ(arch_get_pc(&a.t->context), PROGRAM); // it has not run yet
    act((struct user_call){KN_SYS_WAIT, SLOT_PARKING});
    EXPECT(current() == a.t);
    expect_upcall(a, KN_UPCALL_CAUSE_KICK, PROGRAM);
}

TEST(upcall_kick_inside_the_range_sets_the_pending_word)
{
    struct thread a = with_upcall();
    a.t->context.reg[KN_REG_PC] = LO + 0x1000;
    resume(a);
    act((struct user_call){KN_SYS_CALL, a.tcb, MESSAGE(KN_LABEL_TCB_KICK, 0)}); // itself, from elsewhere
    EXPECT(a.t->ipc_buffer_kernel->upcall_pending == 1 || arch_get_pc(&a.t->context) == ENTRY);
}

TEST(upcall_kick_of_a_thread_inside_the_range_does_not_move_it)
{
    struct thread a = with_upcall();
    OK(kn_tcb_set_priority(a.tcb, ROOT_PRIORITY - 1, KN_INIT_CAP_TCB));
    a.t->context.reg[KN_REG_PC] = LO + 0x1000;
    resume(a);
    OK(kn_tcb_kick(a.tcb));
    act((struct user_call){KN_SYS_WAIT, SLOT_PARKING});
    EXPECT(current() == a.t);
    EXPECT_EQ(arch_get_pc(&a.t->context), LO + 0x1000);
    EXPECT_EQ(a.t->ipc_buffer_kernel->upcall_pending, 1);
}

TEST(upcall_kick_inside_the_window_restarts_it)
{
    struct thread a = with_upcall();
    OK(kn_tcb_set_priority(a.tcb, ROOT_PRIORITY - 1, KN_INIT_CAP_TCB));
    a.t->context.reg[KN_REG_PC] = WINDOW_LO + 0x10;
    resume(a);
    OK(kn_tcb_kick(a.tcb));
    act((struct user_call){KN_SYS_WAIT, SLOT_PARKING});
    EXPECT_EQ(arch_get_pc(&a.t->context), WINDOW_LO);
    EXPECT_EQ(a.t->ipc_buffer_kernel->upcall_pending, 1);
}

TEST(upcall_kick_at_the_windows_end_does_not_restart_it)
{
    struct thread a = with_upcall();
    OK(kn_tcb_set_priority(a.tcb, ROOT_PRIORITY - 1, KN_INIT_CAP_TCB));
    a.t->context.reg[KN_REG_PC] = WINDOW_HI;
    resume(a);
    OK(kn_tcb_kick(a.tcb));
    act((struct user_call){KN_SYS_WAIT, SLOT_PARKING});
    EXPECT_EQ(arch_get_pc(&a.t->context), WINDOW_HI);
}

TEST(upcall_kick_without_upcall_set_fails)
{
    struct thread a = make_thread(HIGH);
    EXPECT_EQ(kn_tcb_kick(a.tcb), KN_ERROR_ILLEGAL_OPERATION);
}

TEST(upcall_kick_of_a_blocked_thread_is_taken_when_it_returns)
{
    struct thread a = with_upcall();
    word_t n = make(KN_OBJECT_TYPE_NOTIFICATION, 0);
    start(a, (struct user_call){KN_SYS_WAIT, n});
    a.t->context.reg[KN_REG_MR0] = 0x1111;
    OK(kn_tcb_kick(a.tcb));
    EXPECT_EQ(a.t->state, THREAD_BLOCKED_ON_NOTIFICATION); // a kick cancels nothing
    act((struct user_call){KN_SYS_SEND, n});
    EXPECT(current() == a.t);
    EXPECT_EQ(arch_get_pc(&a.t->context), ENTRY);
}

TEST(upcall_as_answer_to_a_fault)
{
    word_t e = make(KN_OBJECT_TYPE_ENDPOINT, 0), r = make(KN_OBJECT_TYPE_REPLY, 0);
    struct thread a = with_upcall();
    OK(kn_tcb_set_sched_params(a.tcb, HIGH, HIGH, KN_INIT_CAP_TCB, a.sc, e));
    resume(a);
    access_memory(0x7000000000, KN_VM_ACCESS_WRITE);
    act((struct user_call){KN_SYS_RECV, e, .reply = r});
    act((struct user_call){KN_SYS_SEND, r, MESSAGE(KN_FAULT_REPLY_UPCALL, 0)});
    EXPECT(current() == a.t);
    expect_upcall(a, KN_UPCALL_CAUSE_FAULT, PROGRAM);
    EXPECT_EQ(a.t->ipc_buffer_kernel->upcall_fault_label, KN_FAULT_VM);
    EXPECT_EQ(a.t->ipc_buffer_kernel->upcall_fault_word[0], 0x7000000000);
    EXPECT_EQ(a.t->ipc_buffer_kernel->upcall_fault_word[1], KN_VM_ACCESS_WRITE);
}

TEST(upcall_set_with_bad_ranges_fails)
{
    struct thread a = make_thread(HIGH);
    EXPECT_EQ(kn_tcb_set_upcall(a.tcb, ENTRY, HI, LO, WINDOW_LO, WINDOW_HI), KN_ERROR_INVALID_ARGUMENT);
    EXPECT_EQ(kn_tcb_set_upcall(a.tcb, ENTRY, LO, HI, WINDOW_HI, WINDOW_LO), KN_ERROR_INVALID_ARGUMENT);
    EXPECT_EQ(kn_tcb_set_upcall(a.tcb, ENTRY, LO, HI, LO - 8, WINDOW_HI), KN_ERROR_INVALID_ARGUMENT);
    EXPECT_EQ(kn_tcb_set_upcall(a.tcb, ENTRY, LO, HI, WINDOW_LO, HI + 8), KN_ERROR_INVALID_ARGUMENT);
    EXPECT_EQ(kn_tcb_set_upcall(a.tcb, 1ul << 63, LO, HI, WINDOW_LO, WINDOW_HI), KN_ERROR_INVALID_ARGUMENT);
}

TEST(upcall_switched_off_makes_foreign_calls_faults)
{
    struct thread a = with_upcall();
    OK(kn_tcb_set_upcall(a.tcb, 0, 0, 0, 0, 0));
    resume(a);
    make_foreign_syscall(60);
    EXPECT_EQ(a.t->state, THREAD_INACTIVE);
}

TEST(upcall_kick_is_dropped_with_the_upcall_and_kept_without_buffer)
{
    struct thread a = with_upcall();
    word_t f = make(KN_OBJECT_TYPE_FRAME, 12);
    OK(kn_tcb_set_priority(a.tcb, ROOT_PRIORITY - 1, KN_INIT_CAP_TCB));
    resume(a);
    OK(kn_tcb_kick(a.tcb));
    OK(kn_tcb_set_ipc_buffer(a.tcb, 0, 0));
    act((struct user_call){KN_SYS_NB_WAIT, SLOT_PARKING});
    program(root_thread(), (struct user_call){KN_SYS_WAIT, SLOT_PARKING});
    run();
    EXPECT(current() == a.t);
    EXPECT_EQ(arch_get_pc(&a.t->context), PROGRAM);
    EXPECT(a.t->upcall_kick); // it has nowhere to go yet
    act((struct user_call){KN_SYS_SEND, SLOT_PARKING});
    EXPECT(current() == root_thread());
    OK(kn_tcb_set_upcall(a.tcb, 0, 0, 0, 0, 0));
    OK(kn_tcb_set_ipc_buffer(a.tcb, 0x66000, f));
    act((struct user_call){KN_SYS_WAIT, SLOT_PARKING});
    EXPECT(current() == a.t);
    EXPECT(!a.t->upcall_kick);
}
