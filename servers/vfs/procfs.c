// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

#include "procfs.h"

#include "access.h"
#include "client.h"
#include "file.h"
#include "filesystem.h"
#include "inode.h"
#include "mount.h"
#include "open.h"
#include "port.h"
#include "text.h"
#include "trona/format.h"
#include "trona/heap.h"
#include "trona/string.h"

static struct filesystem *the_procfs, *the_sysfs;
static const struct inode_ops procfs_ops, procfs_place_ops;

const struct kn_layout_proc_entry *procfs_entry(uint64_t serial)
{
    const struct kn_layout_proc_entry *e = &port_proc_table()->entry[serial % KN_LAYOUT_PROC_TABLE_ENTRIES];
    bool is_there =
        e->serial == serial && e->state != KN_LAYOUT_PROC_STATE_FREE && e->state != KN_LAYOUT_PROC_STATE_PREPARING;
    return is_there ? e : NULL;
}

// The table entry of PID; a small cache spares the search for those looked at in turn.
static const struct kn_layout_proc_entry *find_pid(uint32_t pid)
{
    static uint16_t cache[64];
    const struct kn_layout_proc_table *table = port_proc_table();
    uint16_t *guess = &cache[pid % 64];
    for (unsigned i = 0; i <= KN_LAYOUT_PROC_TABLE_ENTRIES; i++) {
        unsigned index = i ? i - 1 : *guess;
        const struct kn_layout_proc_entry *e = &table->entry[index];
        if (e->pid == pid && procfs_entry(e->serial) == e) {
            *guess = (uint16_t)index;
            return e;
        }
    }
    return NULL;
}

static uint64_t ino_of(unsigned kind, uint32_t number, uint64_t serial)
{
    return kind == PROCFS_STATIC ? number + 1 : (serial + 1) << 16 | (uint64_t)(kind - 1) << 14 | (number & 0x3fff);
}

static uint32_t mode_of(unsigned kind, uint32_t number)
{
    switch (kind) {
    case PROCFS_STATIC: return procfs_static[number].mode;
    case PROCFS_PID: return LX_S_IFDIR | 0555;
    case PROCFS_PROCESS: return procfs_process[number].mode;
    default: return LX_S_IFLNK | 0700;
    }
}

static struct filesystem *tree_of(unsigned kind, uint32_t number)
{
    if (kind != PROCFS_STATIC)
        return the_procfs;
    while (procfs_static[number].parent != number)
        number = procfs_static[number].parent;
    return number == PROCFS_SYSFS ? the_sysfs : the_procfs;
}

// A new inode, held; NULL: no memory.
static struct inode *make_inode(unsigned kind, uint32_t number, uint64_t serial)
{
    const struct kn_layout_proc_entry *e = kind == PROCFS_STATIC ? NULL : procfs_entry(serial);
    uint32_t mode = mode_of(kind, number);
    bool is_place = kind != PROCFS_STATIC && (mode & LX_S_IFMT) == LX_S_IFLNK;
    struct inode *inode = inode_create(tree_of(kind, number), is_place ? &procfs_place_ops : &procfs_ops,
                                       ino_of(kind, number, serial), mode, e ? e->euid : 0, e ? e->egid : 0);
    if (!inode)
        return NULL;
    inode->proc.kind = kind;
    inode->proc.number = number;
    inode->proc.serial = serial;
    if (inode_is(inode, LX_S_IFDIR))
        inode->nlink = 2;
    return inode;
}

static long make_entry(struct inode *dir, unsigned kind, uint32_t number, uint64_t serial, const char *name,
                       size_t length, struct entry **entry)
{
    struct inode *inode = make_inode(kind, number, serial);
    if (!inode)
        return -LX_ENOMEM;
    *entry = entry_create(dir, inode, name, length);
    inode_put(inode);
    return *entry ? 0 : -LX_ENOMEM;
}

// A decimal number without leading zeros; false if NAME is none or too large.
static bool parse_number(const char *name, size_t length, uint32_t *number)
{
    uint64_t n = 0;
    if (length == 0 || length > 9 || (name[0] == '0' && length > 1))
        return false;
    for (size_t i = 0; i < length; i++) {
        if (name[i] < '0' || name[i] > '9')
            return false;
        n = n * 10 + (uint64_t)(name[i] - '0');
    }
    *number = (uint32_t)n;
    return true;
}

static bool is_name(const char *name, const char *text, size_t length)
{
    return strlen(name) == length && memcmp(name, text, length) == 0;
}

static long lookup_static(struct inode *dir, const char *name, size_t length, struct entry **entry)
{
    uint32_t pid;
    for (unsigned i = 0; i < procfs_nr_static; i++)
        if (procfs_static[i].parent == dir->proc.number && i != dir->proc.number &&
            is_name(procfs_static[i].name, name, length))
            return make_entry(dir, PROCFS_STATIC, i, 0, name, length, entry);
    if (dir->proc.number != PROCFS_ROOT || !parse_number(name, length, &pid))
        return -LX_ENOENT;
    const struct kn_layout_proc_entry *e = find_pid(pid);
    return e ? make_entry(dir, PROCFS_PID, 0, e->serial, name, length, entry) : -LX_ENOENT;
}

static long lookup_process(struct inode *dir, const char *name, size_t length, struct entry **entry)
{
    if (!procfs_entry(dir->proc.serial))
        return -LX_ENOENT;
    for (unsigned i = 0; i < procfs_nr_process; i++)
        if (is_name(procfs_process[i].name, name, length))
            return make_entry(dir, PROCFS_PROCESS, i, dir->proc.serial, name, length, entry);
    return -LX_ENOENT;
}

static long procfs_lookup(struct inode *dir, struct client *client, const char *name, size_t length,
                          struct entry **entry)
{
    (void)client;
    if (dir->proc.kind == PROCFS_STATIC)
        return lookup_static(dir, name, length, entry);
    if (dir->proc.kind == PROCFS_PID)
        return lookup_process(dir, name, length, entry);
    struct client *of = client_find(dir->proc.serial);
    uint32_t handle;
    if (!of || !parse_number(name, length, &handle) || !client_file(of, handle))
        return -LX_ENOENT;
    return make_entry(dir, PROCFS_FD, handle, dir->proc.serial, name, length, entry);
}

#define FIRST_PROCESS 1024 // cursors of processes in the root directory

static bool emit_number(readdir_emit emit, void *context, uint32_t number, uint64_t ino, uint32_t mode, uint64_t next)
{
    char name[16];
    int n = trona_format(name, sizeof name, "%u", number);
    return emit(context, name, (size_t)n, ino, mode, next);
}

static void read_static(struct inode *dir, uint64_t cursor, readdir_emit emit, void *context)
{
    for (; cursor < procfs_nr_static; cursor++) {
        const struct procfs_node *n = &procfs_static[cursor];
        if (n->parent == dir->proc.number && cursor != dir->proc.number &&
            !emit(context, n->name, strlen(n->name), ino_of(PROCFS_STATIC, (uint32_t)cursor, 0), n->mode, cursor + 1))
            return;
    }
    if (dir->proc.number != PROCFS_ROOT)
        return;
    for (uint64_t i = cursor < FIRST_PROCESS ? 0 : cursor - FIRST_PROCESS; i < KN_LAYOUT_PROC_TABLE_ENTRIES; i++) {
        const struct kn_layout_proc_entry *e = &port_proc_table()->entry[i];
        if (procfs_entry(e->serial) == e &&
            !emit_number(emit, context, e->pid, ino_of(PROCFS_PID, 0, e->serial), LX_S_IFDIR, FIRST_PROCESS + i + 1))
            return;
    }
}

static long procfs_readdir(struct inode *dir, struct client *client, uint64_t cursor, readdir_emit emit, void *context)
{
    (void)client;
    uint64_t serial = dir->proc.serial;
    if (dir->proc.kind == PROCFS_STATIC) {
        read_static(dir, cursor, emit, context);
        return 0;
    }
    if (!procfs_entry(serial))
        return -LX_ENOENT;
    if (dir->proc.kind == PROCFS_PID) {
        for (; cursor < procfs_nr_process; cursor++) {
            const struct procfs_node *n = &procfs_process[cursor];
            if (!emit(context, n->name, strlen(n->name), ino_of(PROCFS_PROCESS, (uint32_t)cursor, serial), n->mode,
                      cursor + 1))
                break;
        }
        return 0;
    }
    struct client *of = client_find(serial);
    for (; of && cursor < of->nr_handles; cursor++)
        if (of->handles[cursor].file &&
            !emit_number(emit, context, (uint32_t)cursor, ino_of(PROCFS_FD, (uint32_t)cursor, serial), LX_S_IFLNK,
                         cursor + 1))
            break;
    return 0;
}

static long procfs_open(struct file *file, const struct io *io)
{
    (void)io;
    struct inode *inode = file->inode;
    if (inode_is(inode, LX_S_IFDIR)) {
        file->ops = &directory_file_ops;
        return 0;
    }
    if (inode_is(inode, LX_S_IFLNK))
        return -LX_ELOOP;
    const struct procfs_node *n =
        inode->proc.kind == PROCFS_STATIC ? &procfs_static[inode->proc.number] : &procfs_process[inode->proc.number];
    return text_open(file, n->generate, n->store);
}

// What a link of a process leads to, not held. 0, -LX_EACCES: not the client's business, -LX_ENOENT.
static long link_target(struct inode *inode, struct client *client, struct path *path, struct entry **entry)
{
    const struct kn_layout_proc_entry *e = procfs_entry(inode->proc.serial);
    struct client *of = client_find(inode->proc.serial);
    if (!e || !of)
        return -LX_ENOENT;
    const struct creds *creds = client_creds(client);
    if (of != client && !creds_is_root(creds) && creds->fsuid != e->euid)
        return -LX_EACCES;
    struct file *file = NULL;
    if (inode->proc.kind == PROCFS_FD)
        file = client_file(of, inode->proc.number);
    else if (inode->proc.number == PROCFS_EXE)
        file = of->exe;
    if (file) {
        *path = (struct path){file->mount, file->inode};
        *entry = file->entry;
        return 0;
    }
    if (inode->proc.kind == PROCFS_FD || inode->proc.number == PROCFS_EXE)
        return -LX_ENOENT;
    *path = inode->proc.number == PROCFS_CWD ? of->cwd : of->root;
    *entry = NULL;
    return 0;
}

static long procfs_readlink(struct inode *inode, struct client *client, char *text, size_t size)
{
    static char buffer[LX_PATH_MAX + 16];
    struct path path;
    struct entry *entry;
    const char *name = buffer;
    if (inode->proc.kind == PROCFS_STATIC) {
        if (inode->proc.number == PROCFS_MOUNTS)
            name = "self/mounts";
        else
            trona_format(buffer, sizeof buffer, "%u", client_creds(client)->pid);
    } else {
        long status = link_target(inode, client, &path, &entry);
        if (status)
            return status;
        if (path.mount)
            name = path_name(&client->root, &path, entry, buffer, sizeof buffer);
        else
            trona_format(buffer, sizeof buffer, "pipe:[%lu]", (unsigned long)path.inode->ino);
        if (!name)
            return -LX_ENAMETOOLONG;
    }
    size_t n = strlen(name) < size ? strlen(name) : size;
    memcpy(text, name, n);
    return (long)n;
}

static long follow_process(struct inode *inode, struct client *client, struct place *place)
{
    struct path path;
    struct entry *entry;
    long status = link_target(inode, client, &path, &entry);
    if (status)
        return status;
    *place = (struct place){.path = path_get(path), .entry = entry ? entry_get(entry) : NULL};
    return 0;
}

static struct inode *procfs_parent(struct inode *inode, char *name)
{
    const struct kn_layout_proc_entry *e;
    uint64_t serial = inode->proc.serial;
    switch (inode->proc.kind) {
    case PROCFS_STATIC:
        if (inode == inode->fs->root)
            return NULL;
        str_copy(name, procfs_static[inode->proc.number].name, 256);
        if (procfs_static[inode->proc.number].parent != inode->fs->root->proc.number)
            return make_inode(PROCFS_STATIC, procfs_static[inode->proc.number].parent, 0);
        return inode_get(inode->fs->root);
    case PROCFS_PID:
        e = procfs_entry(serial);
        trona_format(name, 256, "%u", e ? e->pid : 0);
        return e ? inode_get(the_procfs->root) : NULL;
    case PROCFS_PROCESS:
        str_copy(name, procfs_process[inode->proc.number].name, 256);
        return make_inode(PROCFS_PID, 0, serial);
    default:
        trona_format(name, 256, "%u", inode->proc.number);
        return make_inode(PROCFS_PROCESS, PROCFS_FD_DIR, serial);
    }
}

static void procfs_destroy_inode(struct inode *inode) { (void)inode; }

static const struct inode_ops procfs_ops = {
    .lookup = procfs_lookup,
    .readdir = procfs_readdir,
    .open = procfs_open,
    .readlink = procfs_readlink,
    .parent = procfs_parent,
    .destroy = procfs_destroy_inode,
};

static const struct inode_ops procfs_place_ops = {
    .open = procfs_open,
    .readlink = procfs_readlink,
    .follow = follow_process,
    .parent = procfs_parent,
    .destroy = procfs_destroy_inode,
};

bool procfs_is_handles_of(const struct inode *inode, const struct client *client)
{
    return inode->ops == &procfs_ops && inode->proc.kind == PROCFS_PROCESS && inode->proc.number == PROCFS_FD_DIR &&
           inode->proc.serial == client->serial;
}

// Makes *TREE, with the node ROOT, if it is not there yet, and takes it for a mount.
static long take_tree(struct filesystem **tree, const struct filesystem_type *type, unsigned root,
                      struct filesystem **fs)
{
    if (!*tree) {
        struct filesystem *new = trona_alloc_zero(sizeof *new);
        if (!new)
            return -LX_ENOMEM;
        new->type = type;
        new->dev = filesystem_new_dev();
        new->refs = 1; // stays: there is one, for ever
        *tree = new;
        new->root = make_inode(PROCFS_STATIC, root, 0);
        if (!new->root) {
            *tree = NULL;
            trona_free(new, sizeof *new);
            return -LX_ENOMEM;
        }
    }
    (*tree)->refs++;
    *fs = *tree;
    return 0;
}

static long procfs_mount(const char *options, struct filesystem **fs)
{
    (void)options;
    return take_tree(&the_procfs, &procfs_type, PROCFS_ROOT, fs);
}

static long sysfs_mount(const char *options, struct filesystem **fs)
{
    (void)options;
    return take_tree(&the_sysfs, &sysfs_type, PROCFS_SYSFS, fs);
}

static void procfs_never_ends(struct filesystem *fs) { (void)fs; }

const struct filesystem_type procfs_type = {"proc", LX_PROC_SUPER_MAGIC, true, procfs_mount, procfs_never_ends};
const struct filesystem_type sysfs_type = {"sysfs", LX_SYSFS_MAGIC, true, sysfs_mount, procfs_never_ends};
