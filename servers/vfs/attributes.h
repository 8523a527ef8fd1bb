// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// Attributes of inodes: what stat shows, and changing them under the rules of POSIX. The client is who asks; paths are held
// by the caller. 0 or a negative errno.

#include <stdbool.h>
#include <stdint.h>

#include <kn/proto/vfs.h>

#include "path.h"

struct client;
struct inode;

void attributes_stat(struct inode *inode, struct kn_vfs_stat *stat);
long attributes_chmod(struct client *client, const struct path *path, uint32_t mode);
// UINT32_MAX: keep.
long attributes_chown(struct client *client, const struct path *path, uint32_t uid, uint32_t gid);
// Nanoseconds may be LX_UTIME_NOW or LX_UTIME_OMIT.
long attributes_utimens(struct client *client, const struct path *path, int64_t atime_s, uint64_t atime_ns,
                        int64_t mtime_s, uint64_t mtime_ns);
// truncate(2) of a path, and of an inode whose writing has been checked.
long attributes_truncate(struct client *client, const struct path *path, uint64_t size);
long attributes_resize(struct inode *inode, uint64_t size);
// Takes set-id bits off a file that was written or changed hands, unless by user 0.
void attributes_drop_set_id(struct client *client, struct inode *inode);
// access(2): MODE LX_R_OK..., with the real ids unless EFFECTIVE.
long attributes_access(struct client *client, const struct path *path, unsigned mode, bool effective);
void attributes_statfs(const struct path *path, struct kn_vfs_statfs *statfs);
