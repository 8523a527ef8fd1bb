// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// Names: making, removing, linking, renaming, walking.

#include <string.h>

#include <lx/abi.h>

#include "filesystem.h"
#include "inode.h"
#include "tmpfs.h"
#include "unit.h"
#include "world.h"

static void make_file(struct world *w, const char *path)
{
    world_close(w, world_open(w, path, LX_O_CREAT | LX_O_WRONLY, 0644));
}

TEST(a_directory_can_be_made_once)
{
    struct world w = world_make();
    CHECK(world_mkdir(&w, "/a") == 0);
    CHECK(world_mkdir(&w, "/a") == -LX_EEXIST);
    CHECK(world_mkdir(&w, "/a/") == -LX_EEXIST);
    CHECK(world_mkdir(&w, "/a/b/c") == -LX_ENOENT);
    CHECK(world_mkdir(&w, "/") == -LX_EEXIST);
    CHECK(world_mkdir(&w, "/a/.") == -LX_EEXIST);
    CHECK(world_find(&w, "/", NULL)->nlink == 3);
    world_end(&w);
}

TEST(rmdir_wants_an_empty_directory)
{
    struct world w = world_make();
    CHECK(world_mkdir(&w, "a") == 0 && world_mkdir(&w, "a/b") == 0);
    make_file(&w, "f");
    CHECK(world_rmdir(&w, "a") == -LX_ENOTEMPTY);
    CHECK(world_rmdir(&w, "a/b/..") == -LX_ENOTEMPTY);
    CHECK(world_rmdir(&w, "a/b/.") == -LX_EINVAL);
    CHECK(world_rmdir(&w, "f") == -LX_ENOTDIR);
    CHECK(world_unlink(&w, "a") == -LX_EISDIR);
    CHECK(world_rmdir(&w, "a/b/") == 0 && world_rmdir(&w, "a") == 0);
    CHECK(!world_find(&w, "a", NULL));
    world_end(&w);
}

TEST(a_walk_checks_every_component)
{
    struct world w = world_make();
    long status;
    CHECK(world_mkdir(&w, "d") == 0);
    make_file(&w, "d/f");
    CHECK(world_find(&w, "d/f", NULL) && world_find(&w, "//d///f", NULL) && world_find(&w, "/../d/./f", NULL));
    CHECK(!world_find(&w, "d/f/", &status) && status == -LX_ENOTDIR);
    CHECK(!world_find(&w, "d/f/x", &status) && status == -LX_ENOTDIR);
    CHECK(!world_find(&w, "d/f/..", &status) && status == -LX_ENOTDIR);
    CHECK(!world_find(&w, "", &status) && status == -LX_ENOENT);
    char name[300];
    memset(name, 'x', 299);
    name[299] = 0;
    CHECK(!world_find(&w, name, &status) && status == -LX_ENAMETOOLONG);
    name[255] = 0;
    CHECK(!world_find(&w, name, &status) && status == -LX_ENOENT);
    world_end(&w);
}

TEST(symlinks_are_followed_forty_times)
{
    struct world w = world_make();
    long status;
    CHECK(world_mkdir(&w, "d") == 0);
    make_file(&w, "d/f");
    CHECK(world_symlink(&w, "d", "l") == 0 && world_symlink(&w, "/l/f", "m") == 0 &&
          world_symlink(&w, "loop", "loop") == 0);
    CHECK(world_find(&w, "m", NULL) == world_find(&w, "d/f", NULL));
    CHECK(world_find(&w, "l/", NULL) == world_find(&w, "d", NULL));
    CHECK(!world_find(&w, "m/", &status) && status == -LX_ENOTDIR);
    CHECK(!world_find(&w, "loop", &status) && status == -LX_ELOOP);
    CHECK(world_symlink(&w, "x", "m") == -LX_EEXIST && world_symlink(&w, "", "y") == -LX_ENOENT);
    world_end(&w);
}

TEST(creating_through_a_dangling_symlink_makes_its_target)
{
    struct world w = world_make();
    CHECK(world_mkdir(&w, "d") == 0 && world_symlink(&w, "d/new", "l") == 0);
    CHECK(world_open(&w, "l", LX_O_CREAT | LX_O_EXCL | LX_O_WRONLY, 0600) == -LX_EEXIST);
    CHECK(world_open(&w, "l", LX_O_CREAT | LX_O_NOFOLLOW | LX_O_WRONLY, 0600) == -LX_ELOOP);
    make_file(&w, "l");
    CHECK(world_find(&w, "d/new", NULL));
    world_end(&w);
}

TEST(hard_links_share_an_inode)
{
    struct world w = world_make();
    make_file(&w, "a");
    CHECK(world_mkdir(&w, "d") == 0 && world_link(&w, "a", "d/b") == 0);
    CHECK(world_find(&w, "a", NULL) == world_find(&w, "d/b", NULL) && world_find(&w, "a", NULL)->nlink == 2);
    CHECK(world_link(&w, "d", "e") == -LX_EPERM && world_link(&w, "a", "d/b") == -LX_EEXIST);
    CHECK(world_unlink(&w, "a") == 0 && world_find(&w, "d/b", NULL)->nlink == 1);
    world_end(&w);
}

TEST(rename_follows_the_rules)
{
    struct world w = world_make();
    CHECK(world_mkdir(&w, "d") == 0 && world_mkdir(&w, "d/e") == 0 && world_mkdir(&w, "empty") == 0);
    make_file(&w, "f");
    make_file(&w, "g");
    CHECK(world_rename(&w, "d", "d/e/x") == -LX_EINVAL && world_rename(&w, "d", "d/x") == -LX_EINVAL);
    CHECK(world_rename(&w, "f", "d") == -LX_EISDIR && world_rename(&w, "d", "f") == -LX_ENOTDIR);
    CHECK(world_rename(&w, "empty", "d") == -LX_ENOTEMPTY && world_rename(&w, "d/e", "d") == -LX_ENOTEMPTY);
    CHECK(world_rename(&w, "none", "x") == -LX_ENOENT && world_rename(&w, "f", "x/") == -LX_ENOTDIR);
    struct inode *f = world_find(&w, "f", NULL);
    CHECK(world_rename(&w, "f", "g") == 0 && world_find(&w, "g", NULL) == f && !world_find(&w, "f", NULL));
    CHECK(world_link(&w, "g", "h") == 0 && world_rename(&w, "g", "h") == 0 && world_find(&w, "g", NULL));
    struct inode *e = world_find(&w, "d/e", NULL);
    CHECK(world_rename(&w, "d/e", "empty") == 0 && world_find(&w, "empty", NULL) == e);
    CHECK(world_find(&w, "empty/..", NULL) == w.root->root && world_find(&w, "d", NULL)->nlink == 2);
    world_end(&w);
}

TEST(an_unlinked_open_file_lives_on)
{
    struct world w = world_make();
    long h = world_open(&w, "f", LX_O_CREAT | LX_O_RDWR, 0600);
    CHECK(world_write(&w, h, "data", 4, 0) == 4 && world_unlink(&w, "f") == 0);
    char data[4];
    CHECK(world_read(&w, h, data, 4, 0) == 4 && memcmp(data, "data", 4) == 0);
    CHECK(world_file(&w, h)->inode->nlink == 0);
    world_close(&w, h);
    CHECK(world_objects == 0);
    world_end(&w);
}

TEST(permissions_are_those_of_owner_group_and_others)
{
    struct world w = world_make();
    CHECK(world_mkdir(&w, "d") == 0);
    make_file(&w, "d/f");
    world_find(&w, "d/f", NULL)->mode = LX_S_IFREG | 0640;
    world_find(&w, "d/f", NULL)->gid = 5;
    world_find(&w, "d", NULL)->mode = LX_S_IFDIR | 01755;
    world_set_ids(1, 10, 5);
    world_close(&w, world_open(&w, "d/f", LX_O_RDONLY, 0));
    CHECK(world_open(&w, "d/f", LX_O_RDWR, 0) == -LX_EACCES);
    CHECK(world_open(&w, "d/new", LX_O_CREAT | LX_O_WRONLY, 0600) == -LX_EACCES &&
          world_unlink(&w, "d/f") == -LX_EACCES);
    world_find(&w, "d", NULL)->mode = LX_S_IFDIR | 01777;
    CHECK(world_unlink(&w, "d/f") == -LX_EPERM);
    world_set_ids(1, 11, 6);
    CHECK(world_open(&w, "d/f", LX_O_RDONLY, 0) == -LX_EACCES);
    world_find(&w, "d", NULL)->mode = LX_S_IFDIR | 0700;
    CHECK(!world_find(&w, "d/f", NULL));
    world_end(&w);
}

struct listing {
    unsigned count, limit;
    uint64_t next;
    char names[64][16];
};

static bool list(void *context, const char *name, size_t length, uint64_t ino, uint32_t mode, uint64_t next)
{
    struct listing *l = context;
    (void)ino, (void)mode;
    if (l->count == l->limit)
        return false;
    memcpy(l->names[l->count], name, length);
    l->names[l->count++][length] = 0;
    l->next = next;
    return true;
}

TEST(readers_of_a_directory_survive_changes)
{
    struct world w = world_make();
    char name[16];
    for (int i = 0; i < 40; i++) {
        snprintf(name, sizeof name, "f%d", i);
        make_file(&w, name);
    }
    struct inode *root = w.root->root;
    struct listing l = {.limit = 10};
    CHECK(root->ops->readdir(root, w.client, 0, list, &l) == 0 && l.count == 10 && strcmp(l.names[9], "f9") == 0);
    CHECK(world_unlink(&w, "f10") == 0 && world_unlink(&w, "f3") == 0);
    make_file(&w, "late");
    l.limit = 64;
    l.count = 0;
    CHECK(root->ops->readdir(root, w.client, l.next, list, &l) == 0);
    CHECK(l.count == 30 && strcmp(l.names[0], "f11") == 0 && strcmp(l.names[29], "late") == 0);
    world_end(&w);
}

TEST(names_are_told_from_the_clients_root)
{
    struct world w = world_make();
    char buffer[LX_PATH_MAX];
    CHECK(world_mkdir(&w, "a") == 0 && world_mkdir(&w, "a/b") == 0);
    const struct path root = {w.root, w.root->root}, b = {w.root, world_find(&w, "a/b", NULL)},
                      a = {w.root, world_find(&w, "a", NULL)};
    CHECK(strcmp(path_name(&root, &b, NULL, buffer, sizeof buffer), "/a/b") == 0);
    CHECK(strcmp(path_name(&a, &b, NULL, buffer, sizeof buffer), "/b") == 0);
    CHECK(strcmp(path_name(&a, &a, NULL, buffer, sizeof buffer), "/") == 0);
    CHECK(strcmp(path_name(&b, &a, NULL, buffer, sizeof buffer), "(unreachable)/a") == 0);
    CHECK(!path_name(&root, &b, NULL, buffer, 4));
    world_end(&w);
}

TEST(mounts_cover_directories_until_they_go)
{
    struct world w = world_make();
    CHECK(world_mkdir(&w, "m") == 0);
    make_file(&w, "m/hidden");
    struct filesystem *fs;
    struct mount *m;
    const struct path point = {w.root, world_find(&w, "m", NULL)};
    CHECK(tmpfs_type.create("size=16k,mode=700", &fs) == 0 && mount_attach(fs, fs->root, &point, 0, "t", &m) == 0);
    CHECK(!world_find(&w, "m/hidden", NULL) && world_find(&w, "m", NULL) == fs->root &&
          world_find(&w, "m/..", NULL) == w.root->root);
    CHECK(world_rmdir(&w, "m") == -LX_EBUSY && world_rename(&w, "m", "n") == -LX_EBUSY);
    make_file(&w, "m/f");
    CHECK(world_link(&w, "m/f", "f") == -LX_EXDEV && world_rename(&w, "m/f", "f") == -LX_EXDEV);
    long h = world_open(&w, "m/f", LX_O_WRONLY, 0);
    static char data[32768];
    CHECK(world_write(&w, h, data, sizeof data, 0) == 16384 || world_write(&w, h, data, sizeof data, 0) == -LX_ENOSPC);
    mount_get(m);
    CHECK(mount_detach(m, false) == -LX_EBUSY);
    world_close(&w, h);
    CHECK(mount_detach(m, false) == 0);
    mount_put(m);
    CHECK(world_find(&w, "m/hidden", NULL));
    CHECK(tmpfs_type.create("colour=red", &fs) == -LX_EINVAL && tmpfs_type.create("size=1x", &fs) == -LX_EINVAL);
    world_end(&w);
}

TEST(making_names_survives_lack_of_memory)
{
    struct world w = world_make();
    for (long n = 0; n < 12; n++) {
        unit_fail_allocation_after(n);
        long status = world_mkdir(&w, "d");
        unit_fail_allocation_after(-1);
        CHECK(status == 0 || status == -LX_ENOMEM);
        CHECK(!status == !!world_find(&w, "d", NULL));
        if (status == 0)
            CHECK(world_rmdir(&w, "d") == 0);
    }
    world_end(&w);
}
