// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// Handlers: mounts, the log.

#include <kn/proto/vfs_server.h>
#include <lx/abi.h>

#include "client.h"
#include "filesystem.h"
#include "inode.h"
#include "log_reader.h"
#include "mount.h"
#include "request.h"
#include "session.h"
#include "trona/string.h"

#define KNOWN_FLAGS                                                                                                    \
    ((kn_word_t)(MOUNT_FLAGS | LX_MS_REMOUNT | LX_MS_BIND | LX_MS_REC | LX_MS_SILENT | LX_MS_NODIRATIME))

static uint32_t mount_flags(kn_word_t flags) { return (uint32_t)flags & MOUNT_FLAGS; }

static long remount(const struct path *target, kn_word_t flags)
{
    if (target->inode != target->mount->root)
        return -LX_EINVAL;
    target->mount->flags = mount_flags(flags);
    return 0;
}

static long bind(struct client *client, const struct path *target, kn_word_t flags, const char *source)
{
    struct place place;
    long status = request_walk(client, KN_VFS_CWD, source, 0, &place);
    if (status)
        return status;
    bool are_directories = inode_is(place.path.inode, LX_S_IFDIR) && inode_is(target->inode, LX_S_IFDIR);
    if (!are_directories || !place.path.mount) {
        status = -LX_ENOTDIR; // binding single files is not supported
    } else {
        struct mount *from = place.path.mount;
        from->fs->refs++;
        status = mount_attach(from->fs, place.path.inode, target, from->flags | mount_flags(flags), from->source, NULL);
        if (status)
            filesystem_put(from->fs);
    }
    place_put(&place);
    return status;
}

static long mount_new(const struct path *target, const char *type_name, const char *options, kn_word_t flags,
                      const char *source)
{
    const struct filesystem_type *type = filesystem_find_type(type_name);
    if (!type)
        return -LX_ENODEV;
    if (!inode_is(target->inode, LX_S_IFDIR))
        return -LX_ENOTDIR;
    struct filesystem *fs;
    long status = type->create(options, &fs);
    if (status)
        return status;
    status = mount_attach(fs, fs->root, target, mount_flags(flags), source[0] ? source : "none", NULL);
    if (status)
        filesystem_put(fs);
    return status;
}

long vfs_on_mount(struct vfs_session *session, const struct kn_vfs_mount_req *req, struct kn_vfs_mount_rep *rep)
{
    (void)rep;
    static struct request_path source, target, type, data;
    struct client *client = session->client;
    const struct thread *thread = client_thread(client, req->thread_index);
    if (!thread || req->flags & ~KNOWN_FLAGS)
        return -LX_EINVAL;
    long status = request_copy_path(thread, KN_VFS_PATH, &source);
    if (status == 0)
        status = request_copy_path(thread, KN_VFS_PATH2, &target);
    if (status == 0)
        status = request_copy_path(thread, KN_VFS_PATH3, &type);
    if (status == 0)
        status = request_copy_path(thread, KN_VFS_PATH4, &data);
    struct place place;
    if (status == 0 && client_creds(client)->euid != 0)
        status = -LX_EPERM;
    if (status == 0)
        status = request_walk(client, KN_VFS_CWD, target.text, 0, &place);
    if (status)
        return status;
    if (!place.path.mount)
        status = -LX_EINVAL;
    else if (req->flags & LX_MS_REMOUNT)
        status = remount(&place.path, req->flags);
    else if (req->flags & LX_MS_BIND)
        status = bind(client, &place.path, req->flags, source.text);
    else
        status = mount_new(&place.path, type.text, data.text, req->flags, source.text);
    place_put(&place);
    return status;
}

long vfs_on_umount(struct vfs_session *session, const struct kn_vfs_umount_req *req, struct kn_vfs_umount_rep *rep)
{
    (void)rep;
    if (req->flags & ~(kn_word_t)(LX_MNT_DETACH | LX_MNT_FORCE | LX_UMOUNT_NOFOLLOW))
        return -LX_EINVAL;
    if (client_creds(session->client)->euid != 0)
        return -LX_EPERM;
    struct place place;
    unsigned flags = req->flags & LX_UMOUNT_NOFOLLOW ? LX_AT_SYMLINK_NOFOLLOW : 0;
    long status = request_place(session->client, req->thread_index, KN_VFS_CWD, flags, &place);
    if (status)
        return status;
    struct mount *m = mount_get(place.path.mount);
    bool is_root = m && place.path.inode == m->root;
    place_put(&place);
    status = is_root ? mount_detach(m, req->flags & LX_MNT_DETACH) : -LX_EINVAL;
    mount_put(m);
    return status;
}

long vfs_on_syslog(struct vfs_session *session, const struct kn_vfs_syslog_req *req, struct kn_vfs_syslog_rep *rep)
{
    const struct thread *thread = client_thread(session->client, req->thread_index);
    if (!thread || req->type > 10)
        return -LX_EINVAL;
    bool is_free = req->type == 3 || req->type == 10; // reading everything, and the size, are for all
    if (!is_free && client_creds(session->client)->euid != 0)
        return -LX_EPERM;
    size_t n = req->length < KN_LAYOUT_WINDOW_SIZE ? req->length : KN_LAYOUT_WINDOW_SIZE;
    long result = log_syslog((unsigned)req->type, thread->window, n);
    if (result < 0)
        return result;
    rep->result = (kn_word_t)result;
    return 0;
}
