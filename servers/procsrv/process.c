// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

#include "process.h"

#include <lx/abi.h>

#include "alarm.h"
#include "clock.h"
#include "id.h"
#include "placement.h"
#include "table.h"
#include "trona/heap.h"
#include "trona/string.h"

#define NR_SLOTS KN_LAYOUT_PROC_TABLE_ENTRIES
#define RESERVED_SLOTS 8 // for root alone
#define DEFAULT_UMASK 022

static struct process *processes[NR_SLOTS];
static uint64_t generation[NR_SLOTS];
static unsigned free_slots[NR_SLOTS], nr_free;
static struct list all;
static struct process *first;

void process_init(struct kn_layout_proc_table *table)
{
    table_init(table, clock_realtime_offset());
    id_init();
    list_init(&all);
    for (unsigned i = 0; i < NR_SLOTS; i++) {
        free_slots[i] = NR_SLOTS - 1 - i;
        processes[i] = NULL;
    }
    nr_free = NR_SLOTS;
    first = NULL;
}

struct process *process_first(void) { return first; }
struct list *process_all(void) { return &all; }
uint32_t process_pid(const struct process *p) { return p->pid ? p->pid->number : 0; }
uint32_t process_ppid(const struct process *p) { return p->parent ? process_pid(p->parent) : 0; }

struct process *process_find(uint64_t serial)
{
    struct process *p = processes[serial % NR_SLOTS];
    return p && p->serial == serial && !p->is_gone ? p : NULL;
}

struct process *process_of_pid(uint64_t pid)
{
    struct id *id = id_find(pid);
    return id && id->process && id->process->state != KN_LAYOUT_PROC_STATE_PREPARING ? id->process : NULL;
}

struct thread *process_thread(struct process *p, uint64_t index)
{
    return process_is_alive(p) && p->thread.index == index ? &p->thread : NULL;
}

static void init_lists(struct process *p)
{
    list_init(&p->sibling);
    list_init(&p->children);
    list_init(&p->zombies);
    list_init(&p->preparing);
    list_init(&p->group_link);
    list_init(&p->session_link);
    list_init(&p->all_link);
}

static bool inherit(struct process *p, const struct process *creator)
{
    if (!creator) {
        limits_init(&p->limits);
        p->umask = DEFAULT_UMASK;
        p->cpus = placement_cpus();
        return creds_init(&p->creds);
    }
    p->limits = creator->limits;
    p->umask = creator->umask;
    p->nice = creator->nice;
    p->cpus = creator->cpus;
    p->is_undumpable = creator->is_undumpable;
    memcpy(p->name, creator->name, sizeof p->name);
    return creds_copy(&p->creds, &creator->creds);
}

static bool is_over_limit(const struct process *creator)
{
    const struct creds *c = &creator->creds;
    return !creds_is_privileged(c) &&
           (nr_free <= RESERVED_SLOTS || creds_nr_processes(c) >= creator->limits.of[LX_RLIMIT_NPROC].cur);
}

long process_new(struct process *creator, struct process **out)
{
    if (!nr_free || (creator && is_over_limit(creator)))
        return -LX_EAGAIN;
    struct process *p = trona_alloc_zero(sizeof *p);
    if (!p)
        return -LX_ENOMEM;
    init_lists(p);
    p->pid = id_new();
    if (!p->pid || !inherit(p, creator)) {
        if (p->pid)
            id_release(p->pid);
        trona_free(p, sizeof *p);
        return -LX_ENOMEM;
    }
    unsigned slot = free_slots[--nr_free];
    p->serial = ++generation[slot] * NR_SLOTS + slot;
    p->state = KN_LAYOUT_PROC_STATE_PREPARING;
    p->pid->process = p;
    p->parent = creator;
    p->thread.process = p;
    p->thread.timer.fire = alarm_thread_fired;
    p->itimer.fire = alarm_itimer_fired;
    p->start_ns = clock_now();
    processes[slot] = p;
    if (creator)
        list_append(&creator->preparing, &p->sibling);
    process_publish(p);
    *out = p;
    return 0;
}

void process_adopt(struct process *parent, struct process *p)
{
    if (p->parent && p->change != CHANGE_NONE)
        p->parent->nr_changed--;
    list_remove(&p->sibling);
    p->parent = parent;
    if (!parent)
        return;
    bool is_for_wait = p->state == KN_LAYOUT_PROC_STATE_ZOMBIE && p->is_cleaned;
    list_append(is_for_wait ? &parent->zombies : &parent->children, &p->sibling);
    if (p->change != CHANGE_NONE)
        parent->nr_changed++;
}

void process_set_group(struct process *p, struct id *group, struct id *session)
{
    struct id *old_group = p->group, *old_session = p->session;
    list_remove(&p->group_link);
    list_remove(&p->session_link);
    p->group = group;
    p->session = session;
    if (group)
        list_append(&group->group, &p->group_link);
    if (session)
        list_append(&session->session, &p->session_link);
    if (old_session && old_session != old_group && old_session != session && old_session != group)
        id_release(old_session);
    if (old_group && old_group != group && old_group != session)
        id_release(old_group);
}

void process_start(struct process *p, struct id *group, struct id *session)
{
    struct process *creator = p->parent;
    p->state = KN_LAYOUT_PROC_STATE_RUNNING;
    if (creator) {
        process_adopt(p->is_sibling_of_creator && creator->parent ? creator->parent : creator, p);
        process_set_group(p, creator->group, creator->session);
    } else {
        process_set_group(p, group, session);
    }
    if (!first)
        first = p;
    list_append(&all, &p->all_link);
    table_set_count(NR_SLOTS - nr_free);
    process_publish(p);
}

// The slot goes back when nobody knows the serial any more.
static void free_if_done(struct process *p)
{
    if (!p->is_gone || !p->is_cleaned)
        return;
    unsigned slot = p->serial % NR_SLOTS;
    processes[slot] = NULL;
    free_slots[nr_free++] = slot;
    table_set_count(NR_SLOTS - nr_free);
    trona_free(p, sizeof *p);
}

static void leave(struct process *p)
{
    struct id *pid = p->pid;
    bool is_own_group = p->group == pid || p->session == pid;
    process_adopt(NULL, p);
    creds_destroy(&p->creds);
    pid->process = NULL;
    p->pid = NULL;
    process_set_group(p, NULL, NULL); // releases pid, if it is among them
    if (!is_own_group)
        id_release(pid);
    p->is_gone = true;
    table_clear(p->serial % NR_SLOTS);
}

void process_drop(struct process *p)
{
    uint64_t serial = p->serial;
    leave(p);
    free_if_done(p);
    table_push_exit(serial);
}

void process_reap(struct process *p)
{
    leave(p);
    free_if_done(p);
}

struct process *process_cleaned(uint64_t serial)
{
    struct process *p = processes[serial % NR_SLOTS];
    if (!p || p->serial != serial)
        return NULL;
    p->is_cleaned = true;
    if (!p->is_gone)
        return p;
    free_if_done(p);
    return NULL;
}

void process_update_time(struct process *p)
{
    if (process_is_alive(p))
        p->own.user_ns += objects_take_time(&p->objects);
}

void process_publish(struct process *p)
{
    struct kn_layout_signal_page *page = p->space.signal_page;
    table_publish(p);
    if (!page)
        return;
    page->pid = process_pid(p);
    page->ppid = process_ppid(p);
    page->pgid = p->group ? p->group->number : 0;
    page->sid = p->session ? p->session->number : 0;
    page->uid = p->creds.uid;
    page->euid = p->creds.euid;
    page->suid = p->creds.suid;
    page->gid = p->creds.gid;
    page->egid = p->creds.egid;
    page->sgid = p->creds.sgid;
    for (unsigned i = 0; i < KN_LAYOUT_MAX_THREADS; i++)
        page->thread[i].tid = i == p->thread.index ? process_pid(p) : 0;
    page->thread[p->thread.index].cpu = p->cpu;
}
