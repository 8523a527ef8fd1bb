// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

#include "client.h"

#include <lx/abi.h>

#include "file.h"
#include "lock.h"
#include "port.h"
#include "trona/heap.h"
#include "trona/string.h"
#include "wait.h"

#define NR_BUCKETS 256
#define FIRST_HANDLES 8
#define MAX_HANDLES 4096
#define NO_HANDLE UINT32_MAX

static struct client *buckets[NR_BUCKETS];

static struct client **bucket(uint64_t serial) { return &buckets[serial % NR_BUCKETS]; }

struct client *client_find(uint64_t serial)
{
    struct client *c = *bucket(serial);
    while (c && c->serial != serial)
        c = c->next;
    return c;
}

struct client *client_create(uint64_t serial, struct path cwd, struct path root)
{
    struct client *c = trona_alloc_zero(sizeof *c);
    if (!c)
        return NULL;
    c->serial = serial;
    c->first_free = NO_HANDLE;
    c->cwd = path_get(cwd);
    c->root = path_get(root);
    c->creds.sequence = UINT64_MAX;
    struct client **b = bucket(serial);
    c->next = *b;
    *b = c;
    return c;
}

// Gives the table SIZE slots; the new ones are free, the lowest first.
static bool grow_handles(struct client *c, uint32_t size)
{
    struct handle *new = trona_alloc(size * sizeof *new);
    if (!new)
        return false;
    if (c->handles)
        memcpy(new, c->handles, c->nr_handles * sizeof *new);
    trona_free(c->handles, c->nr_handles * sizeof *new);
    for (uint32_t i = size; i-- > c->nr_handles;) {
        new[i] = (struct handle){NULL, c->first_free};
        c->first_free = i;
    }
    c->handles = new;
    c->nr_handles = size;
    return true;
}

static bool copy_cmdline(struct client *c, const char *text, size_t length)
{
    char *copy = length ? trona_alloc(length) : NULL;
    if (length && !copy)
        return false;
    if (length)
        memcpy(copy, text, length);
    trona_free(c->cmdline, c->cmdline_length);
    c->cmdline = copy;
    c->cmdline_length = length;
    return true;
}

struct client *client_clone(const struct client *parent, uint64_t serial)
{
    struct client *c = client_create(serial, parent->cwd, parent->root);
    if (!c)
        return NULL;
    if (parent->nr_handles && !grow_handles(c, parent->nr_handles)) {
        client_destroy(c);
        return NULL;
    }
    for (uint32_t i = 0; i < parent->nr_handles; i++) {
        c->handles[i] = parent->handles[i];
        if (c->handles[i].file)
            file_get(c->handles[i].file);
    }
    c->first_free = parent->first_free;
    c->nr_open = parent->nr_open;
    c->exe = parent->exe ? file_get(parent->exe) : NULL;
    copy_cmdline(c, parent->cmdline, parent->cmdline_length); // without memory it is unknown
    return c;
}

void client_set_program(struct client *c, struct file *exe, const char *cmdline, size_t length)
{
    file_put(c->exe);
    c->exe = exe;
    if (!copy_cmdline(c, cmdline, length))
        copy_cmdline(c, NULL, 0);
}

long client_close(struct client *c, uint64_t handle)
{
    struct file *file = client_file(c, handle);
    if (!file)
        return -LX_EBADF;
    c->handles[handle] = (struct handle){NULL, c->first_free};
    c->first_free = (uint32_t)handle;
    c->nr_open--;
    lock_close(file->inode, c->serial);
    file_put(file);
    return 0;
}

void client_close_handles(struct client *c)
{
    for (uint32_t i = c->nr_handles; i-- > 0 && c->nr_open;)
        client_close(c, i);
}

static void thread_destroy(struct thread *t)
{
    wait_cancel(t);
    port_drop(t->signal);
    port_window_unmap(t->as, t->index);
    trona_free(t, sizeof *t);
}

void client_detach_threads(struct client *c)
{
    for (unsigned i = 0; i < KN_LAYOUT_MAX_THREADS; i++) {
        if (c->threads[i])
            thread_destroy(c->threads[i]);
        c->threads[i] = NULL;
    }
}

void client_destroy(struct client *c)
{
    struct client **link = bucket(c->serial);
    while (*link != c)
        link = &(*link)->next;
    *link = c->next;
    client_detach_threads(c);
    client_close_handles(c);
    trona_free(c->handles, c->nr_handles * sizeof *c->handles);
    file_put(c->exe);
    trona_free(c->cmdline, c->cmdline_length);
    path_put(c->cwd);
    path_put(c->root);
    trona_free(c, sizeof *c);
}

struct file *client_file(struct client *c, uint64_t handle)
{
    return handle < c->nr_handles ? c->handles[handle].file : NULL;
}

long client_install(struct client *c, struct file *file, uint64_t *handle)
{
    if (c->first_free == NO_HANDLE) {
        uint32_t size = c->nr_handles ? c->nr_handles * 2 : FIRST_HANDLES;
        if (size > MAX_HANDLES)
            return -LX_EMFILE;
        if (!grow_handles(c, size))
            return -LX_ENOMEM;
    }
    uint32_t i = c->first_free;
    c->first_free = c->handles[i].next_free;
    c->handles[i].file = file;
    c->nr_open++;
    *handle = i;
    return 0;
}

struct thread *client_thread(struct client *c, uint64_t index)
{
    return index < KN_LAYOUT_MAX_THREADS ? c->threads[index] : NULL;
}

void client_detach(struct client *c, uint64_t index)
{
    struct thread *t = client_thread(c, index);
    if (t) {
        c->threads[index] = NULL;
        thread_destroy(t);
    }
}

long client_attach(struct client *c, uint64_t index, uint64_t as, kn_cptr_t signal, void *window)
{
    struct thread *t = trona_alloc_zero(sizeof *t);
    if (!t)
        return -LX_ENOMEM;
    *t = (struct thread){.client = c, .index = (unsigned)index, .as = as, .signal = signal, .window = window};
    c->threads[index] = t;
    return 0;
}

void thread_signal(const struct thread *thread) { port_signal(thread->signal); }

const struct kn_layout_proc_entry *client_proc_entry(const struct client *c)
{
    const struct kn_layout_proc_entry *e = &port_proc_table()->entry[c->serial % KN_LAYOUT_PROC_TABLE_ENTRIES];
    return e->serial == c->serial ? e : NULL;
}

static void copy_entry(struct creds *creds, const struct kn_layout_proc_entry *e)
{
    creds->as = e->as;
    creds->pid = e->pid;
    creds->ppid = e->ppid;
    creds->pgid = e->pgid;
    creds->sid = e->sid;
    creds->uid = e->uid;
    creds->euid = e->euid;
    creds->gid = e->gid;
    creds->egid = e->egid;
    creds->fsuid = e->fsuid;
    creds->fsgid = e->fsgid;
    creds->nr_groups = e->nr_groups < 16 ? e->nr_groups : 16;
    memcpy(creds->groups, e->groups, sizeof creds->groups);
}

const struct creds *client_creds(struct client *c)
{
    const struct kn_layout_proc_entry *e = client_proc_entry(c);
    if (!e)
        return &c->creds;
    uint64_t sequence = __atomic_load_n(&e->sequence, __ATOMIC_ACQUIRE);
    while (sequence & 1 || sequence != c->creds.sequence) {
        if (!(sequence & 1)) {
            copy_entry(&c->creds, e);
            __atomic_thread_fence(__ATOMIC_ACQUIRE);
            c->creds.sequence = sequence;
        }
        sequence = __atomic_load_n(&e->sequence, __ATOMIC_ACQUIRE);
    }
    return &c->creds;
}

bool creds_has_group(const struct creds *creds, uint32_t gid)
{
    if (creds->fsgid == gid)
        return true;
    for (uint32_t i = 0; i < creds->nr_groups; i++)
        if (creds->groups[i] == gid)
            return true;
    return false;
}
