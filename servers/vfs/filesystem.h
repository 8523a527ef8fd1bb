// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// File systems: a tree of inodes that can be mounted.
//
// I1: refs counts the mounts of it; at 0 its tree ends (type->destroy). Inodes that are still open outlive their names, so
//     a file system object is freed with its last inode.

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct filesystem;
struct inode;

struct filesystem_type {
    const char *name;
    int64_t magic;
    bool is_nodev; // for /proc/filesystems
    // A file system with OPTIONS (NUL-terminated, comma-separated); refs 1. 0 or a negative errno.
    long (*create)(const char *options, struct filesystem **fs);
    // The last mount is gone.
    void (*destroy)(struct filesystem *fs);
};

struct filesystem {
    unsigned refs;
    const struct filesystem_type *type;
    uint64_t dev;
    struct inode *root; // held
    uint64_t next_ino;
    uint64_t nr_inodes, max_inodes; // inodes that exist, and names beyond the first of each
    uint64_t nr_pages, max_pages;   // of data, and of long symlinks
    bool is_gone;                   // destroyed, waits for its last inode
};

extern const struct filesystem_type tmpfs_type, devtmpfs_type, procfs_type, sysfs_type;

// A new number for stat's dev.
uint64_t filesystem_new_dev(void);
void filesystem_put(struct filesystem *fs);
// The type of that name, NULL if unknown; and all of them in order, NULL behind the last.
const struct filesystem_type *filesystem_find_type(const char *name);
const struct filesystem_type *filesystem_type_at(unsigned index);
