// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// Random requests of misbehaving programs: whatever they send, vfs answers, and nothing is left when they are gone. Uses every
// part but the start. VFS_SEED and VFS_REQUESTS in the environment repeat a run or make it longer.

#include <stdlib.h>
#include <string.h>

#include <kn/proto/vfs_server.h>
#include <lx/abi.h>

#include "filesystem.h"
#include "inode.h"
#include "memory_devices.h"
#include "random.h"
#include "reap.h"
#include "requests_world.h"
#include "session.h"
#include "streams.h"
#include "tmpfs.h"
#include "unit.h"
#include "world.h"

// Requests.

// Kinds of arguments: t thread, d directory, h handle, l length, o offset, i io flags, f AT_* flags, O open flags, m mode,
// w whence, p protection, P page, k lock command, c ioctl command, * anything.
static const struct {
    kn_word_t label;
    const char *arguments;
    unsigned rarity; // 0: common
} methods[] = {
    {KN_VFS_ATTACH, "t", 30},      {KN_VFS_CLOSE_CLIENT, "*", 300}, {KN_VFS_OPEN, "tdOm", 0},
    {KN_VFS_OPEN, "tdOm", 0},      {KN_VFS_CLOSE, "h", 0},          {KN_VFS_READ, "thloi", 0},
    {KN_VFS_WRITE, "thloi", 0},    {KN_VFS_SEEK, "hlw", 0},         {KN_VFS_STAT, "tdf", 0},
    {KN_VFS_GETDENTS, "thl", 0},   {KN_VFS_READLINK, "td", 0},      {KN_VFS_MKDIR, "tdm", 0},
    {KN_VFS_MKNOD, "td**", 0},     {KN_VFS_UNLINK, "tdf", 2},       {KN_VFS_RENAME, "tddw", 0},
    {KN_VFS_LINK, "tddf", 0},      {KN_VFS_SYMLINK, "td", 0},       {KN_VFS_CHMOD, "tdmf", 5},
    {KN_VFS_CHOWN, "tdwwf", 5},    {KN_VFS_UTIMENS, "td****f", 0},  {KN_VFS_TRUNCATE, "tdlf", 0},
    {KN_VFS_ACCESS, "tdwf", 0},    {KN_VFS_CHDIR, "td", 3},         {KN_VFS_GETCWD, "t", 0},
    {KN_VFS_CHROOT, "t", 100},     {KN_VFS_PIPE, "w", 3},           {KN_VFS_IOCTL, "thc*i", 0},
    {KN_VFS_GET_FLAGS, "h", 0},    {KN_VFS_SET_FLAGS, "hO", 0},     {KN_VFS_POLL, "tli", 0},
    {KN_VFS_CANCEL_WAIT, "t", 0},  {KN_VFS_MMAP, "h*lpwP", 0},      {KN_VFS_FSYNC, "h", 0},
    {KN_VFS_FALLOCATE, "hwll", 0}, {KN_VFS_STATFS, "tdf", 0},       {KN_VFS_EXEC, "tdf**l", 0},
    {KN_VFS_MOUNT, "t*", 5},       {KN_VFS_UMOUNT, "tw", 5},        {KN_VFS_SYSLOG, "twl", 0},
    {KN_VFS_LOCK, "thkwlli", 0},   {KN_VFS_PIPE_SIZE, "hl", 0},
};
#define NR_METHODS (sizeof methods / sizeof methods[0])

static uint64_t random_word(void)
{
    static const uint64_t words[] = {0,
                                     1,
                                     2,
                                     3,
                                     5,
                                     6,
                                     7,
                                     0x40,
                                     0x80,
                                     0x400,
                                     0x800,
                                     0x241,
                                     0x642,
                                     0x802,
                                     0x10000,
                                     0x4000,
                                     0x200000,
                                     0x220000,
                                     0x1000,
                                     0x1100,
                                     0x100,
                                     0x200,
                                     0700,
                                     0755,
                                     0644,
                                     01777,
                                     0x1000 | 0600,
                                     0x2000 | 0600,
                                     0x103,
                                     0x5401,
                                     0x5402,
                                     0x540e,
                                     0x5410,
                                     0x5413,
                                     0x541b,
                                     0x5421,
                                     4096,
                                     8192,
                                     16384,
                                     16385,
                                     65536,
                                     1000000,
                                     0x7fffffff,
                                     0xffffffff,
                                     1ull << 40,
                                     1ull << 46,
                                     1ull << 63,
                                     UINT64_MAX,
                                     UINT64_MAX - 4095,
                                     KN_VFS_CWD};
    unsigned kind = below(10);
    if (kind < 5)
        return below(12);
    if (kind < 9)
        return words[below(sizeof words / sizeof words[0])];
    return next_random();
}

static uint64_t random_argument(char kind, unsigned thread)
{
    static const uint64_t open_flags[] = {0,     1,     2,     0x40,  0x41,    0x42,    0xc1,     0x241,   0x242,
                                          0x441, 0x800, 0x801, 0x802, 0x10000, 0x20000, 0x200000, 0x220000};
    static const uint64_t commands[] = {0x5401, 0x5402, 0x5403, 0x5404, 0x5409, 0x540a, 0x540b, 0x540e, 0x540f,
                                        0x5410, 0x5411, 0x5413, 0x5414, 0x541b, 0x5421, 0x5422, 0x5429, 0x5437};
    static const uint64_t at_flags[] = {0, 0, 0, 0x100, 0x200, 0x400, 0x1000, 0x1100};
    if (below(20) == 0)
        return random_word();
    switch (kind) {
    case 't': return thread;
    case 'd': return below(3) ? KN_VFS_CWD : below(10);
    case 'h': return below(12);
    case 'l': return below(4) ? below(300) : below(20000);
    case 'o': return below(3) ? KN_VFS_OFFSET_CURRENT : below(20000);
    case 'i': return below(8);
    case 'f': return at_flags[below(8)];
    case 'O': return open_flags[below(17)];
    case 'm': return below(2) ? 0777 : below(010000);
    case 'w': return below(5);
    case 'p': return below(8);
    case 'P': return below(4) * 4096;
    case 'k': return below(2) ? 5 + below(3) : 0x100 | (1u << below(4)) | below(2) * 4;
    case 'c': return commands[below(18)];
    default: return random_word();
    }
}

static void random_path(unsigned char *text)
{
    static const char *const parts[] = {
        "a",  "b",   "c",      "d",        ".",    "..",   "",       "l",       "p",      "proc",    "self",
        "fd", "0",   "1",      "2",        "exe",  "cwd",  "dev",    "null",    "tty",    "console", "zero",
        "m",  "sys", "kernel", "hostname", "maps", "stat", "status", "program", "script", "mounts",  "fifo"};
    size_t n = 0;
    if (below(2))
        text[n++] = '/';
    for (unsigned i = below(2) ? 1 : below(5); i; i--) {
        const char *part = parts[below(sizeof parts / sizeof parts[0])];
        memcpy(text + n, part, strlen(part));
        n += strlen(part);
        if (i > 1 || below(8) == 0)
            text[n++] = '/';
    }
    text[n] = 0;
}

static void fill_window(unsigned char *window)
{
    static const char *const types[] = {"tmpfs", "proc", "tmpfs", "ext2"};
    if (below(4) == 0)
        return; // whatever the last request left
    for (unsigned i = 0; i < 2; i++)
        random_path(window + i * 0x1000);
    strcpy((char *)window + KN_VFS_PATH3, types[below(4)]);
    strcpy((char *)window + KN_VFS_PATH4, below(2) ? "" : "size=64k");
    if (below(20) == 0)
        memset(window, 'x', 0x1000 + below(0x2000));
}

static void make_process(uint64_t serial, uint32_t state, uint64_t parent)
{
    struct kn_layout_proc_entry *e = &world_table.entry[serial % KN_LAYOUT_PROC_TABLE_ENTRIES];
    uint32_t id = serial % 3 ? 0 : 10;
    *e = (struct kn_layout_proc_entry){.serial = serial,
                                       .parent_serial = parent,
                                       .sequence = e->sequence + 2,
                                       .state = state,
                                       .as = serial,
                                       .pid = (uint32_t)serial,
                                       .ppid = 1,
                                       .pgid = (uint32_t)serial,
                                       .sid = (uint32_t)serial,
                                       .uid = id,
                                       .euid = id,
                                       .fsuid = id,
                                       .gid = id,
                                       .egid = id,
                                       .fsgid = id,
                                       .nr_threads = 1,
                                       .name = "fuzz"};
}

static uint64_t serials[NR_CLIENTS], next_serial = 10;

static void die(unsigned i)
{
    struct kn_layout_proc_entry *e = &world_table.entry[serials[i] % KN_LAYOUT_PROC_TABLE_ENTRIES];
    e->state = KN_LAYOUT_PROC_STATE_ZOMBIE;
    world_table.exit_ring[world_table.exit_head++ % KN_LAYOUT_EXIT_RING_ENTRIES] = serials[i];
    reap_clients();
    memset(e, 0, sizeof *e);
    CHECK(!client_find(serials[i]));
    serials[i] = 0;
}

static void send(uint64_t serial, const struct kn_server_msg *in)
{
    struct kn_server_msg out;
    struct vfs_session session = {client_find(serial)};
    if (session.client) {
        long status = kn_vfs_dispatch(&session, in, &out);
        if (getenv("VFS_TRACE"))
            fprintf(stderr, "%lu %ld\n", (unsigned long)in->label - KN_VFS_LABEL_FIRST, status);
    }
}

// A child of client FROM in place I; perhaps it is given up.
static void fork_client(unsigned from, unsigned i)
{
    uint64_t serial = next_serial++;
    make_process(serial, KN_LAYOUT_PROC_STATE_PREPARING, serials[from]);
    struct kn_server_msg in = {.label = KN_VFS_CLONE_CLIENT, .length = 1, .word = {serial}};
    send(serials[from], &in);
    CHECK(client_find(serial));
    if (below(4) == 0) {
        in.label = KN_VFS_CLOSE_CLIENT;
        send(serials[from], &in);
        CHECK(!client_find(serial));
        memset(&world_table.entry[serial % KN_LAYOUT_PROC_TABLE_ENTRIES], 0, sizeof(struct kn_layout_proc_entry));
        return;
    }
    make_process(serial, KN_LAYOUT_PROC_STATE_RUNNING, serials[from]);
    serials[i] = serial;
}

static void random_request(void)
{
    unsigned i = below(NR_CLIENTS);
    if (!serials[i]) {
        for (unsigned k = 0; k < NR_CLIENTS; k++)
            if (serials[k]) {
                fork_client(k, i);
                return;
            }
    }
    if (i && below(500) == 0) {
        die(i);
        return;
    }
    unsigned m = below(NR_METHODS), thread = below(NR_THREADS);
    while (methods[m].rarity && below(methods[m].rarity))
        m = below(NR_METHODS);
    if (!client_thread(client_find(serials[i]), thread) && below(10))
        m = 0; // attach
    struct kn_server_msg in = {.label = methods[m].label,
                               .length = strlen(methods[m].arguments),
                               .badge = serials[i],
                               .nr_caps = methods[m].label == KN_VFS_ATTACH};
    for (unsigned k = 0; k < in.length; k++)
        in.word[k] = random_argument(methods[m].arguments[k], thread);
    unsigned char *window = windows[serials[i] % NR_CLIENTS * NR_THREADS + thread];
    fill_window(window);
    if (in.label == KN_VFS_EXEC && below(2))
        strcpy((char *)window, below(3) ? "/program" : "/script");
    if (below(3000) == 0)
        unit_fail_allocation_after(below(4));
    send(serials[i], &in);
    unit_fail_allocation_after(-1);
    if (below(100) == 0) {
        unsigned char typed[4] = {(unsigned char)next_random(), 3, '\n', 'x'};
        tty_input(&terminal, typed, 1 + below(4));
        tty_on_room(&terminal);
    }
}

static void put_file(struct world *w, const char *name, const void *data, size_t n)
{
    long h = world_open(w, name, LX_O_CREAT | LX_O_WRONLY, 0755);
    CHECK(world_write(w, h, data, n, 0) == (long)n);
    world_close(w, h);
}

// An ELF file of one segment, and a script.
static void put_programs(struct world *w)
{
    static unsigned char elf[4096] = {0x7f, 'E', 'L', 'F', 2, 1, 1};
    elf[16] = 2;
    elf[18] = 62;
    elf[20] = 1;
    elf[32] = 64;
    elf[54] = 56;
    elf[56] = 1;
    elf[64] = 1;
    elf[68] = 5;
    elf[80 + 2] = 0x40; // vaddr 0x400000
    elf[96 + 1] = elf[104 + 1] = 0x10;
    put_file(w, "program", elf, sizeof elf);
    put_file(w, "script", "#! /program -x\n", 15);
    put_file(w, "a", "text", 4);
}

static void mount_one(struct world *w, const char *name, const struct filesystem_type *type)
{
    struct filesystem *fs;
    CHECK(world_mkdir(w, name) == 0);
    const struct path point = {w->root, world_find(w, name, NULL)};
    CHECK(type->create("", &fs) == 0 && mount_attach(fs, fs->root, &point, 0, name, NULL) == 0);
}

// Not the devtmpfs, which would stay with what is made in it.
static void make_devices(struct world *w)
{
    static const struct {
        const char *name;
        uint64_t number;
    } nodes[] = {{"null", 0x103}, {"zero", 0x105}, {"urandom", 0x109},
                 {"kmsg", 0x10b}, {"tty", 0x500},  {"console", 0x501}};
    CHECK(world_mkdir(w, "dev") == 0);
    for (unsigned i = 0; i < sizeof nodes / sizeof nodes[0]; i++) {
        const struct tmpfs_spec spec = {.mode = LX_S_IFCHR | 0666, .rdev = nodes[i].number};
        CHECK(tmpfs_make(world_find(w, "dev", NULL), nodes[i].name, strlen(nodes[i].name), &spec, NULL) == 0);
    }
}

// /proc exists for ever: before the test, which looks for leaks.
__attribute__((constructor)) static void make_instances(void)
{
    struct filesystem *fs;
    memory_devices_register();
    tty_register_devices();
    random_init();
    CHECK(procfs_type.create("", &fs) == 0);
    filesystem_put(fs);
}

static void umount_all(struct world *w)
{
    for (struct mount *m = w->root->next, *next; m; m = next) {
        next = m->next;
        mount_get(m);
        CHECK(mount_detach(m, true) == 0 || m->nr_children);
        mount_put(m);
        if (!next && w->root->next)
            next = w->root->next; // a mount whose children are gone now
    }
}

TEST(no_request_does_harm)
{
    const char *seed = getenv("VFS_SEED"), *count = getenv("VFS_REQUESTS");
    random_state = (seed ? strtoull(seed, NULL, 0) : 1) * 0x9e3779b97f4a7c15 + 1;
    struct world w = world_make();
    put_programs(&w);
    make_devices(&w);
    mount_one(&w, "proc", &procfs_type);
    make_process(1, KN_LAYOUT_PROC_STATE_RUNNING, 0);
    serials[0] = 1;
    for (unsigned long n = count ? strtoul(count, NULL, 0) : 200000; n; n--)
        random_request();
    for (unsigned i = 1; i < NR_CLIENTS; i++)
        if (serials[i])
            die(i);
    client_close_handles(w.client);
    path_put(w.client->cwd);
    path_put(w.client->root);
    w.client->cwd = path_get((struct path){w.root, w.root->root});
    w.client->root = path_get((struct path){w.root, w.root->root});
    umount_all(&w);
    world_end(&w);
}
