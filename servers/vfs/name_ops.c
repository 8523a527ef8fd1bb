// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// Handlers: names.

#include <kn/proto/vfs_server.h>
#include <lx/abi.h>

#include "access.h"
#include "client.h"
#include "file.h"
#include "inode.h"
#include "names.h"
#include "request.h"
#include "session.h"
#include "trona/string.h"

long vfs_on_mkdir(struct vfs_session *session, const struct kn_vfs_mkdir_req *req, struct kn_vfs_mkdir_rep *rep)
{
    (void)rep;
    struct place place;
    long status = request_parent(session->client, req->thread_index, req->dir, KN_VFS_PATH, &place);
    if (status)
        return status;
    status = names_mkdir(session->client, &place, (uint32_t)req->mode);
    place_put(&place);
    return status;
}

long vfs_on_mknod(struct vfs_session *session, const struct kn_vfs_mknod_req *req, struct kn_vfs_mknod_rep *rep)
{
    (void)rep;
    struct place place;
    long status = request_parent(session->client, req->thread_index, req->dir, KN_VFS_PATH, &place);
    if (status)
        return status;
    status = names_mknod(session->client, &place, (uint32_t)req->mode, req->dev);
    place_put(&place);
    return status;
}

long vfs_on_unlink(struct vfs_session *session, const struct kn_vfs_unlink_req *req, struct kn_vfs_unlink_rep *rep)
{
    (void)rep;
    struct place place;
    if (req->flags & ~(kn_word_t)LX_AT_REMOVEDIR)
        return -LX_EINVAL;
    long status = request_parent(session->client, req->thread_index, req->dir, KN_VFS_PATH, &place);
    if (status)
        return status;
    status =
        req->flags & LX_AT_REMOVEDIR ? names_rmdir(session->client, &place) : names_unlink(session->client, &place);
    place_put(&place);
    return status;
}

long vfs_on_rename(struct vfs_session *session, const struct kn_vfs_rename_req *req, struct kn_vfs_rename_rep *rep)
{
    (void)rep;
    struct place from, to;
    long status = request_parent(session->client, req->thread_index, req->dir, KN_VFS_PATH, &from);
    if (status)
        return status;
    status = request_parent(session->client, req->thread_index, req->dir2, KN_VFS_PATH2, &to);
    if (status == 0) {
        status = names_rename(session->client, &from, &to, req->flags > UINT32_MAX ? UINT32_MAX : (unsigned)req->flags);
        place_put(&to);
    }
    place_put(&from);
    return status;
}

long vfs_on_link(struct vfs_session *session, const struct kn_vfs_link_req *req, struct kn_vfs_link_rep *rep)
{
    (void)rep;
    struct place old, new;
    if (req->flags & ~(kn_word_t)(LX_AT_SYMLINK_FOLLOW | LX_AT_EMPTY_PATH))
        return -LX_EINVAL;
    if (req->flags & LX_AT_EMPTY_PATH && !creds_is_root(client_creds(session->client)))
        return -LX_ENOENT;
    unsigned flags =
        (req->flags & LX_AT_SYMLINK_FOLLOW ? 0 : LX_AT_SYMLINK_NOFOLLOW) | ((unsigned)req->flags & LX_AT_EMPTY_PATH);
    long status = request_place(session->client, req->thread_index, req->dir, flags, &old);
    if (status)
        return status;
    status = request_parent(session->client, req->thread_index, req->dir2, KN_VFS_PATH2, &new);
    if (status == 0) {
        status = names_link(session->client, &old.path, &new);
        place_put(&new);
    }
    place_put(&old);
    return status;
}

long vfs_on_symlink(struct vfs_session *session, const struct kn_vfs_symlink_req *req, struct kn_vfs_symlink_rep *rep)
{
    (void)rep;
    static struct request_path target;
    const struct thread *thread = client_thread(session->client, req->thread_index);
    if (!thread)
        return -LX_EINVAL;
    long status = request_copy_path(thread, KN_VFS_PATH, &target);
    struct place place;
    if (status == 0)
        status = request_parent(session->client, req->thread_index, req->dir2, KN_VFS_PATH2, &place);
    if (status)
        return status;
    status = names_symlink(session->client, &place, target.text, target.length);
    place_put(&place);
    return status;
}

long vfs_on_readlink(struct vfs_session *session, const struct kn_vfs_readlink_req *req,
                     struct kn_vfs_readlink_rep *rep)
{
    struct place place;
    unsigned flags = LX_AT_SYMLINK_NOFOLLOW | (req->dir == KN_VFS_CWD ? 0 : LX_AT_EMPTY_PATH);
    long status = request_place(session->client, req->thread_index, req->dir, flags, &place);
    if (status)
        return status;
    struct inode *link = place.path.inode;
    void *window = client_thread(session->client, req->thread_index)->window;
    status = inode_is(link, LX_S_IFLNK) ? link->ops->readlink(link, session->client, window, LX_PATH_MAX) : -LX_EINVAL;
    place_put(&place);
    if (status < 0)
        return status;
    rep->length = (kn_word_t)status;
    return 0;
}

long vfs_on_chdir(struct vfs_session *session, const struct kn_vfs_chdir_req *req, struct kn_vfs_chdir_rep *rep)
{
    (void)rep;
    struct place place;
    struct client *client = session->client;
    unsigned flags = req->dir == KN_VFS_CWD ? 0 : LX_AT_EMPTY_PATH;
    long status = request_place(client, req->thread_index, req->dir, flags, &place);
    if (status)
        return status;
    if (!inode_is(place.path.inode, LX_S_IFDIR))
        status = -LX_ENOTDIR;
    else
        status = access_check(client_creds(client), place.path.inode, LX_X_OK);
    if (status == 0) {
        path_put(client->cwd);
        client->cwd = path_get(place.path);
    }
    place_put(&place);
    return status;
}

long vfs_on_chroot(struct vfs_session *session, const struct kn_vfs_chroot_req *req, struct kn_vfs_chroot_rep *rep)
{
    (void)rep;
    struct place place;
    struct client *client = session->client;
    long status = request_place(client, req->thread_index, KN_VFS_CWD, 0, &place);
    if (status)
        return status;
    if (!inode_is(place.path.inode, LX_S_IFDIR))
        status = -LX_ENOTDIR;
    else
        status = access_check(client_creds(client), place.path.inode, LX_X_OK);
    if (status == 0 && client_creds(client)->euid != 0)
        status = -LX_EPERM;
    if (status == 0) {
        path_put(client->root);
        client->root = path_get(place.path);
    }
    place_put(&place);
    return status;
}

long vfs_on_getcwd(struct vfs_session *session, const struct kn_vfs_getcwd_req *req, struct kn_vfs_getcwd_rep *rep)
{
    static char buffer[LX_PATH_MAX];
    const struct client *client = session->client;
    const struct thread *thread = client_thread(session->client, req->thread_index);
    if (!thread)
        return -LX_EINVAL;
    const struct inode *dir = client->cwd.inode;
    if (dir->nlink == 0)
        return -LX_ENOENT;
    const char *name = path_name(&client->root, &client->cwd, NULL, buffer, sizeof buffer);
    if (!name)
        return -LX_ENAMETOOLONG;
    rep->length = strlen(name) + 1;
    memcpy(thread->window, name, rep->length);
    return 0;
}
