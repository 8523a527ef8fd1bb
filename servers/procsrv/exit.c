// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

#include "exit.h"

#include "fork.h"
#include "group.h"
#include "placement.h"
#include "port.h"
#include "process.h"
#include "signals.h"
#include "table.h"
#include "wait.h"

static struct process *doomed, *last_doomed; // by next_doomed
static unsigned holders;

// Gives back everything but what wait needs.
static void release(struct process *p)
{
    process_update_time(p);
    p->own.max_rss_pages = port_as_peak_pages(p->space.as);
    objects_destroy(&p->objects);
    placement_leave(p);
    space_destroy(&p->space);
    timer_cancel(&p->thread.timer);
    timer_cancel(&p->itimer);
    signals_destroy(p);
    fork_drop_all(p);
}

// Who gets P's children: the nearest ancestor that asked for it, else the first process.
static struct process *reaper_of(const struct process *p)
{
    for (struct process *a = p->parent; a; a = a->parent)
        if (a->is_subreaper && process_is_alive(a))
            return a;
    return process_first();
}

static void orphan_children(struct process *p)
{
    struct process *reaper = reaper_of(p);
    LIST_FOR_EACH(link, &p->children)
    {
        struct process *child = LIST_ENTRY(link, struct process, sibling);
        child->exit_signal = LX_SIGCHLD;
        process_adopt(reaper, child);
        process_publish(child);
        if (process_is_alive(child))
            group_check_orphaned(child, p, NULL);
    }
    LIST_FOR_EACH(link, &p->zombies)
    {
        struct process *child = LIST_ENTRY(link, struct process, sibling);
        child->exit_signal = LX_SIGCHLD;
        process_adopt(reaper, child);
        wait_child_exited(child);
    }
}

// P stays among its parent's children until vfs has cleaned up.
static void become_zombie(struct process *p)
{
    if (p->change != CHANGE_NONE && p->parent)
        p->parent->nr_changed--;
    p->change = CHANGE_NONE;
    p->state = KN_LAYOUT_PROC_STATE_ZOMBIE;
    list_remove(&p->all_link);
    process_publish(p);
}

static void end(struct process *p)
{
    release(p);
    become_zombie(p);
    table_push_exit(p->serial);
    if (p == process_first()) {
        port_first_process_ended(p->status);
        return;
    }
    orphan_children(p);
    group_check_orphaned(p, p->parent, p);
}

static void cleaned(uint64_t serial)
{
    struct process *p = process_cleaned(serial);
    if (!p)
        return;
    process_adopt(p->parent, p);
    fork_child_let_go(p);
    wait_child_exited(p);
}

bool exit_cleaned(uint64_t count)
{
    exit_hold(); // a signal to the parent may be its end
    bool is_possible = table_exits_done(count, cleaned);
    exit_release();
    return is_possible;
}

void exit_hold(void) { holders++; }

void exit_release(void)
{
    if (holders > 1) {
        holders--;
        return;
    }
    // Still held: what these deaths cause is appended.
    while (doomed) {
        struct process *p = doomed;
        doomed = p->next_doomed;
        end(p);
    }
    holders = 0;
}

void process_exit(struct process *p, uint32_t status)
{
    if (!process_is_alive(p) || p->is_doomed)
        return;
    p->is_doomed = true;
    p->status = status;
    p->next_doomed = NULL;
    struct process **link = doomed ? &last_doomed->next_doomed : &doomed;
    *link = last_doomed = p;
    exit_hold();
    exit_release();
}
