// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

#include "timer.h"

#include <stdbool.h>

#include <kn/proto/layout.h>

#include "trona/log.h"

#define TIMERS_PER_PROCESS 2 // its thread's and ITIMER_REAL
#define MAX_TIMERS (KN_LAYOUT_PROC_TABLE_ENTRIES * TIMERS_PER_PROCESS)

static struct timer *heap[MAX_TIMERS];
static uint32_t count;

static void place(uint32_t at, struct timer *timer)
{
    heap[at] = timer;
    timer->position = at + 1;
}

static void sift_up(uint32_t at, struct timer *timer)
{
    while (at > 0 && timer->deadline < heap[(at - 1) / 2]->deadline) {
        place(at, heap[(at - 1) / 2]);
        at = (at - 1) / 2;
    }
    place(at, timer);
}

static void sift_down(uint32_t at, struct timer *timer)
{
    for (;;) {
        uint32_t child = 2 * at + 1;
        if (child + 1 < count && heap[child + 1]->deadline < heap[child]->deadline)
            child++;
        if (child >= count || heap[child]->deadline >= timer->deadline)
            break;
        place(at, heap[child]);
        at = child;
    }
    place(at, timer);
}

void timer_cancel(struct timer *timer)
{
    if (!timer->position)
        return;
    uint32_t at = timer->position - 1;
    struct timer *last = heap[--count];
    timer->position = 0;
    if (last == timer)
        return;
    if (at > 0 && last->deadline < heap[(at - 1) / 2]->deadline)
        sift_up(at, last);
    else
        sift_down(at, last);
}

void timer_set(struct timer *timer, uint64_t deadline)
{
    timer_cancel(timer);
    timer->deadline = deadline;
    if (deadline == TIMER_NEVER)
        return;
    trona_assert(count < MAX_TIMERS);
    sift_up(count++, timer);
}

uint64_t timer_next(void) { return count ? heap[0]->deadline : TIMER_NEVER; }

void timer_run(uint64_t now)
{
    for (uint32_t left = count; left && count && heap[0]->deadline <= now; left--) {
        struct timer *timer = heap[0];
        timer_cancel(timer);
        timer->fire(timer);
    }
}
