// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// The shared process table: what vfs may know about processes, and the ring of serials whose clients vfs must close.
//
// I1: an entry's sequence is odd exactly while it is being written.
// I2: the ring never overflows: what it holds unacknowledged is in the process table too, which is smaller.

#include <stdbool.h>
#include <stdint.h>

#include <kn/proto/layout.h>

struct process;

// TABLE: shared memory, cleared.
void table_init(struct kn_layout_proc_table *table, int64_t boot_ns);
void table_publish(const struct process *p);
// Nobody's entry any more. SLOT: serial % KN_LAYOUT_PROC_TABLE_ENTRIES.
void table_clear(unsigned slot);
void table_set_count(unsigned nr_processes);
// Tells vfs of the end of SERIAL.
void table_push_exit(uint64_t serial);
// vfs has worked off the first COUNT entries ever: calls CLEANED for each new one. False: COUNT cannot be.
bool table_exits_done(uint64_t count, void (*cleaned)(uint64_t serial));
