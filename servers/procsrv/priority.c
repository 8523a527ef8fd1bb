// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

#include "priority.h"

#include <lx/abi.h>

#include "id.h"
#include "process.h"

#define NICE_MIN (-20)
#define NICE_MAX 19

struct access {
    struct process *caller;
    bool set, found;
    int nice; // to set, or the lowest found
    long error;
};

bool priority_may_change(const struct process *caller, const struct process *p)
{
    const struct creds *c = &caller->creds;
    return creds_is_privileged(c) || c->euid == p->creds.uid || c->euid == p->creds.euid;
}

static long change(const struct access *a, struct process *p)
{
    if (!priority_may_change(a->caller, p))
        return -LX_EPERM;
    if (a->nice < p->nice && !creds_is_privileged(&a->caller->creds))
        return -LX_EACCES;
    p->nice = a->nice;
    if (process_is_alive(p))
        objects_set_time(&p->objects, p->cpu, p->nice);
    return 0;
}

static void visit(struct access *a, struct process *p)
{
    if (a->set) {
        long error = change(a, p);
        a->error = error ? error : a->error;
    } else if (!a->found || p->nice < a->nice) {
        a->nice = p->nice;
    }
    a->found = true;
}

static void visit_group(struct access *a, struct id *group)
{
    if (!group)
        return;
    LIST_FOR_EACH(link, &group->group)
    visit(a, LIST_ENTRY(link, struct process, group_link));
}

static void visit_user(struct access *a, uint32_t uid)
{
    LIST_FOR_EACH(link, process_all())
    {
        struct process *p = LIST_ENTRY(link, struct process, all_link);
        if (p->creds.uid == uid)
            visit(a, p);
    }
}

long priority_access(struct process *caller, uint64_t which, uint64_t who, bool set, int64_t *nice)
{
    struct access a = {.caller = caller, .set = set};
    if (set)
        a.nice = (int)(*nice < NICE_MIN ? NICE_MIN : *nice > NICE_MAX ? NICE_MAX : *nice);
    struct process *p = who ? process_of_pid(who) : caller;
    switch (which) {
    case LX_PRIO_PROCESS:
        if (p)
            visit(&a, p);
        break;
    case LX_PRIO_PGRP: visit_group(&a, who ? id_find(who) : caller->group); break;
    case LX_PRIO_USER: visit_user(&a, who ? (uint32_t)who : caller->creds.uid); break;
    default: return -LX_EINVAL;
    }
    *nice = a.nice;
    return !a.found ? -LX_ESRCH : a.error;
}
