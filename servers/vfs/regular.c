// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// Descriptions of regular files of memory file systems, and of directories.

#include "content.h"
#include "inode.h"
#include "open.h"
#include "trona/string.h"

static long regular_read(struct file *file, const struct io *io, void *data, size_t n, uint64_t *pos)
{
    (void)io;
    long got = content_read(file->inode, data, n, *pos);
    if (got > 0) {
        *pos += (uint64_t)got;
        if (!(file->flags & LX_O_NOATIME))
            inode_touch_read(file->inode);
    }
    return got;
}

static long regular_write(struct file *file, const struct io *io, const void *data, size_t n, uint64_t *pos)
{
    (void)io;
    if (file->flags & LX_O_APPEND)
        *pos = file->inode->size;
    long put = content_write(file->inode, data, n, *pos);
    if (put > 0) {
        *pos += (uint64_t)put;
        inode_touch_data(file->inode);
    }
    return put;
}

const struct file_ops regular_file_ops = {.read = regular_read, .write = regular_write};

// Records of getdents64 under construction.
struct records {
    unsigned char *at, *end;
    uint64_t next; // position behind the last record
    bool is_full;  // a record did not fit
};

static unsigned char type_of(uint32_t mode)
{
    return (unsigned char)((mode & LX_S_IFMT) >> 12); // DT_* are the type bits
}

static bool add_record(void *context, const char *name, size_t length, uint64_t ino, uint32_t mode, uint64_t next)
{
    struct records *r = context;
    size_t size = (sizeof(struct lx_dirent64) + length + 1 + 7) & ~(size_t)7;
    if ((size_t)(r->end - r->at) < size) {
        r->is_full = true;
        return false;
    }
    struct lx_dirent64 head = {
        .d_ino = ino, .d_off = (int64_t)next, .d_reclen = (uint16_t)size, .d_type = type_of(mode)};
    memset(r->at, 0, size);
    memcpy(r->at, &head, sizeof head);
    memcpy(r->at + sizeof head, name, length);
    r->at += size;
    r->next = next;
    return true;
}

// The positions 0 and 1 are "." and ".."; a cursor of the file system is two less.
static bool add_shifted(void *context, const char *name, size_t length, uint64_t ino, uint32_t mode, uint64_t next)
{
    return add_record(context, name, length, ino, mode, next + 2);
}

static uint64_t parent_ino(const struct inode *dir)
{
    return dir->name && dir->name->is_linked ? dir->name->parent->ino : dir->ino;
}

static long directory_getdents(struct file *file, const struct io *io, void *data, size_t n)
{
    struct inode *dir = file->inode;
    struct records r = {data, (unsigned char *)data + n, file->offset, false};
    bool fits = true;
    if (r.next == 0)
        fits = add_record(&r, ".", 1, dir->ino, LX_S_IFDIR, 1);
    if (fits && r.next == 1)
        fits = add_record(&r, "..", 2, parent_ino(dir), LX_S_IFDIR, 2);
    if (fits) {
        long status = dir->ops->readdir(dir, io->client, r.next - 2, add_shifted, &r);
        if (status)
            return status;
    }
    if (r.is_full && r.at == data)
        return -LX_EINVAL;
    file->offset = r.next;
    inode_touch_read(dir);
    return r.at - (unsigned char *)data;
}

static long directory_read_bytes(struct file *file, const struct io *io, void *data, size_t n, uint64_t *pos)
{
    (void)file, (void)io, (void)data, (void)n, (void)pos;
    return -LX_EISDIR;
}

// Only back to the start, and to positions that getdents gave.
static int64_t directory_seek(struct file *file, int64_t offset, unsigned whence)
{
    if (whence == LX_SEEK_CUR)
        offset += (int64_t)file->offset;
    else if (whence != LX_SEEK_SET)
        return -LX_EINVAL;
    return offset < 0 ? -LX_EINVAL : offset;
}

const struct file_ops directory_file_ops = {
    .read = directory_read_bytes,
    .seek = directory_seek,
    .getdents = directory_getdents,
};
