// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

#include "exec.h"

#include <lx/abi.h>

#include "clock.h"
#include "exit.h"
#include "fork.h"
#include "id.h"
#include "placement.h"
#include "process.h"
#include "signals.h"
#include "trona/log.h"
#include "trona/string.h"

#define MAX_SEGMENTS (sizeof((struct kn_layout_exec_plan *)0)->segment / sizeof(struct kn_layout_exec_segment))
#define PAGE 4096ul
#define FIRST_SESSION 0 // as Linux's pid 1, which may call setsid

static bool is_program_address(uint64_t addr)
{
    return addr >= KN_LAYOUT_PROGRAM_START && addr < KN_LAYOUT_PROGRAM_END;
}

long exec_check(const struct kn_layout_exec_plan *plan)
{
    if (plan->nr_segments == 0 || plan->nr_segments > MAX_SEGMENTS || !is_program_address(plan->entry) ||
        plan->args_vaddr % PAGE || !is_program_address(plan->brk_start))
        return -LX_ENOEXEC;
    return 0;
}

// Two words that a program cannot foresee: SplitMix64 over the clock. The layer mixes the CPU's random numbers in.
static uint64_t random_word(void)
{
    static uint64_t state;
    state += clock_now() * 2 + 0x9e3779b97f4a7c15;
    uint64_t z = state;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
    z = (z ^ z >> 27) * 0x94d049bb133111eb;
    return z ^ z >> 31;
}

static void write_start(const struct space *s, const struct kn_layout_exec_plan *plan, uint64_t args, bool is_secure)
{
    struct kn_layout_exec_start start = {
        .args_vaddr = args,
        .args_length = plan->args_length,
        .entry = plan->entry,
        .program_entry = plan->program_entry,
        .phdr = plan->phdr,
        .phnum = plan->phnum,
        .base = plan->base,
        .brk_start = plan->brk_start,
        .random = {random_word(), random_word()},
        .secure = is_secure,
        .thread_index = 0,
    };
    memcpy(s->ipc_page + KN_LAYOUT_EXEC_START, &start, sizeof start);
}

static uint32_t id_or_keep(uint64_t id) { return id > CREDS_KEEP ? CREDS_KEEP : (uint32_t)id; }

// Everything that changes in P besides objects and space.
static bool become(struct process *p, const struct kn_layout_exec_plan *plan)
{
    uint32_t uid = id_or_keep(plan->set_uid), gid = id_or_keep(plan->set_gid);
    bool is_secure = creds_exec(&p->creds, uid, gid);
    p->is_undumpable = is_secure && (uid != CREDS_KEEP || gid != CREDS_KEEP);
    memcpy(p->name, plan->name, sizeof p->name);
    p->name[sizeof p->name - 1] = 0;
    p->has_exec = true;
    p->thread.index = 0;
    return is_secure;
}

long exec_replace(struct process *p, const struct kn_layout_exec_plan *plan)
{
    struct space space, old = p->space;
    uint64_t args;
    long error = space_build(&space, plan, &p->limits, old.as, &args);
    if (error)
        return error;
    signals_exec_page(p, old.signal_page, space.signal_page);
    objects_suspend(&p->objects);
    objects_renumber(&p->objects, 0);
    error = objects_attach(&p->objects, &space);
    p->space = space;
    space_release_slots(&p->space);
    space_destroy(&old);
    if (error) {
        trona_log("exec of pid %u: the kernel refuses the new address space", process_pid(p));
        process_exit(p, LX_SIGKILL);
        return -LX_ESRCH;
    }
    timer_cancel(&p->thread.timer);
    write_start(&p->space, plan, args, become(p, plan));
    process_publish(p);
    fork_child_let_go(p);
    objects_start_image(&p->objects);
    return 0;
}

long exec_spawn(struct process *p, const struct kn_layout_exec_plan *plan, kn_cptr_t vfs_client)
{
    uint64_t args;
    struct id *session = id_make(FIRST_SESSION);
    if (!session)
        return -LX_ENOMEM;
    long error = space_build(&p->space, plan, &p->limits, 0, &args);
    if (!error)
        error = objects_create(&p->objects, p->serial, 0);
    if (!error)
        error = objects_attach(&p->objects, &p->space);
    if (!error)
        error = objects_give_vfs(&p->objects, vfs_client);
    if (error) {
        objects_destroy(&p->objects);
        space_destroy(&p->space);
        id_release(session);
        return error;
    }
    space_release_slots(&p->space);
    write_start(&p->space, plan, 0, become(p, plan));
    placement_take(p);
    objects_set_time(&p->objects, p->cpu, p->nice);
    process_start(p, session, session);
    objects_start_image(&p->objects);
    return 0;
}
