// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

#include "signals.h"

#include "exit.h"
#include "group.h"
#include "job.h"
#include "process.h"

#define TERMINAL_STOP (SIGNALS_STOP & ~SIGNAL_BIT(LX_SIGSTOP))
#define DEFAULT_IGNORE                                                                                                 \
    (SIGNAL_BIT(LX_SIGCHLD) | SIGNAL_BIT(LX_SIGCONT) | SIGNAL_BIT(LX_SIGURG) | SIGNAL_BIT(LX_SIGWINCH))
#define UNCATCHABLE (SIGNAL_BIT(LX_SIGKILL) | SIGNAL_BIT(LX_SIGSTOP))

enum signal_decision signals_decide(const struct signal_view *view, unsigned signal)
{
    uint64_t bit = SIGNAL_BIT(signal);
    bool is_caught = view->caught & bit && !(bit & UNCATCHABLE);
    bool is_blocked = view->blocked & bit && !(bit & UNCATCHABLE);
    if (view->is_first && !is_caught && !is_blocked)
        return SIGNAL_DISCARD;
    if (signal == LX_SIGKILL)
        return SIGNAL_KILL;
    // Who blocks a signal may change his mind about its disposition, or take it by sigtimedwait.
    if (is_blocked || is_caught)
        return SIGNAL_PEND;
    if (bit & DEFAULT_IGNORE || (view->ignored & bit && !(bit & UNCATCHABLE)))
        return SIGNAL_DISCARD;
    if (bit & SIGNALS_STOP)
        return view->is_orphaned && bit & TERMINAL_STOP ? SIGNAL_DISCARD : SIGNAL_PEND;
    return SIGNAL_KILL;
}

static struct signal_view view_of(const struct process *p, unsigned signal)
{
    const struct kn_layout_signal_page *page = p->space.signal_page;
    return (struct signal_view){
        .ignored = signals_load(&page->ignored),
        .caught = signals_load(&page->caught),
        .blocked = signals_load(&page->thread[p->thread.index].blocked),
        .is_first = p == process_first(),
        .is_orphaned = SIGNAL_BIT(signal) & TERMINAL_STOP && group_is_orphaned(p->group, NULL),
    };
}

// Sets the pending bit, with what belongs to it. A standard signal that is pending already is not sent twice.
static long pend(struct process *p, struct thread *t, unsigned signal, const struct siginfo *info)
{
    struct kn_layout_signal_page *page = p->space.signal_page;
    uint64_t *pending = t ? &page->thread[t->index].pending : &page->pending;
    if (signal_is_queued(signal)) {
        if (p->nr_queued >= p->limits.of[LX_RLIMIT_SIGPENDING].cur)
            return -LX_EAGAIN;
        if (!signal_queue_add(t ? &t->queue : &p->queue, signal, info))
            return -LX_EAGAIN;
        p->nr_queued++;
    } else if (!((signals_load(&page->pending) | signals_load(&page->thread[p->thread.index].pending)) &
                 SIGNAL_BIT(signal))) {
        // The layer reads this before it clears the bit, so nobody reads it now.
        page->info[signal] = (struct kn_layout_signal_info){info->code, info->pid, info->uid, info->value};
    }
    __atomic_fetch_or(pending, SIGNAL_BIT(signal), __ATOMIC_SEQ_CST);
    return 0;
}

// Whether the thread has to look at SIGNAL, whose bit has been set: it runs on another CPU, perhaps, and looks at the bits
// after it has changed its mask or said what it waits for. So one of the two sees what the other has done (I3).
static bool listens(const struct process *p, unsigned signal)
{
    const struct kn_layout_signal_thread *t = &p->space.signal_page->thread[p->thread.index];
    // sigtimedwait waits for blocked signals.
    return (~signals_load(&t->blocked) | UNCATCHABLE | signals_load(&t->waiting)) & SIGNAL_BIT(signal);
}

long signals_send(struct process *p, struct thread *t, unsigned signal, const struct siginfo *info)
{
    if (!process_is_alive(p))
        return 0;
    struct signal_view view = view_of(p, signal);
    enum signal_decision decision = signals_decide(&view, signal);
    if (SIGNAL_BIT(signal) & SIGNALS_STOP && decision != SIGNAL_DISCARD)
        job_stop_sent(p);
    if (signal == LX_SIGCONT)
        job_continue(p);
    if (decision == SIGNAL_KILL)
        process_exit(p, signal);
    if (decision != SIGNAL_PEND)
        return 0;
    long error = pend(p, t, signal, info);
    if (!error && listens(p, signal))
        objects_kick(&p->objects);
    return error;
}

unsigned signals_take(struct thread *t, uint64_t set, struct siginfo *info)
{
    struct process *p = t->process;
    struct kn_layout_signal_page *page = p->space.signal_page;
    uint64_t own = t->queue.present & set, shared = p->queue.present & set;
    // The lowest number first; the thread's own before the process's.
    bool is_own = own && (!shared || __builtin_ctzll(own) <= __builtin_ctzll(shared));
    struct signal_queue *q = is_own ? &t->queue : &p->queue;
    uint64_t *pending = is_own ? &page->thread[t->index].pending : &page->pending;
    unsigned signal = signal_queue_take(q, set, info);
    if (!signal)
        return 0;
    p->nr_queued--;
    if (q->present & SIGNAL_BIT(signal))
        __atomic_fetch_or(pending, SIGNAL_BIT(signal), __ATOMIC_SEQ_CST);
    else
        __atomic_fetch_and(pending, ~SIGNAL_BIT(signal), __ATOMIC_SEQ_CST);
    return signal;
}

bool signals_are_due(const struct thread *t)
{
    const struct kn_layout_signal_page *page = t->process->space.signal_page;
    const struct kn_layout_signal_thread *own = &page->thread[t->index];
    return (signals_load(&page->pending) | signals_load(&own->pending)) & (~signals_load(&own->blocked) | UNCATCHABLE);
}

void signals_destroy(struct process *p)
{
    signal_queue_destroy(&p->queue);
    signal_queue_destroy(&p->thread.queue);
    p->nr_queued = 0;
}

void signals_exec_page(const struct process *p, const struct kn_layout_signal_page *old,
                       struct kn_layout_signal_page *page)
{
    const struct kn_layout_signal_thread *from = &old->thread[p->thread.index];
    *page = (struct kn_layout_signal_page){.pending = signals_load(&old->pending), .ignored = signals_load(&old->ignored)};
    for (unsigned i = 0; i < sizeof page->info / sizeof page->info[0]; i++)
        page->info[i] = old->info[i];
    page->thread[0].pending = signals_load(&from->pending);
    page->thread[0].blocked = signals_load(&from->blocked);
}

void signals_fork_page(struct kn_layout_signal_page *page)
{
    page->pending = 0;
    for (unsigned i = 0; i < KN_LAYOUT_MAX_THREADS; i++)
        page->thread[i].pending = page->thread[i].waiting = 0;
}
