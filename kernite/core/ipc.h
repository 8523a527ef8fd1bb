// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// Message transfer between threads. See core/ipc.c.

#include "object/tcb.h"

struct endpoint;
struct tcb;
struct reply;

// As ipc_transfer, for messages of any kind.
void ipc_transfer_any(struct tcb *sender, struct tcb *receiver, struct endpoint *e, badge_t badge, bool can_grant);
// Copies the LENGTH words of SENDER's message; both have buffers if these are more than KN_MSG_REGISTERS.
static inline void ipc_copy_message(const struct tcb *sender, struct tcb *receiver, word_t length)
{
    if (length < KN_MSG_REGISTERS) {
        for (word_t i = 0; i < KN_MSG_REGISTERS - 1; i++) {
            if (i == length)
                return;
            arch_set_mr(&receiver->context, i, arch_get_mr(&sender->context, i));
        }
        return;
    }
    word_t mr[KN_MSG_REGISTERS]; // all at once: fewer instructions
    for (word_t i = 0; i < KN_MSG_REGISTERS; i++)
        mr[i] = arch_get_mr(&sender->context, i);
    for (word_t i = 0; i < KN_MSG_REGISTERS; i++)
        arch_set_mr(&receiver->context, i, mr[i]);
    for (word_t i = KN_MSG_REGISTERS; i < length; i++)
        receiver->ipc_buffer_kernel->msg[i] = sender->ipc_buffer_kernel->msg[i];
}
// Copies SENDER's message (registers, buffer, capabilities if CAN_GRANT) to RECEIVER, with BADGE. A sender with a
// fault sends its fault message instead. E: the endpoint it passes; NULL for a reply.
static inline void ipc_transfer(struct tcb *sender, struct tcb *receiver, struct endpoint *e, badge_t badge,
                                bool can_grant)
{
    word_t info = arch_get_info(&sender->context), length = kn_msg_info_get_length(info);
    bool is_plain = sender->fault.label == KN_FAULT_NULL && length <= KN_MSG_REGISTERS &&
                    kn_msg_info_get_extra_caps(info) == 0;
    if (UNLIKELY(!is_plain)) {
        ipc_transfer_any(sender, receiver, e, badge, can_grant);
        return;
    }
    ipc_copy_message(sender, receiver, length);
    arch_set_info(&receiver->context, kn_msg_info_new(kn_msg_info_get_label(info), 0, 0, length));
    arch_set_badge(&receiver->context, badge);
}
// RECEIVER gets a message without words and badge 0: nothing was there, or a signal (whose bits then become the badge).
void ipc_receive_nothing(struct tcb *receiver);
// Carries out a reply of SENDER through REPLY: message or fault reply, donation back, wake-up.
void ipc_reply(struct tcb *sender, struct reply *reply, bool can_grant);
// Takes T out of whatever it is blocked on and leaves it inactive; no effect if it is not blocked. Bounded.
void ipc_cancel(struct tcb *t);
// T, blocked in no queue any more, will execute its system call or faulting instruction again.
void ipc_restart(struct tcb *t);
// The same, but T stays inactive until it is resumed: nobody will answer it.
void ipc_abandon(struct tcb *t);
// T stops running and waits on OBJECT in STATE. T's rewind_on_cancel is set already; queues are the caller's business.
void ipc_block(struct tcb *t, enum thread_state state, void *object);
// Whether T's PC is behind the instruction that it would have to execute again (system calls; not faults at one).
bool ipc_is_behind_instruction(const struct tcb *t);

// Word I of T's outgoing message; 0 beyond the buffer.
static inline word_t message_word(const struct tcb *t, word_t i)
{
    if (i < KN_MSG_REGISTERS)
        return arch_get_mr(&t->context, i);
    return t->ipc_buffer_kernel && i < KN_MSG_MAX_LENGTH ? t->ipc_buffer_kernel->msg[i] : 0;
}
// Word I of T's incoming message; no effect without buffer.
static inline void set_message_word(struct tcb *t, word_t i, word_t value)
{
    if (i < KN_MSG_REGISTERS)
        arch_set_mr(&t->context, i, value);
    else if (t->ipc_buffer_kernel && i < KN_MSG_MAX_LENGTH)
        t->ipc_buffer_kernel->msg[i] = value;
}
