// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// What the scheduler and the fastpath alone need of the ready queues; the rest is in core/scheduler.h. See
// core/ready_queue.c.

#include "core/cpu.h"

// The highest priority that has ready threads on CPU, where there are any.
static inline word_t ready_highest(const struct cpu *cpu)
{
    word_t i = 63 - (word_t)__builtin_clzll(cpu->ready_l1);
    return i * 64 + 63 - (word_t)__builtin_clzll(cpu->ready_l2[i]);
}

// Whether a thread of a priority above PRIORITY is ready on CPU.
static inline bool ready_is_above(const struct cpu *cpu, word_t priority)
{
    return cpu->ready_l1 != 0 && ready_highest(cpu) > priority;
}

// The first thread of the highest priority that is ready on CPU; NULL none. It stays queued.
struct tcb *ready_first(const struct cpu *cpu);
