// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// Record locks and whole locks.

#include "lock.h"

#include <lx/abi.h>

#include "inode.h"
#include "unit.h"
#include "world.h"

static long set(struct file *f, uint64_t serial, unsigned type, uint64_t start, uint64_t end)
{
    const struct io io = {0};
    return lock_set(f, &io, serial, &(struct lock_range){type, start, end});
}

TEST(record_locks_of_two_processes_exclude_each_other)
{
    struct world w = world_make();
    struct file *f = world_file(&w, world_open(&w, "f", LX_O_CREAT | LX_O_RDWR, 0600));
    CHECK(set(f, 1, LX_F_RDLCK, 0, 100) == 0 && set(f, 2, LX_F_RDLCK, 50, 150) == 0);
    CHECK(set(f, 2, LX_F_WRLCK, 99, 100) == -LX_EAGAIN && set(f, 2, LX_F_WRLCK, 100, 200) == 0);
    CHECK(set(f, 1, LX_F_RDLCK, 100, 101) == -LX_EAGAIN);
    struct lock_range found;
    uint64_t owner;
    lock_test(f->inode, 1, &(struct lock_range){LX_F_WRLCK, 150, 151}, &found, &owner);
    CHECK(found.type == LX_F_WRLCK && found.start == 100 && found.end == 200 && owner == 2);
    lock_close(f->inode, 2);
    CHECK(set(f, 1, LX_F_WRLCK, 0, UINT64_MAX) == 0);
    world_end(&w);
}

TEST(unlocking_the_middle_splits_a_lock)
{
    struct world w = world_make();
    struct file *f = world_file(&w, world_open(&w, "f", LX_O_CREAT | LX_O_RDWR, 0600));
    CHECK(set(f, 1, LX_F_WRLCK, 0, 100) == 0 && set(f, 1, LX_F_UNLCK, 40, 60) == 0);
    CHECK(set(f, 2, LX_F_WRLCK, 40, 60) == 0);
    CHECK(set(f, 2, LX_F_WRLCK, 39, 40) == -LX_EAGAIN && set(f, 2, LX_F_WRLCK, 60, 61) == -LX_EAGAIN);
    world_end(&w);
}

TEST(whole_locks_belong_to_descriptions)
{
    struct world w = world_make();
    const struct io io = {0};
    long a = world_open(&w, "f", LX_O_CREAT | LX_O_RDWR, 0600), b = world_open(&w, "f", LX_O_RDWR, 0);
    struct file *f = world_file(&w, a), *g = world_file(&w, b);
    CHECK(lock_whole(f, &io, LX_F_WRLCK) == 0 && lock_whole(g, &io, LX_F_RDLCK) == -LX_EAGAIN);
    CHECK(lock_whole(f, &io, LX_F_RDLCK) == 0 && lock_whole(g, &io, LX_F_RDLCK) == 0);
    CHECK(set(f, 1, LX_F_WRLCK, 0, 10) == 0); // the two kinds do not see each other
    world_close(&w, a);
    CHECK(lock_whole(g, &io, LX_F_WRLCK) == 0);
    world_end(&w);
}
