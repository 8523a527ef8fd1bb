// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

#include "inode.h"

#include "client.h"
#include "clock.h"
#include "file.h"
#include "lock.h"
#include "mount.h"
#include "streams.h"
#include "trona/heap.h"
#include "trona/string.h"

struct inode *inode_create(struct filesystem *fs, const struct inode_ops *ops, uint64_t ino, uint32_t mode,
                           uint32_t uid, uint32_t gid)
{
    struct inode *inode = trona_alloc_zero(sizeof *inode);
    if (!inode)
        return NULL;
    inode->refs = 1;
    inode->ops = ops;
    inode->fs = fs;
    inode->ino = ino;
    inode->mode = mode;
    inode->uid = uid;
    inode->gid = gid;
    inode->nlink = 1;
    inode->atime_ns = inode->mtime_ns = inode->ctime_ns = inode->btime_ns = clock_realtime_ns();
    return inode;
}

struct inode *inode_get(struct inode *inode)
{
    inode->refs++;
    return inode;
}

void inode_put(struct inode *inode)
{
    if (!inode || --inode->refs)
        return;
    if (inode_is(inode, LX_S_IFIFO))
        fifo_inode_end(inode);
    if (inode->ops->destroy)
        inode->ops->destroy(inode);
    lock_list_destroy(inode);
    trona_free(inode, sizeof *inode);
}

static long anonymous_open(struct file *file, const struct io *io)
{
    return inode_is(file->inode, LX_S_IFIFO) ? fifo_open(file, io) : -LX_ENXIO;
}

static const struct inode_ops anonymous_ops = {.open = anonymous_open};

struct inode *inode_create_anonymous(uint32_t mode, const struct client *client)
{
    static uint64_t next_ino;
    const struct creds *creds = &client->creds;
    return inode_create(NULL, &anonymous_ops, ++next_ino, mode, creds->fsuid, creds->fsgid);
}

void inode_touch_read(struct inode *inode)
{
    // As relatime of Linux: only when the access time says nothing new is it worth the write.
    if (inode->atime_ns <= inode->mtime_ns || inode->atime_ns <= inode->ctime_ns)
        inode->atime_ns = clock_realtime_ns();
}

void inode_touch_data(struct inode *inode) { inode->mtime_ns = inode->ctime_ns = clock_realtime_ns(); }

void inode_touch_attributes(struct inode *inode) { inode->ctime_ns = clock_realtime_ns(); }

// FNV-1a.
uint32_t entry_hash(const char *name, size_t length)
{
    uint32_t hash = 2166136261u;
    for (size_t i = 0; i < length; i++)
        hash = (hash ^ (unsigned char)name[i]) * 16777619u;
    return hash;
}

struct entry *entry_create(struct inode *parent, struct inode *inode, const char *name, size_t length)
{
    struct entry *entry = trona_alloc_zero(sizeof *entry);
    if (!entry)
        return NULL;
    entry->name = trona_alloc(length + 1);
    if (!entry->name) {
        trona_free(entry, sizeof *entry);
        return NULL;
    }
    memcpy(entry->name, name, length);
    entry->name[length] = 0;
    entry->length = (uint32_t)length;
    entry->hash = entry_hash(name, length);
    entry->refs = 1;
    entry->inode = inode_get(inode);
    entry->parent = inode_get(parent);
    inode->name = entry;
    return entry;
}

struct entry *entry_get(struct entry *entry)
{
    entry->refs++;
    return entry;
}

void entry_put(struct entry *entry)
{
    if (!entry || --entry->refs)
        return;
    if (entry->inode->name == entry)
        entry->inode->name = NULL;
    inode_put(entry->inode);
    inode_put(entry->parent);
    trona_free(entry->name, entry->length + 1);
    trona_free(entry, sizeof *entry);
}
