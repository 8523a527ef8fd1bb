// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// Capabilities in messages: transfer, unwrapping, and what stands in their way.

#include "thread.h"

// Sends (or Calls, if arg[1]) to arg[0] the message and capabilities prepared by prepare.
static kn_word_t send_caps(struct thread *t)
{
    if (t->arg[1])
        kn_call(t->arg[0], &t->msg);
    else
        kn_send(t->arg[0], &t->msg);
    return kn_msg_info_get_label(t->msg.info);
}

// A thread that will send N capabilities to ENDPOINT.
static struct thread *sender(kn_cptr_t endpoint, kn_word_t n, const kn_cptr_t *caps)
{
    struct thread *t = thread_new(send_caps);
    t->arg[0] = endpoint;
    t->msg = (struct kn_msg){.info = kn_msg_info_new(1, 0, n, 2), .mr = {11, 12}};
    for (kn_word_t i = 0; i < n; i++)
        t->buffer->caps_or_badges[i] = caps[i];
    return t;
}

// What arrives when such a thread sends and this one has room in SLOT (0: nowhere).
static struct kn_msg transfer(kn_cptr_t endpoint, kn_cptr_t from, kn_word_t n, const kn_cptr_t *caps, kn_cptr_t slot)
{
    if (slot)
        kn_set_receive_slot(ROOT, slot, DEPTH);
    thread_start(sender(from, n, caps));
    struct kn_msg m = wait(endpoint);
    CHECK(m.mr[0] == 11 && m.mr[1] == 12 && length_of(&m) == 2);
    return m;
}

static kn_word_t extra(const struct kn_msg *m) { return kn_msg_info_get_extra_caps(m->info); }
static kn_word_t unwrapped(const struct kn_msg *m) { return kn_msg_info_get_caps_unwrapped(m->info); }

// A capability sent through a capability with GRANT comes to the receive slot and works.
TEST(transfer_puts_a_capability_into_the_receive_slot)
{
    kn_cptr_t endpoint = make_endpoint(), notification = make_notification(), slot = slot_new();
    kn_cptr_t badge = badged(notification, 5);
    struct kn_msg m = transfer(endpoint, endpoint, 1, &badge, slot);
    CHECK(extra(&m) == 1 && unwrapped(&m) == 0);
    kn_signal(slot);
    CHECK(poll(notification).badge == 5 && !slot_is_empty(badge));
}

// The receiver may wait first.
TEST(transfer_to_a_waiting_receiver)
{
    kn_cptr_t endpoint = make_endpoint(), cap = make_notification(), slot = slot_new();
    struct thread *t = sender(endpoint, 1, &cap);
    thread_set_priority(t, PRIORITY_LOW);
    thread_start(t);
    kn_set_receive_slot(ROOT, slot, DEPTH);
    struct kn_msg m = wait(endpoint);
    CHECK(extra(&m) == 1 && !slot_is_empty(slot));
}

// Without GRANT the words arrive and no capability.
TEST(transfer_needs_grant)
{
    kn_cptr_t endpoint = make_endpoint(), cap = make_notification(), slot = slot_new();
    struct kn_msg m = transfer(endpoint, with_rights(endpoint, KN_RIGHTS_ALL & ~KN_RIGHTS_GRANT), 1, &cap, slot);
    CHECK(extra(&m) == 0 && slot_is_empty(slot));
}

// An occupied receive slot stays as it is.
TEST(transfer_needs_an_empty_slot)
{
    kn_cptr_t endpoint = make_endpoint(), cap = make_notification(), slot = copy_of(KN_INIT_CAP_TCB);
    struct kn_msg m = transfer(endpoint, endpoint, 1, &cap, slot);
    CHECK(extra(&m) == 0);
    CHECK_OK(kn_tcb_set_priority(slot, KN_NR_PRIORITIES - 1, KN_INIT_CAP_TCB));
}

// Without a receive slot nothing is transferred.
TEST(transfer_needs_a_receive_slot)
{
    kn_cptr_t endpoint = make_endpoint(), cap = make_notification();
    struct kn_msg m = transfer(endpoint, endpoint, 1, &cap, 0);
    CHECK(extra(&m) == 0);
    kn_set_receive_slot(ROOT, slot_new(), 65);
    m = transfer(endpoint, endpoint, 1, &cap, 0);
    CHECK(extra(&m) == 0);
    kn_set_receive_slot(make_endpoint(), slot_new(), DEPTH);
    m = transfer(endpoint, endpoint, 1, &cap, 0);
    CHECK(extra(&m) == 0);
}

// The receive slot may lie in any CNode of the receiver's.
TEST(transfer_into_another_cnode)
{
    kn_cptr_t endpoint = make_endpoint(), cap = make_notification(), node = make_cnode(4), out = slot_new();
    kn_set_receive_slot(node, 9, 4);
    struct kn_msg m = transfer(endpoint, endpoint, 1, &cap, 0);
    CHECK(extra(&m) == 1);
    CHECK_OK(kn_cnode_move(ROOT, out, DEPTH, 9, 4, node));
}

// A capability of the endpoint itself arrives as its badge.
TEST(transfer_unwraps_the_endpoint)
{
    kn_cptr_t endpoint = make_endpoint(), badge = badged(endpoint, 0xabcdef), slot = slot_new();
    struct kn_msg m = transfer(endpoint, endpoint, 1, &badge, slot);
    CHECK(extra(&m) == 1 && unwrapped(&m) == 1 && kn_ipc_buffer()->caps_or_badges[0] == 0xabcdef);
    CHECK(slot_is_empty(slot));
}

// All three may be unwrapped, without a receive slot.
TEST(transfer_unwraps_three)
{
    kn_cptr_t endpoint = make_endpoint();
    kn_cptr_t caps[] = {badged(endpoint, 1), badged(endpoint, 2), badged(endpoint, 3)};
    struct kn_msg m = transfer(endpoint, endpoint, 3, caps, 0);
    CHECK(extra(&m) == 3 && unwrapped(&m) == 7);
    for (kn_word_t i = 0; i < 3; i++)
        CHECK(kn_ipc_buffer()->caps_or_badges[i] == i + 1);
}

// Badges and one capability may come together, in any order.
TEST(transfer_unwraps_beside_a_capability)
{
    kn_cptr_t endpoint = make_endpoint(), slot = slot_new();
    kn_cptr_t caps[] = {badged(endpoint, 1), make_notification(), badged(endpoint, 3)};
    struct kn_msg m = transfer(endpoint, endpoint, 3, caps, slot);
    CHECK(extra(&m) == 3 && unwrapped(&m) == 5);
    CHECK(kn_ipc_buffer()->caps_or_badges[0] == 1 && kn_ipc_buffer()->caps_or_badges[2] == 3);
    CHECK(!slot_is_empty(slot));
}

// A second capability finds no slot: the first arrives, and the transfer ends there.
TEST(transfer_places_one_capability)
{
    kn_cptr_t endpoint = make_endpoint(), slot = slot_new();
    kn_cptr_t caps[] = {make_notification(), make_notification(), badged(endpoint, 3)};
    struct kn_msg m = transfer(endpoint, endpoint, 3, caps, slot);
    CHECK(extra(&m) == 1 && unwrapped(&m) == 0 && !slot_is_empty(slot));
}

// A capability of another endpoint is not unwrapped.
TEST(transfer_of_another_endpoint)
{
    kn_cptr_t endpoint = make_endpoint(), other = badged(make_endpoint(), 4), slot = slot_new();
    struct kn_msg m = transfer(endpoint, endpoint, 1, &other, slot);
    CHECK(extra(&m) == 1 && unwrapped(&m) == 0);
    thread_start(sender(slot, 0, NULL));
    CHECK(wait(other).badge == 4);
}

// What cannot be copied cannot be sent.
TEST(transfer_of_irq_control_fails)
{
    kn_cptr_t endpoint = make_endpoint(), cap = KN_INIT_CAP_IRQ_CONTROL, slot = slot_new();
    struct kn_msg m = transfer(endpoint, endpoint, 1, &cap, slot);
    CHECK(extra(&m) == 0 && slot_is_empty(slot));
}

// The capability received is derived from the sender's: the sender's parent can revoke it.
TEST(transfer_result_is_a_descendant)
{
    kn_cptr_t endpoint = make_endpoint(), notification = make_notification(), badge = badged(notification, 5);
    kn_cptr_t slot = slot_new();
    transfer(endpoint, endpoint, 1, &badge, slot);
    CHECK(!slot_is_empty(slot));
    CHECK_OK(revoke(notification));
    CHECK(slot_is_empty(slot));
}

// An address that does not resolve among the capabilities is a capability fault of the sender.
TEST(transfer_of_a_wrong_address_faults)
{
    kn_cptr_t endpoint = make_endpoint(), faults = make_endpoint(), reply = make_reply(), cap = 1ul << 40;
    struct thread *t = sender(endpoint, 1, &cap);
    thread_set_fault_endpoint(t, faults);
    thread_start(t);
    struct kn_msg m = receive(faults, reply);
    CHECK(label_of(&m) == KN_FAULT_CAP && kn_msg_get(&m, KN_FAULT_CAP_ADDRESS) == cap);
    m = poll(endpoint);
    CHECK(is_nothing(&m));
}

// Capabilities travel with the answer to a Call, too, into the caller's receive slot.
TEST(transfer_with_an_answer)
{
    kn_cptr_t endpoint = make_endpoint(), reply = make_reply(), slot = slot_new(), cap = make_notification();
    struct thread *t = sender(endpoint, 0, NULL);
    t->arg[1] = true;
    t->buffer->receive_cnode = ROOT;
    t->buffer->receive_index = slot;
    t->buffer->receive_depth = DEPTH;
    thread_start(t);
    receive(endpoint, reply);
    struct kn_msg m = {.info = kn_msg_info_new(3, 0, 1, 0)};
    kn_ipc_buffer()->caps_or_badges[0] = cap;
    kn_send(reply, &m);
    CHECK(t->is_done && t->result == 3 && !slot_is_empty(slot));
}

// A Reply capability without GRANT answers without capabilities.
TEST(transfer_with_an_answer_needs_grant)
{
    kn_cptr_t endpoint = make_endpoint(), reply = make_reply(), slot = slot_new(), cap = make_notification();
    struct thread *t = sender(endpoint, 0, NULL);
    t->arg[1] = true;
    t->buffer->receive_cnode = ROOT;
    t->buffer->receive_index = slot;
    t->buffer->receive_depth = DEPTH;
    thread_start(t);
    receive(endpoint, reply);
    struct kn_msg m = {.info = kn_msg_info_new(3, 0, 1, 0)};
    kn_ipc_buffer()->caps_or_badges[0] = cap;
    kn_send(with_rights(reply, 0), &m);
    CHECK(t->is_done && t->result == 3 && slot_is_empty(slot));
}
