// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

#include "trona/server.h"

#include <kn/proto/layout.h>
#include <kn/stubs.h>
#include <kn/syscalls.h>

#include "trona/heap.h"
#include "trona/log.h"
#include "trona/slots.h"

#define OWN_CNODE KN_LAYOUT_SERVER_SLOT_CNODE

// Reply objects that were deferred and are free again, in their slots. An object is never given back: the untyped it came
// from has no other use. A cell belongs to each object but the loop's own, so that keeping one needs no memory.
struct spare_reply {
    struct spare_reply *next;
    kn_cptr_t slot;
};

static struct spare_reply *spare_replies;
static struct spare_reply *cells; // of objects that are deferred
static bool is_deferred;

static kn_error_t move(kn_word_t to, kn_word_t from)
{
    return kn_cnode_move(OWN_CNODE, to, KN_WORD_BITS, from, KN_WORD_BITS, OWN_CNODE);
}

// A Reply object that nobody waits on, in a slot of its own: a spare one, or a new one.
static struct spare_reply *take_spare(void)
{
    struct spare_reply *spare = spare_replies;
    if (spare) {
        spare_replies = spare->next;
        return spare;
    }
    spare = trona_alloc(sizeof *spare);
    kn_cptr_t slot = spare ? trona_slot_alloc() : 0;
    if (slot && kn_untyped_retype(KN_LAYOUT_SERVER_SLOT_UNTYPED, KN_OBJECT_TYPE_REPLY, 0, 0, 0, slot, 1, OWN_CNODE) ==
                    KN_ERROR_NONE) {
        spare->slot = slot;
        return spare;
    }
    if (slot)
        trona_slot_free(slot);
    trona_free(spare, sizeof *spare);
    return NULL;
}

kn_cptr_t trona_server_defer(void)
{
    kn_cptr_t slot = trona_slot_alloc();
    struct spare_reply *other = slot ? take_spare() : NULL;
    if (!other) {
        if (slot)
            trona_slot_free(slot);
        return 0;
    }
    if (move(slot, KN_LAYOUT_SERVER_SLOT_REPLY) != KN_ERROR_NONE ||
        move(KN_LAYOUT_SERVER_SLOT_REPLY, other->slot) != KN_ERROR_NONE)
        trona_panic("the current Reply cannot be put aside");
    trona_slot_free(other->slot);
    other->next = cells;
    cells = other;
    is_deferred = true;
    return slot;
}

static void recycle(kn_cptr_t slot)
{
    struct spare_reply *cell = cells;
    cells = cell->next;
    *cell = (struct spare_reply){spare_replies, slot};
    spare_replies = cell;
}

// Puts STATUS (0 or negative errno) and OUT's words into MSG and the IPC buffer.
static void marshal(struct kn_msg *msg, long status, const struct kn_server_msg *out)
{
    struct kn_server_msg none = {.label = (kn_word_t)-status};
    if (!out || status != 0) {
        kn_server_msg_store(&none, msg);
        return;
    }
    kn_server_msg_store(out, msg);
    msg->info = kn_msg_info_new(0, 0, out->nr_caps, out->length);
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

static void expect_capability(void)
{
    kn_set_receive_slot(OWN_CNODE, KN_LAYOUT_SERVER_SLOT_RECEIVE, KN_WORD_BITS);
}

// Takes the next message after one that was answered already, or is answered later.
static void receive(struct kn_msg *msg)
{
    kn_recv(KN_LAYOUT_SERVER_SLOT_ENDPOINT, KN_LAYOUT_SERVER_SLOT_REPLY, msg);
}

// Handles the request in MSG, answers it, and takes the next one.
static void handle(const struct trona_server *server, struct kn_msg *msg)
{
    static struct kn_server_msg in, out; // too large for a stack
    kn_server_msg_load(&in, msg, KN_LAYOUT_SERVER_SLOT_RECEIVE);
    out.length = out.nr_caps = 0;
    is_deferred = false;
    long status = server->on_message(&in, &out);
    if (in.nr_caps) // whatever has not been moved away
        kn_cnode_delete(OWN_CNODE, KN_LAYOUT_SERVER_SLOT_RECEIVE, KN_WORD_BITS);
    expect_capability();
    trona_assert(is_deferred == (status == KN_SERVER_REPLY_LATER));
    if (is_deferred) {
        receive(msg);
    } else {
        marshal(msg, status, &out);
        kn_reply_recv(KN_LAYOUT_SERVER_SLOT_ENDPOINT, KN_LAYOUT_SERVER_SLOT_REPLY, msg);
    }
}

void trona_server_run(const struct trona_server *server)
{
    struct kn_msg msg = {0};
    expect_capability();
    receive(&msg);
    for (;;) {
        if (msg.badge & KN_LAYOUT_SIGNAL_BADGE && !(msg.badge & KN_LAYOUT_SERVER_BADGE)) {
            server->on_signal(msg.badge & ~(kn_word_t)KN_LAYOUT_SIGNAL_BADGE);
            receive(&msg);
        } else {
            handle(server, &msg);
        }
    }
}
