// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

#include "group.h"

#include <lx/abi.h>

#include "exit.h"
#include "id.h"
#include "process.h"
#include "signals.h"

static struct process *member(struct list *link) { return LIST_ENTRY(link, struct process, group_link); }

// The process that CALLER names: itself or a child that has not called exec.
static long find_target(struct process *caller, uint64_t pid, struct process **target)
{
    struct process *p = pid == 0 ? caller : process_of_pid(pid);
    if (!p || !process_is_alive(p) || (p != caller && p->parent != caller))
        return -LX_ESRCH;
    *target = p;
    if (p->session != caller->session || p->session == p->pid)
        return -LX_EPERM;
    return p != caller && p->has_exec ? -LX_EACCES : 0;
}

long group_set(struct process *caller, uint64_t pid, int64_t pgid)
{
    struct process *p;
    if (pgid < 0)
        return -LX_EINVAL;
    long error = find_target(caller, pid, &p);
    if (error)
        return error;
    struct id *group = pgid == 0 || pgid == process_pid(p) ? p->pid : id_find((uint64_t)pgid);
    if (!group ||
        (group != p->pid && (list_is_empty(&group->group) || member(group->group.next)->session != p->session)))
        return -LX_EPERM;
    if (group != p->group) {
        process_set_group(p, group, p->session);
        process_publish(p);
    }
    return 0;
}

long group_new_session(struct process *caller)
{
    if (!list_is_empty(&caller->pid->group))
        return -LX_EPERM;
    process_set_group(caller, caller->pid, caller->pid);
    process_publish(caller);
    return 0;
}

bool group_is_orphaned(const struct id *group, const struct process *ignored)
{
    LIST_FOR_EACH(link, (struct list *)&group->group)
    {
        const struct process *p = member(link);
        if (p == ignored || !process_is_alive(p) || !p->parent || p->parent == process_first())
            continue;
        if (p->parent->group != group && p->parent->session == p->session)
            return false;
    }
    return true;
}

static bool has_stopped_member(const struct id *group)
{
    LIST_FOR_EACH(link, (struct list *)&group->group)
    {
        if (member(link)->state == KN_LAYOUT_PROC_STATE_STOPPED)
            return true;
    }
    return false;
}

void group_check_orphaned(struct process *p, const struct process *old_parent, const struct process *ignored)
{
    static const struct siginfo info = {.code = LX_SI_KERNEL};
    struct id *group = p->group;
    if (!old_parent || old_parent->group == group || old_parent->session != p->session ||
        !group_is_orphaned(group, ignored) || !has_stopped_member(group))
        return;
    exit_hold();
    LIST_FOR_EACH(link, &group->group)
    {
        struct process *m = member(link);
        signals_send(m, NULL, LX_SIGHUP, &info);
        signals_send(m, NULL, LX_SIGCONT, &info);
    }
    exit_release();
}
