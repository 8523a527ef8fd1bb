// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// On which CPUs programs run.

#include <lx/abi.h>

#include "../placement.h"
#include "world.h"

TEST(processes_spread_over_the_cpus)
{
    struct process *first = world_start();
    unsigned count[WORLD_NR_CPUS] = {0};
    count[first->cpu]++;
    for (int i = 1; i < 2 * WORLD_NR_CPUS; i++) {
        struct process *child = world_fork(first);
        count[child->cpu]++;
        CHECK(child->space.signal_page->thread[child->thread.index].cpu == child->cpu);
        CHECK(world_entry(child)->cpu == child->cpu && world_entry(child)->cpus == placement_cpus());
    }
    for (int i = 0; i < WORLD_NR_CPUS; i++)
        CHECK(count[i] == 2);
    world_end();
}

TEST(a_new_process_goes_where_the_fewest_are)
{
    struct process *first = world_start();
    struct process *child[2 * WORLD_NR_CPUS];
    for (int i = 0; i < 2 * WORLD_NR_CPUS; i++)
        child[i] = world_fork(first);
    unsigned cpu = child[0]->cpu; // not the first process's
    for (int i = 0; i < 2 * WORLD_NR_CPUS; i++)
        if (child[i]->cpu == cpu)
            world_exit(child[i], 0);
    CHECK(world_fork(first)->cpu == cpu && world_fork(first)->cpu == cpu);
    world_end();
}

TEST(affinity_moves_a_thread_that_has_to_go)
{
    struct process *first = world_start(), *p = world_fork(first);
    unsigned old = p->cpu, other = (old + 1) % WORLD_NR_CPUS;
    int before = world.nr_times_set;
    CHECK(placement_restrict(p, 1u << old | 1u << other) == 0 && p->cpu == old && world.nr_times_set == before);
    CHECK(placement_restrict(p, 1u << other) == 0 && p->cpu == other && world.nr_times_set == before + 1);
    CHECK(p->space.signal_page->thread[0].cpu == other && world_entry(p)->cpus == 1u << other);
    CHECK(world_fork(p)->cpu == other); // a child inherits it
    CHECK(placement_restrict(p, 1u << WORLD_NR_CPUS) == -LX_EINVAL && p->cpus == 1u << other);
    CHECK(placement_restrict(p, ~(uint64_t)0) == 0 && p->cpus == placement_cpus() && p->cpu == other);
    world_end();
}

TEST(exec_keeps_cpu_and_affinity)
{
    struct process *first = world_start(), *p = world_fork(first);
    struct kn_layout_exec_plan plan;
    unsigned cpu = p->cpu;
    world_plan(&plan);
    CHECK(placement_restrict(p, 1u << cpu) == 0 && exec_replace(p, &plan) == 0);
    CHECK(p->cpu == cpu && p->cpus == 1u << cpu && p->space.signal_page->thread[0].cpu == cpu);
    world_end();
}
