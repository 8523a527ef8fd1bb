// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// Endpoints, Reply objects, capability transfer, notifications.

#include "root.h"

static seL4_CPtr endpoint, reply, notification, slot;

static seL4_MessageInfo_t words(seL4_Word length) { return seL4_MessageInfo_new(0, 0, 0, length); }

// Answers with every word doubled, the badge as label, until a message without words.
static void double_words(struct thread *t)
{
    seL4_Word badge;
    seL4_MessageInfo_t tag = seL4_Recv(endpoint, &badge, reply);
    seL4_Word length;
    while ((length = seL4_MessageInfo_get_length(tag)) != 0) {
        for (seL4_Word i = 0; i < length; i++)
            seL4_SetMR((int)i, 2 * seL4_GetMR((int)i));
        t->result++;
        tag = seL4_ReplyRecv(endpoint, seL4_MessageInfo_new(badge, 0, 0, length), &badge, reply);
    }
    seL4_Send(reply, words(0));
}

void check_calls(void)
{
    static const seL4_Word lengths[] = {1, 4, 5, 20, seL4_MsgMaxLength};
    endpoint = make(seL4_EndpointObject, 0);
    reply = make(seL4_ReplyObject, 0);
    struct thread *server = thread_spawn(double_words, 0, PRIORITY_HIGH);
    seL4_CPtr client = badged(endpoint, 1234);
    for (unsigned int i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
        for (seL4_Word w = 0; w < lengths[i]; w++)
            seL4_SetMR((int)w, 100 * i + w);
        seL4_MessageInfo_t tag = seL4_Call(client, words(lengths[i]));
        CHECK(seL4_MessageInfo_get_label(tag) == 1234 && seL4_MessageInfo_get_length(tag) == lengths[i]);
        seL4_MessageInfo_ptr_set_label(&tag, 7);
        CHECK(seL4_MessageInfo_ptr_get_label(&tag) == 7 && seL4_MessageInfo_get_length(tag) == lengths[i]);
        for (seL4_Word w = 0; w < lengths[i]; w++)
            CHECK(seL4_GetMR((int)w) == 2 * (100 * i + w));
    }
    seL4_Word mr0 = 21, mr1 = 4;
    seL4_CallWithMRs(client, words(2), &mr0, &mr1, seL4_Null, seL4_Null);
    CHECK(mr0 == 42 && mr1 == 8);
    seL4_Call(client, words(0));
    CHECK(server->is_done && server->result == sizeof lengths / sizeof lengths[0] + 1);
    CHECK(seL4_MessageInfo_get_label(seL4_Call(seL4_CapInitThreadTCB, seL4_MessageInfo_new(~0ul >> 12, 0, 0, 0))) ==
          seL4_IllegalOperation); // an invocation without a meaning
}

static void send_words(struct thread *t)
{
    for (seL4_Word i = 1; i <= 3; i++) {
        seL4_SetMR(0, i);
        seL4_Send(t->arg, words(1));
        t->result = i;
    }
}

void check_sends(void)
{
    seL4_Word badge = 1, mr0 = 0;
    endpoint = make(seL4_EndpointObject, 0);
    reply = make(seL4_ReplyObject, 0);
    seL4_SetMR(0, 5);
    seL4_NBSend(endpoint, words(1)); // nobody waits: it is lost
    CHECK(seL4_MessageInfo_get_length(seL4_NBRecv(endpoint, &badge, reply)) == 0 && badge == 0);
    struct thread *sender = thread_spawn(send_words, badged(endpoint, 8), PRIORITY_HIGH);
    for (seL4_Word i = 1; i <= 3; i++) {
        CHECK(sender->result == i - 1); // it blocks until its message is taken
        seL4_MessageInfo_t tag = i == 2 ? seL4_NBRecv(endpoint, &badge, reply) : seL4_Recv(endpoint, &badge, reply);
        CHECK(badge == 8 && seL4_MessageInfo_get_length(tag) == 1 && seL4_GetMR(0) == i);
    }
    CHECK(sender->is_done);
    // Signal and receive in one call; only the receive half reports.
    sender = thread_spawn(send_words, badged(endpoint, 9), PRIORITY_HIGH);
    notification = make(seL4_NotificationObject, 0);
    seL4_NBSendRecvWithMRs(notification, words(0), endpoint, &badge, &mr0, seL4_Null, seL4_Null, seL4_Null, reply);
    CHECK(badge == 9 && mr0 == 1);
    seL4_Wait(notification, &badge);
    CHECK(badge == 0);
    seL4_NBSendWait(notification, words(0), endpoint, &badge);
    CHECK(badge == 9 && seL4_GetMR(0) == 2);
    CHECK_OK(seL4_TCB_Suspend(sender->tcb)); // takes the third one back
    CHECK(seL4_MessageInfo_get_length(seL4_NBRecv(endpoint, &badge, reply)) == 0);
    seL4_CPtr mute = with_rights(endpoint, seL4_CanRead);
    seL4_NBSend(mute, words(1)); // without the right to write: ignored
}

// Receives into SLOT, whatever it is signals it, and answers with its own notification.
static void take_notification(struct thread *t)
{
    seL4_Word badge;
    seL4_SetCapReceivePath(ROOT, slot, DEPTH);
    seL4_MessageInfo_t tag = seL4_Recv(endpoint, &badge, reply);
    t->result = seL4_MessageInfo_get_extraCaps(tag);
    CHECK(seL4_MessageInfo_get_capsUnwrapped(tag) == 0);
    seL4_Signal(slot);
    seL4_SetCap(0, t->arg);
    tag = seL4_ReplyRecv(endpoint, seL4_MessageInfo_new(0, 0, 1, 0), &badge, reply);
    // A capability of the endpoint itself is not transferred: its badge arrives.
    t->result = seL4_MessageInfo_get_capsUnwrapped(tag);
    seL4_SetMR(0, seL4_GetBadge(0));
    seL4_Send(reply, words(1));
}

void check_transfer(void)
{
    seL4_Word badge;
    seL4_CPtr theirs = make(seL4_NotificationObject, 0), received = new_slot();
    endpoint = make(seL4_EndpointObject, 0);
    reply = make(seL4_ReplyObject, 0);
    notification = make(seL4_NotificationObject, 0);
    slot = new_slot();
    struct thread *server = thread_spawn(take_notification, theirs, PRIORITY_HIGH);
    seL4_SetCapReceivePath(ROOT, received, DEPTH);
    seL4_SetCap(0, badged(notification, 16));
    seL4_MessageInfo_t tag = seL4_Call(endpoint, seL4_MessageInfo_new(0, 0, 1, 0));
    CHECK(server->result == 1 && seL4_MessageInfo_get_extraCaps(tag) == 1 && !slot_is_empty(received));
    seL4_Wait(notification, &badge);
    CHECK(badge == 16); // signalled through the capability that went over
    seL4_Signal(received);
    seL4_Poll(theirs, &badge);
    CHECK(badge == 0 && seL4_CNode_Revoke(ROOT, theirs, DEPTH) == seL4_NoError && slot_is_empty(received));
    seL4_SetCap(0, badged(endpoint, 77));
    seL4_Call(endpoint, seL4_MessageInfo_new(0, 0, 1, 0));
    CHECK(seL4_GetMR(0) == 77 && server->result == 1);
    seL4_SetCapReceivePath(seL4_CapNull, seL4_CapNull, 0);
    // Without the right to grant nothing goes along.
    server = thread_spawn(take_notification, theirs, PRIORITY_HIGH);
    seL4_CNode_Delete(ROOT, slot, DEPTH);
    seL4_SetCap(0, notification);
    seL4_Call(with_rights(endpoint, seL4_CapRights_new(1, 0, 1, 1)), seL4_MessageInfo_new(0, 0, 1, 0));
    CHECK(slot_is_empty(slot) && server->result == 0);
}

static void wait_for_signals(struct thread *t)
{
    seL4_Word badge;
    seL4_Wait(t->arg, &badge);
    t->result = badge;
}

void check_notifications(void)
{
    seL4_Word badge;
    notification = make(seL4_NotificationObject, 0);
    seL4_CPtr one = badged(notification, 1), two = badged(notification, 2);
    seL4_Poll(notification, &badge);
    CHECK(badge == 0);
    seL4_Signal(one);
    seL4_Signal(two);
    seL4_Signal(two);
    seL4_Wait(notification, &badge);
    CHECK(badge == 3);
    struct thread *waiter = thread_spawn(wait_for_signals, notification, PRIORITY_HIGH);
    CHECK(!waiter->is_done);
    seL4_Signal(two);
    CHECK(waiter->is_done && waiter->result == 2);
    // Bound: signals also end a receive on an endpoint.
    endpoint = make(seL4_EndpointObject, 0);
    reply = make(seL4_ReplyObject, 0);
    CHECK_OK(seL4_TCB_BindNotification(SELF, notification));
    CHECK(seL4_TCB_BindNotification(waiter->tcb, notification) == seL4_IllegalOperation);
    seL4_Signal(one);
    seL4_Recv(endpoint, &badge, reply);
    CHECK(badge == 1);
    CHECK_OK(seL4_TCB_UnbindNotification(SELF));
    CHECK(seL4_TCB_UnbindNotification(SELF) == seL4_IllegalOperation);
    seL4_Signal(with_rights(notification, seL4_CanRead)); // without the right to write: ignored
    seL4_Poll(notification, &badge);
    CHECK(badge == 0);
}

// The sender's capability is deleted, its send cancelled: it sends again, to nobody.
void check_cancelled_sends(void)
{
    seL4_Word badge;
    endpoint = make(seL4_EndpointObject, 0);
    reply = make(seL4_ReplyObject, 0);
    seL4_CPtr theirs = badged(endpoint, 3), mine = badged(endpoint, 3);
    struct thread *sender = thread_spawn(send_words, theirs, PRIORITY_HIGH);
    struct thread *other = thread_spawn(send_words, badged(endpoint, 4), PRIORITY_HIGH);
    CHECK_OK(seL4_CNode_Delete(ROOT, theirs, DEPTH));
    CHECK(!sender->is_done);
    CHECK(seL4_CNode_CancelBadgedSends(ROOT, with_rights(mine, seL4_CanRead), DEPTH) == seL4_IllegalOperation);
    CHECK_OK(seL4_CNode_CancelBadgedSends(ROOT, mine, DEPTH));
    CHECK(sender->is_done && !other->is_done);
    for (seL4_Word i = 1; i <= 3; i++) {
        seL4_Recv(endpoint, &badge, reply);
        CHECK(badge == 4 && seL4_GetMR(0) == i);
    }
}
