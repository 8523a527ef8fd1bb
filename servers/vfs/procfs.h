// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// /proc and the little of /sys that programs ask for. The trees are procfs.c's; what the files say is written by
// procfs_system.c and procfs_process.c. Inodes are made at each lookup and live as long as somebody holds them; nothing is
// kept for names that nobody looks at.
//
// I1: inode.proc.kind says what number and serial mean (enum procfs_kind).
// I2: a process's files say nothing (or ESRCH) once its serial is gone from the process table; they never show another
//     process's data under a reused pid.

#include <stdbool.h>
#include <stdint.h>

#include <kn/proto/layout.h>

struct client;
struct inode;
struct text;

enum procfs_kind {
    PROCFS_STATIC,  // number: index in procfs_static
    PROCFS_PID,     // the directory of process serial
    PROCFS_PROCESS, // number: index in procfs_process, of process serial
    PROCFS_FD,      // number: handle of process serial
};

typedef void procfs_generate(struct text *text, struct inode *inode, struct client *client);
typedef long procfs_store(struct inode *inode, struct client *client, const char *data, size_t n);

struct procfs_node {
    const char *name;
    uint32_t mode;   // with type
    unsigned parent; // procfs_static: index; a root is its own
    procfs_generate *generate;
    procfs_store *store;
};

extern const struct procfs_node procfs_static[], procfs_process[];
extern const unsigned procfs_nr_static, procfs_nr_process;
// Indices that the tree treats specially.
enum { PROCFS_ROOT = 0, PROCFS_SELF = 1, PROCFS_MOUNTS = 2, PROCFS_SYSFS = 3 };
enum { PROCFS_FD_DIR = 0, PROCFS_EXE = 1, PROCFS_CWD = 2, PROCFS_ROOT_LINK = 3 };

// The process's table entry, NULL if it is gone. Fields are read one by one: each is right, together they may be of two
// moments.
const struct kn_layout_proc_entry *procfs_entry(uint64_t serial);
// Whether the inode is the directory of CLIENT's own handles.
bool procfs_is_handles_of(const struct inode *inode, const struct client *client);
// Lists the mounts that CLIENT sees, as /proc/mounts or mountinfo.
procfs_generate procfs_mounts, procfs_mountinfo;
