// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// Which CPU the thread of a process runs on. A new process goes to the CPU, among those it may run on, that has the fewest
// threads of programs; of several such the next one after the CPU that was chosen last. It stays there, also after exec, until
// sched_setaffinity moves it. Sleeping threads count too: who sleeps is not known here, and asking the kernel would cost more
// than a wrong guess. Servers and drivers are on CPU 0 and are not counted.
//
// I1: nr_threads of a CPU is the number of processes between placement_take and placement_leave with that CPU.

#include <stdint.h>

struct process;

// CPUs 0 to NR_CPUS - 1 exist, at most 64. Before anything else.
void placement_init(uint64_t nr_cpus);
// All CPUs, as a mask.
uint64_t placement_cpus(void);
// Gives P, which has no CPU yet, one of p->cpus.
void placement_take(struct process *p);
// P runs no more.
void placement_leave(struct process *p);
// Lets the living process P run on CPUS only, and moves its thread if it has to. 0, or -LX_EINVAL if none of them exists.
long placement_restrict(struct process *p, uint64_t cpus);
