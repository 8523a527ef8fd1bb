// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

#include "../stat.h"

#include "unit.h"

TEST(stat_every_field_arrives)
{
    struct kn_vfs_stat from = {1, 2, 0100644, 3, 4, 5, 6, 7, 4096, 8, 9, 10, 11, 12, 13, 14, 15, 16};
    struct lx_stat s;
    stat_convert(&from, &s);
    CHECK(s.st_dev == 1 && s.st_ino == 2 && s.st_mode == 0100644 && s.st_nlink == 3 && s.st_uid == 4 && s.st_gid == 5);
    CHECK(s.st_rdev == 6 && s.st_size == 7 && s.st_blksize == 4096 && s.st_blocks == 8 && s.st_atim.tv_sec == 9);
    CHECK(s.st_atim.tv_nsec == 10 && s.st_mtim.tv_sec == 11 && s.st_mtim.tv_nsec == 12 && s.st_ctim.tv_sec == 13 &&
          s.st_ctim.tv_nsec == 14);
}

TEST(statx_takes_device_numbers_apart)
{
    struct kn_vfs_stat from = {.dev = 5 << 8 | 1, .rdev = 0x12345ull << 20 << 12 | 0x3 << 8 | 0x45, .btime_s = 99};
    struct lx_statx s;
    statx_convert(&from, &s);
    CHECK(s.dev_major == 5 && s.dev_minor == 1);
    CHECK((s.rdev_minor & 0xff) == 0x45 && s.btime.tv_sec == 99 && s.mask & LX_STATX_BTIME);
}
