// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// Faults: their messages, their handlers, and what the handler's answer does.

#include <setjmp.h>

#include "harness.h"

#define HIGH (ROOT_PRIORITY + 1)
#define NOWHERE 0x7000000000ul // not mapped

static struct fixture {
    word_t e, r;
    struct thread a;
} with_handler(void)
{
    struct fixture f = {make(KN_OBJECT_TYPE_ENDPOINT, 0), make(KN_OBJECT_TYPE_REPLY, 0), make_thread(HIGH)};
    word_t badged = mint(f.e, KN_RIGHTS_ALL, 0xfa17);
    OK(kn_tcb_set_sched_params(f.a.tcb, HIGH, HIGH, KN_INIT_CAP_TCB, f.a.sc, badged));
    f.a.t->context.reg[KN_REG_PC] = 0x1234000;
    f.a.t->context.reg[KN_REG_SP] = 0x5678;
    f.a.t->context.reg[KN_REG_FLAGS] = 3;
    OK(kn_tcb_resume(f.a.tcb));
    EXPECT(current() == f.a.t);
    return f;
}

static void receive(struct fixture f)
{
    EXPECT(current() == root_thread());
    act((struct user_call){KN_SYS_RECV, f.e, .reply = f.r});
    EXPECT_EQ(got_badge(root_thread()), 0xfa17);
}

static void answer(struct fixture f, word_t label, word_t length, word_t w0, word_t w1, word_t w2)
{
    act((struct user_call){KN_SYS_SEND, f.r, MESSAGE(label, length), {w0, w1, w2}});
}

TEST(fault_vm_is_sent_to_the_handler)
{
    struct fixture f = with_handler();
    EXPECT(!access_memory(NOWHERE, KN_VM_ACCESS_WRITE));
    receive(f);
    EXPECT_EQ(got_label(root_thread()), KN_FAULT_VM);
    EXPECT_EQ(got_length(root_thread()), KN_FAULT_VM_LENGTH);
    EXPECT_EQ(got_word(root_thread(), KN_FAULT_VM_PC), 0x1234000);
    EXPECT_EQ(got_word(root_thread(), KN_FAULT_VM_ADDR), NOWHERE);
    EXPECT_EQ(got_word(root_thread(), KN_FAULT_VM_ACCESS), KN_VM_ACCESS_WRITE);
    EXPECT_EQ(got_word(root_thread(), KN_FAULT_VM_CODE), 0x11);
    EXPECT_EQ(f.a.t->state, THREAD_BLOCKED_ON_REPLY);
}

TEST(fault_resume_answer_lets_the_thread_go_on)
{
    struct fixture f = with_handler();
    access_memory(NOWHERE, KN_VM_ACCESS_READ);
    receive(f);
    answer(f, KN_FAULT_REPLY_RESUME, 0, 0, 0, 0);
    EXPECT(current() == f.a.t);
    EXPECT_EQ(arch_get_pc(&f.a.t->context), 0x1234000);
    EXPECT_EQ(f.a.t->fault.label, KN_FAULT_NULL);
}

TEST(fault_other_answer_leaves_the_thread_inactive)
{
    struct fixture f = with_handler();
    access_memory(NOWHERE, KN_VM_ACCESS_READ);
    receive(f);
    answer(f, 99, 0, 0, 0, 0);
    EXPECT_EQ(f.a.t->state, THREAD_INACTIVE);
    EXPECT(current() == root_thread());
    OK(kn_tcb_resume(f.a.tcb)); // and it faults again if it likes
    EXPECT(current() == f.a.t);
    EXPECT_EQ(arch_get_pc(&f.a.t->context), 0x1234000);
}

TEST(fault_upcall_answer_without_upcall_set_leaves_the_thread_inactive)
{
    struct fixture f = with_handler();
    access_memory(NOWHERE, KN_VM_ACCESS_READ);
    receive(f);
    answer(f, KN_FAULT_REPLY_UPCALL, 0, 0, 0, 0);
    EXPECT_EQ(f.a.t->state, THREAD_INACTIVE);
}

TEST(fault_without_handler_leaves_the_thread_inactive)
{
    struct thread a = make_thread(HIGH);
    a.t->context.reg[KN_REG_PC] = 0x5000;
    OK(kn_tcb_resume(a.tcb));
    access_memory(NOWHERE, KN_VM_ACCESS_READ);
    EXPECT_EQ(a.t->state, THREAD_INACTIVE);
    EXPECT(current() == root_thread());
}

TEST(fault_of_the_root_thread_without_handler_ends_the_machine)
{
    jmp_buf halted, *on_halt = host.on_halt;
    root_thread()->is_root = true; // as boot does
    host.on_halt = &halted;
    if (setjmp(halted) == 0) {
        access_memory(NOWHERE, KN_VM_ACCESS_READ);
        EXPECT(false);
    }
    host.on_halt = on_halt;
    EXPECT_EQ(host.halt_status, 2);
}

TEST(fault_handler_endpoint_deleted_leaves_no_trace)
{
    struct fixture f = with_handler();
    access_memory(NOWHERE, KN_VM_ACCESS_READ);
    EXPECT_EQ(f.a.t->state, THREAD_BLOCKED_ON_SEND);
    OK(revoke(f.e)); // the TCB's capability, too
    EXPECT(cte_is_empty(&f.a.t->slots[TCB_FAULT_ENDPOINT]));
}

TEST(fault_user_exception_message_and_register_writing_answer)
{
    struct fixture f = with_handler();
    raise_exception(13, 0x77);
    receive(f);
    EXPECT_EQ(got_label(root_thread()), KN_FAULT_USER_EXCEPTION);
    EXPECT_EQ(got_length(root_thread()), KN_FAULT_USER_EXCEPTION_LENGTH);
    EXPECT_EQ(got_word(root_thread(), KN_FAULT_USER_EXCEPTION_PC), 0x1234000);
    EXPECT_EQ(got_word(root_thread(), KN_FAULT_USER_EXCEPTION_SP), 0x5678);
    EXPECT_EQ(got_word(root_thread(), KN_FAULT_USER_EXCEPTION_FLAGS), 3);
    EXPECT_EQ(got_word(root_thread(), KN_FAULT_USER_EXCEPTION_NUMBER), 13);
    EXPECT_EQ(got_word(root_thread(), KN_FAULT_USER_EXCEPTION_CODE), 0x77);
    answer(f, KN_FAULT_REPLY_RESUME, 3, 0x9000, 0x9100, 0x1ff);
    EXPECT_EQ(arch_get_pc(&f.a.t->context), 0x9000);
    EXPECT_EQ(arch_get_sp(&f.a.t->context), 0x9100);
    EXPECT_EQ(arch_get_flags(&f.a.t->context), 0xff); // what flags there are
}

TEST(fault_shorter_answer_writes_fewer_registers)
{
    struct fixture f = with_handler();
    raise_exception(13, 0x77);
    receive(f);
    answer(f, KN_FAULT_REPLY_RESUME, 1, 0x9000, 0x9100, 0xff);
    EXPECT_EQ(arch_get_pc(&f.a.t->context), 0x9000);
    EXPECT_EQ(arch_get_sp(&f.a.t->context), 0x5678);
}

TEST(fault_unknown_syscall_message_and_answer)
{
    struct fixture f = with_handler();
    f.a.t->context.reg[KN_REG_MR1] = 0xabc;
    make_foreign_syscall(231);
    receive(f);
    EXPECT_EQ(got_label(root_thread()), KN_FAULT_UNKNOWN_SYSCALL);
    EXPECT_EQ(got_length(root_thread()), KN_FAULT_UNKNOWN_SYSCALL_LENGTH);
    EXPECT_EQ(got_word(root_thread(), KN_FAULT_UNKNOWN_SYSCALL_MR1), 0xabc);
    EXPECT_EQ(got_word(root_thread(), KN_FAULT_UNKNOWN_SYSCALL_PC), 0x1234000 + HOST_SYSCALL_BYTES);
    EXPECT_EQ(got_word(root_thread(), KN_FAULT_UNKNOWN_SYSCALL_SYSCALL), 231);
    message_in(root_thread())[KN_FAULT_UNKNOWN_SYSCALL_MR2] = 0x222;
    answer(f, KN_FAULT_REPLY_RESUME, 5, 1, 2, 3);
    EXPECT_EQ(f.a.t->context.reg[KN_REG_CPTR], 1);
    EXPECT_EQ(f.a.t->context.reg[KN_REG_MR2], 0x222);
    EXPECT_EQ(arch_get_pc(&f.a.t->context), 0x1234000 + HOST_SYSCALL_BYTES);
}

TEST(fault_capability_address_is_told)
{
    struct fixture f = with_handler();
    act((struct user_call){KN_SYS_SEND, 0xbad00000000, MESSAGE(0, 0)});
    receive(f);
    EXPECT_EQ(got_label(root_thread()), KN_FAULT_CAP);
    EXPECT_EQ(got_word(root_thread(), KN_FAULT_CAP_ADDRESS), 0xbad00000000);
    EXPECT_EQ(got_word(root_thread(), KN_FAULT_CAP_IN_RECEIVE), 0);
    EXPECT_EQ(got_word(root_thread(), KN_FAULT_CAP_FAILURE), KN_LOOKUP_FAILURE_GUARD_MISMATCH);
    EXPECT_EQ(got_word(root_thread(), KN_FAULT_CAP_WORD0), 64);
}

TEST(fault_capability_answered_makes_the_call_again)
{
    struct fixture f = with_handler();
    word_t n = make(KN_OBJECT_TYPE_CNODE, 10);
    (void)n;
    act((struct user_call){KN_SYS_WAIT, SLOT_FREE + 900});
    receive(f);
    EXPECT_EQ(got_label(root_thread()), KN_FAULT_CAP);
    EXPECT_EQ(got_word(root_thread(), KN_FAULT_CAP_IN_RECEIVE), 1);
    OK(kn_untyped_retype(SLOT_UNTYPED, KN_OBJECT_TYPE_NOTIFICATION, 0, 0, 0, SLOT_FREE + 900, 1, ROOT_CNODE));
    answer(f, KN_FAULT_REPLY_RESUME, 0, 0, 0, 0);
    EXPECT_EQ(f.a.t->state, THREAD_BLOCKED_ON_NOTIFICATION);
}

TEST(fault_nb_send_to_nowhere_is_ignored)
{
    struct fixture f = with_handler();
    act((struct user_call){KN_SYS_NB_SEND, 0xbad00000000, MESSAGE(0, 0)});
    EXPECT(current() == f.a.t);
}

TEST(fault_handler_that_dies_makes_the_thread_fault_again)
{
    struct fixture f = with_handler();
    access_memory(NOWHERE, KN_VM_ACCESS_READ);
    receive(f);
    OK(delete (f.r));
    EXPECT(current() == f.a.t);
    EXPECT_EQ(arch_get_pc(&f.a.t->context), 0x1234000);
    EXPECT_EQ(f.a.t->fault.label, KN_FAULT_NULL);
}

TEST(fault_that_waited_is_taken_by_an_active_handler)
{
    struct fixture f = with_handler();
    access_memory(NOWHERE, KN_VM_ACCESS_READ);
    EXPECT(current() == root_thread());
    struct thread h = make_thread(HIGH + 1);
    start(h, (struct user_call){KN_SYS_RECV, f.e, .reply = f.r});
    EXPECT(current() == h.t);
    EXPECT_EQ(got_label(h.t), KN_FAULT_VM);
    act((struct user_call){KN_SYS_REPLY_RECV, f.e, MESSAGE(KN_FAULT_REPLY_RESUME, 0), .reply = f.r});
    EXPECT(current() == f.a.t);
    make_foreign_syscall(1);
    EXPECT(current() == h.t);
}

TEST(fault_in_a_passive_handler_runs_on_the_faulting_threads_context)
{
    word_t e = make(KN_OBJECT_TYPE_ENDPOINT, 0), r = make(KN_OBJECT_TYPE_REPLY, 0);
    struct thread h = make_thread(HIGH + 1), a = make_thread(HIGH);
    struct sched_context *sc = PTR(a.sc, struct sched_context);
    start(h, (struct user_call){KN_SYS_RECV, e, .reply = r});
    OK(kn_sched_context_unbind(h.sc));
    OK(kn_tcb_set_sched_params(a.tcb, HIGH, HIGH, KN_INIT_CAP_TCB, a.sc, e));
    a.t->context.reg[KN_REG_PC] = 0x5000;
    resume(a);
    EXPECT(current() == a.t);
    for (word_t i = 0; i < 3; i++) {
        access_memory(NOWHERE, KN_VM_ACCESS_READ);
        EXPECT(current() == h.t && h.t->sc == sc && !a.t->sc);
        act((struct user_call){KN_SYS_REPLY_RECV, e, MESSAGE(KN_FAULT_REPLY_RESUME, 0), .reply = r});
        EXPECT(current() == a.t && a.t->sc == sc && !h.t->sc);
        EXPECT_EQ(arch_get_pc(&a.t->context), 0x5000);
    }
}

TEST(fault_of_the_handler_itself_goes_to_its_own_handler)
{
    word_t e = make(KN_OBJECT_TYPE_ENDPOINT, 0), r = make(KN_OBJECT_TYPE_REPLY, 0);
    struct thread h = make_thread(HIGH + 1), a = make_thread(HIGH);
    OK(kn_tcb_set_sched_params(h.tcb, HIGH + 1, HIGH + 1, KN_INIT_CAP_TCB, h.sc, e)); // itself: nobody can answer
    OK(kn_tcb_set_sched_params(a.tcb, HIGH, HIGH, KN_INIT_CAP_TCB, a.sc, e));
    start(h, (struct user_call){KN_SYS_RECV, e, .reply = r});
    a.t->context.reg[KN_REG_PC] = 0x5000;
    resume(a);
    access_memory(NOWHERE, KN_VM_ACCESS_READ);
    EXPECT(current() == h.t);
    access_memory(NOWHERE + 0x1000, KN_VM_ACCESS_READ);
    EXPECT_EQ(h.t->state, THREAD_BLOCKED_ON_SEND);
    EXPECT_EQ(a.t->state, THREAD_BLOCKED_ON_REPLY);
    EXPECT(current() == root_thread());
}

TEST(fault_timeout_is_sent_to_the_timeout_endpoint)
{
    word_t e = make(KN_OBJECT_TYPE_ENDPOINT, 0), r = make(KN_OBJECT_TYPE_REPLY, 0);
    struct thread a = make_passive_thread(HIGH);
    word_t sc = make_sched_context(100, 1000, 0, 0xda7a, 0);
    OK(kn_tcb_set_timeout_endpoint(a.tcb, e));
    OK(kn_sched_context_bind(sc, a.tcb));
    a.t->context.reg[KN_REG_PC] = 0x5000;
    OK(kn_tcb_resume(a.tcb));
    EXPECT(current() == a.t);
    tick_us(100);
    EXPECT(current() == root_thread());
    act((struct user_call){KN_SYS_RECV, e, .reply = r});
    EXPECT_EQ(got_label(root_thread()), KN_FAULT_TIMEOUT);
    EXPECT_EQ(got_word(root_thread(), KN_FAULT_TIMEOUT_DATA), 0xda7a);
    EXPECT_EQ(got_word(root_thread(), KN_FAULT_TIMEOUT_CONSUMED), 100);
}
