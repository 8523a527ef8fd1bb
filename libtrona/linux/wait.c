// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// Waiting: a thread that waits for the program sleeps on its own notification, and nowhere else. Badge bits are hints: the
// caller asks again whatever it waits for.

#include "layer.h"

static void sleep_on_notification(const struct thread *t)
{
    struct kn_msg msg = {0};
    kn_wait(thread_slot(t, KN_LAYOUT_THREAD_SLOT_NOTIFICATION), &msg);
}

static void set_waiting(const struct thread *t, word_t mask)
{
    __atomic_store_n(&signal_page()->thread[t->index].waiting, mask, __ATOMIC_SEQ_CST);
}

long wait_for_wake(struct thread *t, word_t deadline)
{
    if (deadline != NEVER) {
        if (clock_monotonic_ns() >= deadline)
            return -LX_ETIMEDOUT;
        if (t->timer_deadline != deadline) {
            long r = kn_proc_thread_timer(PROC, t->index, deadline);
            if (r)
                return r;
            t->timer_deadline = deadline;
        }
    }
    // Announced before the last look: a signal sent in between finds us waiting.
    set_waiting(t, ~t->blocked);
    if (signal_due(t)) {
        set_waiting(t, 0);
        return -RESTART_SYS;
    }
    sleep_on_notification(t);
    set_waiting(t, 0);
    return 0; // what was waited for comes before a signal: the caller looks, and finds the signal when it is back
}

void wait_end(struct thread *t)
{
    if (t->timer_deadline == TIMER_OFF)
        return;
    t->timer_deadline = TIMER_OFF;
    kn_proc_thread_timer(PROC, t->index, TIMER_OFF);
}

void wait_uninterrupted(struct thread *t) { sleep_on_notification(t); }

long wait_for_signal(struct thread *t, word_t set, word_t deadline)
{
    set_waiting(t, set | ~t->blocked);
    if (signal_pending(t) & set) {
        set_waiting(t, 0);
        return 0;
    }
    if (deadline != NEVER && t->timer_deadline != deadline) {
        kn_proc_thread_timer(PROC, t->index, deadline);
        t->timer_deadline = deadline;
    }
    if (deadline != NEVER && clock_monotonic_ns() >= deadline) {
        set_waiting(t, 0);
        return -LX_ETIMEDOUT;
    }
    long r = signal_due(t) & ~set ? -RESTART_SYS : 0;
    if (r == 0)
        sleep_on_notification(t);
    set_waiting(t, 0);
    return r;
}
