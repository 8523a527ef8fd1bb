// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// Notifications: bits, waiters, bound threads.

#include "thread.h"

static kn_word_t wait_for(struct thread *t)
{
    t->msg = wait(t->arg[0]);
    return t->msg.badge;
}

static kn_word_t receive_from(struct thread *t)
{
    kn_recv(t->arg[0], t->arg[1], &t->msg);
    return t->msg.badge;
}

static kn_word_t send_one(struct thread *t)
{
    struct kn_msg m = message(7, 1, 1);
    kn_send(t->arg[0], &m);
    return 0;
}

// Bits stay until somebody takes them, all at once.
TEST(notification_bits_accumulate)
{
    kn_cptr_t notification = make_notification();
    kn_signal(badged(notification, 1));
    kn_signal(badged(notification, 4));
    kn_signal(badged(notification, 1ul << 63));
    struct kn_msg m = wait(notification);
    CHECK(m.badge == (1ul << 63 | 5) && m.info == 0);
    m = poll(notification);
    CHECK(is_nothing(&m));
}

// A signal wakes a waiter with its badge and leaves no bits.
TEST(notification_signal_wakes_a_waiter)
{
    kn_cptr_t notification = make_notification();
    struct thread *t = thread_spawn(wait_for, notification, 0);
    CHECK(!t->is_done);
    kn_signal(badged(notification, 3));
    CHECK(t->is_done && t->result == 3);
    CHECK(poll(notification).badge == 0);
}

// One signal wakes one waiter, in order of arrival.
TEST(notification_waiters_are_woken_in_order)
{
    kn_cptr_t notification = make_notification(), badge = badged(notification, 2);
    struct thread *t[3];
    for (int i = 0; i < 3; i++)
        t[i] = thread_spawn(wait_for, notification, 0);
    for (int i = 0; i < 3; i++) {
        CHECK(!t[i]->is_done);
        kn_signal(badge);
        CHECK(t[i]->is_done);
    }
}

// A signal through a capability without a badge wakes, too.
TEST(notification_signal_without_badge_wakes)
{
    kn_cptr_t notification = make_notification();
    struct thread *t = thread_spawn(wait_for, notification, 0);
    kn_signal(notification);
    CHECK(t->is_done && t->result == 0);
}

// Send, NBSend and Call signal; the Call is answered by the kernel with NONE.
TEST(notification_every_send_signals)
{
    kn_cptr_t notification = make_notification(), badge = badged(notification, 2);
    struct kn_msg m = message(9, 2, 0);
    kn_send(badge, &m);
    CHECK(poll(notification).badge == 2);
    kn_nb_send(badge, &m);
    CHECK(poll(notification).badge == 2);
    kn_call(badge, &m);
    CHECK(label_of(&m) == KN_ERROR_NONE && length_of(&m) == 0);
    CHECK(poll(notification).badge == 2);
}

// A signal without WRITE does nothing.
TEST(notification_signal_without_write_fails)
{
    kn_cptr_t notification = make_notification(), badge = badged(notification, 2);
    kn_signal(with_rights(badge, KN_RIGHTS_READ));
    CHECK(poll(notification).badge == 0);
}

// Waiting without READ is a capability fault.
TEST(notification_wait_without_read_faults)
{
    kn_cptr_t faults = make_endpoint(), reply = make_reply();
    struct thread *t = thread_new(wait_for);
    t->arg[0] = with_rights(make_notification(), KN_RIGHTS_WRITE);
    thread_set_fault_endpoint(t, faults);
    thread_start(t);
    struct kn_msg m = receive(faults, reply);
    CHECK(label_of(&m) == KN_FAULT_CAP && kn_msg_get(&m, KN_FAULT_CAP_ADDRESS) == t->arg[0]);
}

// Recv works on notifications, too, and needs no Reply.
TEST(notification_recv_needs_no_reply)
{
    kn_cptr_t notification = make_notification();
    struct thread *t = thread_spawn(receive_from, notification, slot_new());
    kn_signal(badged(notification, 6));
    CHECK(t->is_done && t->result == 6);
}

// A deleted notification lets its waiters go: they find that it is gone.
TEST(notification_deletion_ends_waiting)
{
    kn_cptr_t notification = make_notification(), faults = make_endpoint(), reply = make_reply();
    for (int i = 0; i < 3; i++) {
        struct thread *t = thread_new(wait_for);
        t->arg[0] = notification;
        thread_set_fault_endpoint(t, faults);
        thread_start(t);
    }
    CHECK_OK(delete_cap(notification));
    for (int i = 0; i < 3; i++) {
        struct kn_msg m = receive(faults, reply);
        CHECK(label_of(&m) == KN_FAULT_CAP && kn_msg_get(&m, KN_FAULT_CAP_ADDRESS) == notification);
    }
}

// NBSendWait on notifications passes the turn between two threads.
TEST(notification_nb_send_wait_passes_the_turn)
{
    kn_cptr_t here = make_notification(), there = make_notification();
    struct thread *t = thread_spawn(wait_for, there, 0);
    kn_signal(badged(here, 4));
    struct kn_msg m = message(0, 0, 0);
    kn_nb_send_wait(badged(there, 2), here, &m);
    CHECK(m.badge == 4 && t->is_done && t->result == 2);
}

static struct thread *bound_receiver(kn_cptr_t notification, kn_cptr_t endpoint)
{
    struct thread *t = thread_new(receive_from);
    t->arg[0] = endpoint;
    t->arg[1] = make_reply();
    CHECK_OK(kn_tcb_bind_notification(t->tcb, notification));
    return t;
}

// A signal ends the bound thread's Recv on an endpoint: badge, no words.
TEST(notification_bound_signal_ends_a_receive)
{
    kn_cptr_t notification = make_notification(), endpoint = make_endpoint();
    struct thread *t = bound_receiver(notification, endpoint);
    thread_start(t);
    CHECK(!t->is_done);
    kn_signal(badged(notification, 12));
    CHECK(t->is_done && t->result == 12 && t->msg.info == 0);
    struct kn_msg m = message(0, 0, 0);
    kn_nb_send(endpoint, &m); // it is out of the endpoint's queue
    CHECK(t->msg.info == 0);
}

// Bits that are there when the bound thread begins to receive come at once, before any message.
TEST(notification_bound_bits_come_before_messages)
{
    kn_cptr_t notification = make_notification(), endpoint = make_endpoint();
    struct thread *t = bound_receiver(notification, endpoint), *s = thread_spawn(send_one, endpoint, 0);
    kn_signal(badged(notification, 8));
    thread_start(t);
    CHECK(t->is_done && t->result == 8 && !s->is_done);
    thread_start(t);
    CHECK(t->is_done && length_of(&t->msg) == 1 && s->is_done);
}

// Binding an active notification to a thread that waits in a receive ends that.
TEST(notification_binding_delivers_bits)
{
    kn_cptr_t notification = make_notification(), endpoint = make_endpoint();
    struct thread *t = thread_spawn(receive_from, endpoint, make_reply());
    kn_signal(badged(notification, 5));
    CHECK(!t->is_done);
    CHECK_OK(kn_tcb_bind_notification(t->tcb, notification));
    CHECK(t->is_done && t->result == 5);
}

// The bound thread may also wait on the notification itself.
TEST(notification_bound_thread_may_wait_on_it)
{
    kn_cptr_t notification = make_notification();
    struct thread *t = thread_new(wait_for);
    t->arg[0] = notification;
    CHECK_OK(kn_tcb_bind_notification(t->tcb, notification));
    thread_start(t);
    kn_signal(badged(notification, 9));
    CHECK(t->is_done && t->result == 9);
}

// Nobody else may wait on a bound notification.
TEST(notification_bound_is_not_for_others)
{
    kn_cptr_t notification = make_notification(), faults = make_endpoint(), reply = make_reply();
    bound_receiver(notification, make_endpoint());
    struct thread *t = thread_new(wait_for);
    t->arg[0] = notification;
    thread_set_fault_endpoint(t, faults);
    thread_start(t);
    struct kn_msg m = receive(faults, reply);
    CHECK(label_of(&m) == KN_FAULT_CAP && kn_msg_get(&m, KN_FAULT_CAP_IN_RECEIVE) == 1);
}

// One notification has one bound thread, and one thread one notification.
TEST(notification_binding_is_exclusive)
{
    kn_cptr_t one = make_notification(), two = make_notification();
    struct thread *t = thread_new(wait_for), *u = thread_new(wait_for);
    CHECK_OK(kn_tcb_bind_notification(t->tcb, one));
    CHECK_ERROR(kn_tcb_bind_notification(t->tcb, two), ILLEGAL_OPERATION);
    CHECK_ERROR(kn_tcb_bind_notification(u->tcb, one), ILLEGAL_OPERATION);
    CHECK_OK(kn_tcb_unbind_notification(t->tcb));
    CHECK_ERROR(kn_tcb_unbind_notification(t->tcb), ILLEGAL_OPERATION);
    CHECK_OK(kn_tcb_bind_notification(u->tcb, one));
}

// A notification with waiters cannot be bound, nor one that the capability cannot read.
TEST(notification_binding_has_conditions)
{
    kn_cptr_t notification = make_notification();
    struct thread *t = thread_new(wait_for);
    CHECK_ERROR(kn_tcb_bind_notification(t->tcb, with_rights(notification, KN_RIGHTS_WRITE)), INVALID_CAPABILITY);
    thread_spawn(wait_for, notification, 0);
    CHECK_ERROR(kn_tcb_bind_notification(t->tcb, notification), ILLEGAL_OPERATION);
    CHECK_ERROR(kn_tcb_bind_notification(t->tcb, make_endpoint()), INVALID_CAPABILITY);
}

// Either side's death ends the binding.
TEST(notification_binding_ends_with_either_side)
{
    kn_cptr_t one = make_notification(), two = make_notification();
    struct thread *t = thread_new(wait_for), *u = thread_new(wait_for);
    CHECK_OK(kn_tcb_bind_notification(t->tcb, one));
    CHECK_OK(delete_cap(one));
    CHECK_OK(kn_tcb_bind_notification(t->tcb, two));
    CHECK_OK(delete_cap(t->tcb));
    CHECK_OK(kn_tcb_bind_notification(u->tcb, two));
}
