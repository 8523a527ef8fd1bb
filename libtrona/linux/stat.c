// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

#include "stat.h"

// Device numbers in 64 bits, as glibc takes them apart.
static uint32_t device_major(uint64_t dev) { return (uint32_t)((dev >> 8 & 0xfff) | (dev >> 32 & 0xfffff000)); }
static uint32_t device_minor(uint64_t dev) { return (uint32_t)((dev & 0xff) | (dev >> 12 & 0xffffff00)); }

void stat_convert(const struct kn_vfs_stat *from, struct lx_stat *to)
{
    *to = (struct lx_stat){
        .st_dev = from->dev,
        .st_ino = from->ino,
        .st_mode = (uint32_t)from->mode,
        .st_uid = (uint32_t)from->uid,
        .st_gid = (uint32_t)from->gid,
        .st_rdev = from->rdev,
        .st_size = (int64_t)from->size,
        .st_blocks = (int64_t)from->blocks,
        .st_atim = {from->atime_s, (int64_t)from->atime_ns},
        .st_mtim = {from->mtime_s, (int64_t)from->mtime_ns},
        .st_ctim = {from->ctime_s, (int64_t)from->ctime_ns},
    };
    // Their widths differ between the architectures.
    to->st_nlink = (__typeof__(to->st_nlink))from->nlink;
    to->st_blksize = (__typeof__(to->st_blksize))from->blksize;
}

static struct lx_statx_timestamp timestamp(int64_t s, uint64_t ns)
{
    return (struct lx_statx_timestamp){.tv_sec = s, .tv_nsec = (uint32_t)ns};
}

void statx_convert(const struct kn_vfs_stat *from, struct lx_statx *to)
{
    *to = (struct lx_statx){
        .mask = LX_STATX_BASIC_STATS | LX_STATX_BTIME,
        .blksize = (uint32_t)from->blksize,
        .nlink = (uint32_t)from->nlink,
        .uid = (uint32_t)from->uid,
        .gid = (uint32_t)from->gid,
        .mode = (uint16_t)from->mode,
        .ino = from->ino,
        .size = from->size,
        .blocks = from->blocks,
        .atime = timestamp(from->atime_s, from->atime_ns),
        .btime = timestamp(from->btime_s, from->btime_ns),
        .ctime = timestamp(from->ctime_s, from->ctime_ns),
        .mtime = timestamp(from->mtime_s, from->mtime_ns),
        .rdev_major = device_major(from->rdev),
        .rdev_minor = device_minor(from->rdev),
        .dev_major = device_major(from->dev),
        .dev_minor = device_minor(from->dev),
    };
}

void statfs_convert(const struct kn_vfs_statfs *from, struct lx_statfs *to)
{
    *to = (struct lx_statfs){
        .f_type = (int64_t)from->type,
        .f_bsize = (int64_t)from->bsize,
        .f_blocks = from->blocks,
        .f_bfree = from->bfree,
        .f_bavail = from->bavail,
        .f_files = from->files,
        .f_ffree = from->ffree,
        .f_fsid = {(int32_t)from->fsid, (int32_t)(from->fsid >> 32)},
        .f_namelen = (int64_t)from->namelen,
        .f_frsize = (int64_t)from->frsize,
        .f_flags = (int64_t)from->flags,
    };
}
