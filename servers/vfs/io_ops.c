// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// Handlers: moving data.

#include <kn/proto/mm.h>
#include <kn/proto/vfs_server.h>
#include <lx/abi.h>

#include "attributes.h"
#include "client.h"
#include "content.h"
#include "file.h"
#include "inode.h"
#include "mount.h"
#include "port.h"
#include "session.h"
#include "tmpfs.h"
#include "trona/string.h"
#include "wait.h"

// A request to read or write, checked.
struct transfer {
    struct file *file;
    struct io io;
    size_t length;
    uint64_t offset, *pos; // pos: &offset, the description's, or NULL for streams
};

static long prepare(struct client *client, uint64_t thread_index, uint64_t handle, uint64_t length, uint64_t offset,
                    uint64_t io_flags, struct transfer *t)
{
    struct thread *thread = client_thread(client, thread_index);
    struct file *file = client_file(client, handle);
    if (!thread)
        return -LX_EINVAL;
    if (!file)
        return -LX_EBADF;
    bool is_stream = file->ops->traits & FILE_STREAM;
    if (offset != KN_VFS_OFFSET_CURRENT && (is_stream || (int64_t)offset < 0))
        return is_stream ? -LX_ESPIPE : -LX_EINVAL;
    t->file = file;
    t->io = file_io(file, client, thread, io_flags);
    t->length = length < KN_LAYOUT_WINDOW_SIZE ? length : KN_LAYOUT_WINDOW_SIZE;
    t->offset = offset;
    t->pos = is_stream ? NULL : offset == KN_VFS_OFFSET_CURRENT ? &file->offset : &t->offset;
    wait_begin(thread, file);
    return 0;
}

long vfs_on_read(struct vfs_session *session, const struct kn_vfs_read_req *req, struct kn_vfs_read_rep *rep)
{
    struct transfer t;
    long status = prepare(session->client, req->thread_index, req->handle, req->length, req->offset, req->io_flags, &t);
    if (status)
        return status;
    if (!file_may_read(t.file))
        return -LX_EBADF;
    if (!t.file->ops->read)
        return -LX_EINVAL;
    long got = t.file->ops->read(t.file, &t.io, t.io.thread->window, t.length, t.pos);
    if (got < 0)
        return got;
    rep->count = (kn_word_t)got;
    return 0;
}

long vfs_on_write(struct vfs_session *session, const struct kn_vfs_write_req *req, struct kn_vfs_write_rep *rep)
{
    struct transfer t;
    long status = prepare(session->client, req->thread_index, req->handle, req->length, req->offset, req->io_flags, &t);
    if (status)
        return status;
    if (!file_may_write(t.file))
        return -LX_EBADF;
    if (!t.file->ops->write)
        return -LX_EINVAL;
    long put = t.file->ops->write(t.file, &t.io, t.io.thread->window, t.length, t.pos);
    if (put < 0)
        return put;
    if (put)
        attributes_drop_set_id(session->client, t.file->inode);
    rep->count = (kn_word_t)put;
    return 0;
}

long vfs_on_getdents(struct vfs_session *session, const struct kn_vfs_getdents_req *req,
                     struct kn_vfs_getdents_rep *rep)
{
    struct thread *thread = client_thread(session->client, req->thread_index);
    struct file *file = client_file(session->client, req->handle);
    if (!thread)
        return -LX_EINVAL;
    if (!file || file->flags & LX_O_PATH)
        return -LX_EBADF;
    if (!file->ops->getdents)
        return -LX_ENOTDIR;
    const struct io io = file_io(file, session->client, thread, 0);
    size_t n = req->length < KN_LAYOUT_WINDOW_SIZE ? req->length : KN_LAYOUT_WINDOW_SIZE;
    long got = file->ops->getdents(file, &io, thread->window, n);
    if (got < 0)
        return got;
    rep->count = (kn_word_t)got;
    return 0;
}

// FIONBIO, FIONREAD of files: what every kind has. -LX_ENOTTY: nothing of that.
static long generic_ioctl(struct file *file, unsigned command, void *data, size_t *out_length)
{
    int32_t value;
    switch (command) {
    case LX_FIONBIO:
        memcpy(&value, data, sizeof value);
        file->flags = (file->flags & ~(unsigned)LX_O_NONBLOCK) | (value ? (unsigned)LX_O_NONBLOCK : 0);
        return 0;
    case LX_FIONREAD:
        if (!inode_is(file->inode, LX_S_IFREG))
            return -LX_ENOTTY;
        value = file->inode->size > file->offset ? (int32_t)(file->inode->size - file->offset) : 0;
        memcpy(data, &value, sizeof value);
        *out_length = sizeof value;
        return 0;
    default: return -LX_ENOTTY;
    }
}

long vfs_on_ioctl(struct vfs_session *session, const struct kn_vfs_ioctl_req *req, struct kn_vfs_ioctl_rep *rep)
{
    struct thread *thread = client_thread(session->client, req->thread_index);
    struct file *file = client_file(session->client, req->handle);
    if (!thread)
        return -LX_EINVAL;
    if (!file || file->flags & LX_O_PATH)
        return -LX_EBADF;
    struct io io = file_io(file, session->client, thread, req->io_flags);
    unsigned command = (unsigned)req->command;
    size_t out_length = 0;
    wait_begin(thread, file);
    long result = generic_ioctl(file, command, thread->window, &out_length);
    if (result == -LX_ENOTTY && file->ops->ioctl)
        result = file->ops->ioctl(file, &io, command, req->argument, thread->window, &out_length);
    if (result < 0)
        return result;
    rep->result = (kn_word_t)result;
    rep->out_length = out_length;
    return 0;
}

// Whether the open mode and the mount allow the mapping.
static long check_mapping(const struct file *file, uint64_t prot, uint64_t type)
{
    if (!file_may_read(file))
        return -LX_EACCES;
    if (!tmpfs_owns(file->inode) || !inode_is(file->inode, LX_S_IFREG))
        return -LX_ENODEV;
    if (type == LX_MAP_SHARED && prot & LX_PROT_WRITE && (!file_may_write(file) || file->flags & LX_O_APPEND))
        return -LX_EACCES;
    if (prot & LX_PROT_EXEC && file->mount && file->mount->flags & LX_MS_NOEXEC)
        return -LX_EPERM;
    return 0;
}

long vfs_on_mmap(struct vfs_session *session, const struct kn_vfs_mmap_req *req, struct kn_vfs_mmap_rep *rep)
{
    struct file *file = client_file(session->client, req->handle);
    if (!file || file->flags & LX_O_PATH)
        return -LX_EBADF;
    uint64_t type = req->flags & LX_MAP_TYPE, length = (req->length + 4095) & ~(uint64_t)4095;
    if (type == LX_MAP_SHARED_VALIDATE)
        type = LX_MAP_SHARED;
    if (length == 0 || length < req->length || req->offset & 4095 || (int64_t)(req->offset + length) < 0 ||
        (type != LX_MAP_SHARED && type != LX_MAP_PRIVATE))
        return req->length > length ? -LX_ENOMEM : -LX_EINVAL;
    long status = check_mapping(file, req->prot, type);
    struct port_mapping m = {
        .addr = req->addr,
        .length = length,
        .prot = req->prot,
        .flags = (req->flags & 0xffffffff & ~(uint64_t)(LX_MAP_TYPE | LX_MAP_ANONYMOUS)) | type,
        .offset = req->offset,
    };
    if (type == LX_MAP_SHARED && file_may_write(file))
        m.flags |= KN_MM_MAP_MAY_WRITE;
    if (status == 0)
        status = content_map(file->inode, &m.object);
    if (status)
        return status;
    inode_touch_read(file->inode);
    return port_as_map(client_creds(session->client)->as, &m, &rep->addr);
}

long vfs_on_fsync(struct vfs_session *session, const struct kn_vfs_fsync_req *req, struct kn_vfs_fsync_rep *rep)
{
    (void)rep; // memory is all the storage there is
    if (req->handle == KN_VFS_CWD)
        return 0;
    const struct file *file = client_file(session->client, req->handle);
    if (!file || file->flags & LX_O_PATH)
        return -LX_EBADF;
    return file->ops->traits & FILE_STREAM ? -LX_EINVAL : 0;
}

long vfs_on_fallocate(struct vfs_session *session, const struct kn_vfs_fallocate_req *req,
                      struct kn_vfs_fallocate_rep *rep)
{
    (void)rep;
    struct file *file = client_file(session->client, req->handle);
    if (!file || !file_may_write(file))
        return -LX_EBADF;
    if (file->ops->traits & FILE_STREAM)
        return -LX_ESPIPE;
    struct inode *inode = file->inode;
    if (!inode_is(inode, LX_S_IFREG) || !tmpfs_owns(inode))
        return -LX_ENODEV;
    if ((int64_t)req->offset < 0 || (int64_t)req->length <= 0)
        return -LX_EINVAL;
    uint64_t end = req->offset + req->length;
    if (end > CONTENT_MAX_SIZE)
        return -LX_EFBIG;
    long status;
    if (req->mode == (LX_FALLOC_FL_PUNCH_HOLE | LX_FALLOC_FL_KEEP_SIZE))
        status = content_punch(inode, req->offset, req->length);
    else if (req->mode == 0 || req->mode == LX_FALLOC_FL_KEEP_SIZE)
        status = content_allocate(inode, req->offset, req->length);
    else
        return -LX_EOPNOTSUPP;
    if (status == 0 && req->mode == 0 && end > inode->size)
        inode->size = end;
    if (status == 0)
        inode_touch_data(inode);
    return status;
}
