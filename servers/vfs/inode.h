// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// Inodes and directory entries: what files are, apart from their names and from being open. Kinds: those of a memory
// file system (tmpfs.c: names in directories, data in mmsrv objects), and synthetic ones (procfs.c).
//
// I1: refs counts entries, descriptions, paths and whoever else holds the inode; at 0 ops->destroy ends its contents.
// I2: an entry holds its inode and its parent directory. A directory of a memory file system is only removed empty, so
//     these two directions do not keep each other alive.
// I3: name, if set, is an entry of this inode that exists (linked or not); a directory's only one.

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <lx/abi.h>

#include "path.h"

struct content;
struct device;
struct directory;
struct entry;
struct file;
struct filesystem;
struct flock_list;
struct inode;
struct io;
struct pipe;

// Calls back for every entry of a directory behind *cursor; false: the buffer is full, stop. NEXT is the cursor behind it.
typedef bool (*readdir_emit)(void *context, const char *name, size_t length, uint64_t ino, uint32_t mode,
                             uint64_t next);

struct inode_ops {
    // Directories. The entry of NAME, held; -LX_ENOENT. Permission is the caller's business.
    long (*lookup)(struct inode *dir, struct client *client, const char *name, size_t length, struct entry **entry);
    // Calls EMIT from *CURSOR on (0: the first), without "." and "..". 0 or a negative errno.
    long (*readdir)(struct inode *dir, struct client *client, uint64_t cursor, readdir_emit emit, void *context);
    // Makes FILE a description of its inode: sets ops (and object). 0 or a negative errno.
    long (*open)(struct file *file, const struct io *io);
    // Symlinks. Writes at most SIZE bytes of the target, not terminated; the length, or a negative errno.
    long (*readlink)(struct inode *inode, struct client *client, char *text, size_t size);
    // Symlinks that lead to a place and not to a name (procfs): the place, held. NULL: by readlink.
    long (*follow)(struct inode *inode, struct client *client, struct place *place);
    // Synthetic directories, whose entries do not last: the parent, held (NULL: none, the root), and the own name to NAME
    // (256 bytes). NULL: from inode.name.
    struct inode *(*parent)(struct inode *inode, char *name);
    // Refreshes attributes before they are read. NULL: nothing to do.
    void (*refresh)(struct inode *inode);
    void (*destroy)(struct inode *inode);
};

struct inode {
    unsigned refs;
    unsigned nr_mounts; // mounts on top of it
    const struct inode_ops *ops;
    struct filesystem *fs; // outlives it; NULL: pipes
    uint64_t ino, size, rdev;
    uint32_t mode, uid, gid, nlink;                 // mode with the LX_S_IFMT bits
    int64_t atime_ns, mtime_ns, ctime_ns, btime_ns; // CLOCK_REALTIME
    struct entry *name;
    struct flock_list *locks; // NULL: none ever
    union {
        struct directory *directory; // S_IFDIR of a memory file system
        struct content *content;     // S_IFREG of one
        char *target;                // S_IFLNK of one, size bytes
        struct pipe *pipe;           // S_IFIFO while somebody has it open (pipe.c)
        struct {                     // procfs
            uint32_t kind;
            uint32_t number;
            uint64_t serial;
        } proc;
    };
};

struct entry {
    unsigned refs;
    bool is_linked; // in its directory
    struct inode *inode, *parent;
    char *name; // length bytes and a NUL
    uint32_t length, hash;
    uint64_t cookie;                // position in the directory, never reused there
    struct entry *next, *hash_next; // directory.c
    struct entry *previous;
};

// An inode with one reference, its times now. NULL: no memory.
struct inode *inode_create(struct filesystem *fs, const struct inode_ops *ops, uint64_t ino, uint32_t mode,
                           uint32_t uid, uint32_t gid);
struct inode *inode_get(struct inode *inode);
void inode_put(struct inode *inode); // NULL is allowed
// An inode of no file system, with one reference: pipes, sockets. NULL: no memory.
struct inode *inode_create_anonymous(uint32_t mode, const struct client *client);
// Sets the times of a read (atime), of a change of data (mtime, ctime), of a change of attributes (ctime).
void inode_touch_read(struct inode *inode);
void inode_touch_data(struct inode *inode);
void inode_touch_attributes(struct inode *inode);
static inline bool inode_is(const struct inode *inode, uint32_t type) { return (inode->mode & LX_S_IFMT) == type; }

// The hash of a name, as entries keep it.
uint32_t entry_hash(const char *name, size_t length);
// An entry of INODE (held) in PARENT (held) with one reference, not linked. NULL: no memory.
struct entry *entry_create(struct inode *parent, struct inode *inode, const char *name, size_t length);
struct entry *entry_get(struct entry *entry);
void entry_put(struct entry *entry); // NULL is allowed
