// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// The floating-point and vector unit: a flag, and registers that do not mix.

#include <arch.h>

#include "thread.h"
#include "user.h"

// Fills the registers with arg[0], waits for arg[1], and looks.
static kn_word_t fill_and_look(struct thread *t)
{
    user_fpu_fill(t->arg[0]);
    wait(t->arg[1]);
    return user_fpu_differs(t->arg[0]);
}

static void set_flag(const struct thread *t, bool on)
{
    CHECK_OK(kn_tcb_set_flags(t->tcb, on ? 0 : KN_TCB_FLAG_FPU, on ? KN_TCB_FLAG_FPU : 0, 0, NULL));
}

// Without the flag the first instruction is a user exception; with it, given by the handler, it is executed.
TEST(fpu_without_the_flag_is_a_fault)
{
    kn_cptr_t handler = make_endpoint(), reply = make_reply(), notification = make_notification();
    struct thread *t = thread_new(fill_and_look);
    t->arg[0] = 0x4242424242424242;
    t->arg[1] = notification;
    thread_set_fault_endpoint(t, handler);
    thread_start(t);
    struct kn_msg m = receive(handler, reply);
    CHECK(label_of(&m) == KN_FAULT_USER_EXCEPTION);
    CHECK(kn_msg_get(&m, KN_FAULT_USER_EXCEPTION_NUMBER) == ARCH_NO_FPU_NUMBER);
    CHECK(kn_msg_get(&m, KN_FAULT_USER_EXCEPTION_PC) == (kn_word_t)user_fpu_fill);
    set_flag(t, true);
    answer(reply, KN_FAULT_REPLY_RESUME);
    kn_signal(notification);
    CHECK(t->is_done && t->result == 0);
}

// Each of several threads finds its own registers again.
TEST(fpu_registers_do_not_mix)
{
    enum { NR = 4 };
    struct thread *t[NR];
    kn_cptr_t notifications = make_many(KN_OBJECT_TYPE_NOTIFICATION, 0, NR);
    for (kn_word_t i = 0; i < NR; i++) {
        t[i] = thread_new(fill_and_look);
        t[i]->arg[0] = 0x1111111111111111 * (i + 1);
        t[i]->arg[1] = notifications + i;
        set_flag(t[i], true);
        thread_start(t[i]);
    }
    for (kn_word_t i = 0; i < NR; i++) {
        kn_signal(notifications + i);
        CHECK(t[i]->is_done && t[i]->result == 0);
    }
}

// Threads that never use it change nothing for those that do.
TEST(fpu_registers_survive_other_threads)
{
    kn_cptr_t notification = make_notification();
    struct thread *t = thread_new(fill_and_look);
    t->arg[0] = 0xabcdefabcdefabcd;
    t->arg[1] = notification;
    set_flag(t, true);
    thread_start(t);
    sleep_us(500);
    kn_signal(notification);
    CHECK(t->is_done && t->result == 0);
}

// The flag can be taken back; the registers wait until it is given again.
TEST(fpu_flag_can_be_taken_back)
{
    kn_cptr_t handler = make_endpoint(), reply = make_reply(), notification = make_notification();
    struct thread *t = thread_new(fill_and_look);
    t->arg[0] = 0x7777;
    t->arg[1] = notification;
    thread_set_fault_endpoint(t, handler);
    set_flag(t, true);
    thread_start(t);
    set_flag(t, false);
    kn_signal(notification);
    struct kn_msg m = receive(handler, reply);
    CHECK(label_of(&m) == KN_FAULT_USER_EXCEPTION);
    CHECK(kn_msg_get(&m, KN_FAULT_USER_EXCEPTION_PC) == (kn_word_t)user_fpu_differs);
    set_flag(t, true);
    answer(reply, KN_FAULT_REPLY_RESUME);
    CHECK(t->is_done);
}

static kn_word_t look_for_zeros(struct thread *t) { return user_fpu_differs(t->arg[0]); }

// A new thread starts with clear registers, whatever others left in them.
TEST(fpu_new_thread_finds_zeros)
{
    kn_cptr_t notification = make_notification();
    struct thread *t = thread_new(fill_and_look), *u = thread_new(look_for_zeros);
    t->arg[0] = ~0ul;
    t->arg[1] = notification;
    set_flag(t, true);
    thread_start(t);
    set_flag(u, true);
    thread_start(u);
    CHECK(u->is_done && u->result == 0);
    kn_signal(notification);
    CHECK(t->is_done && t->result == 0);
}
