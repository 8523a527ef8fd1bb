// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// Handlers: opening and closing, flags, position.

#include <kn/proto/vfs_server.h>
#include <lx/abi.h>

#include "inode.h"
#include "mount.h"
#include "open.h"
#include "procfs.h"
#include "request.h"
#include "session.h"

long vfs_on_open(struct vfs_session *session, const struct kn_vfs_open_req *req, struct kn_vfs_open_rep *rep)
{
    static struct request_path path;
    struct client *client = session->client;
    struct thread *thread = client_thread(client, req->thread_index);
    if (!thread || req->flags > UINT32_MAX)
        return -LX_EINVAL;
    long status = request_copy_path(thread, KN_VFS_PATH, &path);
    struct path start = client->cwd;
    if (status == 0 && path.text[0] != '/')
        status = request_start(client, req->dir, &start);
    if (status)
        return status;
    if (path.text[0] && path.text[0] != '/' && !inode_is(start.inode, LX_S_IFDIR))
        return -LX_ENOTDIR;
    unsigned flags = (unsigned)req->flags;
    const struct io io = {.client = client, .thread = thread, .may_wait = !(flags & LX_O_NONBLOCK)};
    struct file *file;
    status = open_path(start, path.text, flags, (uint32_t)req->mode & 07777, &io, &file);
    if (status)
        return status;
    kn_word_t handle;
    status = client_install(client, file, &handle);
    if (status) {
        file_put(file);
        return status;
    }
    rep->handle = handle;
    rep->type = (file->inode->mode & LX_S_IFMT) | (procfs_is_handles_of(file->inode, client) ? KN_VFS_OWN_HANDLES : 0);
    rep->status_flags = file->flags;
    return 0;
}

long vfs_on_close(struct vfs_session *session, const struct kn_vfs_close_req *req, struct kn_vfs_close_rep *rep)
{
    (void)rep;
    return client_close(session->client, req->handle);
}

// Positions of files with a size.
static int64_t seek_by_size(const struct file *file, int64_t offset, unsigned whence)
{
    int64_t size = (int64_t)file->inode->size;
    switch (whence) {
    case LX_SEEK_SET: break;
    case LX_SEEK_CUR:
        if (__builtin_add_overflow(offset, (int64_t)file->offset, &offset))
            return -LX_EOVERFLOW;
        break;
    case LX_SEEK_END:
        if (__builtin_add_overflow(offset, size, &offset))
            return -LX_EOVERFLOW;
        break;
    case LX_SEEK_DATA: // everything counts as data
    case LX_SEEK_HOLE:
        if (offset < 0 || offset >= size)
            return -LX_ENXIO;
        if (whence == LX_SEEK_HOLE)
            offset = size;
        break;
    default: return -LX_EINVAL;
    }
    return offset < 0 ? -LX_EINVAL : offset;
}

long vfs_on_seek(struct vfs_session *session, const struct kn_vfs_seek_req *req, struct kn_vfs_seek_rep *rep)
{
    struct file *file = client_file(session->client, req->handle);
    if (!file || file->flags & LX_O_PATH)
        return -LX_EBADF;
    if (file->ops->traits & FILE_STREAM)
        return -LX_ESPIPE;
    unsigned whence = req->whence > UINT32_MAX ? UINT32_MAX : (unsigned)req->whence;
    int64_t to = file->ops->seek ? file->ops->seek(file, req->offset, whence) : seek_by_size(file, req->offset, whence);
    if (to < 0)
        return to;
    file->offset = (uint64_t)to;
    rep->offset = (kn_word_t)to;
    return 0;
}

long vfs_on_get_flags(struct vfs_session *session, const struct kn_vfs_get_flags_req *req,
                      struct kn_vfs_get_flags_rep *rep)
{
    const struct file *file = client_file(session->client, req->handle);
    if (!file)
        return -LX_EBADF;
    rep->flags = file->flags;
    rep->read_timeout_ns = file->ops->read_timeout_ns ? file->ops->read_timeout_ns(file) : FILE_READ_WAITS;
    return 0;
}

long vfs_on_set_flags(struct vfs_session *session, const struct kn_vfs_set_flags_req *req,
                      struct kn_vfs_set_flags_rep *rep)
{
    (void)rep;
    const unsigned settable = LX_O_APPEND | LX_O_NONBLOCK;
    struct file *file = client_file(session->client, req->handle);
    if (!file || file->flags & LX_O_PATH)
        return -LX_EBADF;
    if (req->flags & (LX_O_ASYNC | LX_O_DIRECT | LX_O_NOATIME) & ~(kn_word_t)file->flags)
        return -LX_EINVAL;
    file->flags = (file->flags & ~settable) | ((unsigned)req->flags & settable);
    return 0;
}
