// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// Threads, ready queues, current threads. Threads are found by their capabilities; idle threads have none.

#include "arch/api/mmu.h"
#include "core/scheduler.h"
#include "debug/check_private.h"
#include "object/notification.h"
#include "object/refill.h"
#include "object/reply.h"
#include "object/tcb.h"

static word_t check_blocked(const struct tcb *t)
{
    const struct reply *r = t->reply;
    switch (t->state) {
    case THREAD_INACTIVE:
    case THREAD_RUNNING:
    case THREAD_RESTART:
        CHECK(!r, CHECK_TCB_STATE, t, "a thread that waits for nothing uses a Reply");
        CHECK(!t->blocked_object, CHECK_TCB_STATE, t, "a thread that waits for nothing is blocked on an object");
        return CHECK_OK;
    case THREAD_BLOCKED_ON_RECEIVE:
        CHECK(!r || (r->tcb == t && !r->caller_is_waiting), CHECK_TCB_STATE, t, "a receiver's Reply is not its own");
        CHECK(t->blocked_object, CHECK_TCB_STATE, t, "a receiver without endpoint");
        return CHECK_OK;
    case THREAD_BLOCKED_ON_REPLY:
        CHECK(r && r->tcb == t && r->caller_is_waiting, CHECK_TCB_STATE, t, "a caller's Reply does not know it");
        return CHECK_OK;
    case THREAD_BLOCKED_ON_SEND:
    case THREAD_BLOCKED_ON_NOTIFICATION:
        CHECK(!r, CHECK_TCB_STATE, t, "a thread that neither receives nor calls uses a Reply");
        CHECK(t->blocked_object, CHECK_TCB_STATE, t, "a blocked thread without object");
        return CHECK_OK;
    case THREAD_IDLE: break;
    }
    return check_broken(CHECK_TCB_STATE, t, "no such thread state");
}

static word_t check_fault(const struct tcb *t)
{
    if (t->fault.label == KN_FAULT_NULL)
        return CHECK_OK;
    if (t->state == THREAD_BLOCKED_ON_SEND)
        CHECK(t->blocked_is_call, CHECK_TCB_STATE, t, "a fault waits for no answer");
    else
        CHECK(t->state == THREAD_BLOCKED_ON_REPLY, CHECK_TCB_STATE, t, "a fault that nobody is told of");
    return CHECK_OK;
}

static word_t check_buffer(const struct tcb *t)
{
    struct cap c = t->slots[TCB_IPC_BUFFER].cap;
    CHECK(t->slots[TCB_IPC_BUFFER].prev & CTE_IPC_BUFFER, CHECK_IPC_BUFFER, t, "the buffer slot is not marked as such");
    CHECK(cap_is_null(c) == !t->ipc_buffer_kernel, CHECK_IPC_BUFFER, t, "buffer slot and pointer do not agree");
    if (!t->ipc_buffer_kernel)
        return CHECK_OK;
    CHECK(cap_type(c) == KN_CAP_TYPE_FRAME && !cap_is_device(c), CHECK_IPC_BUFFER, t,
          "the kernel writes to what is no frame");
    CHECK((cap_rights(c) & KN_RIGHTS_WRITE) && (cap_rights(c) & KN_RIGHTS_READ), CHECK_IPC_BUFFER, t,
          "the kernel writes to a frame that the thread may not write");
    word_t offset = (word_t)t->ipc_buffer_kernel - (word_t)cap_object(c);
    CHECK(offset + sizeof(struct kn_ipc_buffer) <= BIT(cap_size_bits(c)), CHECK_IPC_BUFFER, t,
          "the kernel's pointer is outside the buffer frame");
    return CHECK_OK;
}

static word_t check_debug(const struct tcb *t)
{
    bool is_debugged = t->nr_steps || t->passing;
    for (word_t i = 0; i < KN_NR_BREAKPOINTS; i++) {
        const struct breakpoint *b = &t->breakpoints[i];
        is_debugged |= b->is_enabled;
        CHECK(b->vaddr < ARCH_USER_TOP && (b->size == 0 || b->vaddr % b->size == 0), CHECK_TCB_STATE, t,
              "a breakpoint outside of user addresses, or not aligned");
    }
    CHECK(t->is_debugged == is_debugged, CHECK_TCB_STATE, t, "a thread is debugged and does not know it");
    CHECK(!(t->extra_state & EXTRA_STATE_DEBUG) == !is_debugged && !(t->extra_state & EXTRA_STATE_FPU) == !t->is_fpu_user &&
              !(t->extra_state & EXTRA_STATE_TIMER) == !t->is_timer_user,
          CHECK_TCB_STATE, t, "extra_state does not agree with what it sums up");
    return CHECK_OK;
}

static word_t check_tcb(const struct tcb *t)
{
    CHECK_PART(check_blocked(t));
    CHECK_PART(check_fault(t));
    CHECK_PART(check_debug(t));
    CHECK(t->priority < KN_NR_PRIORITIES && t->mcp < KN_NR_PRIORITIES, CHECK_TCB_STATE, t, "no such priority");
    CHECK(t->upcall_start <= t->upcall_window_start && t->upcall_window_start <= t->upcall_window_end &&
              t->upcall_window_end <= t->upcall_end,
          CHECK_TCB_STATE, t, "the upcall window is not in the upcall range");
    CHECK(!t->sc || (t->sc->tcb == t && t->sc->cpu == t->cpu), CHECK_SC_LINKS, t, "a thread's context is not its own");
    CHECK(!t->home_sc || t->home_sc->home == t, CHECK_SC_LINKS, t, "the context bound to a thread does not know it");
    CHECK(!t->yield_to || t->yield_to->yield_from == t, CHECK_SC_LINKS, t, "a context does not know who yielded to it");
    CHECK(!t->bound_notification || t->bound_notification->bound == t, CHECK_NOTIFICATION, t,
          "a thread's notification is bound to another");
    return check_buffer(t);
}

// A thread that could run is current or where the scheduler finds it.
static word_t check_is_found(struct tcb *t)
{
    bool is_current = cpus[t->cpu].current == t;
    CHECK(!t->in_ready_queue || thread_is_schedulable(t), CHECK_RUNNABLE_QUEUED, t, "a ready thread could not run");
    if (thread_is_runnable(t) && !t->sc && t->home_sc) {
        const struct sched_context *home = t->home_sc;
        CHECK(home->reply || (home->tcb && thread_is_runnable(home->tcb)), CHECK_SC_LINKS, t,
              "a thread has not got its context back");
    }
    if (!thread_is_schedulable(t))
        return CHECK_OK;
    CHECK(is_current || t->in_ready_queue, CHECK_RUNNABLE_QUEUED, t, "a schedulable thread is nowhere");
    return CHECK_OK;
}

// The latest time that any CPU has read.
static ticks_t latest_time(void)
{
    ticks_t latest = 0;
    for (word_t i = 0; i < nr_cpus; i++)
        latest = cpus[i].now > latest ? cpus[i].now : latest;
    return latest;
}

static word_t check_queue(const struct cpu *cpu, word_t priority, word_t *nr_queued)
{
    const struct tcb_queue *q = &cpu->ready[priority];
    const struct tcb *before = NULL;
    for (const struct tcb *t = q->head; t; t = t->sched_next) {
        CHECK(t->sched_prev == before, CHECK_READY_QUEUE, t, "a ready queue's links do not agree");
        CHECK(t->in_ready_queue, CHECK_READY_QUEUE, t, "a queued thread is not marked");
        CHECK(t->sc && refill_is_ready(t->sc, latest_time()), CHECK_READY_QUEUE, t,
              "a ready thread's budget is not there yet");
        CHECK(t->priority == priority, CHECK_READY_QUEUE, t, "a thread in the queue of another priority");
        CHECK(&cpus[t->cpu] == cpu, CHECK_READY_QUEUE, t, "a thread in the queue of another CPU");
        CHECK(++*nr_queued < CHECK_MAX_STEPS, CHECK_READY_QUEUE, t, "a ready queue does not end");
        before = t;
    }
    CHECK(q->tail == before, CHECK_READY_QUEUE, q, "a ready queue's tail is not its last thread");
    bool in_l2 = cpu->ready_l2[priority / 64] & BIT(priority % 64);
    CHECK(in_l2 == (q->head != NULL), CHECK_READY_QUEUE, q, "a priority's bit does not agree with its queue");
    return CHECK_OK;
}

static word_t check_ready(const struct cpu *cpu, word_t *nr_queued)
{
    for (word_t priority = 0; priority < KN_NR_PRIORITIES; priority++)
        CHECK_PART(check_queue(cpu, priority, nr_queued));
    for (word_t i = 0; i < ARRAY_SIZE(cpu->ready_l2); i++) {
        bool in_l1 = cpu->ready_l1 & BIT(i);
        CHECK(in_l1 == (cpu->ready_l2[i] != 0), CHECK_READY_QUEUE, cpu,
              "the upper bitmap does not agree with the lower");
    }
    return CHECK_OK;
}

static word_t check_current(struct cpu *cpu)
{
    struct tcb *t = cpu->current;
    CHECK(t, CHECK_CURRENT, cpu, "a CPU without thread");
    CHECK(!cpu->candidate, CHECK_CURRENT, cpu, "a candidate has been left over");
    if (t == cpu->idle)
        return CHECK_OK;
    CHECK(t->sc && t->sc == cpu->current_sc, CHECK_CURRENT, t, "the current thread is not charged for its time");
    CHECK(thread_is_schedulable(t), CHECK_CURRENT, t, "the current thread may not run");
    CHECK(!t->in_ready_queue, CHECK_CURRENT, t, "the current thread is in a ready queue");
    return CHECK_OK;
}

// The timer comes in time: at the end of the current context's head refill, and for the first release.
static word_t check_deadline(const struct cpu *cpu)
{
    struct sched_context *sc = cpu->current_sc, *first = cpu->release_head;
    if (sc)
        CHECK(cpu->deadline <= cpu->now - cpu->consumed + refill_head(sc)->amount, CHECK_CURRENT, sc,
              "the timer comes after the end of the budget");
    if (first)
        CHECK(cpu->deadline <= refill_head(first)->time || cpu->deadline <= cpu->now, CHECK_CURRENT, first,
              "the timer comes after the first release");
    return CHECK_OK;
}

// Whether a thread with a better priority than the current one is ready.
static word_t check_is_best(const struct cpu *cpu)
{
    for (word_t p = KN_NR_PRIORITIES; p-- > 0;) {
        if (!cpu->ready[p].head)
            continue;
        CHECK(cpu->current != cpu->idle && cpu->current->priority >= p, CHECK_CURRENT, cpu->ready[p].head,
              "a thread with a better priority waits");
        break;
    }
    return CHECK_OK;
}

word_t check_threads(struct cte *head)
{
    word_t nr_marked = 0, nr_queued = 0;
    for (struct cte *s = NULL; (s = check_next_object(head, s, KN_CAP_TYPE_TCB));) {
        struct tcb *t = cap_object(s->cap);
        CHECK_PART(check_tcb(t));
        nr_marked += t->in_ready_queue;
    }
    for (word_t i = 0; i < nr_cpus; i++) {
        CHECK_PART(check_ready(&cpus[i], &nr_queued));
        CHECK_PART(check_current(&cpus[i]));
        if (!cpus[i].must_reschedule)
            CHECK_PART(check_is_best(&cpus[i]));
        if (!cpus[i].must_reprogram)
            CHECK_PART(check_deadline(&cpus[i]));
    }
    CHECK(nr_marked == nr_queued, CHECK_READY_QUEUE, NULL, "threads are marked as queued that are not");
    for (struct cte *s = NULL; (s = check_next_object(head, s, KN_CAP_TYPE_TCB));)
        CHECK_PART(check_is_found(cap_object(s->cap)));
    return CHECK_OK;
}
