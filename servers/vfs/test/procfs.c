// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// /proc: the tree, numbers, links, text.

#include "procfs.h"

#include <string.h>

#include <lx/abi.h>

#include "filesystem.h"
#include "inode.h"
#include "unit.h"
#include "world.h"

static void mount_proc(struct world *w, struct mount **m)
{
    struct filesystem *fs;
    CHECK(world_mkdir(w, "proc") == 0);
    const struct path point = {w->root, world_find(w, "proc", NULL)};
    CHECK(procfs_type.create("", &fs) == 0 && mount_attach(fs, fs->root, &point, 0, "proc", m) == 0);
}

static void end(struct world *w, struct mount *m)
{
    client_close_handles(w->client);
    mount_get(m);
    CHECK(mount_detach(m, false) == 0);
    mount_put(m);
}

// The one instance of proc stays for ever: it is made before the tests, which look for leaks.
__attribute__((constructor)) static void make_instance(void)
{
    struct filesystem *fs;
    CHECK(procfs_type.create("", &fs) == 0);
    filesystem_put(fs);
}

TEST(proc_shows_processes)
{
    struct mount *m;
    struct world w = world_make();
    mount_proc(&w, &m);
    world_set_ids(2, 5, 6);
    char text[4096] = {0};
    long status;
    CHECK(world_find(&w, "proc/1/stat", NULL) && world_find(&w, "proc/self/status", NULL) &&
          world_find(&w, "proc/2", NULL));
    struct place place;
    CHECK(path_walk(w.client, w.client->cwd, "proc/2", 0, &place) == 0 && place.path.inode->uid == 5);
    place_put(&place);
    CHECK(!world_find(&w, "proc/3", NULL) && !world_find(&w, "proc/01", NULL) &&
          !world_find(&w, "proc/self/nothing", NULL));
    CHECK(world_find(&w, "proc/self/../uptime", NULL) && world_find(&w, "proc/sys/kernel/../..", NULL) == m->root);
    CHECK(world_find(&w, "proc/self/cwd", NULL) == w.root->root &&
          world_find(&w, "proc/self/root/proc", NULL) == m->root);
    CHECK(!world_find(&w, "proc/self/exe", &status) && status == -LX_ENOENT);
    CHECK(world_open(&w, "proc/new", LX_O_CREAT | LX_O_WRONLY, 0600) == -LX_EPERM &&
          world_mkdir(&w, "proc/d") == -LX_EPERM);
    long h = world_open(&w, "proc/2/status", LX_O_RDONLY, 0);
    CHECK(world_read(&w, h, text, sizeof text - 1, 0) > 0 && strstr(text, "Pid:\t2\n") &&
          strstr(text, "Uid:\t5\t5\t0\t5\n"));
    memset(&world_table.entry[2], 0, sizeof world_table.entry[2]);
    CHECK(world_read(&w, h, text, sizeof text - 1, 0) == 0);
    h = world_open(&w, "proc/sys/kernel/hostname", LX_O_RDONLY, 0);
    CHECK(world_read(&w, h, text, sizeof text, 0) == 5 && memcmp(text, "unit\n", 5) == 0);
    h = world_open(&w, "proc/mounts", LX_O_RDONLY, 0);
    memset(text, 0, sizeof text);
    CHECK(world_read(&w, h, text, sizeof text - 1, 0) > 0 &&
          strcmp(text, "root / tmpfs rw 0 0\nproc /proc proc rw 0 0\n") == 0);
    end(&w, m);
    world_end(&w);
}

TEST(descriptors_are_links_to_what_is_open)
{
    struct world w = world_make();
    struct mount *m;
    mount_proc(&w, &m);
    long h = world_open(&w, "f", LX_O_CREAT | LX_O_RDWR, 0600);
    char name[32], text[64];
    snprintf(name, sizeof name, "proc/self/fd/%ld", h);
    CHECK(world_find(&w, name, NULL) == world_file(&w, h)->inode);
    struct place place;
    CHECK(path_walk(w.client, w.client->cwd, name, WALK_NOFOLLOW, &place) == 0 &&
          inode_is(place.path.inode, LX_S_IFLNK));
    CHECK(place.path.inode->ops->readlink(place.path.inode, w.client, text, sizeof text) == 2 &&
          memcmp(text, "/f", 2) == 0);
    CHECK(world_unlink(&w, "f") == 0);
    CHECK(place.path.inode->ops->readlink(place.path.inode, w.client, text, sizeof text) == 12);
    place_put(&place);
    long again = world_open(&w, name, LX_O_CREAT | LX_O_WRONLY | LX_O_TRUNC, 0600);
    CHECK(world_file(&w, again)->inode == world_file(&w, h)->inode);
    end(&w, m);
    world_end(&w);
}
