// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// What handlers share: from the words of a request to threads, descriptions and places, everything checked.

#include <stddef.h>
#include <stdint.h>

#include <lx/abi.h>

#include "client.h"
#include "path.h"

// A path copied out of a thread's window, which the program may change at any time.
struct request_path {
    char text[LX_PATH_MAX];
    size_t length;
};

// Copies the path at OFFSET of the window. 0 or -LX_ENAMETOOLONG: no NUL in LX_PATH_MAX bytes.
long request_copy_path(const struct thread *thread, size_t offset, struct request_path *path);
// Where relative paths start for the argument DIR; *start is not held. 0, -LX_EBADF.
long request_start(struct client *client, uint64_t dir, struct path *start);
// Walks TEXT from DIR. FLAGS: LX_AT_SYMLINK_NOFOLLOW, LX_AT_EMPTY_PATH (an empty TEXT is DIR itself).
long request_walk(struct client *client, uint64_t dir, const char *text, unsigned flags, struct place *place);
// The same with the path at KN_VFS_PATH of the window of thread THREAD_INDEX.
long request_place(struct client *client, uint64_t thread_index, uint64_t dir, unsigned flags, struct place *place);
// The parent and last component of the path at OFFSET, for making and removing names.
long request_parent(struct client *client, uint64_t thread_index, uint64_t dir, size_t offset, struct place *place);
