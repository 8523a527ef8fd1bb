// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

#include "table.h"

#include "id.h"
#include "port.h"
#include "process.h"
#include "trona/string.h"

#define FLAG_DUMPABLE 1
#define FLAG_HAS_EXEC 2
#define FLAG_SESSION_LEADER 4

static struct kn_layout_proc_table *table;
static uint64_t exits_done;

void table_init(struct kn_layout_proc_table *shared, int64_t boot_ns)
{
    table = shared;
    table->boot_ns = (uint64_t)boot_ns;
    exits_done = table->exit_head;
}

static void begin(struct kn_layout_proc_entry *e)
{
    __atomic_store_n(&e->sequence, e->sequence + 1, __ATOMIC_RELAXED);
    __atomic_thread_fence(__ATOMIC_RELEASE);
}

static void end(struct kn_layout_proc_entry *e) { __atomic_store_n(&e->sequence, e->sequence + 1, __ATOMIC_RELEASE); }

static uint32_t flags_of(const struct process *p)
{
    return (p->is_undumpable ? 0 : FLAG_DUMPABLE) | (p->has_exec ? FLAG_HAS_EXEC : 0) |
           (p->session && p->session == p->pid ? FLAG_SESSION_LEADER : 0);
}

static void fill_ids(struct kn_layout_proc_entry *e, const struct process *p)
{
    e->serial = p->serial;
    e->parent_serial = p->parent ? p->parent->serial : 0;
    e->pid = process_pid(p);
    e->ppid = process_ppid(p);
    e->pgid = p->group ? p->group->number : 0;
    e->sid = p->session ? p->session->number : 0;
}

static void fill_creds(struct kn_layout_proc_entry *e, const struct creds *c)
{
    e->uid = c->uid;
    e->euid = c->euid;
    e->suid = c->suid;
    e->fsuid = c->fsuid;
    e->gid = c->gid;
    e->egid = c->egid;
    e->sgid = c->sgid;
    e->fsgid = c->fsgid;
    e->nr_groups = c->nr_groups;
    memcpy(e->groups, c->groups, sizeof e->groups);
}

void table_publish(const struct process *p)
{
    struct kn_layout_proc_entry *e = &table->entry[p->serial % KN_LAYOUT_PROC_TABLE_ENTRIES];
    begin(e);
    fill_ids(e, p);
    fill_creds(e, &p->creds);
    e->as = p->space.as;
    e->start_ns = p->start_ns;
    e->state = p->state;
    e->exit_status = p->status;
    e->nr_threads = process_is_alive(p);
    e->umask = p->umask;
    e->flags = flags_of(p);
    memcpy(e->name, p->name, sizeof e->name);
    e->user_ns = p->own.user_ns;
    e->system_ns = p->own.system_ns;
    e->cpu = p->cpu;
    e->cpus = p->cpus;
    end(e);
}

void table_clear(unsigned slot)
{
    struct kn_layout_proc_entry *e = &table->entry[slot];
    begin(e);
    memset(&e->serial, 0, sizeof *e - sizeof e->sequence);
    end(e);
}

void table_set_count(unsigned nr_processes) { table->nr_processes = nr_processes; }

void table_push_exit(uint64_t serial)
{
    table->exit_ring[table->exit_head % KN_LAYOUT_EXIT_RING_ENTRIES] = serial;
    __atomic_store_n(&table->exit_head, table->exit_head + 1, __ATOMIC_RELEASE);
    port_tell_vfs();
}

bool table_exits_done(uint64_t count, void (*cleaned)(uint64_t serial))
{
    if (count < exits_done || count > table->exit_head)
        return false;
    while (exits_done < count)
        cleaned(table->exit_ring[exits_done++ % KN_LAYOUT_EXIT_RING_ENTRIES]);
    return true;
}
