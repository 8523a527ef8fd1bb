// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// The system calls: each is at most one send and one receive. The first of two never blocks and never faults.
//
// Arguments stay in the caller's registers until the call completes, so that a thread that is blocked or preempted can
// be sent back to its system call instruction at any time.

#include "arch/api/context.h"
#include "arch/api/cpu.h"
#include "arch/api/mmu.h"
#include "core/cspace.h"
#include "core/entry.h"
#include "core/fault.h"
#include "core/scheduler.h"
#include "object/endpoint.h"
#include "object/notification.h"
#include "object/tcb.h"
#include "syscall/debug.h"
#include "syscall/invoke.h"

static const struct lookup_failure nothing_there = {KN_LOOKUP_FAILURE_MISSING_CAPABILITY, {0}};

// The Reply object that T offers; NULL: T is in a fault.
static struct reply *find_reply(struct tcb *t)
{
    cptr_t cptr = arch_get_reply(&t->context);
    struct cte *slot = tcb_find_slot(t, cptr);
    if (slot && cap_type(slot->cap) == KN_CAP_TYPE_REPLY)
        return cap_object(slot->cap);
    if (slot)
        fault_capability(t, cptr, true, &nothing_there);
    else
        fault_lookup(t, cptr, true);
    return NULL;
}

static void receive_from_endpoint(struct tcb *t, struct cap cap, bool is_blocking, bool with_reply)
{
    struct reply *reply = NULL;
    if (with_reply) {
        reply = find_reply(t);
        if (!reply)
            return;
    }
    endpoint_receive(cap_object(cap), t, is_blocking, reply);
}

// Whether T may wait for the notification: nobody else is bound to it.
static bool may_wait(const struct tcb *t, const struct notification *n)
{
    return !n->bound || n->bound == t;
}

static void receive(struct tcb *t, bool is_blocking, bool with_reply)
{
    cptr_t cptr = arch_get_cptr(&t->context);
    struct cte *slot = tcb_find_slot(t, cptr);
    if (UNLIKELY(!slot)) {
        fault_lookup(t, cptr, true);
        return;
    }
    struct cap cap = slot->cap;
    word_t type = cap_type(cap);
    bool is_readable = cap_rights(cap) & KN_RIGHTS_READ;
    if (type == KN_CAP_TYPE_ENDPOINT && is_readable)
        receive_from_endpoint(t, cap, is_blocking, with_reply);
    else if (type == KN_CAP_TYPE_NOTIFICATION && is_readable && may_wait(t, cap_object(cap)))
        notification_receive(cap_object(cap), t, is_blocking);
    else
        fault_capability(t, cptr, true, &nothing_there);
}

static void send_first(struct tcb *t, cptr_t cptr)
{
    invoke_capability(t, cptr, (struct send_mode){.can_donate = true, .is_first_phase = true});
}

#ifdef KN_SYS_UPCALL_RETURN // of architectures that cannot return from an upcall in user mode
static void upcall_return(struct tcb *t)
{
    if (t->ipc_buffer_kernel)
        arch_upcall_return(t, t->ipc_buffer_kernel);
    else
        fault_unknown_syscall(t, KN_SYSCALL_NUMBER(KN_SYS_UPCALL_RETURN));
}
#endif

void handle_syscall(word_t number)
{
    struct tcb *t = this_cpu()->current;
    struct arch_context *c = &t->context;
    tcb_check_spaces(t);
    switch (number) {
    case KN_SYS_CALL:
        invoke_capability(t, arch_get_cptr(c), (struct send_mode){.is_blocking = true, .is_call = true, .can_donate = true});
        return;
    case KN_SYS_REPLY_RECV:
        send_first(t, arch_get_reply(c));
        receive(t, true, true);
        return;
    case KN_SYS_NB_SEND_RECV:
        send_first(t, arch_get_dest(c));
        receive(t, true, true);
        return;
    case KN_SYS_NB_SEND_WAIT:
        send_first(t, arch_get_dest(c));
        receive(t, true, false);
        return;
    case KN_SYS_SEND: invoke_capability(t, arch_get_cptr(c), (struct send_mode){.is_blocking = true}); return;
    case KN_SYS_NB_SEND: invoke_capability(t, arch_get_cptr(c), (struct send_mode){0}); return;
    case KN_SYS_RECV: receive(t, true, true); return;
    case KN_SYS_NB_RECV: receive(t, false, true); return;
    case KN_SYS_WAIT: receive(t, true, false); return;
    case KN_SYS_NB_WAIT: receive(t, false, false); return;
    case KN_SYS_YIELD: scheduler_yield(); return;
#ifdef KN_SYS_UPCALL_RETURN
    case KN_SYS_UPCALL_RETURN: upcall_return(t); return;
#endif
    }
    // Not for what runs on top of a runtime: to it these numbers are foreign ones, and it must not end the machine.
    bool is_foreign = upcall_is_set(t) && !upcall_in_range(t, arch_get_pc(&t->context) - 1);
    if (CONFIG_DEBUG && !is_foreign && debug_syscall(t, number))
        return;
    handle_foreign_syscall(KN_SYSCALL_NUMBER(number));
}
