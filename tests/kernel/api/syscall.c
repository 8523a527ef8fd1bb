// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// System calls and invocations in general: what every object answers to nonsense.

#include "thread.h"

static kn_word_t call_label(kn_cptr_t cap, kn_word_t label, kn_word_t length, kn_word_t extra_caps)
{
    struct kn_msg m = message(label, length, 0);
    m.info = kn_msg_info_new(label, 0, extra_caps, length);
    kn_call(cap, &m);
    return label_of(&m);
}

// A label that no object has is ILLEGAL_OPERATION.
TEST(syscall_unknown_label_fails)
{
    kn_word_t label = (1ul << 40) + 5;
    CHECK(call_label(ROOT, label, 4, 0) == KN_ERROR_ILLEGAL_OPERATION);
    CHECK(call_label(self->tcb, label, 4, 0) == KN_ERROR_ILLEGAL_OPERATION);
    CHECK(call_label(pool, label, 4, 0) == KN_ERROR_ILLEGAL_OPERATION);
}

// So is the label of another object's method.
TEST(syscall_label_of_another_object_fails)
{
    CHECK(call_label(ROOT, KN_LABEL_TCB_SUSPEND, 0, 0) == KN_ERROR_ILLEGAL_OPERATION);
    CHECK(call_label(make_frame(), KN_LABEL_PAGE_TABLE_UNMAP, 0, 0) == KN_ERROR_ILLEGAL_OPERATION);
    CHECK(call_label(self->sc, KN_LABEL_CNODE_DELETE, 2, 0) == KN_ERROR_ILLEGAL_OPERATION);
}

// Too few words are TRUNCATED_MESSAGE.
TEST(syscall_too_few_words_fail)
{
    CHECK(call_label(ROOT, KN_LABEL_CNODE_DELETE, 1, 0) == KN_ERROR_TRUNCATED_MESSAGE);
    CHECK(call_label(pool, KN_LABEL_UNTYPED_RETYPE, 5, 1) == KN_ERROR_TRUNCATED_MESSAGE);
    CHECK(call_label(self->tcb, KN_LABEL_TCB_SET_TLS_BASE, 0, 0) == KN_ERROR_TRUNCATED_MESSAGE);
}

// Too few capabilities, too.
TEST(syscall_too_few_capabilities_fail)
{
    CHECK(call_label(ROOT, KN_LABEL_CNODE_COPY, 5, 0) == KN_ERROR_TRUNCATED_MESSAGE);
    CHECK(call_label(self->tcb, KN_LABEL_TCB_BIND_NOTIFICATION, 0, 0) == KN_ERROR_TRUNCATED_MESSAGE);
}

// More words and capabilities than a method wants are ignored.
TEST(syscall_surplus_is_ignored)
{
    kn_ipc_buffer()->caps_or_badges[0] = ROOT;
    CHECK(call_label(make_frame(), KN_LABEL_FRAME_UNMAP, 20, 1) == KN_ERROR_NONE);
}

// A Call of nothing is INVALID_CAPABILITY 0.
TEST(syscall_call_of_an_empty_slot_fails)
{
    struct kn_msg m = message(0, 0, 0);
    kn_call(slot_new(), &m);
    CHECK(label_of(&m) == KN_ERROR_INVALID_CAPABILITY && m.mr[0] == 0);
}

// An invocation by Send or NBSend is carried out, without an answer.
TEST(syscall_invocation_by_send)
{
    kn_cptr_t one = make_endpoint(), two = make_endpoint();
    struct kn_msg m = message(KN_LABEL_CNODE_DELETE, 2, 0);
    m.mr[0] = one;
    m.mr[1] = DEPTH;
    kn_send(ROOT, &m);
    CHECK(slot_is_empty(one));
    m.mr[0] = two;
    kn_nb_send(ROOT, &m);
    CHECK(slot_is_empty(two));
}

// An error of an invocation by Send is dropped.
TEST(syscall_error_by_send_is_dropped)
{
    struct kn_msg m = message(~0ul >> 12, 0, 0);
    kn_send(ROOT, &m);
    kn_nb_send(ROOT, &m);
}

static kn_word_t invoke(struct thread *t)
{
    t->msg = message(KN_LABEL_TCB_SET_TLS_BASE, 1, 0x1000);
    kn_call(t->arg[0], &t->msg);
    return label_of(&t->msg);
}

// Invocations that fit into registers need no IPC buffer.
TEST(syscall_without_buffer_registers_do)
{
    struct thread *t = thread_new(invoke);
    t->arg[0] = t->tcb;
    CHECK_OK(kn_tcb_set_ipc_buffer(t->tcb, 0, 0));
    thread_start(t);
    CHECK(t->is_done && t->result == KN_ERROR_NONE);
}

// A failed invocation changes nothing: what was there before still is.
TEST(syscall_error_changes_nothing)
{
    kn_cptr_t notification = make_notification(), badge = badged(notification, 2);
    CHECK_ERROR(kn_cnode_mutate(ROOT, slot_new(), DEPTH, badge, DEPTH, 7, ROOT), ILLEGAL_OPERATION);
    CHECK_ERROR(copy(badge, notification), DELETE_FIRST);
    kn_signal(badge);
    CHECK(poll(notification).badge == 2);
}
