// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

#include "names.h"

#include <lx/abi.h>

#include "access.h"
#include "directory.h"
#include "mount.h"
#include "tmpfs.h"

#define MAX_LINKS 65000

// Why the client may not make PLACE's last component; 0: it may.
static long check_create(struct client *client, const struct place *place)
{
    if (place->path.inode)
        return -LX_EEXIST;
    struct inode *dir = place->parent.inode;
    long status = access_may_create(client_creds(client), dir);
    if (status)
        return status;
    if (mount_is_read_only(place->parent.mount))
        return -LX_EROFS;
    if (!tmpfs_owns(dir))
        return -LX_EPERM;
    return dir->nlink ? 0 : -LX_ENOENT; // a removed directory
}

// What a new inode in DIR is: the group comes from a set-group-id directory.
static struct tmpfs_spec spec_for(const struct creds *creds, const struct inode *dir, uint32_t mode)
{
    struct tmpfs_spec spec = {.mode = mode, .uid = creds->fsuid, .gid = creds->fsgid};
    if (dir->mode & LX_S_ISGID) {
        spec.gid = dir->gid;
        if ((mode & LX_S_IFMT) == LX_S_IFDIR)
            spec.mode |= LX_S_ISGID;
        else if (mode & LX_S_ISGID && mode & 010 && !creds_is_root(creds) && !creds_has_group(creds, dir->gid))
            spec.mode &= ~(uint32_t)LX_S_ISGID;
    }
    return spec;
}

static long make(struct place *place, const struct tmpfs_spec *spec)
{
    struct entry *entry;
    long status = tmpfs_make(place->parent.inode, place->last, place->last_length, spec, &entry);
    if (status)
        return status;
    place->entry = entry;
    place->path = path_get((struct path){place->parent.mount, entry->inode});
    return 0;
}

long names_create(struct client *client, struct place *place, uint32_t mode, uint64_t rdev)
{
    long status = check_create(client, place);
    if (status)
        return status;
    struct tmpfs_spec spec = spec_for(client_creds(client), place->parent.inode, mode);
    spec.rdev = rdev;
    return make(place, &spec);
}

long names_mkdir(struct client *client, struct place *place, uint32_t mode)
{
    if (place->is_special)
        return -LX_EEXIST;
    return names_create(client, place, LX_S_IFDIR | (mode & 01777), 0);
}

long names_mknod(struct client *client, struct place *place, uint32_t mode, uint64_t rdev)
{
    uint32_t type = mode & LX_S_IFMT;
    if (type == 0)
        type = LX_S_IFREG;
    if (type == LX_S_IFDIR)
        return -LX_EPERM;
    if (type != LX_S_IFREG && type != LX_S_IFIFO && type != LX_S_IFSOCK && type != LX_S_IFCHR && type != LX_S_IFBLK)
        return -LX_EINVAL;
    if (place->is_special)
        return -LX_EEXIST;
    if (place->wants_directory && !place->path.inode)
        return -LX_ENOENT;
    if ((type == LX_S_IFCHR || type == LX_S_IFBLK) && !place->path.inode && !creds_is_root(client_creds(client)))
        return -LX_EPERM;
    return names_create(client, place, type | (mode & 07777), rdev);
}

long names_symlink(struct client *client, struct place *place, const char *target, size_t length)
{
    if (place->is_special)
        return -LX_EEXIST;
    if (length == 0 || (place->wants_directory && !place->path.inode))
        return -LX_ENOENT;
    long status = check_create(client, place);
    if (status)
        return status;
    struct tmpfs_spec spec = spec_for(client_creds(client), place->parent.inode, LX_S_IFLNK | 0777);
    spec.target = target;
    spec.target_length = length;
    return make(place, &spec);
}

long names_link(struct client *client, const struct path *old, struct place *place)
{
    if (place->is_special)
        return -LX_EEXIST;
    if (place->wants_directory && !place->path.inode)
        return -LX_ENOENT;
    long status = check_create(client, place);
    if (status)
        return status;
    if (old->mount != place->parent.mount)
        return -LX_EXDEV;
    if (inode_is(old->inode, LX_S_IFDIR) || !tmpfs_owns(old->inode))
        return -LX_EPERM;
    if (old->inode->nlink == 0)
        return -LX_ENOENT;
    if (old->inode->nlink >= MAX_LINKS)
        return -LX_EMLINK;
    return tmpfs_link(place->parent.inode, place->last, place->last_length, old->inode);
}

// Why the client may not take PLACE's entry away.
static long check_remove(struct client *client, const struct place *place)
{
    if (!place->path.inode)
        return -LX_ENOENT;
    long status = access_may_delete(client_creds(client), place->parent.inode, place->path.inode);
    if (status)
        return status;
    if (mount_is_read_only(place->parent.mount))
        return -LX_EROFS;
    return tmpfs_owns(place->parent.inode) ? 0 : -LX_EPERM;
}

long names_unlink(struct client *client, struct place *place)
{
    if (place->is_special)
        return -LX_EISDIR;
    long status = check_remove(client, place);
    if (status)
        return status;
    if (inode_is(place->path.inode, LX_S_IFDIR))
        return -LX_EISDIR;
    if (place->wants_directory)
        return -LX_ENOTDIR;
    if (place->path.inode->nr_mounts)
        return -LX_EBUSY;
    tmpfs_unlink(place->entry);
    return 0;
}

long names_rmdir(struct client *client, struct place *place)
{
    if (place->is_special)
        return place->last_length == 1 ? -LX_EINVAL : place->last_length == 2 ? -LX_ENOTEMPTY : -LX_EBUSY;
    long status = check_remove(client, place);
    if (status)
        return status;
    struct inode *dir = place->path.inode;
    if (!inode_is(dir, LX_S_IFDIR))
        return -LX_ENOTDIR;
    if (dir->nr_mounts)
        return -LX_EBUSY;
    if (!directory_is_empty(dir->directory))
        return -LX_ENOTEMPTY;
    tmpfs_unlink(place->entry);
    return 0;
}

// Whether DIR is INODE or below it.
static _Bool is_below(const struct inode *dir, const struct inode *inode)
{
    while (dir != inode && dir->name)
        dir = dir->name->parent;
    return dir == inode;
}

// Why the existing target may not be replaced by the source.
static long check_replace(struct client *client, const struct place *from, const struct place *to)
{
    struct inode *old = to->path.inode, *moved = from->path.inode;
    long status = access_may_delete(client_creds(client), to->parent.inode, old);
    if (status)
        return status;
    if (inode_is(moved, LX_S_IFDIR) && !inode_is(old, LX_S_IFDIR))
        return -LX_ENOTDIR;
    if (!inode_is(moved, LX_S_IFDIR) && inode_is(old, LX_S_IFDIR))
        return -LX_EISDIR;
    if (old->nr_mounts)
        return -LX_EBUSY;
    return inode_is(old, LX_S_IFDIR) && !directory_is_empty(old->directory) ? -LX_ENOTEMPTY : 0;
}

static long check_rename(struct client *client, const struct place *from, const struct place *to, unsigned flags)
{
    if (from->parent.mount != to->parent.mount)
        return -LX_EXDEV;
    if (from->is_special || to->is_special)
        return -LX_EBUSY;
    long status = check_remove(client, from);
    if (status)
        return status;
    struct inode *moved = from->path.inode;
    bool is_directory = inode_is(moved, LX_S_IFDIR);
    if (!is_directory && (from->wants_directory || to->wants_directory))
        return -LX_ENOTDIR;
    if (moved->nr_mounts)
        return -LX_EBUSY;
    if (is_directory && is_below(to->parent.inode, moved))
        return -LX_EINVAL;
    if (to->path.inode && flags & LX_RENAME_NOREPLACE)
        return -LX_EEXIST;
    // A directory that changes its parent changes its "..".
    if (is_directory && from->parent.inode != to->parent.inode) {
        status = access_check(client_creds(client), moved, LX_W_OK);
        if (status)
            return status;
    }
    if (!to->path.inode)
        return check_create(client, to);
    if (to->path.inode == moved)
        return 0;
    if (inode_is(to->path.inode, LX_S_IFDIR) && is_below(from->parent.inode, to->path.inode))
        return -LX_ENOTEMPTY;
    return check_replace(client, from, to);
}

long names_rename(struct client *client, struct place *from, struct place *to, unsigned flags)
{
    if (flags & ~(unsigned)LX_RENAME_NOREPLACE)
        return -LX_EINVAL;
    long status = check_rename(client, from, to, flags);
    if (status)
        return status;
    if (to->path.inode == from->path.inode) // two names of one file: nothing happens
        return 0;
    return tmpfs_rename(from->entry, to->parent.inode, to->last, to->last_length, to->entry);
}
