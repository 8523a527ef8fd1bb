// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

#include "attributes.h"

#include <lx/abi.h>

#include "access.h"
#include "clock.h"
#include "content.h"
#include "filesystem.h"
#include "inode.h"
#include "mount.h"
#include "tmpfs.h"
#include "trona/string.h"

#define SECOND 1000000000
#define MAX_SECONDS ((int64_t)9000000000)

static void split(int64_t time, int64_t *seconds, uint64_t *ns)
{
    int64_t s = time / SECOND, rest = time % SECOND;
    if (rest < 0) {
        rest += SECOND;
        s--;
    }
    *seconds = s;
    *ns = (uint64_t)rest;
}

void attributes_stat(struct inode *inode, struct kn_vfs_stat *stat)
{
    if (inode->ops->refresh)
        inode->ops->refresh(inode);
    bool is_data = tmpfs_owns(inode) && inode_is(inode, LX_S_IFREG);
    *stat = (struct kn_vfs_stat){
        .dev = inode->fs ? inode->fs->dev : 0,
        .ino = inode->ino,
        .mode = inode->mode,
        .nlink = inode->nlink,
        .uid = inode->uid,
        .gid = inode->gid,
        .rdev = inode->rdev,
        .size = inode->size,
        .blksize = 4096,
        .blocks = is_data ? content_pages(inode) * 8 : 0,
    };
    split(inode->atime_ns, &stat->atime_s, &stat->atime_ns);
    split(inode->mtime_ns, &stat->mtime_s, &stat->mtime_ns);
    split(inode->ctime_ns, &stat->ctime_s, &stat->ctime_ns);
    split(inode->btime_ns, &stat->btime_s, &stat->btime_ns);
}

// Whether the client may change attributes at all: it owns the file, which is on a writable mount and is changeable.
static long check_owner(struct client *client, const struct path *path)
{
    if (mount_is_read_only(path->mount))
        return -LX_EROFS;
    if (!access_is_owner(client_creds(client), path->inode))
        return -LX_EPERM;
    return path->inode->fs && !tmpfs_owns(path->inode) ? -LX_EPERM : 0;
}

long attributes_chmod(struct client *client, const struct path *path, uint32_t mode)
{
    struct inode *inode = path->inode;
    long status = check_owner(client, path);
    if (status)
        return status;
    if (inode_is(inode, LX_S_IFLNK))
        return -LX_EOPNOTSUPP;
    mode &= 07777;
    const struct creds *creds = client_creds(client);
    if (!creds_is_root(creds) && !creds_has_group(creds, inode->gid))
        mode &= ~(uint32_t)LX_S_ISGID;
    inode->mode = (inode->mode & LX_S_IFMT) | mode;
    inode_touch_attributes(inode);
    return 0;
}

void attributes_drop_set_id(struct client *client, struct inode *inode)
{
    if (!(inode->mode & (LX_S_ISUID | LX_S_ISGID)) || !inode_is(inode, LX_S_IFREG) ||
        creds_is_root(client_creds(client)))
        return;
    inode->mode &= ~(uint32_t)LX_S_ISUID;
    if (inode->mode & 010)
        inode->mode &= ~(uint32_t)LX_S_ISGID;
}

long attributes_chown(struct client *client, const struct path *path, uint32_t uid, uint32_t gid)
{
    struct inode *inode = path->inode;
    const struct creds *creds = client_creds(client);
    long status = check_owner(client, path);
    if (status)
        return status;
    bool is_root = creds_is_root(creds);
    if (uid != UINT32_MAX && uid != inode->uid && !is_root)
        return -LX_EPERM;
    if (gid != UINT32_MAX && gid != inode->gid && !is_root && !creds_has_group(creds, gid))
        return -LX_EPERM;
    if (uid != UINT32_MAX)
        inode->uid = uid;
    if (gid != UINT32_MAX)
        inode->gid = gid;
    if (inode_is(inode, LX_S_IFREG)) { // also for user 0, as in Linux
        inode->mode &= ~(uint32_t)LX_S_ISUID;
        if (inode->mode & 010)
            inode->mode &= ~(uint32_t)LX_S_ISGID;
    }
    inode_touch_attributes(inode);
    return 0;
}

static bool is_valid_time(int64_t seconds, uint64_t ns)
{
    return ns == LX_UTIME_NOW || ns == LX_UTIME_OMIT ||
           (ns < SECOND && seconds >= -MAX_SECONDS && seconds <= MAX_SECONDS);
}

static void set_time(int64_t *time, int64_t seconds, uint64_t ns, int64_t now)
{
    if (ns == LX_UTIME_NOW)
        *time = now;
    else if (ns != LX_UTIME_OMIT)
        *time = seconds * SECOND + (int64_t)ns;
}

long attributes_utimens(struct client *client, const struct path *path, int64_t atime_s, uint64_t atime_ns,
                        int64_t mtime_s, uint64_t mtime_ns)
{
    struct inode *inode = path->inode;
    if (!is_valid_time(atime_s, atime_ns) || !is_valid_time(mtime_s, mtime_ns))
        return -LX_EINVAL;
    if (atime_ns == LX_UTIME_OMIT && mtime_ns == LX_UTIME_OMIT)
        return 0;
    long status = check_owner(client, path);
    // Who may write may set both times to now.
    if (status == -LX_EPERM && !access_is_owner(client_creds(client), inode) && atime_ns == LX_UTIME_NOW &&
        mtime_ns == LX_UTIME_NOW)
        status = access_check(client_creds(client), inode, LX_W_OK);
    if (status)
        return status;
    int64_t now = clock_realtime_ns();
    set_time(&inode->atime_ns, atime_s, atime_ns, now);
    set_time(&inode->mtime_ns, mtime_s, mtime_ns, now);
    inode->ctime_ns = now;
    return 0;
}

long attributes_resize(struct inode *inode, uint64_t size)
{
    if (!tmpfs_owns(inode) || !inode_is(inode, LX_S_IFREG))
        return inode_is(inode, LX_S_IFREG) ? 0 : -LX_EINVAL; // synthetic files have no length to change
    long status = content_resize(inode, size);
    if (status == 0)
        inode_touch_data(inode);
    return status;
}

long attributes_truncate(struct client *client, const struct path *path, uint64_t size)
{
    struct inode *inode = path->inode;
    if (inode_is(inode, LX_S_IFDIR))
        return -LX_EISDIR;
    if (!inode_is(inode, LX_S_IFREG) || (int64_t)size < 0)
        return -LX_EINVAL;
    long status = access_check(client_creds(client), inode, LX_W_OK);
    if (status == 0 && mount_is_read_only(path->mount))
        status = -LX_EROFS;
    if (status == 0)
        status = attributes_resize(inode, size);
    if (status == 0)
        attributes_drop_set_id(client, inode);
    return status;
}

long attributes_access(struct client *client, const struct path *path, unsigned mode, bool effective)
{
    if (mode & ~(unsigned)(LX_R_OK | LX_W_OK | LX_X_OK))
        return -LX_EINVAL;
    struct creds creds = *client_creds(client);
    if (!effective) {
        creds.fsuid = creds.uid;
        creds.fsgid = creds.gid;
    }
    if (mode & LX_W_OK && mount_is_read_only(path->mount) && !inode_is(path->inode, LX_S_IFCHR))
        return -LX_EROFS;
    if (mode & LX_X_OK && inode_is(path->inode, LX_S_IFREG) && path->mount && path->mount->flags & LX_MS_NOEXEC)
        return -LX_EACCES;
    return mode ? access_check(&creds, path->inode, mode) : 0;
}

void attributes_statfs(const struct path *path, struct kn_vfs_statfs *s)
{
    *s = (struct kn_vfs_statfs){.bsize = 4096, .frsize = 4096, .namelen = LX_NAME_MAX};
    const struct filesystem *fs = path->inode->fs;
    if (!fs) {
        s->type = LX_PIPEFS_MAGIC;
        return;
    }
    s->type = (uint64_t)fs->type->magic;
    s->fsid = fs->dev;
    s->blocks = fs->max_pages;
    s->bfree = s->bavail = fs->nr_pages < fs->max_pages ? fs->max_pages - fs->nr_pages : 0;
    s->files = fs->max_inodes;
    s->ffree = fs->max_inodes - (fs->nr_inodes < fs->max_inodes ? fs->nr_inodes : fs->max_inodes);
    s->flags = path->mount ? path->mount->flags : 0;
}
