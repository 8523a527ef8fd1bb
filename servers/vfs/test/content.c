// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// Data of files: sizes, holes, truncation, lack of space; and descriptions.

#include "content.h"

#include <string.h>

#include <lx/abi.h>

#include "attributes.h"
#include "filesystem.h"
#include "inode.h"
#include "unit.h"
#include "world.h"

static bool is_zero(const char *data, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (data[i])
            return false;
    return true;
}

TEST(what_is_written_is_read)
{
    struct world w = world_make();
    static char out[50000], in[50000];
    for (unsigned i = 0; i < sizeof out; i++)
        out[i] = (char)(i * 7);
    long h = world_open(&w, "f", LX_O_CREAT | LX_O_RDWR, 0600);
    for (size_t at = 0; at < sizeof out; at += 5000)
        CHECK(world_write(&w, h, out + at, 5000, at) == 5000);
    CHECK(world_read(&w, h, in, sizeof in, 0) == sizeof in && memcmp(in, out, sizeof in) == 0);
    CHECK(world_read(&w, h, in, 100, 49990) == 10 && world_read(&w, h, in, 100, 50000) == 0);
    CHECK(content_pages(world_file(&w, h)->inode) == 13);
    world_end(&w);
}

TEST(holes_read_as_zeros)
{
    struct world w = world_make();
    static char in[300000];
    long h = world_open(&w, "f", LX_O_CREAT | LX_O_RDWR, 0600);
    CHECK(world_write(&w, h, "x", 1, 200000) == 1);
    CHECK(world_read(&w, h, in, sizeof in, 0) == 200001 && is_zero(in, 200000) && in[200000] == 'x');
    CHECK(content_pages(world_file(&w, h)->inode) == 1);
    CHECK(content_resize(world_file(&w, h)->inode, 300000) == 0);
    memset(in, 1, sizeof in);
    CHECK(world_read(&w, h, in, sizeof in, 0) == 300000 && in[200000] == 'x' && is_zero(in + 200001, 99999));
    world_end(&w);
}

TEST(truncation_takes_pages_and_leaves_zeros)
{
    struct world w = world_make();
    static char data[20000], in[20000];
    memset(data, 7, sizeof data);
    long h = world_open(&w, "f", LX_O_CREAT | LX_O_RDWR, 0600);
    struct inode *inode = world_file(&w, h)->inode;
    CHECK(world_write(&w, h, data, sizeof data, 0) == sizeof data);
    CHECK(content_resize(inode, 5000) == 0 && inode->size == 5000 && content_pages(inode) == 2);
    CHECK(content_resize(inode, 20000) == 0);
    CHECK(world_read(&w, h, in, sizeof in, 0) == sizeof in && memcmp(in, data, 5000) == 0 && is_zero(in + 5000, 15000));
    CHECK(content_resize(inode, 0) == 0 && content_pages(inode) == 0 && inode->fs->nr_pages == 0);
    CHECK(content_resize(inode, CONTENT_MAX_SIZE + 1) == -LX_EFBIG);
    world_end(&w);
}

TEST(punching_makes_a_hole)
{
    struct world w = world_make();
    static char data[20000], in[20000];
    memset(data, 7, sizeof data);
    long h = world_open(&w, "f", LX_O_CREAT | LX_O_RDWR, 0600);
    struct inode *inode = world_file(&w, h)->inode;
    CHECK(world_write(&w, h, data, sizeof data, 0) == sizeof data);
    CHECK(content_punch(inode, 4000, 9000) == 0 && content_pages(inode) == 3);
    CHECK(world_read(&w, h, in, sizeof in, 0) == sizeof in);
    CHECK(in[3999] == 7 && is_zero(in + 4000, 9000) && in[13000] == 7);
    world_end(&w);
}

TEST(a_full_system_says_so_and_keeps_what_was_written)
{
    struct world w = world_make();
    static char data[16384], in[16384];
    memset(data, 7, sizeof data);
    long h = world_open(&w, "f", LX_O_CREAT | LX_O_RDWR, 0600);
    world_pages_left = 3;
    CHECK(world_write(&w, h, data, sizeof data, 0) == 12288);
    CHECK(world_write(&w, h, data, sizeof data, 12288) == -LX_ENOSPC);
    CHECK(world_read(&w, h, in, sizeof in, 0) == 12288 && memcmp(in, data, 12288) == 0);
    world_pages_left = 100000 - 3;
    world_end(&w);
}

TEST(appending_ignores_the_position)
{
    struct world w = world_make();
    char in[8];
    long h = world_open(&w, "f", LX_O_CREAT | LX_O_RDWR | LX_O_APPEND, 0600);
    CHECK(world_write(&w, h, "abc", 3, 0) == 3 && world_write(&w, h, "def", 3, 0) == 3);
    CHECK(world_read(&w, h, in, 8, 0) == 6 && memcmp(in, "abcdef", 6) == 0);
    long t = world_open(&w, "f", LX_O_WRONLY | LX_O_TRUNC, 0);
    CHECK(world_file(&w, t)->inode->size == 0);
    world_end(&w);
}

TEST(a_mapped_files_object_ends_with_its_last_page)
{
    struct world w = world_make();
    static char data[4096];
    long h = world_open(&w, "f", LX_O_CREAT | LX_O_RDWR, 0600);
    struct inode *inode = world_file(&w, h)->inode;
    for (unsigned i = 0; i < 5; i++)
        CHECK(world_write(&w, h, data, sizeof data, i * 4096) == 4096);
    uint64_t object;
    CHECK(content_map(inode, &object) == 0 && content_find(object) == inode);
    CHECK(world_write(&w, h, data, 10, 5 * 4096) == 10 && inode->size == 5 * 4096 + 10);
    world_end(&w);
}

TEST(handles_are_found_closed_and_used_again)
{
    struct world w = world_make();
    long h[100];
    for (int i = 0; i < 100; i++)
        CHECK((h[i] = world_open(&w, "/", LX_O_RDONLY | LX_O_DIRECTORY, 0)) == i);
    CHECK(!client_file(w.client, 1000) && !client_file(w.client, UINT64_MAX) &&
          client_close(w.client, 100000) == -LX_EBADF);
    world_close(&w, 50);
    CHECK(client_close(w.client, 50) == -LX_EBADF && world_open(&w, "/", LX_O_RDONLY, 0) == 50);
    struct client *child = client_clone(w.client, 2);
    CHECK(child && client_file(child, 7) == client_file(w.client, 7) && client_file(child, 7)->refs == 2);
    client_close_handles(w.client);
    CHECK(w.client->nr_open == 0 && client_file(child, 7)->refs == 1);
    client_destroy(child);
    world_end(&w);
}

TEST(open_flags_are_checked)
{
    struct world w = world_make();
    world_close(&w, world_open(&w, "f", LX_O_CREAT | LX_O_EXCL | LX_O_RDWR, 0600));
    CHECK(world_open(&w, "f", LX_O_CREAT | LX_O_EXCL | LX_O_RDWR, 0600) == -LX_EEXIST);
    CHECK(world_open(&w, "f", LX_O_DIRECTORY, 0) == -LX_ENOTDIR && world_open(&w, "/", LX_O_RDWR, 0) == -LX_EISDIR);
    CHECK(world_open(&w, "/", LX_O_CREAT | LX_O_RDWR, 0) == -LX_EISDIR &&
          world_open(&w, "g/", LX_O_CREAT | LX_O_RDWR, 0) == -LX_EISDIR);
    CHECK(world_open(&w, "f", LX_O_TMPFILE | LX_O_RDWR, 0) == -LX_EOPNOTSUPP);
    CHECK(world_symlink(&w, "f", "l") == 0 && world_open(&w, "l", LX_O_NOFOLLOW, 0) == -LX_ELOOP);
    long h = world_open(&w, "l", LX_O_NOFOLLOW | LX_O_PATH, 0);
    CHECK(inode_is(world_file(&w, h)->inode, LX_S_IFLNK) && !file_may_read(world_file(&w, h)));
    world_end(&w);
}

TEST(set_id_bits_fall_when_others_write)
{
    struct world w = world_make();
    long h = world_open(&w, "f", LX_O_CREAT | LX_O_RDWR, 0777);
    struct inode *inode = world_file(&w, h)->inode;
    inode->mode |= LX_S_ISUID | LX_S_ISGID;
    attributes_drop_set_id(w.client, inode);
    CHECK(inode->mode & LX_S_ISUID);
    world_set_ids(1, 10, 10);
    attributes_drop_set_id(w.client, inode);
    CHECK((inode->mode & 07777) == 0777);
    world_end(&w);
}
