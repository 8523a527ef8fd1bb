// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// The release queue: contexts of runnable threads whose next refill lies in the future. See core/release_queue.c.

struct cpu;
struct sched_context;

// Puts SC, which has refills, into the queue of its CPU. O(log n).
void release_insert(struct sched_context *sc);
// Takes SC out; no effect if it is not in. O(log n).
void release_remove(struct sched_context *sc);
