// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// Registers: across system calls, and as others read, write and copy them.

#include <arch.h>

#include "thread.h"
#include "user.h"

static kn_word_t check_foreign(struct thread *t) { return user_check_foreign((kn_word_t *)&t->step); }

static kn_word_t check_native(struct thread *t)
{
    (void)t;
    return user_check_native();
}

static kn_word_t nothing(struct thread *t) { return t->arg[0]; }

static kn_word_t wait_for(struct thread *t) { return wait(t->arg[0]).badge; }

static struct kn_registers read(const struct thread *t)
{
    struct kn_registers r = {0};
    CHECK_OK(kn_tcb_read_registers(t->tcb, 0, KN_NR_REGISTERS, &r));
    return r;
}

// A foreign system call preserves every register but its result and those that the instruction itself uses.
TEST(registers_survive_a_foreign_call)
{
    kn_cptr_t handler = make_endpoint(), reply = make_reply();
    struct thread *t = thread_new(check_foreign);
    thread_set_fault_endpoint(t, handler);
    thread_start(t);
    struct kn_msg m = receive(handler, reply);
    CHECK(label_of(&m) == KN_FAULT_UNKNOWN_SYSCALL);
    kn_msg_set(&m, ARCH_CALL_RESULT, 0x123);
    m.info = kn_msg_info_new(KN_FAULT_REPLY_RESUME, 0, 0, KN_FAULT_UNKNOWN_SYSCALL_REPLY_LENGTH);
    kn_send(reply, &m);
    CHECK(t->is_done && t->result == 0 && t->step == 0x123);
}

// kernite's own calls preserve what functions of the C calling convention preserve.
TEST(registers_survive_a_native_call) { CHECK(thread_spawn(check_native, 0, 0)->result == 0); }

// What is written to a new thread is what it starts with, and what is read back.
TEST(registers_written_are_read)
{
    struct thread *t = thread_new(nothing);
    struct kn_registers r = {0};
    arch_start(&r, 0x1234560, 0x2000, 0x77);
    CHECK_OK(kn_tcb_write_registers(t->tcb, 0, KN_NR_REGISTERS, &r));
    r = read(t);
    CHECK(arch_pc(&r) == 0x1234560 && arch_argument(&r) == 0x77);
    sleep_us(100);
    CHECK(thread_pc(t) == 0x1234560); // it was not resumed
}

// Fewer registers than there are leave the others alone.
TEST(registers_written_in_part)
{
    struct thread *t = thread_new(nothing);
    struct kn_registers r = {0}, one = {0};
    kn_word_t *all = (kn_word_t *)&r;
    for (kn_word_t i = 0; i < KN_NR_REGISTERS; i++)
        all[i] = 0x1000 * (i + 1);
    CHECK_OK(kn_tcb_write_registers(t->tcb, 0, KN_NR_REGISTERS, &r));
    ((kn_word_t *)&one)[0] = 0x70;
    struct kn_registers before = read(t);
    CHECK_OK(kn_tcb_write_registers(t->tcb, 0, 1, &one));
    struct kn_registers after = read(t);
    for (kn_word_t i = 1; i < KN_NR_REGISTERS; i++)
        CHECK(((kn_word_t *)&before)[i] == ((kn_word_t *)&after)[i]);
}

// A thread cannot read or write its own.
TEST(registers_of_itself_are_refused)
{
    struct kn_registers r = {0};
    CHECK_ERROR(kn_tcb_read_registers(self->tcb, 0, 1, &r), ILLEGAL_OPERATION);
    CHECK_ERROR(kn_tcb_write_registers(self->tcb, 0, 1, &r), ILLEGAL_OPERATION);
    CHECK_ERROR(kn_tcb_copy_registers(self->tcb, 0, thread_new(nothing)->tcb), ILLEGAL_OPERATION);
}

// Unknown flags and counts beyond the register file are RANGE_ERROR.
TEST(registers_arguments_are_checked)
{
    struct thread *t = thread_new(nothing);
    struct kn_registers r = {0};
    CHECK_ERROR(kn_tcb_read_registers(t->tcb, 0x10, 1, &r), RANGE_ERROR);
    CHECK_ERROR(kn_tcb_read_registers(t->tcb, 0, 0, &r), RANGE_ERROR);
    struct kn_msg m = message(KN_LABEL_TCB_READ_REGISTERS, 2, 0);
    m.mr[0] = 0;
    m.mr[1] = KN_NR_REGISTERS + 1;
    kn_call(t->tcb, &m);
    CHECK(label_of(&m) == KN_ERROR_RANGE_ERROR && m.mr[0] == 1 && m.mr[1] == KN_NR_REGISTERS);
}

// A message shorter than the count says is TRUNCATED_MESSAGE.
TEST(registers_message_must_hold_the_count)
{
    struct thread *t = thread_new(nothing);
    struct kn_msg m = message(KN_LABEL_TCB_WRITE_REGISTERS, 4, 0);
    m.mr[0] = 0;
    m.mr[1] = 5;
    kn_call(t->tcb, &m);
    CHECK(label_of(&m) == KN_ERROR_TRUNCATED_MESSAGE);
}

// Reading with the flag suspends first.
TEST(registers_read_can_suspend)
{
    kn_cptr_t notification = make_notification();
    struct thread *t = thread_spawn(wait_for, notification, 0);
    struct kn_registers r;
    CHECK_OK(kn_tcb_read_registers(t->tcb, KN_REGISTER_FLAG_SUSPEND_OR_RESUME, KN_NR_REGISTERS, &r));
    kn_signal(badged(notification, 2));
    CHECK(!t->is_done);
    CHECK_OK(kn_tcb_resume(t->tcb));
    CHECK(t->is_done && t->result == 2);
}

// Reading without it leaves a waiting thread waiting.
TEST(registers_read_leaves_waiting)
{
    kn_cptr_t notification = make_notification();
    struct thread *t = thread_spawn(wait_for, notification, 0);
    read(t);
    kn_signal(badged(notification, 2));
    CHECK(t->is_done && t->result == 2);
}

// Writing with the flag takes a thread out of whatever it waits for and starts it there.
TEST(registers_write_can_resume)
{
    kn_cptr_t notification = make_notification();
    struct thread *t = thread_spawn(wait_for, notification, 0);
    t->run = nothing;
    t->arg[0] = 0x99;
    thread_start(t);
    CHECK(t->is_done && t->result == 0x99);
    kn_signal(badged(notification, 4));
    CHECK(poll(notification).badge == 4); // it was not waiting any more
}

// CopyRegisters makes the target's the same as the source's, and can start it.
TEST(registers_are_copied)
{
    struct thread *t = thread_new(nothing), *u = thread_new(nothing);
    struct kn_registers r = {0};
    arch_start(&r, (kn_word_t)user_illegal, t->stack_top, 0x4444);
    CHECK_OK(kn_tcb_write_registers(t->tcb, 0, KN_NR_REGISTERS, &r));
    CHECK_OK(kn_tcb_set_tls_base(t->tcb, 0x5000));
    CHECK_OK(kn_tcb_copy_registers(u->tcb, KN_REGISTER_FLAG_SUSPEND_OR_RESUME, t->tcb));
    r = read(u);
    CHECK(arch_pc(&r) == (kn_word_t)user_illegal && arch_argument(&r) == 0x4444 && arch_tls(&r) == 0x5000);
    CHECK_ERROR(kn_tcb_copy_registers(u->tcb, 0, u->tcb), ILLEGAL_OPERATION);
    CHECK_ERROR(kn_tcb_copy_registers(u->tcb, 0, make_endpoint()), INVALID_CAPABILITY);
}
