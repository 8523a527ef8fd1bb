// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

#include "debug/check.h"

#include "debug/check_private.h"
#include "debug/log.h"

static const char *const names[CHECK_NR_INVARIANTS] = {
    [CHECK_OK] = "none broken",
    [CHECK_LIST_LINKS] = "derivation list links",
    [CHECK_LIST_COMPLETE] = "derivation list complete",
    [CHECK_CAP_FORMAT] = "capability format",
    [CHECK_OBJECT_PARENT] = "object in its untyped",
    [CHECK_OBJECT_OVERLAP] = "objects do not overlap",
    [CHECK_WATERMARK] = "watermark covers the children",
    [CHECK_BADGE_ORDER] = "badge order",
    [CHECK_TCB_STATE] = "thread state",
    [CHECK_READY_QUEUE] = "ready queue",
    [CHECK_RUNNABLE_QUEUED] = "schedulable threads are queued",
    [CHECK_CURRENT] = "current thread and context",
    [CHECK_RELEASE_QUEUE] = "release queue",
    [CHECK_REFILLS] = "refills",
    [CHECK_SC_LINKS] = "scheduling context links",
    [CHECK_ENDPOINT] = "endpoint queue",
    [CHECK_NOTIFICATION] = "notification queue",
    [CHECK_BLOCKED_QUEUED] = "blocked threads are queued",
    [CHECK_REPLY] = "reply links",
    [CHECK_IPC_BUFFER] = "IPC buffer pointer",
    [CHECK_ASID] = "ASID table",
    [CHECK_MAPPING] = "mappings have capabilities",
    [CHECK_IRQ] = "interrupt handlers",
};

const char *check_invariant_name(word_t invariant)
{
    return invariant < CHECK_NR_INVARIANTS ? names[invariant] : "unknown";
}

word_t check_broken(word_t invariant, const void *where, const char *why)
{
    klog("check: %s: %s (%p)\n", check_invariant_name(invariant), why, where);
    return invariant;
}

word_t check_invariants(void)
{
    struct cte *head;
    CHECK_PART(check_derivation(&head));
    CHECK_PART(check_threads(head));
    CHECK_PART(check_sched_contexts(head));
    CHECK_PART(check_ipc(head));
    CHECK_PART(check_memory(head));
    CHECK_PART(check_irqs());
    return CHECK_OK;
}
