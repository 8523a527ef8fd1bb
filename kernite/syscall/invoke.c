// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

#include "syscall/invoke.h"

#include "arch/api/mmu.h"
#include "core/cspace.h"
#include "core/fault.h"
#include "core/ipc.h"
#include "core/smp.h"
#include "debug/declared_errors.h"
#include "kernel/invocation_dispatch.h"
#include "object/endpoint.h"
#include "object/notification.h"
#include "object/sched_context.h"
#include "object/tcb.h"

// Words of the caller's message: what it says, but never beyond what exists.
static word_t message_length(const struct tcb *t, word_t info)
{
    word_t length = kn_msg_info_get_length(info);
    word_t max = t->ipc_buffer_kernel ? KN_MSG_MAX_LENGTH : KN_MSG_REGISTERS;
    return length < max ? length : max;
}

// Looks up the capabilities that go along. False: the look-up of one failed, at *CPTR.
static bool lookup_extra_caps(struct invocation *inv, word_t info, cptr_t *cptr, struct lookup_failure *failure)
{
    const struct kn_ipc_buffer *buffer = inv->caller->ipc_buffer_kernel;
    if (!buffer)
        return true;
    word_t count = kn_msg_info_get_extra_caps(info);
    for (word_t i = 0; i < count; i++) {
        *cptr = buffer->caps_or_badges[i];
        struct tcb *t = inv->caller;
        if (LIKELY(*cptr < t->spaces.nr_slots)) { // as tcb_find_slot does
            inv->extra_caps[i] = t->spaces.slots + *cptr;
            continue;
        }
        struct lookup_result found = cspace_lookup_of_message(t, *cptr);
        inv->extra_caps[i] = found.slot;
        if (!found.slot) {
            *failure = found.failure;
            return false;
        }
    }
    inv->nr_extra_caps = count;
    return true;
}

static void reply(struct tcb *t, word_t label, word_t length)
{
    arch_set_badge(&t->context, 0);
    arch_set_info(&t->context, kn_msg_info_new(label, 0, 0, length));
}

static void reply_success(const struct invocation *inv)
{
    for (word_t i = 0; i < inv->nr_results && i < ARRAY_SIZE(inv->result); i++)
        set_message_word(inv->caller, i, inv->result[i]);
    reply(inv->caller, KN_ERROR_NONE, inv->nr_results);
}

static void reply_error(const struct invocation *inv)
{
    word_t length = inv->error.nr_words;
    for (word_t i = 0; i < length; i++)
        set_message_word(inv->caller, i, inv->error.word[i]);
    if (inv->is_batch) { // see the specification of the range methods
        while (length < ARRAY_SIZE(inv->error.word))
            set_message_word(inv->caller, length++, 0);
        set_message_word(inv->caller, length++, inv->done);
    }
    reply(inv->caller, inv->error.type, length);
}

// Ends the system call of an invocation. A caller that has suspended itself finds the answer when it is resumed; what is
// written to one that has destroyed itself nobody sees, since its memory is not reused before the end of this entry.
static void finish(const struct invocation *inv, kerr_t status)
{
    if (UNLIKELY(status == KERR_PREEMPTED))
        arch_rewind_syscall(&inv->caller->context);
    else if (!inv->is_call || inv->has_replied)
        return;
    else if (LIKELY(status == KERR_OK))
        reply_success(inv);
    else
        reply_error(inv);
}

static bool is_ipc_object(struct cap cap)
{
    word_t type = cap_type(cap);
    return type == KN_CAP_TYPE_ENDPOINT || type == KN_CAP_TYPE_NOTIFICATION || type == KN_CAP_TYPE_REPLY;
}

// T's message goes to the IPC object that CAP names. False: it is none, or CAP lacks the right.
ALWAYS_INLINE static inline bool send_message(struct tcb *t, struct cap cap, struct send_mode mode)
{
    word_t rights = cap_rights(cap);
    switch (cap_type(cap)) {
    case KN_CAP_TYPE_ENDPOINT:
        if (!(rights & KN_RIGHTS_WRITE))
            return false;
        endpoint_send(cap_object(cap), t, mode.is_blocking, mode.is_call, cap_badge(cap), rights & KN_RIGHTS_GRANT,
                      rights & KN_RIGHTS_GRANT_REPLY, mode.can_donate);
        return true; // the receiver answers
    case KN_CAP_TYPE_NOTIFICATION:
        if (!(rights & KN_RIGHTS_WRITE))
            return false;
        notification_signal(cap_object(cap), cap_badge(cap));
        break;
    case KN_CAP_TYPE_REPLY: ipc_reply(t, cap_object(cap), rights & KN_RIGHTS_GRANT); break;
    default: return false;
    }
    if (mode.is_call)
        reply(t, KN_ERROR_NONE, 0);
    return true;
}

// What is invoked, or who runs on it, is taken off another CPU.
static void claim(struct cap cap)
{
    struct tcb *t = NULL;
    if (cap_type(cap) == KN_CAP_TYPE_TCB)
        t = cap_object(cap);
    else if (cap_type(cap) == KN_CAP_TYPE_SCHED_CONTEXT)
        t = ((struct sched_context *)cap_object(cap))->tcb;
    if (t)
        smp_stall(t);
}

static kerr_t invoke_object(struct invocation *inv)
{
    if (UNLIKELY(nr_cpus > 1))
        claim(inv->cap);
    kerr_t status = invocation_dispatch(inv);
    if (CONFIG_DEBUG && status == KERR_ERROR)
        check_error_is_declared(inv);
    return status;
}

static kerr_t dispatch(struct invocation *inv, struct send_mode mode)
{
    if (!is_ipc_object(inv->cap))
        return mode.is_first_phase ? err_capability(inv, 0) : invoke_object(inv);
    inv->has_replied = send_message(inv->caller, inv->cap, mode);
    return inv->has_replied ? KERR_OK : err_capability(inv, 0);
}

// What is more than a message: an invocation, or an IPC object with capabilities to be sent.
NOINLINE static void invoke(struct tcb *t, cptr_t cptr, struct cte *slot, struct send_mode mode)
{
    word_t info = arch_get_info(&t->context);
    struct invocation inv;
    inv.caller = t;
    inv.slot = slot;
    inv.cap = slot->cap;
    inv.cptr = cptr;
    inv.label = kn_msg_info_get_label(info);
    inv.length = message_length(t, info);
    inv.nr_extra_caps = 0;
    inv.is_call = mode.is_call;
    inv.has_replied = false;
    inv.is_batch = false;
    inv.done = 0;
    inv.nr_results = 0;
    cptr_t extra;
    struct lookup_failure failure;
    if (!lookup_extra_caps(&inv, info, &extra, &failure)) {
        if (mode.is_blocking)
            fault_capability(t, extra, false, &failure);
        return;
    }
    finish(&inv, dispatch(&inv, mode));
}

void invoke_capability(struct tcb *t, cptr_t cptr, struct send_mode mode)
{
    struct cte *slot = tcb_find_slot(t, cptr);
    if (UNLIKELY(!slot)) {
        if (mode.is_blocking)
            fault_lookup(t, cptr, false);
        return;
    }
    bool has_caps = kn_msg_info_get_extra_caps(arch_get_info(&t->context)) != 0;
    if (has_caps || !send_message(t, slot->cap, mode))
        invoke(t, cptr, slot, mode);
}
