// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

#include "tmpfs.h"

#include <lx/abi.h>

#include "content.h"
#include "device.h"
#include "directory.h"
#include "file.h"
#include "filesystem.h"
#include "open.h"
#include "port.h"
#include "streams.h"
#include "trona/heap.h"
#include "trona/string.h"

#define SHORT_TARGET 128 // bytes of a symlink that cost nothing beyond the inode

static long tmpfs_lookup(struct inode *dir, struct client *client, const char *name, size_t length,
                         struct entry **entry)
{
    (void)client;
    struct entry *e = directory_find(dir->directory, name, length);
    if (!e)
        return -LX_ENOENT;
    *entry = entry_get(e);
    return 0;
}

static long tmpfs_readdir(struct inode *dir, struct client *client, uint64_t cursor, readdir_emit emit, void *context)
{
    (void)client;
    directory_read(dir->directory, cursor, emit, context);
    return 0;
}

static long tmpfs_open(struct file *file, const struct io *io)
{
    switch (file->inode->mode & LX_S_IFMT) {
    case LX_S_IFREG: file->ops = &regular_file_ops; return 0;
    case LX_S_IFDIR: file->ops = &directory_file_ops; return 0;
    case LX_S_IFCHR: return device_open(file, io);
    case LX_S_IFIFO: return fifo_open(file, io);
    case LX_S_IFLNK: return -LX_ELOOP;
    default: return -LX_ENXIO; // sockets, block devices
    }
}

static long tmpfs_readlink(struct inode *inode, struct client *client, char *text, size_t size)
{
    (void)client;
    size_t n = inode->size < size ? inode->size : size;
    memcpy(text, inode->target, n);
    return (long)n;
}

static void free_if_gone(struct filesystem *fs)
{
    if (fs->is_gone && fs->nr_inodes == 0)
        trona_free(fs, sizeof *fs);
}

// A target that is no short one counts as a page of data.
static uint64_t target_pages(size_t length) { return length > SHORT_TARGET; }

static long make_target(struct inode *inode, const char *target, size_t length)
{
    struct filesystem *fs = inode->fs;
    if (target_pages(length) && fs->nr_pages >= fs->max_pages)
        return -LX_ENOSPC;
    inode->target = trona_alloc(length);
    if (!inode->target)
        return -LX_ENOMEM;
    memcpy(inode->target, target, length);
    inode->size = length;
    fs->nr_pages += target_pages(length);
    return 0;
}

static void free_target(struct inode *inode)
{
    if (inode->target)
        inode->fs->nr_pages -= target_pages(inode->size);
    trona_free(inode->target, inode->size);
}

static void tmpfs_destroy_inode(struct inode *inode)
{
    struct filesystem *fs = inode->fs;
    if (inode_is(inode, LX_S_IFREG))
        content_destroy(inode);
    else if (inode_is(inode, LX_S_IFDIR))
        directory_destroy(inode->directory);
    else if (inode_is(inode, LX_S_IFLNK))
        free_target(inode);
    fs->nr_inodes--;
    free_if_gone(fs);
}

static const struct inode_ops tmpfs_inode_ops = {
    .lookup = tmpfs_lookup,
    .readdir = tmpfs_readdir,
    .open = tmpfs_open,
    .readlink = tmpfs_readlink,
    .destroy = tmpfs_destroy_inode,
};

_Bool tmpfs_owns(const struct inode *inode) { return inode->ops == &tmpfs_inode_ops; }

static long make_contents(struct inode *inode, const struct tmpfs_spec *spec)
{
    switch (spec->mode & LX_S_IFMT) {
    case LX_S_IFREG: return (inode->content = content_create(inode)) ? 0 : -LX_ENOMEM;
    case LX_S_IFDIR: inode->nlink = 2; return (inode->directory = directory_create()) ? 0 : -LX_ENOMEM;
    case LX_S_IFLNK: return make_target(inode, spec->target, spec->target_length);
    default: inode->rdev = spec->rdev; return 0;
    }
}

static long make_inode(struct filesystem *fs, const struct tmpfs_spec *spec, struct inode **result)
{
    if (fs->nr_inodes >= fs->max_inodes)
        return -LX_ENOSPC;
    struct inode *inode = inode_create(fs, &tmpfs_inode_ops, fs->next_ino, spec->mode, spec->uid, spec->gid);
    if (!inode)
        return -LX_ENOMEM;
    fs->nr_inodes++;
    long status = make_contents(inode, spec);
    if (status) {
        inode_put(inode);
        return status;
    }
    fs->next_ino++;
    *result = inode;
    return 0;
}

long tmpfs_create(const struct filesystem_type *type, uint32_t mode, uint64_t max_pages, struct filesystem **result)
{
    struct port_memory memory;
    long status = port_memory_info(&memory);
    if (status)
        return status;
    struct filesystem *fs = trona_alloc_zero(sizeof *fs);
    if (!fs)
        return -LX_ENOMEM;
    fs->refs = 1;
    fs->type = type;
    fs->dev = filesystem_new_dev();
    fs->next_ino = 1;
    fs->max_inodes = memory.total / 2;
    fs->max_pages = max_pages ? max_pages : memory.total / 2;
    status = make_inode(fs, &(struct tmpfs_spec){.mode = LX_S_IFDIR | (mode & 07777)}, &fs->root);
    if (status) {
        trona_free(fs, sizeof *fs);
        return status;
    }
    *result = fs;
    return 0;
}

// Unlinks everything below DIR without recursion: down into the first directory, up when it is empty.
static void empty_tree(struct inode *root)
{
    struct inode *dir = root;
    while (dir != root || !directory_is_empty(dir->directory)) {
        struct entry *e = dir->directory->first;
        if (!e) {
            e = dir->name;
            dir = e->parent;
            tmpfs_unlink(e);
        } else if (inode_is(e->inode, LX_S_IFDIR)) {
            dir = e->inode;
        } else {
            tmpfs_unlink(e);
        }
    }
}

void tmpfs_destroy(struct filesystem *fs)
{
    empty_tree(fs->root);
    fs->is_gone = true;
    inode_put(fs->root); // frees fs with its last inode
}

long tmpfs_make(struct inode *dir, const char *name, size_t length, const struct tmpfs_spec *spec, struct entry **entry)
{
    struct inode *inode;
    long status = make_inode(dir->fs, spec, &inode);
    if (status)
        return status;
    struct entry *e = entry_create(dir, inode, name, length);
    inode_put(inode);
    if (!e)
        return -LX_ENOMEM;
    directory_insert(dir->directory, e);
    if (inode_is(inode, LX_S_IFDIR))
        dir->nlink++;
    inode_touch_data(dir);
    if (entry)
        *entry = e;
    else
        entry_put(e);
    return 0;
}

long tmpfs_link(struct inode *dir, const char *name, size_t length, struct inode *inode)
{
    if (inode->fs->nr_inodes >= inode->fs->max_inodes)
        return -LX_ENOSPC;
    struct entry *e = entry_create(dir, inode, name, length);
    if (!e)
        return -LX_ENOMEM;
    directory_insert(dir->directory, e);
    entry_put(e);
    inode->nlink++;
    inode->fs->nr_inodes++;
    inode_touch_attributes(inode);
    inode_touch_data(dir);
    return 0;
}

void tmpfs_unlink(struct entry *entry)
{
    struct inode *dir = entry->parent, *inode = entry->inode;
    if (inode_is(inode, LX_S_IFDIR)) {
        inode->nlink = 0;
        dir->nlink--;
    } else if (--inode->nlink) {
        inode->fs->nr_inodes--;
    }
    inode_touch_attributes(inode);
    inode_touch_data(dir);
    directory_remove(dir->directory, entry); // may free entry and inode
}

long tmpfs_rename(struct entry *entry, struct inode *dir, const char *name, size_t length, struct entry *target)
{
    char *new_name = trona_alloc(length + 1);
    if (!new_name)
        return -LX_ENOMEM;
    memcpy(new_name, name, length);
    new_name[length] = 0;
    struct inode *old_dir = entry->parent;
    entry_get(entry);
    if (target)
        tmpfs_unlink(target);
    directory_remove(old_dir->directory, entry);
    trona_free(entry->name, entry->length + 1);
    entry->name = new_name;
    entry->length = (uint32_t)length;
    entry->hash = entry_hash(name, length);
    entry->parent = inode_get(dir);
    directory_insert(dir->directory, entry);
    if (inode_is(entry->inode, LX_S_IFDIR)) {
        old_dir->nlink--;
        dir->nlink++;
    }
    inode_touch_attributes(entry->inode);
    inode_touch_data(old_dir);
    inode_touch_data(dir);
    inode_put(old_dir);
    entry_put(entry);
    return 0;
}

// "size=1m,mode=755": the options that mean something here; others are refused.
static long parse_options(const char *text, uint64_t *pages, uint32_t *mode)
{
    while (*text) {
        size_t n = 0;
        while (text[n] && text[n] != ',')
            n++;
        uint64_t value = 0;
        size_t at = n > 5 && text[4] == '=' ? 5 : n;
        bool is_octal = n > 5 && memcmp(text, "mode=", 5) == 0;
        for (; at < n && text[at] >= '0' && text[at] <= (is_octal ? '7' : '9') && value < UINT64_MAX >> 8; at++)
            value = value * (is_octal ? 8 : 10) + (uint64_t)(text[at] - '0');
        if (n > 5 && memcmp(text, "size=", 5) == 0) {
            char unit = at < n ? text[at++] | 32 : 0;
            unsigned shift = unit == 'k' ? 10 : unit == 'm' ? 20 : unit == 'g' ? 30 : 0;
            if (at != n || (unit && !shift) || value > UINT64_MAX >> (shift + 13))
                return -LX_EINVAL;
            *pages = ((value << shift) + 4095) / 4096;
        } else if (is_octal && at == n && value <= 07777) {
            *mode = (uint32_t)value;
        } else {
            return -LX_EINVAL;
        }
        text += n + (text[n] == ',');
    }
    return 0;
}

static long tmpfs_mount(const char *options, struct filesystem **fs)
{
    uint64_t pages = 0;
    uint32_t mode = 01777;
    long status = parse_options(options, &pages, &mode);
    return status ? status : tmpfs_create(&tmpfs_type, mode, pages, fs);
}

const struct filesystem_type tmpfs_type = {"tmpfs", LX_TMPFS_MAGIC, true, tmpfs_mount, tmpfs_destroy};
