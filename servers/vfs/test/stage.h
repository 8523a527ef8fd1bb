// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// Where streams are tested: threads of one client that count their wakes, inodes and descriptions with nothing around them,
// a process table, and a terminal whose device is memory.

#include <kn/proto/layout.h>

#include "client.h"
#include "file.h"
#include "inode.h"
#include "tty.h"
#include "wait.h"

#define STAGE_THREADS 4

extern struct client stage_client;
extern struct thread stage_threads[STAGE_THREADS];
extern unsigned stage_wakes[STAGE_THREADS];
extern struct kn_layout_proc_table stage_table;

// Forgets wakes, signals and what the terminal's device has got; the client is process 1, group 1, session 1, user 0.
void stage_reset(void);
// Who asks: THREAD, willing to wait.
struct io stage_io(unsigned thread);
// A FIFO's inode; stage_fifo_end drops it.
struct inode *stage_fifo(void);
// A description of INODE by fifo_open, in a new request of THREAD; NULL and *status if it fails.
struct file *stage_open(struct inode *inode, unsigned flags, unsigned thread, long *status);
// Process PID in the table, with a parent.
void stage_process(uint32_t pid, uint32_t ppid, uint32_t pgid, uint32_t sid);

// Signals sent to groups.
struct stage_signal {
    int64_t group;
    unsigned signal;
};
extern struct stage_signal stage_signals[16];
extern unsigned stage_nr_signals;

// The terminal's device: room for so many bytes, and what was put.
extern size_t stage_room;
extern char stage_output[65536];
extern size_t stage_output_length;
extern unsigned stage_resumed; // calls of resume_input
struct tty *stage_tty(void);   // a fresh one
// Types TEXT; all of it must be taken.
void stage_type(struct tty *tty, const char *text);
// A description of the terminal (LX_O_RDWR) by the device that is registered as NAME.
struct file *stage_open_tty(const char *name);
