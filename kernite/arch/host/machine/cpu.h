// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// The simulated CPUs: one host thread runs the kernel for all of them, one at a time.

#include "core/types.h"

extern word_t host_cpu; // the CPU whose turn it is, set by host_select_cpu

extern bool host_uses_fastpath; // set by whoever compares it with the slow path; not part of the state
#define ARCH_USES_FASTPATH host_uses_fastpath

static inline struct cpu *this_cpu(void) { return &cpus[host_cpu]; }
