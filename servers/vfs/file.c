// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

#include "file.h"

#include <kn/proto/vfs.h>

#include "inode.h"
#include "lock.h"
#include "mount.h"
#include "trona/heap.h"

static unsigned nr_files;

struct file *file_create(struct inode *inode, unsigned flags)
{
    struct file *file = trona_alloc_zero(sizeof *file);
    if (!file)
        return NULL;
    file->refs = 1;
    file->flags = flags;
    file->inode = inode_get(inode);
    nr_files++;
    return file;
}

struct file *file_get(struct file *file)
{
    file->refs++;
    return file;
}

static void file_destroy(struct file *file)
{
    if (file->ops && file->ops->release)
        file->ops->release(file);
    lock_release_file(file);
    entry_put(file->entry);
    inode_put(file->inode);
    mount_put(file->mount);
    trona_free(file, sizeof *file);
    nr_files--;
}

void file_put(struct file *file)
{
    if (file && --file->refs == 0)
        file_destroy(file);
}

struct io file_io(const struct file *file, struct client *client, struct thread *thread, uint64_t io_flags)
{
    return (struct io){
        .client = client,
        .thread = thread,
        .may_wait = (io_flags & KN_VFS_IO_WAIT) && !(file->flags & LX_O_NONBLOCK),
        .ignores_ttin = io_flags & KN_VFS_IO_IGNORES_TTIN,
        .ignores_ttou = io_flags & KN_VFS_IO_IGNORES_TTOU,
    };
}

unsigned file_count(void) { return nr_files; }
