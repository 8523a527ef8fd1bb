// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// Open file descriptions: what open(2) makes, and what handles of clients share. A description knows its inode, its
// position and its status flags; what reading and writing it means is its operations' business.
//
// I1: refs counts the handles (of all clients) and the pointers others hold; at 0 the description is released.
// I2: inode is held (inode_put at release); mount and entry, when set, are held too.
// I3: operations never block. One that cannot go on answers wait_or_again() (wait.h): -LX_EAGAIN either way, the thread
//     being registered if it may wait.

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <lx/abi.h>

struct client;
struct entry;
struct file;
struct inode;
struct io;
struct mount;
struct thread;

// Traits of descriptions, file_ops.traits.
#define FILE_READ_WAITS UINT64_MAX
#define FILE_STREAM 1u // no position: pread, pwrite and lseek answer ESPIPE

struct file_ops {
    unsigned traits;
    // Move at most N bytes (N <= KN_LAYOUT_WINDOW_SIZE) to or from DATA, which is in the thread's window or in vfs: the
    // program may change it meanwhile. POS is the position to use and advance; streams get NULL. Bytes moved, or a negative
    // errno. NULL: EINVAL. The caller has checked the open mode.
    long (*read)(struct file *file, const struct io *io, void *data, size_t n, uint64_t *pos);
    long (*write)(struct file *file, const struct io *io, const void *data, size_t n, uint64_t *pos);
    // The LX_POLL* bits that hold now, of all the description knows (the caller masks). With WAITER, registers it (readiness)
    // on every queue whose wake could change the answer for EVENTS; a failure to is -LX_ENOMEM. NULL: always readable
    // and writable.
    long (*poll)(struct file *file, struct thread *waiter, unsigned events);
    // COMMAND with ARGUMENT, a word, or what it points to, in the KN_LAYOUT_WINDOW_SIZE bytes at DATA, in and out (copy before
    // checking); *out_length bytes of DATA go back. The result, or a negative errno. NULL: ENOTTY.
    long (*ioctl)(struct file *file, const struct io *io, unsigned command, uint64_t argument, void *data,
                  size_t *out_length);
    // The new position for WHENCE (LX_SEEK_*); the caller stores it. NULL: the generic one, by the inode's size.
    int64_t (*seek)(struct file *file, int64_t offset, unsigned whence);
    // How long a read that waits may take before it ends with nothing; FILE_READ_WAITS: for ever. The layer has the clock.
    // NULL: for ever.
    uint64_t (*read_timeout_ns)(const struct file *file);
    // Directories: struct lx_dirent64 records to DATA; bytes, 0 at the end. NULL: ENOTDIR.
    long (*getdents)(struct file *file, const struct io *io, void *data, size_t n);
    // The last reference goes. Frees object.
    void (*release)(struct file *file);
};

struct file {
    unsigned refs;
    unsigned flags;             // LX_O_ACCMODE, LX_O_APPEND, LX_O_NONBLOCK, LX_O_PATH, LX_O_DIRECTORY, ...
    const struct file_ops *ops; // set by inode open, fifo_open, a device's open, ...
    struct inode *inode;
    struct mount *mount; // by which it was opened; NULL: pipes
    struct entry *entry; // its name then; NULL: none (root directory, pipe)
    uint64_t offset;
    void *object; // the operations' own: pipe end, terminal, text, ...
};

// Who asks for an operation.
struct io {
    struct client *client;
    struct thread *thread; // whose window is used and who would wait
    bool may_wait;         // register if it would block
    bool ignores_ttin,
        ignores_ttou; // the thread blocks or ignores these signals: background access to its terminal fails, succeeds
};

// A description of INODE (held anew) with one reference; ops and object unset. NULL: no memory.
struct file *file_create(struct inode *inode, unsigned flags);
struct file *file_get(struct file *file);
// Drops a reference; the last one releases the description. NULL is allowed.
void file_put(struct file *file);
static inline bool file_may_read(const struct file *f)
{
    return !(f->flags & LX_O_PATH) && (f->flags & LX_O_ACCMODE) != LX_O_WRONLY;
}
static inline bool file_may_write(const struct file *f)
{
    return !(f->flags & LX_O_PATH) && (f->flags & LX_O_ACCMODE) != LX_O_RDONLY;
}
// What io is for FILE when the client passed IO_FLAGS (KN_VFS_IO_*).
struct io file_io(const struct file *file, struct client *client, struct thread *thread, uint64_t io_flags);
// Open descriptions, for leak checks.
unsigned file_count(void);
