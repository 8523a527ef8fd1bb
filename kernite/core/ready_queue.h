// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// What the scheduler alone needs of the ready queues; the rest is in core/scheduler.h. See core/ready_queue.c.

struct cpu;
struct tcb;

// The first thread of the highest priority that is ready on CPU; NULL none. It stays queued.
struct tcb *ready_first(const struct cpu *cpu);
