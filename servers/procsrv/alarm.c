// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

#include "alarm.h"

#include <lx/abi.h>

#include "clock.h"
#include "process.h"
#include "signals.h"

// The shortest period that is kept to, so that no program keeps procsrv busy by its interval timer.
#define SHORTEST_PERIOD_NS 100000ul

void alarm_get(const struct process *p, uint64_t *value, uint64_t *interval)
{
    uint64_t now = clock_now();
    *value = 0;
    if (p->itimer.position)
        *value = p->itimer.deadline > now ? p->itimer.deadline - now : 1; // due, but not fired yet
    *interval = p->itimer_interval;
}

void alarm_set(struct process *p, uint64_t value, uint64_t interval)
{
    uint64_t now = clock_now();
    p->itimer_interval = value ? interval : 0;
    timer_set(&p->itimer, !value ? TIMER_NEVER : value < TIMER_NEVER - 1 - now ? now + value : TIMER_NEVER - 1);
}

void alarm_thread_fired(struct timer *timer)
{
    struct thread *t = LIST_ENTRY(timer, struct thread, timer);
    objects_wake_timer(&t->process->objects);
}

// Missed periods give one signal, as on Linux.
void alarm_itimer_fired(struct timer *timer)
{
    struct process *p = LIST_ENTRY(timer, struct process, itimer);
    struct siginfo info = {.code = LX_SI_KERNEL};
    if (p->itimer_interval) {
        uint64_t period = p->itimer_interval > SHORTEST_PERIOD_NS ? p->itimer_interval : SHORTEST_PERIOD_NS;
        uint64_t now = clock_now(), next = timer->deadline + period;
        if (next <= now)
            next = timer->deadline + ((now - timer->deadline) / period + 1) * period;
        timer_set(timer, next < timer->deadline ? TIMER_NEVER - 1 : next);
    }
    signals_send(p, NULL, LX_SIGALRM, &info);
}
