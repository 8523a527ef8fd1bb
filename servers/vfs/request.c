// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

#include "request.h"

#include <kn/proto/vfs.h>

#include "file.h"
#include "inode.h"
#include "mount.h"
#include "trona/string.h"

long request_copy_path(const struct thread *thread, size_t offset, struct request_path *path)
{
    const unsigned char *from = thread->window + offset;
    size_t n = 0;
    while (n < sizeof path->text && (path->text[n] = (char)*(const volatile unsigned char *)(from + n)))
        n++;
    if (n == sizeof path->text)
        return -LX_ENAMETOOLONG;
    path->length = n;
    return 0;
}

long request_start(struct client *client, uint64_t dir, struct path *start)
{
    if (dir == KN_VFS_CWD) {
        *start = client->cwd;
        return 0;
    }
    struct file *file = client_file(client, dir);
    if (!file)
        return -LX_EBADF;
    *start = (struct path){file->mount, file->inode};
    return 0;
}

long request_walk(struct client *client, uint64_t dir, const char *text, unsigned flags, struct place *place)
{
    struct path start = client->cwd;
    long status = text[0] == '/' ? 0 : request_start(client, dir, &start);
    if (status)
        return status;
    if (!text[0] && flags & LX_AT_EMPTY_PATH) {
        const struct file *file = dir == KN_VFS_CWD ? NULL : client_file(client, dir);
        *place = (struct place){.path = path_get(start), .entry = file && file->entry ? entry_get(file->entry) : NULL};
        return 0;
    }
    if (text[0] && text[0] != '/' && !inode_is(start.inode, LX_S_IFDIR))
        return -LX_ENOTDIR;
    return path_walk(client, start, text, flags & LX_AT_SYMLINK_NOFOLLOW ? WALK_NOFOLLOW : 0, place);
}

long request_place(struct client *client, uint64_t thread_index, uint64_t dir, unsigned flags, struct place *place)
{
    static struct request_path path;
    const struct thread *thread = client_thread(client, thread_index);
    if (!thread)
        return -LX_EINVAL;
    long status = request_copy_path(thread, KN_VFS_PATH, &path);
    return status ? status : request_walk(client, dir, path.text, flags, place);
}

long request_parent(struct client *client, uint64_t thread_index, uint64_t dir, size_t offset, struct place *place)
{
    static struct request_path path;
    const struct thread *thread = client_thread(client, thread_index);
    if (!thread)
        return -LX_EINVAL;
    struct path start = client->cwd;
    long status = request_copy_path(thread, offset, &path);
    if (status == 0 && path.text[0] != '/')
        status = request_start(client, dir, &start);
    if (status)
        return status;
    if (path.text[0] && path.text[0] != '/' && !inode_is(start.inode, LX_S_IFDIR))
        return -LX_ENOTDIR;
    return path_walk(client, start, path.text, WALK_PARENT, place);
}
