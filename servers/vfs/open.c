// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

#include "open.h"

#include "access.h"
#include "attributes.h"
#include "client.h"
#include "content.h"
#include "inode.h"
#include "mount.h"
#include "names.h"
#include "tmpfs.h"
#include "trona/string.h"
#include "wait.h"

#define MAX_LINKS 40
// Flags that stay with the description.
#define STATUS_FLAGS                                                                                                   \
    (LX_O_ACCMODE | LX_O_APPEND | LX_O_NONBLOCK | LX_O_PATH | LX_O_DIRECTORY | LX_O_NOFOLLOW | LX_O_DIRECT |           \
     LX_O_SYNC | LX_O_NOATIME | LX_O_ASYNC | LX_O_LARGEFILE)
#define CREATION_FLAGS (LX_O_CREAT | LX_O_EXCL | LX_O_TRUNC | LX_O_NOCTTY | LX_O_CLOEXEC)

long open_place(const struct place *place, unsigned flags, const struct io *io, struct file **result)
{
    struct file *file = file_create(place->path.inode, flags & STATUS_FLAGS);
    if (!file)
        return -LX_ENOMEM;
    file->mount = mount_get(place->path.mount);
    file->entry = place->entry ? entry_get(place->entry) : NULL;
    static const struct file_ops path_ops = {.traits = 0};
    long status = 0;
    if (flags & LX_O_PATH) {
        file->ops = &path_ops;
    } else {
        if (io->thread)
            wait_begin(io->thread, file->inode);
        status = file->inode->ops->open(file, io);
    }
    if (status) {
        file->ops = NULL; // nothing to release
        file_put(file);
        return status;
    }
    *result = file;
    return 0;
}

static unsigned access_mask(unsigned flags)
{
    static const unsigned char masks[] = {LX_R_OK, LX_W_OK, LX_R_OK | LX_W_OK, LX_R_OK | LX_W_OK};
    return masks[flags & LX_O_ACCMODE] | (flags & LX_O_TRUNC ? LX_W_OK : 0);
}

static bool is_device(const struct inode *inode) { return inode_is(inode, LX_S_IFCHR) || inode_is(inode, LX_S_IFBLK); }

// Whether CREDS may open what is there with FLAGS.
static long check_open(const struct creds *creds, const struct path *path, unsigned flags)
{
    const struct inode *inode = path->inode;
    if ((flags & LX_O_DIRECTORY) && !inode_is(inode, LX_S_IFDIR))
        return -LX_ENOTDIR;
    if (flags & LX_O_PATH)
        return 0;
    if (inode_is(inode, LX_S_IFLNK))
        return -LX_ELOOP;
    unsigned mask = access_mask(flags);
    if (inode_is(inode, LX_S_IFDIR) && mask & LX_W_OK)
        return -LX_EISDIR;
    long status = access_check(creds, inode, mask);
    if (status)
        return status;
    if (is_device(inode) && path->mount && path->mount->flags & LX_MS_NODEV)
        return -LX_EACCES;
    if (mask & LX_W_OK && inode_is(inode, LX_S_IFREG) && mount_is_read_only(path->mount))
        return -LX_EROFS;
    if ((flags & LX_O_NOATIME) && !access_is_owner(creds, inode))
        return -LX_EPERM;
    return 0;
}

static long open_existing(struct place *place, unsigned flags, const struct io *io, struct file **file)
{
    long status = check_open(client_creds(io->client), &place->path, flags);
    if (status == 0)
        status = open_place(place, flags, io, file);
    if (status == 0 && flags & LX_O_TRUNC && !(flags & LX_O_PATH) && inode_is(place->path.inode, LX_S_IFREG)) {
        status = attributes_resize(place->path.inode, 0);
        if (status)
            file_put(*file);
    }
    return status;
}

// Makes the file that PLACE says does not exist. The new file's mode does not restrict this opening.
static long create(struct place *place, unsigned flags, uint32_t mode, const struct io *io, struct file **file)
{
    if (place->wants_directory)
        return -LX_EISDIR;
    long status = names_create(io->client, place, LX_S_IFREG | (mode & 07777), 0);
    return status ? status : open_place(place, flags & ~(unsigned)LX_O_TRUNC, io, file);
}

// Text of the symlink that is PLACE's last component, NUL-terminated.
static long read_link(struct client *client, struct place *place, char *text)
{
    struct inode *link = place->path.inode;
    long n = link->ops->readlink(link, client, text, LX_PATH_MAX - 1);
    if (n < 0)
        return n;
    text[n] = 0;
    return 0;
}

// Opens what a WALK_PARENT found, following mounts and links that lead to places.
static long open_found(struct place *place, unsigned flags, const struct io *io, struct file **file)
{
    struct inode *inode = place->path.inode;
    struct place target = {0};
    if (flags & LX_O_EXCL)
        return -LX_EEXIST;
    if (inode_is(inode, LX_S_IFLNK) && inode->ops->follow && !(flags & LX_O_NOFOLLOW)) {
        long status = inode->ops->follow(inode, io->client, &target);
        if (status)
            return status;
    } else {
        target = (struct place){.path = path_get(place->path), .entry = place->entry ? entry_get(place->entry) : NULL};
        mount_follow(&target.path);
    }
    // Only what is no directory could have been created.
    long status = inode_is(target.path.inode, LX_S_IFDIR) ? -LX_EISDIR
                  : place->wants_directory                ? -LX_ENOTDIR
                                                          : open_existing(&target, flags, io, file);
    place_put(&target);
    return status;
}

// Whether opening for creation goes on where this symlink's text says, as a dangling symlink is made where it points.
static bool is_followed(const struct place *place, unsigned flags)
{
    const struct inode *inode = place->path.inode;
    return inode && inode_is(inode, LX_S_IFLNK) && !inode->ops->follow && !(flags & (LX_O_NOFOLLOW | LX_O_EXCL));
}

static long open_or_create(struct path start, const char *text, unsigned flags, uint32_t mode, const struct io *io,
                           struct file **file)
{
    static char link_text[LX_PATH_MAX];
    struct path from = path_get(start);
    for (unsigned i = 0; i < MAX_LINKS; i++) {
        struct place place;
        long status = path_walk(io->client, from, text, WALK_PARENT, &place);
        path_put(from);
        if (status)
            return status;
        if (!is_followed(&place, flags)) {
            status = place.is_special    ? -LX_EISDIR
                     : !place.path.inode ? create(&place, flags, mode, io, file)
                                         : open_found(&place, flags, io, file);
            place_put(&place);
            return status;
        }
        status = read_link(io->client, &place, link_text);
        from = path_get(place.parent);
        place_put(&place);
        if (status) {
            path_put(from);
            return status;
        }
        text = link_text;
    }
    path_put(from);
    return -LX_ELOOP;
}

long open_path(struct path start, const char *text, unsigned flags, uint32_t mode, const struct io *io,
               struct file **file)
{
    *file = NULL;
    if (flags & LX_O_PATH)
        flags &= LX_O_PATH | LX_O_DIRECTORY | LX_O_NOFOLLOW | LX_O_CLOEXEC;
    if ((flags & LX_O_TMPFILE) == LX_O_TMPFILE)
        return -LX_EOPNOTSUPP;
    flags &= STATUS_FLAGS | CREATION_FLAGS; // Linux ignores what it does not know
    if (flags & LX_O_CREAT)
        return flags & LX_O_DIRECTORY ? -LX_EINVAL : open_or_create(start, text, flags, mode, io, file);
    struct place place;
    unsigned walk = (flags & LX_O_NOFOLLOW ? WALK_NOFOLLOW : 0) | (flags & LX_O_DIRECTORY ? WALK_DIRECTORY : 0);
    long status = path_walk(io->client, start, text, walk, &place);
    if (status)
        return status;
    status = open_existing(&place, flags, io, file);
    place_put(&place);
    return status;
}
