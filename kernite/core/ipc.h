// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// Message transfer between threads. See core/ipc.c.

#include "core/cspace.h"

struct tcb;
struct reply;

// Copies SENDER's message (registers, buffer, capabilities if CAN_GRANT) to RECEIVER, with BADGE. A sender with a
// fault sends its fault message instead.
void ipc_transfer(struct tcb *sender, struct tcb *receiver, badge_t badge, bool can_grant);
// Carries out a reply of SENDER through REPLY: message or fault reply, donation back, wake-up.
void ipc_reply(struct tcb *sender, struct reply *reply, bool can_grant);
// Takes T out of whatever it is blocked on. Bounded.
void ipc_cancel(struct tcb *t);

word_t message_word(const struct tcb *t, word_t i);            // word I of T's outgoing message; 0 beyond the buffer
void set_message_word(struct tcb *t, word_t i, word_t value);  // word I of T's incoming message; no effect without buffer
