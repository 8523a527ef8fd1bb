// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// The system calls that send and receive.

#include "provoke.h"

#define BAD (1ul << 63) // an address that does not resolve: ROOT's guard is zeros
#define LABEL 77

static kn_cptr_t handler; // of the faults of the thread that tries

// Threads that make one system call: arg[0] is cptr, arg[1] reply, arg[2] dest.
static kn_word_t do_call(struct thread *t)
{
    kn_call(t->arg[0], &t->msg);
    return label_of(&t->msg);
}

static kn_word_t do_send(struct thread *t)
{
    kn_send(t->arg[0], &t->msg);
    return 0;
}

static kn_word_t do_reply_recv(struct thread *t)
{
    kn_reply_recv(t->arg[0], t->arg[1], &t->msg);
    return t->msg.badge;
}

static kn_word_t do_nb_send_recv(struct thread *t)
{
    kn_nb_send_recv(t->arg[2], t->arg[0], t->arg[1], &t->msg);
    return t->msg.badge;
}

static kn_word_t do_nb_send_wait(struct thread *t)
{
    kn_nb_send_wait(t->arg[2], t->arg[0], &t->msg);
    return t->msg.badge;
}

static kn_word_t do_recv(struct thread *t)
{
    kn_recv(t->arg[0], t->arg[1], &t->msg);
    return t->msg.badge;
}

static kn_word_t do_nb_recv(struct thread *t)
{
    kn_nb_recv(t->arg[0], t->arg[1], &t->msg);
    return t->msg.badge;
}

static kn_word_t do_wait(struct thread *t)
{
    kn_wait(t->arg[0], &t->msg);
    return t->msg.badge;
}

static kn_word_t do_nb_wait(struct thread *t)
{
    kn_nb_wait(t->arg[0], &t->msg);
    return t->msg.badge;
}

// A thread that has made its call, with NR_CAPS extra capabilities, the first of them at BAD.
static struct thread *attempt(kn_word_t (*run)(struct thread *t), kn_cptr_t cptr, kn_cptr_t reply, kn_cptr_t dest,
                              kn_word_t nr_caps)
{
    struct thread *t = thread_new(run);
    handler = make_endpoint();
    thread_set_fault_endpoint(t, handler);
    t->arg[0] = cptr;
    t->arg[1] = reply;
    t->arg[2] = dest;
    t->msg.info = kn_msg_info_new(LABEL, 0, nr_caps, 0);
    t->buffer->caps_or_badges[0] = BAD;
    thread_start(t);
    return t;
}

// The thread of the last attempt is in a capability fault about ADDRESS.
static void expect_fault(kn_cptr_t address, kn_word_t in_receive, kn_word_t failure)
{
    struct kn_msg m;
    kn_nb_recv(handler, make_reply(), &m);
    CHECK(label_of(&m) == KN_FAULT_CAP && kn_msg_get(&m, KN_FAULT_CAP_ADDRESS) == address);
    CHECK(kn_msg_get(&m, KN_FAULT_CAP_IN_RECEIVE) == in_receive && kn_msg_get(&m, KN_FAULT_CAP_FAILURE) == failure);
    if (failure == KN_LOOKUP_FAILURE_MISSING_CAPABILITY)
        CHECK(kn_msg_get(&m, KN_FAULT_CAP_WORD0) == 0);
    else
        CHECK(kn_msg_get(&m, KN_FAULT_CAP_WORD0) == KN_WORD_BITS);
}

// RUN of CPTR, REPLY and nothing to send to faults, in its receive, about the capability at CPTR or at REPLY.
static void expect_receive_fault(kn_word_t (*run)(struct thread *t), kn_cptr_t cptr, kn_cptr_t reply, kn_cptr_t address)
{
    attempt(run, cptr, reply, KN_INIT_CAP_NULL, 0);
    expect_fault(address, 1, address == BAD ? KN_LOOKUP_FAILURE_GUARD_MISMATCH : KN_LOOKUP_FAILURE_MISSING_CAPABILITY);
}

static kn_cptr_t notification_of_another(void)
{
    kn_cptr_t notification = make_notification();
    CHECK_OK(kn_tcb_bind_notification(make(KN_OBJECT_TYPE_TCB, 0), notification));
    return notification;
}

static void expect_cannot_receive(kn_word_t (*run)(struct thread *t), kn_cptr_t cptr)
{
    expect_receive_fault(run, cptr, make_reply(), cptr);
}

#define RECEIVE_ERRORS(call, run)                                                                                      \
    SYSCALL_ERROR(call, receive_lookup) { expect_receive_fault(run, BAD, make_reply(), BAD); }                         \
    SYSCALL_ERROR(call, cannot_receive)                                                                                \
    {                                                                                                                  \
        expect_cannot_receive(run, slot_new());                                                                        \
        expect_cannot_receive(run, self->tcb);                                                                         \
        expect_cannot_receive(run, with_rights(make_endpoint(), KN_RIGHTS_WRITE));                                     \
        expect_cannot_receive(run, with_rights(make_notification(), KN_RIGHTS_WRITE));                                 \
    }                                                                                                                  \
    SYSCALL_ERROR(call, bound_to_another) { expect_cannot_receive(run, notification_of_another()); }

#define REPLY_ERRORS(call, run)                                                                                        \
    SYSCALL_ERROR(call, reply_lookup) { expect_receive_fault(run, make_endpoint(), BAD, BAD); }                        \
    SYSCALL_ERROR(call, no_reply)                                                                                      \
    {                                                                                                                  \
        kn_cptr_t notification = make_notification();                                                                  \
        expect_receive_fault(run, make_endpoint(), notification, notification);                                        \
    }

RECEIVE_ERRORS(reply_recv, do_reply_recv)
REPLY_ERRORS(reply_recv, do_reply_recv)
RECEIVE_ERRORS(nb_send_recv, do_nb_send_recv)
REPLY_ERRORS(nb_send_recv, do_nb_send_recv)
RECEIVE_ERRORS(nb_send_wait, do_nb_send_wait)
RECEIVE_ERRORS(recv, do_recv)
REPLY_ERRORS(recv, do_recv)
RECEIVE_ERRORS(nb_recv, do_nb_recv)
REPLY_ERRORS(nb_recv, do_nb_recv)
RECEIVE_ERRORS(wait, do_wait)
RECEIVE_ERRORS(nb_wait, do_nb_wait)

// RUN, which sends to TARGET first (at both places), waits for a notification all the same.
static void expect_send_ignored(kn_word_t (*run)(struct thread *t), kn_cptr_t target, kn_word_t nr_caps)
{
    kn_cptr_t notification = make_notification();
    struct thread *t = attempt(run, notification, target, target, nr_caps);
    CHECK(!t->is_done);
    kn_signal(badged(notification, 1));
    CHECK(t->is_done && t->result == 1);
}

static void expect_sends_ignored(kn_word_t (*run)(struct thread *t))
{
    kn_cptr_t endpoint = make_endpoint();
    struct thread *receiver = attempt(do_recv, endpoint, make_reply(), 0, 0);
    expect_send_ignored(run, BAD, 0);
    expect_send_ignored(run, KN_INIT_CAP_NULL, 0);
    expect_send_ignored(run, self->tcb, 0);
    expect_send_ignored(run, with_rights(endpoint, KN_RIGHTS_READ), 0);
    expect_send_ignored(run, endpoint, 1);
    CHECK(!receiver->is_done);
    expect_send_ignored(run, endpoint, 0);
    CHECK(receiver->is_done);
}

SYSCALL_ERROR(reply_recv, send_ignored) { expect_sends_ignored(do_reply_recv); }
SYSCALL_ERROR(nb_send_recv, send_ignored) { expect_sends_ignored(do_nb_send_recv); }
SYSCALL_ERROR(nb_send_wait, send_ignored) { expect_sends_ignored(do_nb_send_wait); }

#define SEND_ERRORS(call, run)                                                                                         \
    SYSCALL_ERROR(call, lookup)                                                                                        \
    {                                                                                                                  \
        attempt(run, BAD, 0, 0, 0);                                                                                    \
        expect_fault(BAD, 0, KN_LOOKUP_FAILURE_GUARD_MISMATCH);                                                        \
    }                                                                                                                  \
    SYSCALL_ERROR(call, extra_cap_lookup)                                                                              \
    {                                                                                                                  \
        attempt(run, make_endpoint(), 0, 0, 1);                                                                        \
        expect_fault(BAD, 0, KN_LOOKUP_FAILURE_GUARD_MISMATCH);                                                        \
    }

SEND_ERRORS(call, do_call)
SEND_ERRORS(send, do_send)

static void expect_no_object(kn_cptr_t cptr)
{
    struct kn_msg m = message(LABEL, 0, 0);
    kn_call(cptr, &m);
    CHECK(label_of(&m) == KN_ERROR_INVALID_CAPABILITY && length_of(&m) == 1 && m.mr[0] == 0);
}

SYSCALL_ERROR(call, no_object)
{
    expect_no_object(slot_new());
    expect_no_object(with_rights(make_endpoint(), KN_RIGHTS_READ));
    expect_no_object(with_rights(make_notification(), KN_RIGHTS_READ));
}

static void expect_no_method(kn_cptr_t cptr, kn_word_t label)
{
    struct kn_msg m = message(label, 2, 0);
    kn_call(cptr, &m);
    CHECK(label_of(&m) == KN_ERROR_ILLEGAL_OPERATION && length_of(&m) == 0);
}

// Neither a label that nobody has nor one of another type.
SYSCALL_ERROR(call, no_method)
{
    const kn_cptr_t caps[] = {pool, ROOT, self->tcb, KN_INIT_CAP_VSPACE, make(KN_OBJECT_TYPE_PAGE_TABLE, 0),
                              make_frame(), KN_INIT_CAP_ASID_CONTROL, KN_INIT_CAP_ASID_POOL, KN_INIT_CAP_IRQ_CONTROL,
                              sched_control, self->sc};
    for (kn_word_t i = 0; i < sizeof(caps) / sizeof(caps[0]); i++) {
        expect_no_method(caps[i], ~0ul >> 12);
        expect_no_method(caps[i], caps[i] == ROOT ? KN_LABEL_TCB_SUSPEND : KN_LABEL_CNODE_DELETE);
    }
}

SYSCALL_ERROR(call, no_way_back)
{
    kn_cptr_t endpoint = make_endpoint(), reply = make_reply();
    struct thread *t = attempt(do_call, with_rights(endpoint, KN_RIGHTS_WRITE), 0, 0, 0);
    struct kn_msg m = receive(endpoint, reply);
    CHECK(label_of(&m) == LABEL);
    answer(reply, 0);
    struct thread *u = attempt(do_call, endpoint, 0, 0, 0);
    m = wait(endpoint);
    CHECK(label_of(&m) == LABEL);
    CHECK(!t->is_done && !u->is_done);
}

SYSCALL_ERROR(call, peer_gone)
{
    kn_cptr_t endpoint = make_endpoint(), reply = make_reply();
    struct thread *t = attempt(do_call, endpoint, 0, 0, 0);
    receive(endpoint, reply);
    struct thread *u = attempt(do_call, endpoint, 0, 0, 0);
    receive(endpoint, reply);
    CHECK(t->is_done && t->result == KN_LABEL_PEER_GONE && length_of(&t->msg) == 0 && !u->is_done);
    CHECK_OK(delete_cap(reply));
    CHECK(u->is_done && u->result == KN_LABEL_PEER_GONE && length_of(&u->msg) == 0);
}

// A Delete that fails changes neither the slot nor the message.
static void expect_no_answer(void (*send_message)(kn_cptr_t cptr, const struct kn_msg *m))
{
    kn_cptr_t endpoint = make_endpoint();
    struct kn_msg m = message(KN_LABEL_CNODE_DELETE, 2, 0);
    m.mr[0] = endpoint;
    m.mr[1] = KN_WORD_BITS + 1;
    send_message(ROOT, &m);
    send_message(slot_new(), &m);
    CHECK(!slot_is_empty(endpoint) && m.mr[0] == endpoint);
}

static void send_message(kn_cptr_t cptr, const struct kn_msg *m) { kn_send(cptr, m); }
static void nb_send_message(kn_cptr_t cptr, const struct kn_msg *m) { kn_nb_send(cptr, m); }

SYSCALL_ERROR(send, no_answer) { expect_no_answer(send_message); }
SYSCALL_ERROR(nb_send, no_answer) { expect_no_answer(nb_send_message); }

SYSCALL_ERROR(nb_send, lookup)
{
    struct kn_msg m = message(LABEL, 0, 0);
    kn_nb_send(BAD, &m);
}

SYSCALL_ERROR(nb_send, extra_cap_lookup)
{
    kn_cptr_t endpoint = make_endpoint();
    struct thread *receiver = attempt(do_recv, endpoint, make_reply(), 0, 0);
    struct kn_msg m = {.info = kn_msg_info_new(LABEL, 0, 1, 0)};
    kn_ipc_buffer()->caps_or_badges[0] = BAD;
    kn_nb_send(endpoint, &m);
    CHECK(!receiver->is_done);
    kn_ipc_buffer()->caps_or_badges[0] = ROOT;
    kn_nb_send(endpoint, &m);
    CHECK(receiver->is_done);
}

SYSCALL_ERROR(nb_send, no_receiver)
{
    kn_cptr_t endpoint = make_endpoint();
    struct kn_msg m = message(LABEL, 0, 0);
    kn_nb_send(endpoint, &m);
    m = poll(endpoint);
    CHECK(is_nothing(&m));
}

static void expect_nothing(kn_word_t (*run)(struct thread *t), kn_cptr_t cptr)
{
    const struct thread *t = attempt(run, cptr, make_reply(), 0, 0);
    CHECK(t->is_done && is_nothing(&t->msg));
}

SYSCALL_ERROR(nb_recv, nothing_waits)
{
    expect_nothing(do_nb_recv, make_endpoint());
    expect_nothing(do_nb_recv, make_notification());
}

SYSCALL_ERROR(nb_wait, nothing_waits)
{
    expect_nothing(do_nb_wait, make_endpoint());
    expect_nothing(do_nb_wait, make_notification());
}
