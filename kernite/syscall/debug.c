// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

#include "syscall/debug.h"

#include "arch/api/context.h"
#include "arch/api/cpu.h"
#include "arch/api/mmu.h"
#include "core/cspace.h"
#include "debug/check.h"
#include "debug/log.h"
#include "object/tcb.h"

static const char *state_name(enum thread_state state)
{
    switch (state) {
    case THREAD_INACTIVE: return "inactive";
    case THREAD_RUNNING: return "running";
    case THREAD_RESTART: return "restart";
    case THREAD_BLOCKED_ON_RECEIVE: return "receive";
    case THREAD_BLOCKED_ON_SEND: return "send";
    case THREAD_BLOCKED_ON_REPLY: return "reply";
    case THREAD_BLOCKED_ON_NOTIFICATION: return "notification";
    case THREAD_IDLE: return "idle";
    }
    return "?";
}

static void dump_thread(const struct tcb *t)
{
    klog("thread %p %s priority %lu pc %lx sp %lx cpu %lu sc %p object %p fault %lu\n", (const void *)t,
         state_name(t->state), t->priority, arch_get_pc(&t->context), arch_get_sp(&t->context), t->cpu,
         (const void *)t->sc, t->blocked_object, t->fault.label);
}

static void dump(void)
{
    for (struct cte *s = cdt_head(); s; s = cte_next(s)) {
        struct cte *before = cte_prev(s);
        if (cap_type(s->cap) == KN_CAP_TYPE_TCB && !(before && cap_same_object(before->cap, s->cap)))
            dump_thread(cap_object(s->cap));
    }
}

static word_t identify(struct tcb *t, cptr_t cptr)
{
    struct lookup_result found = cspace_lookup(t, cptr);
    return found.slot ? cap_type(found.slot->cap) : KN_CAP_TYPE_NULL;
}

// docs/exit-codes.md: a test's failure is not mistaken for a panic.
static word_t exit_status(word_t status)
{
    return status == 0 ? 0 : 16 + (status < 63 ? status : 63);
}

bool debug_syscall(struct tcb *t, word_t number)
{
    struct arch_context *c = &t->context;
    switch (number) {
    case KN_SYS_DEBUG_PUT_CHAR: klog("%c", (int)(arch_get_cptr(c) & 0xff)); return true;
    case KN_SYS_DEBUG_CAP_IDENTIFY: arch_set_badge(c, identify(t, arch_get_cptr(c))); return true;
    case KN_SYS_DEBUG_DUMP: dump(); return true;
    case KN_SYS_DEBUG_CHECK: arch_set_badge(c, check_invariants()); return true;
    case KN_SYS_DEBUG_EXIT: arch_halt(exit_status(arch_get_cptr(c)));
    }
    return false;
}
