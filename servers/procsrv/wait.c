// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

#include "wait.h"

#include <lx/abi.h>

#include "id.h"
#include "signals.h"

#define NOCLDSTOP 1 // signal_page.nocldstop
#define NOCLDWAIT 2
#define STATUS_STOPPED 0x7f // in the low byte, the signal above
#define STATUS_CONTINUED 0xffff
#define STATUS_SIGNAL(status) ((status)&0x7f)
#define STATUS_CODE(status) ((status) >> 8 & 0xff)
#define STATUS_CORE 0x80
#define OPTIONS (LX_WNOHANG | LX_WNOWAIT | LX_WEXITED | LX_WSTOPPED | LX_WCONTINUED)

static struct process *child_of(struct list *link) { return LIST_ENTRY(link, struct process, sibling); }

// Whether REQUEST is about CHILD. GROUP is the group it names.
static bool is_eligible(const struct process *child, const struct wait_request *request, const struct id *group)
{
    return request->idtype == LX_P_ALL || (request->idtype == LX_P_PID && process_pid(child) == request->id) ||
           (request->idtype == LX_P_PGID && child->group == group);
}

static bool has_report(const struct process *child, uint64_t options)
{
    switch (child->state) {
    case KN_LAYOUT_PROC_STATE_ZOMBIE: return child->is_cleaned && options & LX_WEXITED;
    default:
        return (child->change == CHANGE_STOPPED && options & LX_WSTOPPED) ||
               (child->change == CHANGE_CONTINUED && options & LX_WCONTINUED);
    }
}

// The first of LIST that REQUEST is about and that has something to report; *found: one is eligible at all.
static struct process *search(struct list *list, const struct wait_request *request, const struct id *group,
                              bool *found)
{
    LIST_FOR_EACH(link, list)
    {
        struct process *child = child_of(link);
        if (!is_eligible(child, request, group))
            continue;
        *found = true;
        if (has_report(child, request->options))
            return child;
        if (request->idtype == LX_P_ALL && child->parent->nr_changed == 0)
            return NULL; // none of the others has either
    }
    return NULL;
}

static struct process *find(struct process *p, const struct wait_request *request, const struct id *group, bool *found)
{
    if (request->idtype == LX_P_PID) { // no search needed
        struct process *child = process_of_pid(request->id);
        *found = child && child->parent == p;
        return *found && has_report(child, request->options) ? child : NULL;
    }
    struct process *child = search(&p->zombies, request, group, found);
    return child ? child : search(&p->children, request, group, found);
}

static void add_usage(struct usage *to, const struct usage *u)
{
    to->user_ns += u->user_ns;
    to->system_ns += u->system_ns;
    to->max_rss_pages = to->max_rss_pages > u->max_rss_pages ? to->max_rss_pages : u->max_rss_pages;
}

static uint32_t status_of(const struct process *child)
{
    if (child->state == KN_LAYOUT_PROC_STATE_ZOMBIE)
        return child->status;
    return child->change == CHANGE_STOPPED ? child->stop_signal << 8 | STATUS_STOPPED : STATUS_CONTINUED;
}

static void report(struct process *p, struct process *child, bool keep, struct wait_result *result)
{
    process_update_time(child);
    *result = (struct wait_result){process_pid(child), status_of(child), child->creds.uid, child->own};
    add_usage(&result->usage, &child->of_children);
    if (keep)
        return;
    if (child->state == KN_LAYOUT_PROC_STATE_ZOMBIE) {
        add_usage(&p->of_children, &result->usage);
        process_reap(child);
    } else {
        child->change = CHANGE_NONE;
        p->nr_changed--;
    }
}

long wait_for(struct process *p, const struct wait_request *request, struct wait_result *result)
{
    if (request->options & ~(uint64_t)OPTIONS || !(request->options & (LX_WEXITED | LX_WSTOPPED | LX_WCONTINUED)) ||
        request->idtype > LX_P_PGID)
        return -LX_EINVAL;
    bool found = false;
    const struct id *group = request->idtype != LX_P_PGID ? NULL : request->id ? id_find(request->id) : p->group;
    struct process *child = request->idtype == LX_P_PGID && !group ? NULL : find(p, request, group, &found);
    *result = (struct wait_result){0};
    if (child) {
        report(p, child, request->options & LX_WNOWAIT, result);
        return 0;
    }
    if (!found)
        return -LX_ECHILD;
    if (request->options & LX_WNOHANG)
        return 0;
    p->is_waiting = true;
    return -LX_EAGAIN;
}

static void wake(struct process *parent)
{
    if (!parent->is_waiting || !process_is_alive(parent))
        return;
    parent->is_waiting = false;
    objects_wake_signal(&parent->objects);
}

static void send(struct process *parent, const struct process *child, unsigned signal, int64_t code, uint64_t status)
{
    struct siginfo info = {.code = code, .pid = process_pid(child), .uid = child->creds.uid, .value = status};
    signals_send(parent, NULL, signal, &info);
}

void wait_child_changed(struct process *p, enum process_change change)
{
    struct process *parent = p->parent;
    if (parent && p->change == CHANGE_NONE)
        parent->nr_changed++;
    p->change = change;
    if (!parent || !process_is_alive(parent))
        return;
    wake(parent);
    if (signals_load(&parent->space.signal_page->nocldstop) & NOCLDSTOP)
        return;
    if (change == CHANGE_STOPPED)
        send(parent, p, LX_SIGCHLD, LX_CLD_STOPPED, p->stop_signal);
    else
        send(parent, p, LX_SIGCHLD, LX_CLD_CONTINUED, LX_SIGCONT);
}

void wait_child_exited(struct process *p)
{
    struct process *parent = p->parent;
    if (!parent || !process_is_alive(parent))
        return; // the end of the first process, which ends everything
    const struct kn_layout_signal_page *page = parent->space.signal_page;
    bool is_chld = p->exit_signal == LX_SIGCHLD;
    bool is_ignored = is_chld && signals_load(&page->ignored) & SIGNAL_BIT(LX_SIGCHLD);
    bool is_unwanted = is_ignored || (is_chld && signals_load(&page->nocldstop) & NOCLDWAIT);
    unsigned signal = STATUS_SIGNAL(p->status);
    if (p->exit_signal && !is_ignored)
        send(parent, p, p->exit_signal,
             !signal                   ? LX_CLD_EXITED
             : p->status & STATUS_CORE ? LX_CLD_DUMPED
                                       : LX_CLD_KILLED,
             signal ? signal : STATUS_CODE(p->status));
    if (is_unwanted)
        process_reap(p);
    wake(parent);
}
