// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

#include "signal_queue.h"

#include <stddef.h>

#include "trona/heap.h"

struct queued_signal {
    struct queued_signal *next;
    struct siginfo info;
};

bool signal_queue_add(struct signal_queue *q, unsigned signal, const struct siginfo *info)
{
    if (!q->fifos)
        q->fifos = trona_alloc_zero(NR_QUEUED_SIGNALS * sizeof *q->fifos);
    struct queued_signal *s = q->fifos ? trona_alloc(sizeof *s) : NULL;
    if (!s)
        return false;
    *s = (struct queued_signal){NULL, *info};
    unsigned i = signal - LX_SIGRTMIN;
    if (q->fifos[i].first)
        q->fifos[i].last->next = s;
    else
        q->fifos[i].first = s;
    q->fifos[i].last = s;
    q->present |= (uint64_t)1 << (signal - 1);
    return true;
}

unsigned signal_queue_take(struct signal_queue *q, uint64_t set, struct siginfo *info)
{
    uint64_t candidates = q->present & set;
    if (!candidates)
        return 0;
    unsigned signal = (unsigned)__builtin_ctzll(candidates) + 1, i = signal - LX_SIGRTMIN;
    struct queued_signal *s = q->fifos[i].first;
    *info = s->info;
    q->fifos[i].first = s->next;
    if (!s->next)
        q->present &= ~((uint64_t)1 << (signal - 1));
    trona_free(s, sizeof *s);
    return signal;
}

void signal_queue_destroy(struct signal_queue *q)
{
    struct siginfo info;
    while (signal_queue_take(q, ~(uint64_t)0, &info))
        ;
    trona_free(q->fifos, NR_QUEUED_SIGNALS * sizeof *q->fifos);
    *q = (struct signal_queue){0};
}
