// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

#include "world.h"

#include <stdarg.h>
#include <string.h>

#include <lx/abi.h>

#include "../clock.h"
#include "../placement.h"
#include "../port.h"
#include "../table.h"
#include "trona/log.h"

#define MAX_SPACES 2048

struct world world;

static struct kn_layout_proc_table table;
static struct kn_layout_time_page time_page;
static uint64_t next_as, next_memory;
static struct {
    void *ipc_page;
    struct kn_layout_signal_page *signal_page;
    bool is_alive;
} spaces[MAX_SPACES];

void trona_log(const char *format, ...) { (void)format; }

void trona_panic(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vfprintf(stderr, format, args);
    va_end(args);
    exit(1);
}

static bool refuses(void)
{
    if (world.calls_until_failure < 0)
        return false;
    return world.calls_until_failure-- == 0;
}

static kn_cptr_t new_slot(void)
{
    world.nr_slots++;
    return 1;
}

void port_init(void) {}

long port_as_create(uint64_t *as, kn_cptr_t *vspace)
{
    if (refuses())
        return -LX_ENOMEM;
    *as = ++next_as;
    CHECK(*as < MAX_SPACES);
    spaces[*as].is_alive = true;
    world.nr_spaces++;
    *vspace = new_slot();
    return 0;
}

void port_as_destroy(uint64_t as)
{
    CHECK(spaces[as].is_alive);
    spaces[as].is_alive = false;
    free(spaces[as].ipc_page);
    free(spaces[as].signal_page);
    spaces[as].ipc_page = spaces[as].signal_page = NULL;
    world.nr_spaces--;
}

long port_as_endpoint(uint64_t as, kn_cptr_t *endpoint)
{
    CHECK(spaces[as].is_alive);
    if (refuses())
        return -LX_ENOMEM;
    *endpoint = new_slot();
    return 0;
}

long port_as_thread(uint64_t as, unsigned thread, void **page, kn_cptr_t *frame)
{
    CHECK(spaces[as].is_alive && thread < KN_LAYOUT_MAX_THREADS);
    if (refuses())
        return -LX_ENOMEM;
    if (!spaces[as].ipc_page)
        spaces[as].ipc_page = calloc(1, 4096);
    *page = spaces[as].ipc_page;
    *frame = new_slot();
    return 0;
}

long port_as_signal_page(uint64_t as, struct kn_layout_signal_page **page)
{
    CHECK(spaces[as].is_alive);
    if (refuses())
        return -LX_ENOMEM;
    if (!spaces[as].signal_page)
        spaces[as].signal_page = calloc(1, sizeof *spaces[as].signal_page);
    *page = spaces[as].signal_page;
    return 0;
}

long port_as_clone(uint64_t source, uint64_t dest, unsigned thread)
{
    void *page;
    kn_cptr_t frame;
    CHECK(spaces[source].is_alive && spaces[dest].is_alive && source != dest);
    if (refuses() || port_as_thread(dest, thread, &page, &frame))
        return -LX_ENOMEM;
    world.nr_slots--;
    struct kn_layout_signal_page *signal_page;
    if (port_as_signal_page(dest, &signal_page))
        return -LX_ENOMEM;
    *signal_page = *spaces[source].signal_page;
    return 0;
}

static long simple(uint64_t as)
{
    CHECK(spaces[as].is_alive);
    return refuses() ? -LX_ENOMEM : 0;
}

long port_as_copy_range(uint64_t source, uint64_t addr, uint64_t length, uint64_t dest, uint64_t *at)
{
    CHECK(spaces[source].is_alive && length);
    *at = addr;
    return simple(dest);
}

long port_as_map(uint64_t as, const struct kn_layout_exec_segment *segment)
{
    return segment->length ? simple(as) : -LX_EINVAL;
}
long port_as_set_brk(uint64_t as, uint64_t start) { return (void)start, simple(as); }
long port_as_set_limit(uint64_t as, unsigned which, uint64_t bytes) { return (void)which, (void)bytes, simple(as); }
long port_as_stack(uint64_t as, uint64_t prot) { return (void)prot, simple(as); }
uint64_t port_as_peak_pages(uint64_t as) { return spaces[as].is_alive ? 10 : 0; }
long port_kernel_memory(unsigned bits, uint64_t *handle, kn_cptr_t *slot)
{
    return (void)bits, (void)handle, (void)slot, -LX_ENOMEM;
}
void port_kernel_memory_free(uint64_t handle) { (void)handle; }

void port_drop(kn_cptr_t slot)
{
    if (slot)
        world.nr_slots--;
}

void port_tell_vfs(void) {}

void port_stop_machine(bool restart)
{
    world.nr_stops++;
    world.was_restart = restart;
}

void port_first_process_ended(uint32_t status)
{
    (void)status;
    world.nr_first_ended++;
}

uint64_t port_ticks(void) { return world.ticks; }
void port_timer_arm(uint64_t ticks) { (void)ticks; }

long objects_create(struct objects *o, uint64_t serial, unsigned thread)
{
    (void)serial;
    *o = (struct objects){0};
    if (refuses())
        return -LX_ENOMEM;
    o->memory = ++next_memory;
    o->thread = thread;
    world.nr_objects++;
    return 0;
}

void objects_destroy(struct objects *o)
{
    if (o->memory)
        world.nr_objects--;
    *o = (struct objects){0};
}

long objects_give_vfs(struct objects *o, kn_cptr_t cap) { return !o->memory || !cap || refuses() ? -LX_EINVAL : 0; }

long objects_attach(struct objects *o, const struct space *s)
{
    CHECK(o->memory && spaces[s->as].is_alive && s->vspace && s->endpoint && s->frame);
    return refuses() ? -LX_ENOMEM : 0;
}

void objects_renumber(struct objects *o, unsigned thread) { o->thread = thread; }
void objects_suspend(const struct objects *o) { CHECK(o->memory); }

void objects_start_fork(const struct objects *o, const struct objects *parent)
{
    CHECK(o->memory && parent->memory);
    world.nr_started++;
}

void objects_start_image(const struct objects *o)
{
    CHECK(o->memory);
    world.nr_started++;
}

void objects_kick(const struct objects *o)
{
    CHECK(o->memory);
    world.nr_kicks++;
}

void objects_wake_signal(const struct objects *o)
{
    CHECK(o->memory);
    world.nr_wakes++;
    world.last_woken = o;
}

void objects_wake_timer(const struct objects *o)
{
    CHECK(o->memory);
    world.nr_timer_wakes++;
}

void objects_set_time(const struct objects *o, unsigned cpu, int nice)
{
    (void)nice;
    CHECK(o->memory && cpu < WORLD_NR_CPUS);
    world.nr_times_set++;
}

uint64_t objects_take_time(const struct objects *o) { return o->memory ? 1000 : 0; }

void world_plan(struct kn_layout_exec_plan *plan)
{
    *plan = (struct kn_layout_exec_plan){
        .nr_segments = 1,
        .entry = KN_LAYOUT_PROGRAM_START,
        .brk_start = 0x500000,
        .set_uid = ~0ull,
        .set_gid = ~0ull,
        .name = "program",
        .segment[0] = {.vaddr = KN_LAYOUT_PROGRAM_START,
                       .length = 4096,
                       .prot = LX_PROT_READ | LX_PROT_EXEC,
                       .zero_from = 4096},
    };
}

struct process *world_start(void)
{
    struct process *p;
    struct kn_layout_exec_plan plan;
    world = (struct world){.ticks = 1000, .calls_until_failure = -1};
    memset(&table, 0, sizeof table);
    next_as = 0;
    clock_init(&time_page, 1000000000, 1);
    placement_init(WORLD_NR_CPUS);
    process_init(&table);
    world_plan(&plan);
    CHECK(process_new(NULL, &p) == 0);
    CHECK(exec_spawn(p, &plan, 1) == 0);
    return p;
}

void world_vfs_cleans(void) { CHECK(exit_cleaned(table.exit_head)); }

void world_exit(struct process *p, uint32_t status)
{
    process_exit(p, status);
    world_vfs_cleans();
}

void world_end(void)
{
    struct process *first = process_first();
    unit_fail_allocation_after(-1);
    world.calls_until_failure = -1;
    first->space.signal_page->ignored |= SIGNAL_BIT(LX_SIGCHLD);
    LIST_FOR_EACH(link, process_all())
    {
        struct process *p = LIST_ENTRY(link, struct process, all_link);
        if (p == first)
            continue;
        process_exit(p, 0);
        link_next = process_all()->next; // its death may have taken others along
    }
    world_vfs_cleans();
    LIST_FOR_EACH(zombie, &first->zombies)
    process_reap(LIST_ENTRY(zombie, struct process, sibling));
    process_exit(first, 0);
    process_reap(first);
    world_vfs_cleans();
    CHECK(world.nr_spaces == 0 && world.nr_objects == 0 && world.nr_slots == 0);
}

struct process *world_fork(struct process *parent)
{
    struct process *child, *made;
    struct fork_request request = {parent->thread.index, LX_SIGCHLD, false};
    CHECK(fork_prepare(parent, &request, &child) == 0);
    CHECK(fork_commit(parent, child->serial, 1, &made) == 0 && made == child);
    return child;
}

struct kn_layout_proc_entry *world_entry(const struct process *p)
{
    return &table.entry[p->serial % KN_LAYOUT_PROC_TABLE_ENTRIES];
}
struct kn_layout_proc_table *world_table(void) { return &table; }

uint64_t world_pending(const struct process *p)
{
    return p->space.signal_page->pending | p->space.signal_page->thread[p->thread.index].pending;
}

long world_send(struct process *p, unsigned signal)
{
    struct siginfo info = {.code = LX_SI_USER};
    return signals_send(p, NULL, signal, &info);
}
