// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

#include "job.h"

#include <lx/abi.h>

#include "group.h"
#include "process.h"
#include "signals.h"
#include "wait.h"

static void clear_pending(struct process *p, uint64_t signals)
{
    struct kn_layout_signal_page *page = p->space.signal_page;
    __atomic_fetch_and(&page->pending, ~signals, __ATOMIC_SEQ_CST);
    __atomic_fetch_and(&page->thread[p->thread.index].pending, ~signals, __ATOMIC_SEQ_CST);
}

void job_stop_sent(struct process *p)
{
    clear_pending(p, SIGNAL_BIT(LX_SIGCONT));
    p->is_stop_due = true;
}

void job_continue(struct process *p)
{
    clear_pending(p, SIGNALS_STOP);
    p->is_stop_due = false;
    if (p->state != KN_LAYOUT_PROC_STATE_STOPPED)
        return;
    p->state = KN_LAYOUT_PROC_STATE_RUNNING;
    process_publish(p);
    objects_wake_signal(&p->objects);
    wait_child_changed(p, CHANGE_CONTINUED);
}

long job_stopped(struct thread *t, unsigned signal)
{
    struct process *p = t->process;
    if (p->state == KN_LAYOUT_PROC_STATE_STOPPED)
        return -LX_EAGAIN;
    bool is_due = p->is_stop_due && (signal == LX_SIGSTOP || !group_is_orphaned(p->group, NULL));
    p->is_stop_due = false;
    if (!is_due)
        return 0;
    p->state = KN_LAYOUT_PROC_STATE_STOPPED;
    p->stop_signal = signal;
    process_publish(p);
    wait_child_changed(p, CHANGE_STOPPED);
    return -LX_EAGAIN;
}
