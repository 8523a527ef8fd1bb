// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

#include "archive.h"

#include <lx/abi.h>

#include "content.h"
#include "directory.h"
#include "filesystem.h"
#include "inode.h"
#include "tmpfs.h"
#include "trona/cpio.h"
#include "trona/log.h"
#include "trona/startup.h"
#include "trona/string.h"

#define ROOT "root"
#define ROOT_LENGTH 4
#define SECOND 1000000000ll

// The directory in which the last entry was, as consecutive entries mostly share it.
static struct inode *last_dir;
static const char *last_name;
static size_t last_length;

// The inode of the directory NAME (without trailing slash) in FS; NULL: none.
static struct inode *find_directory(struct filesystem *fs, const char *name, size_t length)
{
    if (last_dir && length == last_length && memcmp(name, last_name, length) == 0)
        return last_dir;
    struct inode *dir = fs->root;
    for (size_t at = 0; at < length;) {
        size_t n = 0;
        while (at + n < length && name[at + n] != '/')
            n++;
        struct entry *e = inode_is(dir, LX_S_IFDIR) ? directory_find(dir->directory, name + at, n) : NULL;
        if (!e)
            return NULL;
        dir = e->inode;
        at += n + 1;
    }
    if (!inode_is(dir, LX_S_IFDIR))
        return NULL;
    last_dir = dir;
    last_name = name;
    last_length = length;
    return dir;
}

static void set_attributes(struct inode *inode, const struct cpio_entry *e)
{
    inode->uid = e->uid;
    inode->gid = e->gid;
    inode->mode = (inode->mode & LX_S_IFMT) | (e->mode & 07777);
    inode->atime_ns = inode->mtime_ns = inode->ctime_ns = inode->btime_ns = (int64_t)e->mtime * SECOND;
}

static const char *fill_file(struct inode *inode, const struct cpio_entry *e)
{
    if (e->size == 0)
        return NULL;
    if (e->data_offset & 4095)
        return "its data does not start on a page";
    content_set_archive(inode, e->data_offset, e->size);
    inode->fs->max_pages += (e->size + 4095) / 4096; // the limit is for what comes on top of the image
    return NULL;
}

// Makes the entry NAME (below the root); what is wrong with it, or NULL.
static const char *unpack(struct filesystem *fs, const char *archive, const struct cpio_entry *e, const char *name,
                          size_t length)
{
    uint32_t type = e->mode & LX_S_IFMT;
    if (type != LX_S_IFREG && type != LX_S_IFDIR && type != LX_S_IFLNK && type != LX_S_IFIFO)
        return "it is of a type that does not belong into an archive";
    size_t at = length;
    while (at && name[at - 1] != '/')
        at--;
    size_t n = length - at;
    struct inode *dir = find_directory(fs, name, at ? at - 1 : 0);
    if (!dir)
        return "its directory is not there";
    if (n == 0 || n > LX_NAME_MAX || (n == 1 && name[at] == '.') || (n == 2 && name[at] == '.' && name[at + 1] == '.'))
        return "its name is impossible";
    if (directory_find(dir->directory, name + at, n))
        return "its name occurs twice";
    struct tmpfs_spec spec = {.mode = e->mode & (LX_S_IFMT | 07777), .uid = e->uid, .gid = e->gid};
    if (type == LX_S_IFLNK) {
        if (e->size == 0 || e->size >= LX_PATH_MAX)
            return "its target is impossible";
        spec.target = archive + e->data_offset;
        spec.target_length = e->size;
    }
    struct entry *entry;
    if (tmpfs_make(dir, name + at, n, &spec, &entry))
        return "there is not enough memory";
    set_attributes(entry->inode, e);
    const char *wrong = type == LX_S_IFREG ? fill_file(entry->inode, e) : NULL;
    entry_put(entry);
    return wrong;
}

void archive_unpack(struct filesystem *fs)
{
    const struct kn_layout_resource *r = trona_resource(KN_LAYOUT_RESOURCE_ARCHIVE, 0);
    struct cpio_reader reader;
    struct cpio_entry e = {.name = "its start"};
    const char *good = e.name;
    cpio_open(&reader, (const void *)r->vaddr, r->size);
    while (cpio_next(&reader, &e)) {
        good = e.name;
        if (e.name_length < ROOT_LENGTH || memcmp(e.name, ROOT, ROOT_LENGTH) != 0)
            continue;
        if (e.name_length == ROOT_LENGTH) {
            set_attributes(fs->root, &e);
            continue;
        }
        if (e.name[ROOT_LENGTH] != '/')
            continue;
        const char *wrong =
            unpack(fs, (const char *)r->vaddr, &e, e.name + ROOT_LENGTH + 1, e.name_length - ROOT_LENGTH - 1);
        if (wrong)
            trona_panic("the boot archive is refused: %s: %s", e.name, wrong);
    }
    if (reader.error)
        trona_panic("the boot archive is corrupt after %s: %s", good, reader.error);
    last_dir = NULL;
}
