// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// Advisory locks of a file: record locks (fcntl), owned by a process and ended by its first close of the file, and whole
// locks (flock), owned by a description.
//
// I1: locks of one owner and kind in one file do not overlap; of two owners only shared ones do.
// I2: an inode has a list while there is a lock or a waiter.

#include <stdbool.h>
#include <stdint.h>

struct file;
struct flock_list;
struct inode;
struct io;

struct lock_range {
    unsigned type;       // LX_F_RDLCK, LX_F_WRLCK, LX_F_UNLCK
    uint64_t start, end; // end exclusive; UINT64_MAX: to the end of the file, however far
};

// Sets or (LX_F_UNLCK) clears a record lock of process SERIAL. -LX_EAGAIN: another holds it; the thread is registered if IO
// may wait. Deadlocks are not looked for.
long lock_set(struct file *file, const struct io *io, uint64_t serial, const struct lock_range *range);
// What would stop RANGE: *found with its owner, or type LX_F_UNLCK.
void lock_test(struct inode *inode, uint64_t serial, const struct lock_range *range, struct lock_range *found,
               uint64_t *owner);
// flock: TYPE LX_F_RDLCK, LX_F_WRLCK or LX_F_UNLCK of the description.
long lock_whole(struct file *file, const struct io *io, unsigned type);

// Process SERIAL closes a handle of the inode: its record locks there end.
void lock_close(struct inode *inode, uint64_t serial);
// The description is released: its whole lock ends.
void lock_release_file(struct file *file);
// The inode ends.
void lock_list_destroy(struct inode *inode);
