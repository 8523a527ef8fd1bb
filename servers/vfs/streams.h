// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// What the rest of vfs calls of pipes, FIFOs and terminals (pipe.c, tty*.c, console.c).

#include <stdint.h>

struct file;
struct inode;
struct io;

// Opens FILE, whose inode is a FIFO: sets ops. -LX_EAGAIN: waits for the other end, ask again; -LX_ENXIO.
long fifo_open(struct file *file, const struct io *io);
// The inode of a FIFO or pipe goes.
void fifo_inode_end(struct inode *inode);
// A pipe: two descriptions on an anonymous inode, [0] for reading. FLAGS: LX_O_NONBLOCK.
long pipe_create(const struct io *io, unsigned flags, struct file *ends[2]);
// F_SETPIPE_SZ (0: only read) of a pipe's end; *size_out is the capacity. -LX_EBADF: not a pipe.
long pipe_set_size(struct file *file, uint64_t size, uint64_t *size_out);

// Registers the terminal's devices (/dev/console, /dev/tty, /dev/ttyS0 ...). Once, before the devices' nodes are made.
void tty_register_devices(void);
// Attaches the console's rings; a signal of the uart driver.
void console_init(void);
void console_on_signal(void);
// tty_nr and foreground group for /proc/PID/stat of a process of session SID: 0 and -1 if it has no terminal.
void tty_of_session(uint32_t sid, uint64_t *tty_nr, int32_t *foreground);
// The session leader of SID has died: its terminal is hung up and given up.
void tty_session_ended(uint32_t sid);
