// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// The world around vfs's objects in unit tests: memory objects are plain memory, the process table is the test's to write,
// nothing waits. world_make() gives a client of user 0 in an empty root file system.

#include <stdint.h>

#include <kn/proto/layout.h>

#include "client.h"
#include "file.h"
#include "mount.h"

extern struct kn_layout_proc_table world_table;
extern long world_pages_left;  // pages that the fake mmsrv still has
extern unsigned world_objects; // memory objects that exist

struct world {
    struct mount *root;
    struct client *client;
    struct thread *thread;
};

struct world world_make(void);
// Ends everything and checks that nothing is left: descriptions, objects, heap.
void world_end(struct world *world);
// Makes the process of SERIAL have these ids.
void world_set_ids(uint64_t serial, uint32_t uid, uint32_t gid);

// Opens PATH; a handle, or a negative errno.
long world_open(struct world *world, const char *path, unsigned flags, uint32_t mode);
struct file *world_file(struct world *world, long handle);
void world_close(struct world *world, long handle);
// Reads or writes at a position; bytes or a negative errno.
long world_read(struct world *world, long handle, void *data, size_t n, uint64_t pos);
long world_write(struct world *world, long handle, const void *data, size_t n, uint64_t pos);
// names.h by path.
long world_mkdir(struct world *world, const char *path);
long world_unlink(struct world *world, const char *path);
long world_rmdir(struct world *world, const char *path);
long world_symlink(struct world *world, const char *target, const char *path);
long world_link(struct world *world, const char *old, const char *path);
long world_rename(struct world *world, const char *from, const char *to);
// The inode at PATH, not held; NULL if the walk fails (*status, if not NULL, says why).
struct inode *world_find(struct world *world, const char *path, long *status);
