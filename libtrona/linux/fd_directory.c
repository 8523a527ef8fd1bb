// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

#include "fd_directory.h"

#include "layer.h"
#include "trona/format.h"
#include "trona/string.h"

#define FIRST_FD 2 // positions 0 and 1 are "." and ".."

// Writes the record of POSITION if it fits; its length, else 0.
static size_t put_record(unsigned char *data, size_t room, uint64_t position)
{
    char name[16] = ".";
    if (position >= FIRST_FD)
        trona_format(name, sizeof name, "%lu", (unsigned long)(position - FIRST_FD));
    else if (position == 1)
        name[1] = '.';
    size_t length = strlen(name) + 1, size = (sizeof(struct lx_dirent64) + length + 7) & ~(size_t)7;
    if (size > room)
        return 0;
    const struct lx_dirent64 head = {.d_ino = position + 1, .d_off = (int64_t)position + 1, .d_reclen = (uint16_t)size,
                                     .d_type = position >= FIRST_FD ? LX_DT_LNK : LX_DT_DIR};
    memset(data, 0, size);
    memcpy(data, &head, sizeof head);
    memcpy(data + sizeof head, name, length);
    return size;
}

// The first position from POSITION on at which there is something; false behind the last.
static bool find_position(uint64_t *position)
{
    if (*position < FIRST_FD)
        return true;
    if (*position >= FIRST_FD + FD_MAX)
        return false;
    int fd = fd_next_open((int)(*position - FIRST_FD) - 1);
    *position = (uint64_t)(fd < 0 ? FD_MAX : fd) + FIRST_FD;
    return fd >= 0;
}

long fd_directory_read(uint64_t handle, void *data, size_t n, kn_word_t *count)
{
    kn_word_t position;
    long r = kn_vfs_seek(VFS, handle, 0, LX_SEEK_CUR, &position);
    if (r)
        return r;
    for (*count = 0; find_position(&position); position++) {
        size_t size = put_record((unsigned char *)data + *count, n - *count, position);
        if (!size && !*count)
            return -LX_EINVAL;
        if (!size)
            break;
        *count += size;
    }
    return kn_vfs_seek(VFS, handle, (int64_t)position, LX_SEEK_SET, &position);
}
