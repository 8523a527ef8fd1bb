// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// Job control: stopping is cooperative. A stop signal becomes pending; the layer claims it and parks (job_stopped); SIGCONT
// or SIGKILL end it. Sources: POSIX "Signal Generation and Delivery", wait(2).
//
// I1: STOPPED exactly while the thread is parked and nobody has continued the process.
// I2: SIGCONT undoes every stop that was sent before it, also one that the layer has claimed but not told us of:
//     is_stop_due says whether a stop is still wanted.

struct process;
struct thread;

// A stop signal has been sent: undoes pending SIGCONTs.
void job_stop_sent(struct process *p);
// SIGCONT has been sent: undoes pending stops, and goes on if stopped.
void job_continue(struct process *p);
// The layer parks for SIGNAL: -LX_EAGAIN while stopped, 0 to go on.
long job_stopped(struct thread *t, unsigned signal);
