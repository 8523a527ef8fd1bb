// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// The simulated CPUs: one host thread runs the kernel for all of them, one at a time.

extern word_t host_cpu; // the CPU whose turn it is, set by host_select_cpu

static inline struct cpu *this_cpu(void) { return &cpus[host_cpu]; }

// Who waits for another CPU lets it serve what it has been asked for.
void host_run_others(void);
static inline void arch_cpu_relax(void) { host_run_others(); }
