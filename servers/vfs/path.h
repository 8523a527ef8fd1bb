// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// Places in the name space, and the walk from a path to one.
//
// I1: a path that somebody keeps holds its mount and its inode.
// I2: a walk never leaves the client's root by "..", and follows at most 40 symlinks.

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct client;
struct entry;
struct inode;
struct mount;

// An inode as seen through a mount. Both are held by whoever keeps a path.
struct path {
    struct mount *mount;
    struct inode *inode;
};

struct path path_get(struct path path);
void path_put(struct path path);

// How to walk.
#define WALK_NOFOLLOW 1u  // a symlink as the last component is the result
#define WALK_PARENT 2u    // stop before the last component: it is to be made, removed or renamed
#define WALK_DIRECTORY 4u // the result must be a directory

// What a walk found. All held; place_put ends it.
struct place {
    struct path path;    // inode NULL: WALK_PARENT and the last component does not exist
    struct entry *entry; // the name of path.inode, NULL for roots
    // WALK_PARENT:
    struct path parent;
    char last[256]; // last component, last_length bytes
    size_t last_length;
    bool wants_directory; // a slash follows the last component
    bool is_special;      // the last component is "." or "..", or there is none ("/")
};

// Walks TEXT (NUL-terminated, vfs's own copy) for CLIENT from START (not consumed). 0 or a negative errno: ENOENT, ENOTDIR,
// EACCES, ELOOP (40 links), ENAMETOOLONG. With WALK_PARENT, path is the last component itself, mounts and symlinks not
// followed, if it exists.
long path_walk(struct client *client, struct path start, const char *text, unsigned flags, struct place *place);
void place_put(struct place *place);

// Writes the absolute name of PATH as CLIENT sees it, with NUL, to the end of BUFFER; returns its start, NULL if it does not
// fit. ENTRY: of inodes that are no directories, their name (may be NULL: then the inode's own). A place that the client's
// root does not contain starts with "(unreachable)", a removed one ends in " (deleted)".
char *path_name(const struct path *root, const struct path *path, const struct entry *entry, char *buffer, size_t size);
