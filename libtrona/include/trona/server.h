// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// The server loop: one thread, one endpoint, one bound notification. It receives, calls the server, sends exactly one
// reply a request. A reply can be deferred: the request's Reply capability is put aside and used later.
//
// I1: slot KN_LAYOUT_SERVER_SLOT_REPLY always holds a Reply object that no caller waits on when the loop receives.

#include <stdbool.h>

#include <kn/server.h>

struct trona_server {
    // A request (or a fault, by its label). Fills OUT and returns 0 or a negative errno, or KN_SERVER_REPLY_LATER after
    // trona_server_defer. A capability that came with it is in KN_LAYOUT_SERVER_SLOT_RECEIVE: move it away to keep it.
    long (*on_message)(const struct kn_server_msg *in, struct kn_server_msg *out);
    // Signals: the badge bits without KN_LAYOUT_SIGNAL_BADGE.
    void (*on_signal)(kn_word_t bits);
};

// Serves for ever. The notification in KN_LAYOUT_SERVER_SLOT_NOTIFICATION must be bound to the thread (init does it).
_Noreturn void trona_server_run(const struct trona_server *server);

// Inside on_message: puts the current request's Reply aside and returns the slot that holds it now, 0 if there is no
// memory for another Reply object (then answer -ENOMEM).
kn_cptr_t trona_server_defer(void);
// Answers a deferred request with STATUS (0 or negative errno) and OUT's words (NULL: none); the slot is used again.
void trona_server_reply(kn_cptr_t deferred, long status, const struct kn_server_msg *out);
// Answers a deferred request with a bare label (fault replies: KN_FAULT_REPLY_*).
void trona_server_reply_label(kn_cptr_t deferred, kn_word_t label);
