// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

#include "fork.h"

#include <lx/abi.h>

#include "placement.h"
#include "process.h"
#include "signals.h"

long fork_prepare(struct process *parent, const struct fork_request *request, struct process **out)
{
    struct process *child;
    if (request->exit_signal > LX_NSIG || (request->is_sibling && !parent->parent))
        return -LX_EINVAL;
    long error = process_new(parent, &child);
    if (error)
        return error;
    child->exit_signal = request->is_sibling ? parent->exit_signal : request->exit_signal;
    child->is_sibling_of_creator = request->is_sibling;
    child->thread.index = request->thread;
    *out = child;
    return 0;
}

static struct process *find_prepared(struct process *parent, uint64_t serial)
{
    struct process *p = process_find(serial);
    return p && p->state == KN_LAYOUT_PROC_STATE_PREPARING && p->parent == parent ? p : NULL;
}

// The objects and the space of a child, from those of PARENT.
static long build(struct process *child, const struct process *parent, kn_cptr_t vfs_client)
{
    unsigned thread = child->thread.index;
    long error = space_clone(&child->space, &parent->space, thread);
    if (error)
        return error;
    error = objects_create(&child->objects, child->serial, thread);
    if (!error)
        error = objects_attach(&child->objects, &child->space);
    if (!error)
        error = objects_give_vfs(&child->objects, vfs_client);
    if (error) {
        objects_destroy(&child->objects);
        space_destroy(&child->space);
    }
    return error;
}

long fork_commit(struct process *parent, uint64_t serial, kn_cptr_t vfs_client, struct process **out)
{
    struct process *child = find_prepared(parent, serial);
    if (!child || !process_thread(parent, child->thread.index))
        return -LX_ESRCH;
    if (signals_are_due(&parent->thread))
        return -LX_EINTR;
    long error = build(child, parent, vfs_client);
    if (error)
        return error;
    space_release_slots(&child->space);
    signals_fork_page(child->space.signal_page);
    placement_take(child);
    objects_set_time(&child->objects, child->cpu, child->nice);
    process_start(child, NULL, NULL);
    objects_start_fork(&child->objects, &parent->objects);
    *out = child;
    return 0;
}

long fork_abort(struct process *parent, uint64_t serial)
{
    struct process *child = find_prepared(parent, serial);
    if (!child)
        return -LX_ESRCH;
    process_drop(child);
    return 0;
}

void fork_drop_all(struct process *parent)
{
    LIST_FOR_EACH(link, &parent->preparing)
    process_drop(LIST_ENTRY(link, struct process, sibling));
}

long fork_wait(struct process *parent, uint64_t serial)
{
    struct process *child = process_find(serial);
    if (!child || child->parent != parent || child->is_vfork_done)
        return 0;
    child->is_vfork_awaited = true;
    return -LX_EAGAIN;
}

void fork_child_let_go(struct process *p)
{
    p->is_vfork_done = true;
    if (!p->is_vfork_awaited)
        return;
    p->is_vfork_awaited = false;
    if (p->parent && process_is_alive(p->parent))
        objects_wake_signal(&p->parent->objects);
}
