// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// Handlers: attributes.

#include <kn/proto/vfs_server.h>
#include <lx/abi.h>

#include "attributes.h"
#include "client.h"
#include "file.h"
#include "inode.h"
#include "request.h"
#include "session.h"
#include "trona/string.h"

#define WALK_FLAGS ((kn_word_t)(LX_AT_SYMLINK_NOFOLLOW | LX_AT_EMPTY_PATH | LX_AT_NO_AUTOMOUNT))

// The place that a request with AT_* flags names; others than the usual ones and EXTRA are refused.
static long find(struct vfs_session *session, kn_word_t thread_index, kn_word_t dir, kn_word_t flags, kn_word_t extra,
                 struct place *place)
{
    if (flags & ~(WALK_FLAGS | extra))
        return -LX_EINVAL;
    return request_place(session->client, thread_index, dir, (unsigned)flags, place);
}

long vfs_on_stat(struct vfs_session *session, const struct kn_vfs_stat_req *req, struct kn_vfs_stat_rep *rep)
{
    (void)rep;
    struct place place;
    long status = find(session, req->thread_index, req->dir, req->flags, LX_AT_STATX_SYNC_TYPE, &place);
    if (status)
        return status;
    struct kn_vfs_stat stat;
    attributes_stat(place.path.inode, &stat);
    memcpy(client_thread(session->client, req->thread_index)->window, &stat, sizeof stat);
    place_put(&place);
    return 0;
}

long vfs_on_statfs(struct vfs_session *session, const struct kn_vfs_statfs_req *req, struct kn_vfs_statfs_rep *rep)
{
    (void)rep;
    struct place place;
    long status = find(session, req->thread_index, req->dir, req->flags, 0, &place);
    if (status)
        return status;
    struct kn_vfs_statfs statfs;
    attributes_statfs(&place.path, &statfs);
    memcpy(client_thread(session->client, req->thread_index)->window, &statfs, sizeof statfs);
    place_put(&place);
    return 0;
}

long vfs_on_chmod(struct vfs_session *session, const struct kn_vfs_chmod_req *req, struct kn_vfs_chmod_rep *rep)
{
    (void)rep;
    struct place place;
    long status = find(session, req->thread_index, req->dir, req->flags, 0, &place);
    if (status)
        return status;
    status = attributes_chmod(session->client, &place.path, (uint32_t)req->mode);
    place_put(&place);
    return status;
}

long vfs_on_chown(struct vfs_session *session, const struct kn_vfs_chown_req *req, struct kn_vfs_chown_rep *rep)
{
    (void)rep;
    struct place place;
    long status = find(session, req->thread_index, req->dir, req->flags, 0, &place);
    if (status)
        return status;
    status = attributes_chown(session->client, &place.path, (uint32_t)req->uid, (uint32_t)req->gid);
    place_put(&place);
    return status;
}

long vfs_on_utimens(struct vfs_session *session, const struct kn_vfs_utimens_req *req, struct kn_vfs_utimens_rep *rep)
{
    (void)rep;
    struct place place;
    long status = find(session, req->thread_index, req->dir, req->flags, 0, &place);
    if (status)
        return status;
    status = attributes_utimens(session->client, &place.path, req->atime_s, req->atime_ns, req->mtime_s, req->mtime_ns);
    place_put(&place);
    return status;
}

static long truncate_handle(struct client *client, kn_word_t handle, kn_word_t length)
{
    const struct file *file = client_file(client, handle);
    if (!file || file->flags & LX_O_PATH)
        return -LX_EBADF;
    if (!file_may_write(file) || !inode_is(file->inode, LX_S_IFREG))
        return -LX_EINVAL;
    long status = attributes_resize(file->inode, length);
    if (status == 0)
        attributes_drop_set_id(client, file->inode);
    return status;
}

long vfs_on_truncate(struct vfs_session *session, const struct kn_vfs_truncate_req *req,
                     struct kn_vfs_truncate_rep *rep)
{
    (void)rep;
    if ((int64_t)req->length < 0 || req->flags & ~(kn_word_t)LX_AT_EMPTY_PATH)
        return -LX_EINVAL;
    if (req->flags & LX_AT_EMPTY_PATH)
        return truncate_handle(session->client, req->dir, req->length);
    struct place place;
    long status = find(session, req->thread_index, req->dir, 0, 0, &place);
    if (status)
        return status;
    status = attributes_truncate(session->client, &place.path, req->length);
    place_put(&place);
    return status;
}

long vfs_on_access(struct vfs_session *session, const struct kn_vfs_access_req *req, struct kn_vfs_access_rep *rep)
{
    (void)rep;
    struct place place;
    long status = find(session, req->thread_index, req->dir, req->flags, LX_AT_EACCESS, &place);
    if (status)
        return status;
    unsigned mode = req->mode > UINT32_MAX ? UINT32_MAX : (unsigned)req->mode;
    status = attributes_access(session->client, &place.path, mode, req->flags & LX_AT_EACCESS);
    place_put(&place);
    return status;
}
