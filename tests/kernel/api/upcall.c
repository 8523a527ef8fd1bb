// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// Upcalls: foreign system calls, faults and kicks that a thread's own runtime handles.

#include <arch.h>

#include "thread.h"
#include "user.h"

#define NOWHERE 0x20000000000ul

static kn_cptr_t handler, reply;

static kn_word_t foreign(struct thread *t) { return arch_foreign(t->arg[0], t->arg[1]); }
static kn_word_t load(struct thread *t) { return user_load(t->arg[0]); }
static kn_word_t check_registers(struct thread *t) { return user_check_foreign((kn_word_t *)&t->step); }

static kn_word_t check_flag(struct thread *t)
{
    (void)t;
    return user_flag_survives_foreign();
}

static kn_word_t foreign_in_range(struct thread *t)
{
    user_foreign_in_range(t->arg[0]);
    return 0;
}

static kn_word_t wait_for(struct thread *t)
{
    t->msg = wait(t->arg[0]);
    return t->msg.badge;
}

static kn_error_t set_upcall(const struct thread *t)
{
    return kn_tcb_set_upcall(t->tcb, (kn_word_t)user_upcall_entry, (kn_word_t)user_range_start,
                             (kn_word_t)user_range_end, (kn_word_t)user_window_start, (kn_word_t)user_window_end);
}

// A thread with an upcall and a fault handler, not started.
static struct thread *upcaller(kn_word_t (*run)(struct thread *t))
{
    struct thread *t = thread_new(run);
    handler = make_endpoint();
    reply = make_reply();
    thread_set_fault_endpoint(t, handler);
    CHECK_OK(set_upcall(t));
    return t;
}

static kn_word_t nr_upcalls(const struct thread *t) { return t->buffer->user[0]; }

// One that spins at PC while this thread waits.
static struct thread *spinner(void (*pc)(void))
{
    struct thread *t = upcaller(foreign);
    thread_set_priority(t, PRIORITY_LOW);
    thread_start_at(t, (kn_word_t)pc, 0);
    sleep_us(200);
    return t;
}

// A foreign system call becomes an upcall: cause SYSCALL, PC behind the instruction. Nobody else hears of it.
TEST(upcall_on_foreign_syscall)
{
    struct thread *t = upcaller(foreign);
    t->arg[0] = 39;
    t->arg[1] = 39;
    thread_start(t);
    CHECK(t->is_done && t->result == 39 && nr_upcalls(t) == 1);
    CHECK(t->buffer->upcall_cause == KN_UPCALL_CAUSE_SYSCALL && t->buffer->upcall_fault_label == KN_FAULT_NULL);
    struct kn_msg m = poll(handler);
    CHECK(is_nothing(&m));
}

// The runtime sees every register as it was; the program finds all of them again.
TEST(upcall_preserves_registers)
{
    struct thread *t = upcaller(check_registers);
    thread_start(t);
    CHECK(t->is_done && t->result == 0 && nr_upcalls(t) == 1);
}

// The runtime starts with clean flags; the program's are saved, and come back.
TEST(upcall_enters_with_clean_flags)
{
    struct thread *t = upcaller(check_flag);
    thread_start(t);
    CHECK(t->is_done && t->result == 1 && nr_upcalls(t) == 1 && t->buffer->user[1] == 0);
}

// A foreign system call of the runtime itself is a fault.
TEST(upcall_not_from_inside_the_range)
{
    struct thread *t = upcaller(foreign_in_range);
    t->arg[0] = 0x55;
    thread_start(t);
    struct kn_msg m = receive(handler, reply);
    CHECK(label_of(&m) == KN_FAULT_UNKNOWN_SYSCALL && kn_msg_get(&m, ARCH_CALL_ARGUMENT) == 0x55 && nr_upcalls(t) == 0);
}

// Without an upcall set, or with it switched off again, a foreign call is a fault.
TEST(upcall_can_be_switched_off)
{
    struct thread *t = upcaller(foreign);
    CHECK_OK(kn_tcb_set_upcall(t->tcb, 0, 0, 0, 0, 0));
    thread_start(t);
    struct kn_msg m = receive(handler, reply);
    CHECK(label_of(&m) == KN_FAULT_UNKNOWN_SYSCALL && nr_upcalls(t) == 0);
}

// Without an IPC buffer there is nowhere to save: a foreign call is a fault.
TEST(upcall_needs_a_buffer)
{
    struct thread *t = upcaller(foreign);
    CHECK_OK(kn_tcb_set_ipc_buffer(t->tcb, 0, 0));
    thread_start(t);
    struct kn_msg m = receive(handler, reply);
    CHECK(label_of(&m) == KN_FAULT_UNKNOWN_SYSCALL);
}

// A fault is still a message; the answer UPCALL hands it to the runtime, with label and words.
TEST(upcall_on_fault_when_the_handler_says_so)
{
    struct thread *t = upcaller(load);
    t->arg[0] = NOWHERE;
    thread_start(t);
    receive(handler, reply);
    CHECK(nr_upcalls(t) == 0);
    answer(reply, KN_FAULT_REPLY_UPCALL);
    CHECK(nr_upcalls(t) == 1 && t->buffer->upcall_cause == KN_UPCALL_CAUSE_FAULT);
    CHECK(t->buffer->upcall_fault_label == KN_FAULT_VM && t->buffer->upcall_pc == (kn_word_t)user_load);
    CHECK(t->buffer->upcall_fault_word[0] == NOWHERE && t->buffer->upcall_fault_word[1] == KN_VM_ACCESS_READ);
    struct kn_msg m = receive(handler, reply); // the entry has gone back to the instruction
    CHECK(label_of(&m) == KN_FAULT_VM);
}

// An exception handed over has its number in the first word.
TEST(upcall_on_user_exception)
{
    struct thread *t = upcaller(load);
    thread_start_at(t, (kn_word_t)user_illegal, 0);
    receive(handler, reply);
    answer(reply, KN_FAULT_REPLY_UPCALL);
    CHECK(nr_upcalls(t) == 1 && t->buffer->upcall_fault_label == KN_FAULT_USER_EXCEPTION);
    CHECK(t->buffer->upcall_fault_word[0] == ARCH_ILLEGAL_NUMBER && t->buffer->upcall_pc == (kn_word_t)user_illegal);
}

// A kick outside the range is an upcall at the next return to user mode; the thread goes on where it was.
TEST(upcall_kick_outside_the_range)
{
    struct thread *t = spinner(user_spin);
    CHECK_OK(kn_tcb_kick(t->tcb));
    CHECK(nr_upcalls(t) == 0); // it has not run yet
    sleep_us(200);
    CHECK(nr_upcalls(t) == 1 && t->buffer->upcall_cause == KN_UPCALL_CAUSE_KICK);
    CHECK(t->buffer->upcall_pc == (kn_word_t)user_spin && thread_pc(t) == (kn_word_t)user_spin);
}

// A kick inside the range only leaves a word for the runtime to find.
TEST(upcall_kick_inside_the_range_is_pending)
{
    struct thread *t = spinner(user_spin_in_range);
    CHECK_OK(kn_tcb_kick(t->tcb));
    sleep_us(200);
    CHECK(nr_upcalls(t) == 0 && t->buffer->upcall_pending == 1 && thread_pc(t) == (kn_word_t)user_spin_in_range);
}

// A kick in the window sends the thread to the window's start, where it finds the word.
TEST(upcall_kick_in_the_window_restarts_it)
{
    struct thread *t = spinner(user_spin_in_window);
    CHECK_OK(kn_tcb_kick(t->tcb));
    struct kn_msg m = receive(handler, reply);
    CHECK(label_of(&m) == KN_FAULT_UNKNOWN_SYSCALL && kn_msg_get(&m, ARCH_CALL_ARGUMENT) == USER_SAW_PENDING);
    CHECK(nr_upcalls(t) == 0 && t->buffer->upcall_pending == 1);
}

// Several kicks before the thread runs are one.
TEST(upcall_kicks_are_merged)
{
    struct thread *t = spinner(user_spin);
    for (int i = 0; i < 3; i++)
        CHECK_OK(kn_tcb_kick(t->tcb));
    sleep_us(200);
    CHECK(nr_upcalls(t) == 1);
    CHECK_OK(kn_tcb_kick(t->tcb));
    sleep_us(200);
    CHECK(nr_upcalls(t) == 2);
}

// A kick does not end waiting; the upcall comes behind the system call, whose results are untouched.
TEST(upcall_kick_of_a_waiting_thread)
{
    kn_cptr_t notification = make_notification();
    struct thread *t = upcaller(wait_for);
    t->arg[0] = notification;
    thread_start(t);
    CHECK_OK(kn_tcb_kick(t->tcb));
    CHECK(!t->is_done && nr_upcalls(t) == 0);
    kn_signal(badged(notification, 0x31));
    CHECK(t->is_done && t->result == 0x31 && nr_upcalls(t) == 1);
}

// A kick of a stopped thread waits until it is resumed.
TEST(upcall_kick_of_a_stopped_thread)
{
    struct thread *t = spinner(user_spin);
    CHECK_OK(kn_tcb_suspend(t->tcb));
    CHECK_OK(kn_tcb_kick(t->tcb));
    sleep_us(200);
    CHECK(nr_upcalls(t) == 0);
    CHECK_OK(kn_tcb_resume(t->tcb));
    sleep_us(200);
    CHECK(nr_upcalls(t) == 1);
}

// A kick while the handler has a fault of the thread comes when that is answered.
TEST(upcall_kick_of_a_faulted_thread)
{
    struct thread *t = upcaller(load);
    t->arg[0] = NOWHERE;
    thread_start(t);
    receive(handler, reply);
    CHECK_OK(kn_tcb_kick(t->tcb));
    CHECK(nr_upcalls(t) == 0);
    answer(reply, KN_FAULT_REPLY_RESUME);
    CHECK(nr_upcalls(t) == 1 && t->buffer->upcall_pc == (kn_word_t)user_load);
    CHECK(t->buffer->upcall_cause == KN_UPCALL_CAUSE_KICK);
}

// A thread without an upcall cannot be kicked.
TEST(upcall_kick_needs_an_upcall) { CHECK_ERROR(kn_tcb_kick(thread_new(foreign)->tcb), ILLEGAL_OPERATION); }

// A thread may kick itself.
TEST(upcall_kick_of_itself)
{
    CHECK_OK(set_upcall(self));
    CHECK_OK(kn_tcb_kick(self->tcb));
    CHECK(self->buffer->user[0] == 1 && self->buffer->upcall_cause == KN_UPCALL_CAUSE_KICK);
}

// Range and window: user addresses, in order, the window inside the range; the first wrong argument is named.
TEST(upcall_arguments_are_checked)
{
    kn_cptr_t tcb = thread_new(foreign)->tcb;
    CHECK_ERROR(kn_tcb_set_upcall(tcb, KN_USER_TOP, 0x1000, 0x2000, 0x1000, 0x1000), INVALID_ARGUMENT);
    CHECK(error_word(0) == 0);
    CHECK_ERROR(kn_tcb_set_upcall(tcb, 0x1000, 0x3000, 0x2000, 0x3000, 0x3000), INVALID_ARGUMENT);
    CHECK(error_word(0) == 1);
    CHECK_ERROR(kn_tcb_set_upcall(tcb, 0x1000, 0x1000, KN_USER_TOP + 1, 0x1000, 0x1000), INVALID_ARGUMENT);
    CHECK(error_word(0) == 2);
    CHECK_ERROR(kn_tcb_set_upcall(tcb, 0x1000, 0x1000, 0x2000, 0xfff, 0x1000), INVALID_ARGUMENT);
    CHECK(error_word(0) == 3);
    CHECK_ERROR(kn_tcb_set_upcall(tcb, 0x1000, 0x1000, 0x2000, 0x1000, 0x2001), INVALID_ARGUMENT);
    CHECK(error_word(0) == 4);
    CHECK_OK(kn_tcb_set_upcall(tcb, 0x1000, 0x1000, 0x2000, 0x1800, 0x1900));
}

// The instruction counts, not the one behind it: a call at the very end of the range is the runtime's, one just before
// its start the program's.
TEST(upcall_range_is_that_of_the_instruction)
{
    kn_word_t first = (kn_word_t)user_foreign, behind = (kn_word_t)user_foreign_behind;
    struct thread *t = upcaller(foreign);
    CHECK_OK(kn_tcb_set_upcall(t->tcb, (kn_word_t)user_upcall_entry, first, behind, first, first));
    thread_set_priority(t, PRIORITY_LOW); // it will loop
    thread_start_at(t, first, 0);
    struct kn_msg m = receive(handler, reply);
    CHECK(label_of(&m) == KN_FAULT_UNKNOWN_SYSCALL && nr_upcalls(t) == 0);
    CHECK_OK(kn_tcb_set_upcall(t->tcb, (kn_word_t)user_upcall_entry, behind, behind + 64, behind, behind));
    thread_start_at(t, first, 0);
    sleep_us(200);
    CHECK(nr_upcalls(t) == 1 && t->buffer->upcall_pc == behind);
}

// Switching the upcall off forgets a kick.
TEST(upcall_switched_off_forgets_kicks)
{
    struct thread *t = spinner(user_spin);
    CHECK_OK(kn_tcb_kick(t->tcb));
    CHECK_OK(kn_tcb_set_upcall(t->tcb, 0, 0, 0, 0, 0));
    CHECK_OK(set_upcall(t));
    sleep_us(200);
    CHECK(nr_upcalls(t) == 0 && t->buffer->upcall_pending == 0);
}
