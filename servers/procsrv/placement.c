// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

#include "placement.h"

#include <lx/abi.h>

#include "process.h"

#define MAX_CPUS 64 // bits of a mask

static unsigned nr_threads[MAX_CPUS], nr_cpus, last;

void placement_init(uint64_t nr)
{
    nr_cpus = nr < MAX_CPUS ? (unsigned)nr : MAX_CPUS;
    last = nr_cpus - 1;
    for (unsigned i = 0; i < nr_cpus; i++)
        nr_threads[i] = 0;
}

uint64_t placement_cpus(void) { return ~(uint64_t)0 >> (MAX_CPUS - nr_cpus); }

// One of CPUS, of which at least one exists.
static unsigned choose(uint64_t cpus)
{
    unsigned best = MAX_CPUS;
    for (unsigned i = 1; i <= nr_cpus; i++) {
        unsigned cpu = (last + i) % nr_cpus;
        if (cpus >> cpu & 1 && (best == MAX_CPUS || nr_threads[cpu] < nr_threads[best]))
            best = cpu;
    }
    return last = best;
}

void placement_take(struct process *p)
{
    p->cpu = choose(p->cpus);
    nr_threads[p->cpu]++;
}

void placement_leave(struct process *p) { nr_threads[p->cpu]--; }

long placement_restrict(struct process *p, uint64_t cpus)
{
    cpus &= placement_cpus();
    if (!cpus)
        return -LX_EINVAL;
    p->cpus = cpus;
    if (!(cpus >> p->cpu & 1)) {
        placement_leave(p);
        placement_take(p);
        objects_set_time(&p->objects, p->cpu, p->nice);
    }
    process_publish(p);
    return 0;
}
