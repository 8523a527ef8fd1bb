// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

#include "world.h"

#include <stdio.h>
#include <stdlib.h>

#include <lx/abi.h>

#include "filesystem.h"
#include "inode.h"
#include "names.h"
#include "open.h"
#include "port.h"
#include "tmpfs.h"
#include "trona/log.h"
#include "trona/startup.h"
#include "trona/string.h"
#include "unit.h"

#define PAGE 4096ul
#define OBJECT_BYTES (1ul << 20) // the largest that tests make

struct kn_layout_proc_table world_table;
long world_pages_left = 100000;
unsigned world_objects;

struct object {
    unsigned char data[OBJECT_BYTES];
    bool is_present[OBJECT_BYTES / PAGE];
    uint64_t size;
};

// Objects.

long port_object_create(uint64_t size, uint64_t *object)
{
    struct object *o = calloc(1, sizeof *o);
    o->size = size;
    *object = (uint64_t)o;
    world_objects++;
    return 0;
}

long port_object_from_archive(uint64_t offset, uint64_t size, uint64_t *object)
{
    (void)offset, (void)size, (void)object;
    return -LX_ENOMEM;
}

static void drop_page(struct object *o, uint64_t page)
{
    if (o->is_present[page])
        world_pages_left++;
    o->is_present[page] = false;
    memset(o->data + page * PAGE, 0, PAGE);
}

long port_object_resize(uint64_t object, uint64_t size)
{
    struct object *o = (struct object *)object;
    if (size > OBJECT_BYTES)
        return -LX_ENOMEM;
    for (uint64_t page = (size + PAGE - 1) / PAGE; page < OBJECT_BYTES / PAGE; page++)
        drop_page(o, page);
    if (size % PAGE && size < o->size)
        memset(o->data + size, 0, PAGE - size % PAGE);
    o->size = size;
    return 0;
}

long port_object_punch(uint64_t object, uint64_t offset, uint64_t length)
{
    struct object *o = (struct object *)object;
    memset(o->data + offset, 0, length);
    for (uint64_t page = (offset + PAGE - 1) / PAGE; (page + 1) * PAGE <= offset + length; page++)
        drop_page(o, page);
    return 0;
}

void port_object_destroy(uint64_t object)
{
    port_object_resize(object, 0);
    free((void *)object);
    world_objects--;
}

uint64_t port_object_pages(uint64_t object)
{
    uint64_t n = 0;
    for (unsigned i = 0; i < OBJECT_BYTES / PAGE; i++)
        n += ((struct object *)object)->is_present[i];
    return n;
}

long port_object_window(uint64_t object, uint64_t offset, uint64_t length, bool is_write, void **at, uint64_t *mapped,
                        uint64_t *pages)
{
    struct object *o = (struct object *)object;
    CHECK(offset % PAGE == 0 && length % PAGE == 0 && offset + length <= ((o->size + PAGE - 1) & ~(PAGE - 1)));
    *mapped = 0;
    for (uint64_t page = offset / PAGE; page < (offset + length) / PAGE; page++, *mapped += PAGE) {
        if (!o->is_present[page] && !is_write)
            break;
        if (!o->is_present[page] && world_pages_left == 0) {
            if (*mapped == 0)
                return -LX_ENOMEM;
            break;
        }
        world_pages_left -= !o->is_present[page];
        o->is_present[page] = true;
    }
    *at = o->data + offset;
    *pages = port_object_pages(object);
    return 0;
}

long port_memory_info(struct port_memory *m)
{
    *m = (struct port_memory){.total = 4096, .free = 2048};
    return 0;
}

// Everything else that objects ask of the world.

static struct kn_layout_time_page time_page = {.mult = 1ull << 32, .nr_cpus = 1};

const struct kn_layout_proc_table *port_proc_table(void) { return &world_table; }
const struct kn_layout_time_page *port_time_page(void) { return &time_page; }
void port_drop(kn_cptr_t slot) { (void)slot; }
void port_window_unmap(uint64_t as, unsigned thread) { (void)as, (void)thread; }
long port_as_usage(uint64_t as, struct port_usage *usage)
{
    (void)as, (void)usage;
    return -LX_ESRCH;
}
void port_refresh_times(uint64_t serial) { (void)serial; }
long port_get_hostname(char *text)
{
    memcpy(text, "unit", 5);
    return 0;
}
long port_set_hostname(const char *text, size_t length)
{
    (void)text, (void)length;
    return 0;
}
const struct kn_layout_startup *trona_startup_page(void)
{
    static const struct kn_layout_startup page = {.ticks_per_second = 1};
    return &page;
}
void trona_panic(const char *format, ...)
{
    fprintf(stderr, "%s\n", format);
    abort();
}

bool str_copy(char *dest, const char *src, size_t size) { return snprintf(dest, size, "%s", src) < (int)size; }

// The world.

void world_set_ids(uint64_t serial, uint32_t uid, uint32_t gid)
{
    struct kn_layout_proc_entry *e = &world_table.entry[serial % KN_LAYOUT_PROC_TABLE_ENTRIES];
    *e = (struct kn_layout_proc_entry){.serial = serial,
                                       .sequence = e->sequence + 2,
                                       .state = KN_LAYOUT_PROC_STATE_RUNNING,
                                       .pid = (uint32_t)serial,
                                       .uid = uid,
                                       .euid = uid,
                                       .fsuid = uid,
                                       .gid = gid,
                                       .egid = gid,
                                       .fsgid = gid};
}

static size_t heap_before;
static unsigned char window[KN_LAYOUT_WINDOW_SIZE];

struct world world_make(void)
{
    struct world w;
    struct filesystem *fs;
    heap_before = trona_heap_used();
    world_set_ids(1, 0, 0);
    CHECK(tmpfs_create(&tmpfs_type, 0755, 0, &fs) == 0);
    CHECK(mount_attach(fs, fs->root, NULL, 0, "root", &w.root) == 0);
    const struct path top = {w.root, w.root->root};
    w.client = client_create(1, top, top);
    CHECK(w.client && client_attach(w.client, 0, 0, 1, window) == 0);
    w.thread = client_thread(w.client, 0);
    return w;
}

void world_end(struct world *w)
{
    client_destroy(w->client);
    CHECK(file_count() == 0);
    mount_end_root(w->root);
    CHECK(world_objects == 0);
    CHECK(world_pages_left == 100000);
    CHECK(trona_heap_used() == heap_before);
}

long world_open(struct world *w, const char *path, unsigned flags, uint32_t mode)
{
    struct file *file;
    kn_word_t handle;
    const struct io io = {.client = w->client, .thread = w->thread};
    long status = open_path(w->client->cwd, path, flags, mode, &io, &file);
    if (status)
        return status;
    CHECK(client_install(w->client, file, &handle) == 0);
    return (long)handle;
}

struct file *world_file(struct world *w, long handle)
{
    CHECK(handle >= 0);
    return client_file(w->client, (uint64_t)handle);
}

void world_close(struct world *w, long handle) { CHECK(client_close(w->client, (uint64_t)handle) == 0); }

long world_read(struct world *w, long handle, void *data, size_t n, uint64_t pos)
{
    struct file *file = world_file(w, handle);
    const struct io io = {.client = w->client, .thread = w->thread};
    return file->ops->read(file, &io, data, n, &pos);
}

long world_write(struct world *w, long handle, const void *data, size_t n, uint64_t pos)
{
    struct file *file = world_file(w, handle);
    const struct io io = {.client = w->client, .thread = w->thread};
    return file->ops->write(file, &io, data, n, &pos);
}

static long with_parent(struct world *w, const char *path, long (*act)(struct world *, struct place *, const void *),
                        const void *argument)
{
    struct place place;
    long status = path_walk(w->client, w->client->cwd, path, WALK_PARENT, &place);
    if (status)
        return status;
    status = act(w, &place, argument);
    place_put(&place);
    return status;
}

static long do_mkdir(struct world *w, struct place *p, const void *a)
{
    (void)a;
    return names_mkdir(w->client, p, 0777);
}
static long do_unlink(struct world *w, struct place *p, const void *a)
{
    (void)a;
    return names_unlink(w->client, p);
}
static long do_rmdir(struct world *w, struct place *p, const void *a)
{
    (void)a;
    return names_rmdir(w->client, p);
}
static long do_symlink(struct world *w, struct place *p, const void *a)
{
    return names_symlink(w->client, p, a, strlen(a));
}

long world_mkdir(struct world *w, const char *path) { return with_parent(w, path, do_mkdir, NULL); }
long world_unlink(struct world *w, const char *path) { return with_parent(w, path, do_unlink, NULL); }
long world_rmdir(struct world *w, const char *path) { return with_parent(w, path, do_rmdir, NULL); }
long world_symlink(struct world *w, const char *target, const char *path)
{
    return with_parent(w, path, do_symlink, target);
}

static long do_link(struct world *w, struct place *p, const void *old)
{
    struct place place;
    long status = path_walk(w->client, w->client->cwd, old, WALK_NOFOLLOW, &place);
    if (status)
        return status;
    status = names_link(w->client, &place.path, p);
    place_put(&place);
    return status;
}

long world_link(struct world *w, const char *old, const char *path) { return with_parent(w, path, do_link, old); }

static long do_rename(struct world *w, struct place *to, const void *old)
{
    struct place from;
    long status = path_walk(w->client, w->client->cwd, old, WALK_PARENT, &from);
    if (status)
        return status;
    status = names_rename(w->client, &from, to, 0);
    place_put(&from);
    return status;
}

long world_rename(struct world *w, const char *from, const char *to) { return with_parent(w, to, do_rename, from); }

struct inode *world_find(struct world *w, const char *path, long *result)
{
    struct place place;
    long status = path_walk(w->client, w->client->cwd, path, 0, &place);
    if (result)
        *result = status;
    if (status)
        return NULL;
    struct inode *inode = place.path.inode;
    place_put(&place);
    return inode;
}
