// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// Operations on names: making, removing, renaming, with the rules of POSIX. Places are walked by the callers (WALK_PARENT);
// creds are the client's. 0 or a negative errno.

#include <stddef.h>
#include <stdint.h>

#include "path.h"

struct client;
struct inode;

// Makes PLACE's last component, which must not exist, of MODE (with type) and device RDEV, owned by the client; place->path
// and entry become the new inode's.
long names_create(struct client *client, struct place *place, uint32_t mode, uint64_t rdev);
// mkdir, mknod, symlink: as system calls, with all the reasons not to.
long names_mkdir(struct client *client, struct place *place, uint32_t mode);
long names_mknod(struct client *client, struct place *place, uint32_t mode, uint64_t rdev);
long names_symlink(struct client *client, struct place *place, const char *target, size_t length);
long names_link(struct client *client, const struct path *old, struct place *place);
long names_unlink(struct client *client, struct place *place);
long names_rmdir(struct client *client, struct place *place);
// FLAGS: LX_RENAME_NOREPLACE or 0.
long names_rename(struct client *client, struct place *from, struct place *to, unsigned flags);
