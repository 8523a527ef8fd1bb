// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// Handlers: advisory locks.

#include <kn/proto/vfs_server.h>
#include <lx/abi.h>

#include "client.h"
#include "file.h"
#include "inode.h"
#include "lock.h"
#include "procfs.h"
#include "session.h"
#include "wait.h"

#define FLOCK 0x100 // LOCK_* of flock are told apart by this

// The bytes that START and LENGTH of struct flock mean.
static long range_of(const struct kn_vfs_lock_req *req, struct lock_range *range)
{
    int64_t start = (int64_t)req->start, length = (int64_t)req->length, end;
    if (__builtin_add_overflow(start, length, &end))
        return -LX_EOVERFLOW;
    if (length < 0) {
        end = start;
        start += length;
    }
    if (start < 0 || req->type > LX_F_UNLCK)
        return -LX_EINVAL;
    *range = (struct lock_range){(unsigned)req->type, (uint64_t)start, length ? (uint64_t)end : UINT64_MAX};
    return 0;
}

static long whole(struct file *file, struct io *io, unsigned operation)
{
    if (operation & LX_LOCK_NB)
        io->may_wait = false;
    switch (operation & ~(unsigned)LX_LOCK_NB) {
    case LX_LOCK_SH: return lock_whole(file, io, LX_F_RDLCK);
    case LX_LOCK_EX: return lock_whole(file, io, LX_F_WRLCK);
    case LX_LOCK_UN: return lock_whole(file, io, LX_F_UNLCK);
    default: return -LX_EINVAL;
    }
}

static void test(struct client *client, struct file *file, const struct lock_range *range, struct kn_vfs_lock_rep *rep)
{
    struct lock_range found;
    uint64_t owner = 0;
    lock_test(file->inode, client->serial, range, &found, &owner);
    const struct kn_layout_proc_entry *e = procfs_entry(owner);
    rep->type = found.type;
    rep->start = found.start;
    rep->length = found.end == UINT64_MAX ? 0 : found.end - found.start;
    rep->pid = e ? e->pid : 0;
}

long vfs_on_lock(struct vfs_session *session, const struct kn_vfs_lock_req *req, struct kn_vfs_lock_rep *rep)
{
    struct client *client = session->client;
    struct thread *thread = client_thread(client, req->thread_index);
    struct file *file = client_file(client, req->handle);
    if (!thread)
        return -LX_EINVAL;
    if (!file || file->flags & LX_O_PATH)
        return -LX_EBADF;
    struct io io = {.client = client, .thread = thread, .may_wait = req->io_flags & KN_VFS_IO_WAIT};
    wait_begin(thread, file->inode);
    if (req->command & FLOCK)
        return whole(file, &io, (unsigned)req->command & ~(unsigned)FLOCK);
    struct lock_range range;
    long status = range_of(req, &range);
    if (status)
        return status;
    if (req->command == LX_F_GETLK) {
        test(client, file, &range, rep);
        return 0;
    }
    if (req->command != LX_F_SETLK && req->command != LX_F_SETLKW)
        return -LX_EINVAL;
    if ((range.type == LX_F_RDLCK && !file_may_read(file)) || (range.type == LX_F_WRLCK && !file_may_write(file)))
        return -LX_EBADF;
    if (req->command == LX_F_SETLK)
        io.may_wait = false;
    return lock_set(file, &io, client->serial, &range);
}
