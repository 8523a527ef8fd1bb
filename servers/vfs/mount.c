// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

#include <lx/abi.h>

#include "mount.h"

#include "filesystem.h"
#include "inode.h"
#include "trona/heap.h"
#include "trona/string.h"

#define NR_BUCKETS 64

static struct mount *first, *last;
static struct mount *buckets[NR_BUCKETS];
static unsigned nr_mounts, next_id = 1;

static struct mount **bucket(const struct inode *inode) { return &buckets[((uintptr_t)inode >> 6) % NR_BUCKETS]; }

static const struct filesystem_type *const types[] = {&tmpfs_type, &devtmpfs_type, &procfs_type, &sysfs_type};

const struct filesystem_type *filesystem_type_at(unsigned index)
{
    return index < sizeof types / sizeof types[0] ? types[index] : NULL;
}

const struct filesystem_type *filesystem_find_type(const char *name)
{
    for (unsigned i = 0; i < sizeof types / sizeof types[0]; i++)
        if (strcmp(types[i]->name, name) == 0)
            return types[i];
    return NULL;
}

uint64_t filesystem_new_dev(void)
{
    static uint64_t minor;
    return ++minor;
}

void filesystem_put(struct filesystem *fs)
{
    if (--fs->refs == 0)
        fs->type->destroy(fs);
}

static void list_append(struct mount *m)
{
    m->next = NULL;
    m->previous = last;
    if (last)
        last->next = m;
    else
        first = m;
    last = m;
}

static void list_remove(struct mount *m)
{
    if (m->previous)
        m->previous->next = m->next;
    else
        first = m->next;
    if (m->next)
        m->next->previous = m->previous;
    else
        last = m->previous;
}

static void attach_at(struct mount *m, const struct path *point)
{
    m->point = path_get(*point);
    m->point.inode->nr_mounts++;
    m->point.mount->nr_children++;
    struct mount **b = bucket(point->inode);
    m->hash_next = *b;
    *b = m;
}

long mount_attach(struct filesystem *fs, struct inode *root, const struct path *point, uint32_t flags,
                  const char *source, struct mount **mount)
{
    if (nr_mounts >= MOUNT_MAX)
        return -LX_ENOSPC;
    struct mount *m = trona_alloc_zero(sizeof *m);
    char *text = trona_alloc(strlen(source) + 1);
    if (!m || !text) {
        trona_free(m, sizeof *m);
        trona_free(text, strlen(source) + 1);
        return -LX_ENOMEM;
    }
    memcpy(text, source, strlen(source) + 1);
    *m = (struct mount){.refs = 1,
                        .id = next_id++,
                        .is_attached = true,
                        .flags = flags,
                        .fs = fs,
                        .root = inode_get(root),
                        .source = text};
    if (point)
        attach_at(m, point);
    list_append(m);
    nr_mounts++;
    if (mount)
        *mount = m;
    return 0;
}

static void detach(struct mount *m)
{
    struct mount **link = bucket(m->point.inode);
    while (*link != m)
        link = &(*link)->hash_next;
    *link = m->hash_next;
    m->point.inode->nr_mounts--;
    m->point.mount->nr_children--;
    list_remove(m);
    m->is_attached = false;
    nr_mounts--;
    path_put(m->point);
    m->point = (struct path){0};
    mount_put(m);
}

long mount_detach(struct mount *m, bool is_lazy)
{
    if (!m->point.mount)
        return -LX_EINVAL;
    // The attachment, and the caller that looked it up.
    if (m->nr_children || (m->refs > 2 && !is_lazy))
        return -LX_EBUSY;
    detach(m);
    return 0;
}

void mount_end_root(struct mount *root)
{
    list_remove(root);
    root->is_attached = false;
    nr_mounts--;
    mount_put(root);
}

struct mount *mount_get(struct mount *m)
{
    if (m)
        m->refs++;
    return m;
}

void mount_put(struct mount *m)
{
    if (!m || --m->refs)
        return;
    inode_put(m->root);
    filesystem_put(m->fs);
    trona_free(m->source, strlen(m->source) + 1);
    trona_free(m, sizeof *m);
}

struct mount *mount_at(const struct path *point)
{
    if (point->inode->nr_mounts == 0)
        return NULL;
    struct mount *m = *bucket(point->inode);
    while (m && (m->point.inode != point->inode || m->point.mount != point->mount))
        m = m->hash_next;
    return m;
}

void mount_follow(struct path *path)
{
    struct mount *m;
    while ((m = mount_at(path))) {
        struct path seen = path_get((struct path){m, m->root});
        path_put(*path);
        *path = seen;
    }
}

struct mount *mount_first(void) { return first; }
