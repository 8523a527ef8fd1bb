// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// Reading directories, and what reading /proc/self/fd gives: the process's descriptors, which vfs does not know.

#include <stddef.h>
#include <stdint.h>

#include <kn/abi.h>

struct thread;

// getdents64 with the arguments A. CONVERT (NULL: nothing) changes the records in their place before the program gets them.
long directory_read(struct thread *t, const kn_word_t *a, void (*convert)(void *data, kn_word_t n));

// struct lx_dirent64 records of the open descriptors from the description's position on, to DATA (N bytes); *COUNT bytes, 0
// at the end. -LX_EINVAL: not even one fits; or vfs's error.
long fd_directory_read(uint64_t handle, void *data, size_t n, kn_word_t *count);
