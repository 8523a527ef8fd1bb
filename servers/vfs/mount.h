// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// Mounts: which directory shows which tree.
//
// I1: a mount is in the tree (is_attached) or waits for its last user after a lazy umount.
// I2: refs counts the attachment, mounts on top of it and the paths and descriptions that use it.
// I3: inode.nr_mounts of a mount point counts the attached mounts on it, in whatever mount they are.

#include <stdbool.h>
#include <stdint.h>

#include "path.h"

struct filesystem;

struct mount {
    unsigned refs;
    unsigned id, nr_children;
    bool is_attached;
    uint32_t flags; // LX_MS_RDONLY, _NOSUID, _NODEV, _NOEXEC, _NOATIME
    struct filesystem *fs;
    struct inode *root; // held
    struct path point;  // held; mount NULL: the root of all
    char *source;
    struct mount *next, *previous; // all attached ones, in order of mounting
    struct mount *hash_next;
};

#define MOUNT_FLAGS (LX_MS_RDONLY | LX_MS_NOSUID | LX_MS_NODEV | LX_MS_NOEXEC | LX_MS_NOATIME | LX_MS_RELATIME)
#define MOUNT_MAX 256

// Attaches the file system (a reference to which passes to the mount) with ROOT of it at POINT (NULL: the root of all). 0 or
// a negative errno: then fs is still the caller's.
long mount_attach(struct filesystem *fs, struct inode *root, const struct path *point, uint32_t flags,
                  const char *source, struct mount **mount);
// Takes it out of the tree. -LX_EBUSY: it is in use, unless IS_LAZY; -LX_EINVAL: the root.
long mount_detach(struct mount *mount, bool is_lazy);
// Takes the root of all, on which nothing is mounted, out of the tree: the end of a test's world.
void mount_end_root(struct mount *root);
struct mount *mount_get(struct mount *mount); // NULL is allowed
void mount_put(struct mount *mount);          // NULL is allowed
// The mount attached at that place, last first; NULL if there is none.
struct mount *mount_at(const struct path *point);
// Follows mounts from a held PATH to what is seen there; the path stays held.
void mount_follow(struct path *path);
// The mounts in order, for /proc/mounts; NULL behind the last.
struct mount *mount_first(void);
static inline bool mount_is_read_only(const struct mount *m) { return m && m->flags & LX_MS_RDONLY; }
