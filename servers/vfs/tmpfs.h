// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// Memory file systems: directories in vfs's heap, data in mmsrv objects. The root, /dev and every tmpfs are such.

#include <stddef.h>
#include <stdint.h>

#include "inode.h"

struct filesystem;
struct filesystem_type;

// What a new inode is to be.
struct tmpfs_spec {
    uint32_t mode, uid, gid; // mode with type
    uint64_t rdev;           // devices
    const char *target;      // symlinks
    size_t target_length;
};

// A file system of TYPE with an empty root directory of MODE; MAX_PAGES 0: half of the memory. 0 or a negative errno.
long tmpfs_create(const struct filesystem_type *type, uint32_t mode, uint64_t max_pages, struct filesystem **fs);
// Ends the whole tree (filesystem_type.destroy).
void tmpfs_destroy(struct filesystem *fs);
// Makes NAME, which must not exist, in DIR. *ENTRY, if not NULL, gets the entry, held. 0, -LX_ENOSPC, -LX_ENOMEM.
long tmpfs_make(struct inode *dir, const char *name, size_t length, const struct tmpfs_spec *spec,
                struct entry **entry);
// Another NAME for INODE.
long tmpfs_link(struct inode *dir, const char *name, size_t length, struct inode *inode);
// Takes a name out of its directory; the link count goes down (a directory's to 0).
void tmpfs_unlink(struct entry *entry);
// Gives ENTRY's inode the name NAME in DIR instead; TARGET (NULL: none), the entry that has that name, goes. 0 or -LX_ENOMEM.
long tmpfs_rename(struct entry *entry, struct inode *dir, const char *name, size_t length, struct entry *target);
// Whether the inode is of a memory file system.
_Bool tmpfs_owns(const struct inode *inode);
