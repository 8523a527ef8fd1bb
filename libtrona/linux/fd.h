// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// The descriptor table: fd -> vfs handle. dup, dup2 and F_DUPFD make a second descriptor of the same handle here, without
// vfs; the handle is closed with its last descriptor. The table knows nothing of messages.
//
// I1. The descriptors of one handle form a ring (next, prev); a descriptor without duplicates is its own ring.
// I2. used has a bit for exactly the descriptors that are open.

#include <stdbool.h>
#include <stdint.h>

#define FD_MAX 1024 // hard limit of RLIMIT_NOFILE

struct fd {
    uint64_t handle;
    uint32_t type; // S_IFMT bits
    uint16_t next, prev;
    bool is_cloexec;
};

// The open descriptor FD, NULL if there is none.
struct fd *fd_get(int fd);
// The lowest free descriptor from FROM on and below LIMIT, not yet open; -1 if there is none.
int fd_find_free(int from, int limit);
// Opens the free descriptor FD for a handle that no descriptor has.
void fd_install(int fd, uint64_t handle, uint32_t type, bool is_cloexec);
// Opens the free descriptor FD as a duplicate of the open descriptor OLD.
void fd_duplicate(int old, int fd, bool is_cloexec);
// Closes the open descriptor FD; true if it was the last of *HANDLE.
bool fd_remove(int fd, uint64_t *handle);
// The open descriptor after FD (-1: the first), -1 if there is none.
int fd_next_open(int fd);
int fd_count(void);
// The lowest descriptor of the ring of the open descriptor FD.
int fd_first_of_ring(int fd);
