// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// Message transfer, replies, and what ends a thread's waiting before its time.
//
// A message is a word of information, up to KN_MSG_MAX_LENGTH words (the first KN_MSG_REGISTERS in registers, the rest
// in the IPC buffers) and up to KN_MSG_MAX_EXTRA_CAPS capabilities. What does not fit is cut off: words beyond the
// registers need a buffer on both sides. Of the capabilities, those of the endpoint that the message passes arrive as
// their badges (caps_unwrapped has a bit each); one other is put into the receive slot that the receiver's buffer
// names; the first that cannot be placed ends the transfer, and extra_caps counts those that arrived. A capability
// address of the sender that does not resolve means that none is sent.
//
// PC of a blocked thread is behind its system call, so that an answer needs no change; whatever ends its waiting without
// an answer puts PC back (rewind_on_cancel), so that RESTART and INACTIVE threads always have PC where they go on.
//
// I1  A thread's registers stay as they were at the system call while it is blocked: the message is still there.
// I2  A cancelled thread is in no queue, uses no Reply and has no fault.

#include "arch/api/mmu.h"
#include "core/ipc.h"

#include "core/fault.h"
#include "core/scheduler.h"
#include "debug/log.h"
#include "object/endpoint.h"
#include "object/notification.h"
#include "object/reply.h"

// Copies up to LENGTH words; returns how many.
static word_t copy_words(const struct tcb *sender, struct tcb *receiver, word_t length)
{
    if (length > KN_MSG_MAX_LENGTH)
        length = KN_MSG_MAX_LENGTH;
    if (length > KN_MSG_REGISTERS && (!sender->ipc_buffer_kernel || !receiver->ipc_buffer_kernel))
        length = KN_MSG_REGISTERS;
    ipc_copy_message(sender, receiver, length);
    return length;
}

// The slots of the COUNT capabilities that SENDER wants to send; false if one of them does not resolve.
static bool look_up_caps(struct tcb *sender, struct cte **slots, word_t count)
{
    const struct kn_ipc_buffer *buffer = sender->ipc_buffer_kernel;
    for (word_t i = 0; i < count; i++) {
        slots[i] = buffer ? cspace_lookup_of_message(sender, buffer->caps_or_badges[i]).slot : NULL;
        if (!slots[i])
            return false;
    }
    return true;
}

// The empty slot that RECEIVER keeps for a capability; NULL none.
static struct cte *receive_slot(struct tcb *receiver)
{
    const struct kn_ipc_buffer *buffer = receiver->ipc_buffer_kernel;
    word_t depth = buffer->receive_depth;
    if (depth < 1 || depth > KN_WORD_BITS)
        return NULL;
    struct cte *root = cspace_lookup_of_message(receiver, buffer->receive_cnode).slot;
    if (!root)
        return NULL;
    struct cte *slot = cspace_lookup_slot_of_message(root->cap, buffer->receive_index, depth).slot;
    return slot && cte_is_empty(slot) ? slot : NULL;
}

static bool is_cap_of(struct cap cap, const struct endpoint *e)
{
    return e && cap_type(cap) == KN_CAP_TYPE_ENDPOINT && cap_object(cap) == (const void *)e;
}

// Transfers COUNT capabilities; returns how many arrived, and in *UNWRAPPED which of them as badges.
static word_t transfer_caps(struct tcb *sender, struct tcb *receiver, const struct endpoint *e, word_t count,
                            word_t *unwrapped)
{
    struct cte *slots[KN_MSG_MAX_EXTRA_CAPS];
    *unwrapped = 0;
    if (count == 0 || !receiver->ipc_buffer_kernel || !look_up_caps(sender, slots, count))
        return 0;
    struct cte *dest = receive_slot(receiver);
    for (word_t i = 0; i < count; i++) {
        struct cap cap = slots[i]->cap;
        if (is_cap_of(cap, e)) {
            receiver->ipc_buffer_kernel->caps_or_badges[i] = cap_badge(cap);
            *unwrapped |= BIT(i);
            continue;
        }
        if (!dest || cap_derive(NULL, slots[i], &cap) != KERR_OK || cap_is_null(cap))
            return i;
        cdt_insert(cap, slots[i], dest);
        dest = NULL;
    }
    return count;
}

void ipc_transfer_any(struct tcb *sender, struct tcb *receiver, struct endpoint *e, badge_t badge, bool can_grant)
{
    word_t label, length, caps = 0, unwrapped = 0;
    if (sender->fault.label != KN_FAULT_NULL) {
        label = sender->fault.label;
        length = fault_set_message(sender, receiver);
    } else {
        word_t info = arch_get_info(&sender->context);
        label = kn_msg_info_get_label(info);
        length = copy_words(sender, receiver, kn_msg_info_get_length(info));
        if (can_grant)
            caps = transfer_caps(sender, receiver, e, kn_msg_info_get_extra_caps(info), &unwrapped);
    }
    arch_set_info(&receiver->context, kn_msg_info_new(label, unwrapped, caps, length));
    arch_set_badge(&receiver->context, badge);
}

void ipc_receive_nothing(struct tcb *receiver)
{
    arch_set_badge(&receiver->context, 0);
    arch_set_info(&receiver->context, 0);
}

void ipc_reply(struct tcb *sender, struct reply *reply, bool can_grant)
{
    if (!reply->caller_is_waiting)
        return;
    struct tcb *caller = reply->tcb;
    struct tcb *loser = reply_pop(reply);
    bool goes_on = true;
    if (caller->fault.label == KN_FAULT_NULL) {
        ipc_transfer(sender, caller, NULL, 0, can_grant);
    } else {
        word_t info = arch_get_info(&sender->context);
        goes_on = fault_handle_reply(caller, sender, kn_msg_info_get_label(info), kn_msg_info_get_length(info));
    }
    if (goes_on) {
        caller->fault.label = KN_FAULT_NULL;
        thread_set_state(caller, THREAD_RUNNING);
        thread_wake(caller);
    } else {
        ipc_abandon(caller);
    }
    if (loser)
        sched_context_make_up_for(loser);
}

bool ipc_is_behind_instruction(const struct tcb *t)
{
    return t->fault.label == KN_FAULT_NULL || t->fault.label == KN_FAULT_UNKNOWN_SYSCALL;
}

void ipc_block(struct tcb *t, enum thread_state state, void *object)
{
    t->blocked_object = object;
    thread_set_state(t, state);
}

// T waits no more and has not been answered.
static void rewind(struct tcb *t)
{
    if (t->rewind_on_cancel)
        arch_rewind_syscall(&t->context);
    t->rewind_on_cancel = false;
    t->fault.label = KN_FAULT_NULL;
    t->blocked_object = NULL;
}

void ipc_abandon(struct tcb *t)
{
    rewind(t);
    thread_set_state(t, THREAD_INACTIVE);
}

void ipc_restart(struct tcb *t)
{
    rewind(t);
    thread_set_state(t, THREAD_RESTART);
    thread_wake(t);
}

void ipc_cancel(struct tcb *t)
{
    switch (t->state) {
    case THREAD_INACTIVE:
    case THREAD_RUNNING:
    case THREAD_RESTART:
    case THREAD_IDLE: return;
    case THREAD_BLOCKED_ON_RECEIVE:
        endpoint_dequeue(t->blocked_object, t);
        reply_withdraw(t);
        break;
    case THREAD_BLOCKED_ON_SEND: endpoint_dequeue(t->blocked_object, t); break;
    case THREAD_BLOCKED_ON_REPLY: reply_cancel_caller(t); break;
    case THREAD_BLOCKED_ON_NOTIFICATION: notification_dequeue(t->blocked_object, t); break;
    }
    ipc_abandon(t);
}
