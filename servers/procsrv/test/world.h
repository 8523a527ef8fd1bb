// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// The world around procsrv on the host: mmsrv, kernel objects, vfs, timer driver and clock, all simulated. What procsrv does
// to them is counted, and every call that can fail can be made to.

#include "../exit.h"
#include "../exec.h"
#include "../fork.h"
#include "../id.h"
#include "../process.h"
#include "../signals.h"
#include "../wait.h"
#include "unit.h"

#define WORLD_NR_CPUS 4

struct world {
    uint64_t ticks;                      // one a nanosecond
    long calls_until_failure;            // of those that can fail; negative: never
    int nr_spaces, nr_objects, nr_slots; // alive
    int nr_wakes, nr_kicks, nr_timer_wakes;
    const struct objects *last_woken;
    int nr_stops; // requests to end the machine
    bool was_restart;
    int nr_first_ended;
    int nr_started; // threads set going
    int nr_times_set;
};
extern struct world world;

// A fresh procsrv with pid 1 running.
struct process *world_start(void);
// Ends all processes, so that nothing leaks.
void world_end(void);
// A child of PARENT, as by fork.
struct process *world_fork(struct process *parent);
// vfs works off the exit ring.
void world_vfs_cleans(void);
// P ends, and vfs cleans up.
void world_exit(struct process *p, uint32_t status);
struct kn_layout_proc_entry *world_entry(const struct process *p);
struct kn_layout_proc_table *world_table(void);
uint64_t world_pending(const struct process *p);
void world_plan(struct kn_layout_exec_plan *plan);
long world_send(struct process *p, unsigned signal);
