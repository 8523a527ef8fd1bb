// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// The end of a process. Source: POSIX _exit, "Consequences of Process Termination".
//
// One death can cause others (a signal to the parent, SIGHUP to an orphaned group). They wait in a queue, so that no list is
// changed under the feet of who walks it, and the stack stays shallow.
//
// I1: a process is in the queue from process_exit until it is a zombie; it counts as alive until then.
// I2: the queue is empty whenever nobody holds it and no process is being ended.

#include <stdbool.h>
#include <stdint.h>

struct process;

// Ends the living process P with a status as wait4 reports it: now, or when nobody holds the queue. P is a zombie afterwards,
// or gone but still in its slot: the memory stays valid until vfs's next request.
void process_exit(struct process *p, uint32_t status);
// vfs has cleaned up after the first COUNT entries of the exit ring, ever: tells the parents of the new ones. False: COUNT
// cannot be.
bool exit_cleaned(uint64_t count);
// Between these two no process ends: for walks over processes that send signals.
void exit_hold(void);
void exit_release(void);
