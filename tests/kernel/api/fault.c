// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// Faults as messages, and every kind of answer to them.

#include <arch.h>

#include "space.h"
#include "thread.h"
#include "user.h"

#define NOWHERE (TEST_VADDR + 0x123458)

static kn_cptr_t handler, reply;

static kn_word_t load(struct thread *t) { return user_load(t->arg[0]); }

static kn_word_t store(struct thread *t)
{
    user_store(t->arg[0], t->arg[1]);
    return 0;
}

static kn_word_t jump(struct thread *t)
{
    user_jump(t->arg[0]);
    return 0;
}

static kn_word_t illegal(struct thread *t)
{
    user_illegal();
    return t->arg[0];
}

static kn_word_t foreign(struct thread *t) { return arch_foreign(t->arg[0], t->arg[1]); }

static kn_word_t send_to(struct thread *t)
{
    send(t->arg[0]);
    return 0;
}

static kn_word_t receive_from(struct thread *t)
{
    t->msg = wait(t->arg[0]);
    return 0;
}

static kn_word_t call(struct thread *t)
{
    t->msg = message(1, 0, 0);
    kn_call(t->arg[0], &t->msg);
    return label_of(&t->msg);
}

// A thread that RUNs with the handler of this file, which is made with it.
static struct thread *faulter(kn_word_t (*run)(struct thread *t), kn_word_t arg0, kn_word_t arg1)
{
    handler = make_endpoint();
    reply = make_reply();
    struct thread *t = thread_new(run);
    t->arg[0] = arg0;
    t->arg[1] = arg1;
    thread_set_fault_endpoint(t, handler);
    thread_start(t);
    return t;
}

static struct kn_msg fault(void) { return receive(handler, reply); }
static struct kn_msg poll_fault(void) { return poll(handler); }

// Answers RESUME with the first LENGTH words of M.
static void resume_with(struct kn_msg *m, kn_word_t length)
{
    m->info = kn_msg_info_new(KN_FAULT_REPLY_RESUME, 0, 0, length);
    kn_send(reply, m);
}

static bool is_vm(const struct kn_msg *m, kn_word_t pc, kn_word_t addr, kn_word_t access)
{
    return label_of(m) == KN_FAULT_VM && length_of(m) == KN_FAULT_VM_LENGTH && kn_msg_get(m, KN_FAULT_VM_PC) == pc &&
           kn_msg_get(m, KN_FAULT_VM_ADDR) == addr && kn_msg_get(m, KN_FAULT_VM_ACCESS) == access;
}

// A load from where nothing is mapped: PC, address and access of the message.
TEST(fault_vm_read_says_where)
{
    faulter(load, NOWHERE, 0);
    struct kn_msg m = fault();
    CHECK(is_vm(&m, (kn_word_t)user_load, NOWHERE, KN_VM_ACCESS_READ));
}

// A store.
TEST(fault_vm_write_says_where)
{
    faulter(store, NOWHERE, 0);
    struct kn_msg m = fault();
    CHECK(is_vm(&m, (kn_word_t)user_store, NOWHERE, KN_VM_ACCESS_WRITE));
}

// A jump: PC is the address.
TEST(fault_vm_execute_says_where)
{
    kn_word_t nowhere = TEST_VADDR + 0x1000;
    faulter(jump, nowhere, 0);
    struct kn_msg m = fault();
    CHECK(is_vm(&m, nowhere, nowhere, KN_VM_ACCESS_EXECUTE));
}

// Address 0 is an address like another.
TEST(fault_vm_at_zero_says_where)
{
    faulter(load, 0, 0);
    struct kn_msg m = fault();
    CHECK(is_vm(&m, (kn_word_t)user_load, 0, KN_VM_ACCESS_READ));
}

// The kernel's memory cannot be read, and the fault says so without more.
TEST(fault_vm_in_kernel_memory)
{
    faulter(load, 0xffffffff80000000, 0);
    struct kn_msg m = fault();
    CHECK(is_vm(&m, (kn_word_t)user_load, 0xffffffff80000000, KN_VM_ACCESS_READ));
}

// The answer RESUME executes the instruction again: with the page there it succeeds.
TEST(fault_vm_resume_repeats_the_instruction)
{
    struct thread *t = faulter(load, NOWHERE, 0);
    struct kn_msg m = fault();
    map_tables(KN_INIT_CAP_VSPACE, TEST_VADDR);
    kn_cptr_t page = map_page(KN_INIT_CAP_VSPACE, NOWHERE & ~(PAGE_SIZE - 1));
    *(volatile kn_word_t *)NOWHERE = 0x5a5a;
    resume_with(&m, 0);
    CHECK(t->is_done && t->result == 0x5a5a);
    (void)page;
}

// RESUME without a cure: the same fault again.
TEST(fault_vm_resume_without_cure_faults_again)
{
    faulter(load, NOWHERE, 0);
    struct kn_msg m = fault();
    resume_with(&m, 0);
    m = fault();
    CHECK(is_vm(&m, (kn_word_t)user_load, NOWHERE, KN_VM_ACCESS_READ));
}

// The words of the answer to a VM fault are not looked at.
TEST(fault_vm_answer_changes_no_register)
{
    faulter(load, NOWHERE, 0);
    struct kn_msg m = fault();
    for (kn_word_t i = 0; i < 4; i++)
        kn_msg_set(&m, i, 0xdead0000);
    resume_with(&m, 4);
    m = fault();
    CHECK(is_vm(&m, (kn_word_t)user_load, NOWHERE, KN_VM_ACCESS_READ));
}

// An answer with another label leaves the thread stopped; when it is resumed it faults again.
TEST(fault_answer_with_another_label_stops)
{
    struct thread *t = faulter(load, NOWHERE, 0);
    fault();
    answer(reply, 0x55);
    struct kn_msg m = poll_fault();
    CHECK(is_nothing(&m) && !t->is_done);
    CHECK_OK(kn_tcb_resume(t->tcb));
    m = fault();
    CHECK(is_vm(&m, (kn_word_t)user_load, NOWHERE, KN_VM_ACCESS_READ));
}

// An answer UPCALL to a thread without an upcall stops it.
TEST(fault_answer_upcall_without_upcall_stops)
{
    struct thread *t = faulter(load, NOWHERE, 0);
    fault();
    answer(reply, KN_FAULT_REPLY_UPCALL);
    struct kn_msg m = poll_fault();
    CHECK(is_nothing(&m) && !t->is_done);
}

// A thread without a handler stops where it faulted.
TEST(fault_without_handler_stops)
{
    struct thread *t = thread_spawn(load, NOWHERE, 0);
    CHECK(!t->is_done && thread_pc(t) == (kn_word_t)user_load);
    thread_set_fault_endpoint(t, handler = make_endpoint());
    reply = make_reply();
    CHECK_OK(kn_tcb_resume(t->tcb));
    struct kn_msg m = fault();
    CHECK(is_vm(&m, (kn_word_t)user_load, NOWHERE, KN_VM_ACCESS_READ));
}

// The message has the badge of the handler's capability.
TEST(fault_message_has_the_handlers_badge)
{
    kn_cptr_t endpoint = make_endpoint();
    struct thread *t = thread_new(load);
    t->arg[0] = NOWHERE;
    thread_set_fault_endpoint(t, badged(endpoint, 0x1234567890));
    thread_start(t);
    CHECK(receive(endpoint, make_reply()).badge == 0x1234567890);
}

// The handler's capability is kept with the thread: the original may go.
TEST(fault_handler_capability_is_copied)
{
    kn_cptr_t endpoint = make_endpoint(), badge = badged(endpoint, 4);
    struct thread *t = thread_new(load);
    t->arg[0] = NOWHERE;
    thread_set_fault_endpoint(t, badge);
    CHECK_OK(delete_cap(badge));
    thread_start(t);
    CHECK(receive(endpoint, make_reply()).badge == 4);
}

// Faults wait in the endpoint's queue until the handler has time.
TEST(fault_messages_queue_up)
{
    faulter(load, NOWHERE, 0);
    for (kn_word_t i = 1; i < 4; i++) {
        struct thread *t = thread_new(load);
        t->arg[0] = NOWHERE + 8 * i;
        thread_set_fault_endpoint(t, handler);
        thread_start(t);
    }
    for (kn_word_t i = 0; i < 4; i++) {
        struct kn_msg m = receive(handler, make_reply());
        CHECK(is_vm(&m, (kn_word_t)user_load, NOWHERE + 8 * i, KN_VM_ACCESS_READ));
    }
}

// A handler needs WRITE, and GRANT or GRANT_REPLY.
TEST(fault_handler_needs_rights)
{
    kn_cptr_t endpoint = make_endpoint();
    struct thread *t = thread_new(load);
    kn_word_t w = KN_RIGHTS_WRITE;
    CHECK_ERROR(kn_tcb_set_space(t->tcb, 0, with_rights(endpoint, w), ROOT, KN_INIT_CAP_VSPACE), INVALID_CAPABILITY);
    CHECK(error_word(0) == 1);
    CHECK_ERROR(kn_tcb_set_space(t->tcb, 0, with_rights(endpoint, KN_RIGHTS_GRANT), ROOT, KN_INIT_CAP_VSPACE),
                INVALID_CAPABILITY);
    thread_set_fault_endpoint(t, with_rights(endpoint, w | KN_RIGHTS_GRANT_REPLY));
    t->arg[0] = NOWHERE;
    thread_start(t);
    CHECK(label_of(&(struct kn_msg){.info = receive(endpoint, make_reply()).info}) == KN_FAULT_VM);
}

// Sending to an address that does not resolve is a capability fault with PC at the system call.
TEST(fault_capability_in_send)
{
    struct thread *t = faulter(send_to, 1ul << 50, 0);
    struct kn_msg m = fault();
    CHECK(label_of(&m) == KN_FAULT_CAP && length_of(&m) == KN_FAULT_CAP_LENGTH);
    CHECK(kn_msg_get(&m, KN_FAULT_CAP_ADDRESS) == 1ul << 50 && kn_msg_get(&m, KN_FAULT_CAP_IN_RECEIVE) == 0);
    CHECK(kn_msg_get(&m, KN_FAULT_CAP_PC) == thread_pc(t));
}

// NBSend to such an address is nothing.
TEST(fault_capability_not_in_nb_send)
{
    struct kn_msg m = message(0, 0, 0);
    kn_nb_send(1ul << 50, &m);
}

// Receiving from such an address.
TEST(fault_capability_in_receive)
{
    faulter(receive_from, 1ul << 50, 0);
    struct kn_msg m = fault();
    CHECK(label_of(&m) == KN_FAULT_CAP && kn_msg_get(&m, KN_FAULT_CAP_IN_RECEIVE) == 1);
    CHECK(kn_msg_get(&m, KN_FAULT_CAP_FAILURE) == KN_LOOKUP_FAILURE_GUARD_MISMATCH);
}

// Behind RESUME the system call is made again, with a capability there now.
TEST(fault_capability_resume_repeats_the_call)
{
    kn_cptr_t slot = slot_new();
    struct thread *t = faulter(receive_from, slot, 0);
    struct kn_msg m = fault();
    CHECK(label_of(&m) == KN_FAULT_CAP && kn_msg_get(&m, KN_FAULT_CAP_ADDRESS) == slot);
    CHECK_OK(retype(pool, KN_OBJECT_TYPE_ENDPOINT, 0, slot, 1));
    resume_with(&m, 0);
    CHECK(!t->is_done);
    send(slot);
    CHECK(t->is_done);
}

// A foreign system call shows its registers and its number, with PC behind it.
TEST(fault_unknown_syscall_shows_registers)
{
    faulter(foreign, 0x4d2, 0x99);
    struct kn_msg m = fault();
    CHECK(label_of(&m) == KN_FAULT_UNKNOWN_SYSCALL && length_of(&m) == KN_FAULT_UNKNOWN_SYSCALL_LENGTH);
    CHECK(kn_msg_get(&m, KN_FAULT_UNKNOWN_SYSCALL_SYSCALL) == 0x4d2);
    CHECK(kn_msg_get(&m, ARCH_CALL_ARGUMENT) == 0x99);
    CHECK(kn_msg_get(&m, KN_FAULT_UNKNOWN_SYSCALL_SP) != 0);
}

// The answer's words are its registers: so a handler gives a result.
TEST(fault_unknown_syscall_answer_gives_a_result)
{
    struct thread *t = faulter(foreign, 0x4d2, 0x99);
    struct kn_msg m = fault();
    kn_msg_set(&m, ARCH_CALL_RESULT, 0x7777);
    resume_with(&m, KN_FAULT_UNKNOWN_SYSCALL_REPLY_LENGTH);
    CHECK(t->is_done && t->result == 0x7777);
}

// An answer without words leaves the registers as they were, but for those that a system call loses.
TEST(fault_unknown_syscall_short_answer_changes_nothing)
{
    struct thread *t = faulter(foreign, 0, 0);
    fault();
    thread_set_priority(t, PRIORITY_LOW); // it will loop
    thread_start_at(t, (kn_word_t)user_foreign, 0x4321);
    struct kn_msg m = fault();
    CHECK(kn_msg_get(&m, ARCH_CALL_ARGUMENT) == 0x4321);
    resume_with(&m, 0);
    sleep_us(1000);
    struct kn_registers r;
    CHECK_OK(kn_tcb_read_registers(t->tcb, KN_REGISTER_FLAG_SUSPEND_OR_RESUME, KN_NR_REGISTERS, &r));
    CHECK(arch_pc(&r) == (kn_word_t)user_foreign_behind && arch_argument(&r) == 0x4321);
}

// The handler may send the thread elsewhere.
TEST(fault_unknown_syscall_answer_moves_pc)
{
    struct thread *t = faulter(foreign, 1000, 0);
    struct kn_msg m = fault();
    kn_msg_set(&m, KN_FAULT_UNKNOWN_SYSCALL_PC, (kn_word_t)user_illegal);
    resume_with(&m, KN_FAULT_UNKNOWN_SYSCALL_REPLY_LENGTH);
    m = fault();
    CHECK(label_of(&m) == KN_FAULT_USER_EXCEPTION && thread_pc(t) == (kn_word_t)user_illegal);
}

// A suspended thread makes its foreign system call again when it is resumed.
TEST(fault_unknown_syscall_is_repeated_after_suspend)
{
    struct thread *t = faulter(foreign, 0x123, 0);
    fault();
    CHECK_OK(kn_tcb_suspend(t->tcb));
    CHECK_OK(kn_tcb_resume(t->tcb));
    struct kn_msg m = fault();
    CHECK(label_of(&m) == KN_FAULT_UNKNOWN_SYSCALL && kn_msg_get(&m, KN_FAULT_UNKNOWN_SYSCALL_SYSCALL) == 0x123);
}

// An illegal instruction is a user exception, with PC at it.
TEST(fault_user_exception_says_what)
{
    faulter(illegal, 0, 0);
    struct kn_msg m = fault();
    CHECK(label_of(&m) == KN_FAULT_USER_EXCEPTION && length_of(&m) == KN_FAULT_USER_EXCEPTION_LENGTH);
    CHECK(kn_msg_get(&m, KN_FAULT_USER_EXCEPTION_NUMBER) == ARCH_ILLEGAL_NUMBER);
    CHECK(kn_msg_get(&m, KN_FAULT_USER_EXCEPTION_PC) == (kn_word_t)user_illegal);
}

// The answer may step over it: PC, stack pointer and flags are the answer's.
TEST(fault_user_exception_answer_moves_pc)
{
    struct thread *t = faulter(illegal, 0x31, 0);
    struct kn_msg m = fault();
    kn_msg_set(&m, KN_FAULT_USER_EXCEPTION_PC, (kn_word_t)user_illegal + ARCH_ILLEGAL_LENGTH);
    resume_with(&m, KN_FAULT_USER_EXCEPTION_REPLY_LENGTH);
    CHECK(t->is_done && t->result == 0x31);
}

// A faulted thread that is resumed from outside executes its instruction again, and the old message goes.
TEST(fault_is_taken_back_by_resume)
{
    struct thread *t = faulter(load, NOWHERE, 0);
    CHECK_OK(kn_tcb_suspend(t->tcb));
    struct kn_msg m = poll_fault();
    CHECK(is_nothing(&m));
    CHECK_OK(kn_tcb_resume(t->tcb));
    m = fault();
    CHECK(is_vm(&m, (kn_word_t)user_load, NOWHERE, KN_VM_ACCESS_READ));
    answer(reply, KN_FAULT_REPLY_RESUME);
    m = fault();
    CHECK(label_of(&m) == KN_FAULT_VM);
}

// A handler's endpoint that goes while a fault waits in it: the thread still has its own capability, so it lives on.
TEST(fault_handler_keeps_the_endpoint_alive)
{
    struct thread *t = faulter(load, NOWHERE, 0);
    kn_cptr_t other = copy_of(handler);
    CHECK_OK(delete_cap(handler));
    struct kn_msg m = receive(other, reply);
    CHECK(is_vm(&m, (kn_word_t)user_load, NOWHERE, KN_VM_ACCESS_READ));
    CHECK_OK(revoke(other));
    answer(reply, KN_FAULT_REPLY_RESUME);
    CHECK(!t->is_done);
}

// Revoking the handler's capability takes it from the thread, too: its next fault stops it.
TEST(fault_handler_can_be_revoked)
{
    kn_cptr_t endpoint = make_endpoint();
    struct thread *t = thread_new(load);
    t->arg[0] = NOWHERE;
    thread_set_fault_endpoint(t, badged(endpoint, 3));
    CHECK_OK(revoke(endpoint));
    thread_start(t);
    struct kn_msg m = poll(endpoint);
    CHECK(is_nothing(&m) && !t->is_done && thread_pc(t) == (kn_word_t)user_load);
}

// A handler that is a thread like any other may fault itself, to its own handler.
TEST(fault_of_a_handler_goes_to_its_handler)
{
    kn_cptr_t inner = make_endpoint();
    struct thread *server = faulter(receive_from, inner, 0);
    struct thread *t = thread_new(call);
    t->arg[0] = slot_new();
    thread_set_fault_endpoint(t, inner);
    thread_start(t); // a Call through an empty slot is an error, not a fault
    CHECK(t->is_done && t->result == KN_ERROR_INVALID_CAPABILITY && !server->is_done);
    thread_start_at(t, (kn_word_t)user_illegal, 0);
    CHECK(server->is_done && label_of(&server->msg) == KN_FAULT_USER_EXCEPTION);
    thread_start_at(server, (kn_word_t)user_illegal, 0);
    struct kn_msg m = fault();
    CHECK(label_of(&m) == KN_FAULT_USER_EXCEPTION);
}

static kn_word_t load_and_send(struct thread *t)
{
    user_load(t->arg[0]);
    t->msg = message(9, 2, 20);
    kn_send(t->arg[1], &t->msg);
    return 0;
}

// Behind an answered fault the thread's messages are its own again.
TEST(fault_answered_thread_sends_messages)
{
    kn_cptr_t endpoint = make_endpoint();
    faulter(load_and_send, NOWHERE, endpoint);
    struct kn_msg m = fault();
    map_tables(KN_INIT_CAP_VSPACE, TEST_VADDR);
    map_page(KN_INIT_CAP_VSPACE, NOWHERE & ~(PAGE_SIZE - 1));
    resume_with(&m, 0);
    m = wait(endpoint);
    CHECK(message_is(&m, 9, 2, 20));
}

// Without a handler a foreign system call stops the thread at its instruction, so that it is made again.
TEST(fault_unknown_syscall_without_handler_is_repeated)
{
    struct thread *t = thread_spawn(foreign, 0x321, 0);
    CHECK(!t->is_done);
    handler = make_endpoint();
    reply = make_reply();
    thread_set_fault_endpoint(t, handler);
    CHECK_OK(kn_tcb_resume(t->tcb));
    struct kn_msg m = fault();
    CHECK(label_of(&m) == KN_FAULT_UNKNOWN_SYSCALL && kn_msg_get(&m, KN_FAULT_UNKNOWN_SYSCALL_SYSCALL) == 0x321);
}
