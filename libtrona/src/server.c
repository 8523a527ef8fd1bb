// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

#include "trona/server.h"

#include <kn/proto/layout.h>
#include <kn/stubs.h>
#include <kn/syscalls.h>

#include "trona/log.h"
#include "trona/slots.h"

#define OWN_CNODE KN_LAYOUT_SERVER_SLOT_CNODE

// Reply objects that were deferred and are free again, kept in their slots.
#define MAX_SPARE_REPLIES 64
static kn_cptr_t spare_replies[MAX_SPARE_REPLIES];
static unsigned nr_spare_replies;
static bool is_deferred;

static bool retype_reply(kn_cptr_t slot)
{
    return kn_untyped_retype(KN_LAYOUT_SERVER_SLOT_UNTYPED, KN_OBJECT_TYPE_REPLY, 0, 0, 0, slot, 1, OWN_CNODE) ==
           KN_ERROR_NONE;
}

kn_cptr_t trona_server_defer(void)
{
    kn_cptr_t slot = trona_slot_alloc();
    if (!slot)
        return 0;
    if (kn_cnode_move(OWN_CNODE, slot, KN_WORD_BITS, KN_LAYOUT_SERVER_SLOT_REPLY, KN_WORD_BITS, OWN_CNODE) != KN_ERROR_NONE)
        trona_panic("the current Reply cannot be put aside");
    bool have_other;
    if (nr_spare_replies) {
        kn_cptr_t spare = spare_replies[--nr_spare_replies];
        have_other = kn_cnode_move(OWN_CNODE, KN_LAYOUT_SERVER_SLOT_REPLY, KN_WORD_BITS, spare, KN_WORD_BITS, OWN_CNODE) ==
                     KN_ERROR_NONE;
        trona_slot_free(spare);
    } else {
        have_other = retype_reply(KN_LAYOUT_SERVER_SLOT_REPLY);
    }
    if (!have_other) {
        if (kn_cnode_move(OWN_CNODE, KN_LAYOUT_SERVER_SLOT_REPLY, KN_WORD_BITS, slot, KN_WORD_BITS, OWN_CNODE) != KN_ERROR_NONE)
            trona_panic("the current Reply is lost");
        trona_slot_free(slot);
        return 0;
    }
    is_deferred = true;
    return slot;
}

static void recycle(kn_cptr_t slot)
{
    if (nr_spare_replies < MAX_SPARE_REPLIES)
        spare_replies[nr_spare_replies++] = slot;
    else
        trona_slot_delete(slot);
}

// Puts STATUS and OUT's words into MSG and the IPC buffer.
static void marshal(struct kn_msg *msg, long status, const struct kn_server_msg *out)
{
    kn_word_t length = out && status == 0 ? out->length : 0;
    kn_word_t nr_caps = out && status == 0 ? out->nr_caps : 0;
    struct kn_ipc_buffer *buffer = kn_ipc_buffer();
    for (kn_word_t i = 0; i < length; i++) {
        if (i < KN_MSG_REGISTERS)
            msg->mr[i] = out->word[i];
        else
            buffer->msg[i] = out->word[i];
    }
    if (nr_caps)
        buffer->caps_or_badges[0] = out->cap;
    msg->info = kn_msg_info_new((kn_word_t)-status, 0, nr_caps, length);
}

void trona_server_reply(kn_cptr_t deferred, long status, const struct kn_server_msg *out)
{
    struct kn_msg msg = {0};
    marshal(&msg, status, out);
    kn_send(deferred, &msg);
    recycle(deferred);
}

void trona_server_reply_label(kn_cptr_t deferred, kn_word_t label)
{
    struct kn_msg msg = {.info = kn_msg_info_new(label, 0, 0, 0)};
    kn_send(deferred, &msg);
    recycle(deferred);
}

static void unmarshal(const struct kn_msg *msg, struct kn_server_msg *in)
{
    in->label = kn_msg_info_get_label(msg->info);
    in->length = kn_msg_info_get_length(msg->info);
    in->badge = msg->badge;
    in->nr_caps = kn_msg_info_get_extra_caps(msg->info);
    in->cap = in->nr_caps ? KN_LAYOUT_SERVER_SLOT_RECEIVE : 0;
    const struct kn_ipc_buffer *buffer = kn_ipc_buffer();
    for (kn_word_t i = 0; i < in->length; i++)
        in->word[i] = i < KN_MSG_REGISTERS ? msg->mr[i] : buffer->msg[i];
}

static void expect_capability(void)
{
    struct kn_ipc_buffer *buffer = kn_ipc_buffer();
    buffer->receive_cnode = OWN_CNODE;
    buffer->receive_index = KN_LAYOUT_SERVER_SLOT_RECEIVE;
    buffer->receive_depth = KN_WORD_BITS;
}

void trona_server_run(const struct trona_server *server)
{
    static struct kn_server_msg in, out;
    struct kn_msg msg = {0};
    expect_capability();
    kn_recv(KN_LAYOUT_SERVER_SLOT_ENDPOINT, KN_LAYOUT_SERVER_SLOT_REPLY, &msg);
    for (;;) {
        if (msg.badge & KN_LAYOUT_SIGNAL_BADGE && !(msg.badge & KN_LAYOUT_SERVER_BADGE)) {
            server->on_signal(msg.badge & ~(kn_word_t)KN_LAYOUT_SIGNAL_BADGE);
            kn_recv(KN_LAYOUT_SERVER_SLOT_ENDPOINT, KN_LAYOUT_SERVER_SLOT_REPLY, &msg);
            continue;
        }
        unmarshal(&msg, &in);
        out.length = out.nr_caps = 0;
        is_deferred = false;
        long status = server->on_message(&in, &out);
        if (in.nr_caps)
            kn_cnode_delete(OWN_CNODE, KN_LAYOUT_SERVER_SLOT_RECEIVE, KN_WORD_BITS);
        expect_capability();
        if (is_deferred || status == KN_SERVER_REPLY_LATER) {
            trona_assert(is_deferred && status == KN_SERVER_REPLY_LATER);
            kn_recv(KN_LAYOUT_SERVER_SLOT_ENDPOINT, KN_LAYOUT_SERVER_SLOT_REPLY, &msg);
        } else {
            marshal(&msg, status, &out);
            kn_reply_recv(KN_LAYOUT_SERVER_SLOT_ENDPOINT, KN_LAYOUT_SERVER_SLOT_REPLY, &msg);
        }
    }
}
