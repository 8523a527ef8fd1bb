// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// The table, the tree, fork and exit.

#include <lx/abi.h>

#include "../group.h"
#include "world.h"

TEST(first_process_has_pid_1_and_no_parent)
{
    struct process *p = world_start();
    CHECK(process_pid(p) == 1 && process_ppid(p) == 0 && process_first() == p);
    CHECK(p->group->number == 0 && p->session->number == 0);
    CHECK(world_entry(p)->pid == 1 && world_entry(p)->state == KN_LAYOUT_PROC_STATE_RUNNING);
    world_end();
}

TEST(serial_names_its_table_entry)
{
    struct process *p = world_start(), *child = world_fork(p);
    CHECK(world_entry(child)->serial == child->serial && world_entry(child)->parent_serial == p->serial);
    CHECK(world_entry(child)->sequence % 2 == 0);
    CHECK(child->space.signal_page->pid == process_pid(child) && child->space.signal_page->ppid == 1);
    world_end();
}

TEST(serials_are_never_reused)
{
    struct process *p = world_start();
    uint64_t last = 0;
    for (int i = 0; i < 3 * KN_LAYOUT_PROC_TABLE_ENTRIES; i++) {
        struct process *child;
        struct fork_request request = {0, LX_SIGCHLD, false};
        CHECK(fork_prepare(p, &request, &child) == 0);
        CHECK(child->serial != last);
        last = child->serial;
        CHECK(fork_abort(p, last) == 0);
        CHECK(!process_find(last));
        world_vfs_cleans();
    }
    world_end();
}

TEST(slot_waits_for_vfs)
{
    struct process *p = world_start(), *child;
    struct fork_request request = {0, LX_SIGCHLD, false};
    int made = 0;
    for (;; made++) {
        long error = fork_prepare(p, &request, &child);
        if (error) {
            CHECK(error == -LX_EAGAIN);
            break;
        }
        CHECK(fork_abort(p, child->serial) == 0);
    }
    CHECK(made == KN_LAYOUT_PROC_TABLE_ENTRIES - 1);
    world_vfs_cleans();
    CHECK(fork_prepare(p, &request, &child) == 0);
    world_end();
}

TEST(fork_fails_at_every_step_without_a_trace)
{
    struct process *p = world_start();
    for (long n = 0;; n++) {
        struct process *child, *made;
        struct fork_request request = {0, LX_SIGCHLD, false};
        CHECK(fork_prepare(p, &request, &child) == 0);
        int spaces = world.nr_spaces, objects = world.nr_objects, slots = world.nr_slots;
        world.calls_until_failure = n;
        long error = fork_commit(p, child->serial, 1, &made);
        world.calls_until_failure = -1;
        if (!error)
            break;
        CHECK(world.nr_spaces == spaces && world.nr_objects == objects && world.nr_slots == slots);
        CHECK(list_is_empty(&p->children));
        CHECK(fork_abort(p, child->serial) == 0);
        CHECK(n < 100);
    }
    world_end();
}

TEST(exec_fails_at_every_step_without_a_trace)
{
    struct process *p = world_fork(world_start());
    struct kn_layout_exec_plan plan;
    world_plan(&plan);
    plan.args_vaddr = 0x10000;
    plan.args_length = 4096;
    for (long n = 0;; n++) {
        uint64_t as = p->space.as;
        int slots = world.nr_slots;
        world.calls_until_failure = n;
        long error = exec_replace(p, &plan);
        world.calls_until_failure = -1;
        CHECK(world.nr_slots == slots);
        if (!error || error == -LX_ESRCH) {
            // The last one that may fail is the kernel's refusal at the point of no return.
            if (error)
                CHECK(p->state == KN_LAYOUT_PROC_STATE_ZOMBIE && p->status == LX_SIGKILL);
            break;
        }
        CHECK(p->space.as == as && !p->has_exec && world.nr_spaces == 2);
    }
    world_end();
}

TEST(exec_replaces_the_space_and_keeps_pending_signals)
{
    struct process *p = world_fork(world_start());
    struct kn_layout_exec_plan plan;
    world_plan(&plan);
    p->space.signal_page->thread[0].blocked = SIGNAL_BIT(LX_SIGUSR1);
    p->space.signal_page->caught = SIGNAL_BIT(LX_SIGUSR2);
    p->space.signal_page->ignored = SIGNAL_BIT(LX_SIGHUP);
    CHECK(world_send(p, LX_SIGUSR1) == 0);
    uint64_t as = p->space.as;
    CHECK(exec_replace(p, &plan) == 0);
    CHECK(p->space.as != as && world_entry(p)->as == p->space.as && world.nr_spaces == 2);
    CHECK(world_pending(p) == SIGNAL_BIT(LX_SIGUSR1));
    CHECK(p->space.signal_page->caught == 0 && p->space.signal_page->ignored == SIGNAL_BIT(LX_SIGHUP));
    CHECK(world_entry(p)->flags & 2);
    struct kn_layout_exec_start *start = (void *)(p->space.ipc_page + KN_LAYOUT_EXEC_START);
    CHECK(start->entry == plan.entry && start->random[0] != start->random[1]);
    world_end();
}

TEST(set_id_exec_changes_effective_and_saved_ids)
{
    struct process *p = world_fork(world_start());
    struct kn_layout_exec_plan plan;
    struct creds_ids ids = {1000, 1000, 1000, CREDS_KEEP};
    CHECK(creds_set_uids(&p->creds, &ids) == 0);
    world_plan(&plan);
    plan.set_uid = 0;
    CHECK(exec_replace(p, &plan) == 0);
    CHECK(p->creds.uid == 1000 && p->creds.euid == 0 && p->creds.suid == 0 && p->is_undumpable);
    CHECK(((struct kn_layout_exec_start *)(p->space.ipc_page + KN_LAYOUT_EXEC_START))->secure);
    world_end();
}

TEST(orphans_go_to_the_first_process)
{
    struct process *first = world_start(), *p = world_fork(first), *child = world_fork(p);
    world_exit(p, 3 << 8);
    CHECK(child->parent == first && process_ppid(child) == 1 && child->space.signal_page->ppid == 1);
    CHECK(p->state == KN_LAYOUT_PROC_STATE_ZOMBIE && world_entry(p)->state == KN_LAYOUT_PROC_STATE_ZOMBIE);
    world_end();
}

TEST(orphans_go_to_the_nearest_subreaper)
{
    struct process *first = world_start(), *reaper = world_fork(first), *p = world_fork(world_fork(reaper));
    struct process *child = world_fork(p);
    reaper->is_subreaper = true;
    world_exit(p, 0);
    CHECK(child->parent == reaper);
    world_end();
}

TEST(prepared_children_die_with_their_parent)
{
    struct process *first = world_start(), *p = world_fork(first), *child;
    struct fork_request request = {0, LX_SIGCHLD, false};
    CHECK(fork_prepare(p, &request, &child) == 0);
    uint64_t serial = child->serial, exits = world_table()->exit_head;
    world_exit(p, 0);
    CHECK(!process_find(serial));
    CHECK(world_table()->exit_head == exits + 2);
    world_end();
}

TEST(clone_parent_makes_a_sibling)
{
    struct process *first = world_start(), *p = world_fork(first), *child, *made;
    struct fork_request request = {0, 0, true};
    CHECK(fork_prepare(first, &request, &child) == -LX_EINVAL);
    CHECK(fork_prepare(p, &request, &child) == 0);
    CHECK(world_entry(child)->parent_serial == p->serial);
    CHECK(fork_commit(p, child->serial, 1, &made) == 0);
    CHECK(child->parent == first && child->exit_signal == LX_SIGCHLD);
    world_end();
}

TEST(user_may_not_exceed_nproc)
{
    struct process *p = world_fork(world_start()), *child;
    struct creds_ids ids = {1000, 1000, 1000, CREDS_KEEP};
    struct fork_request request = {0, LX_SIGCHLD, false};
    p->limits.of[LX_RLIMIT_NPROC].cur = 2;
    CHECK(creds_set_uids(&p->creds, &ids) == 0);
    world_fork(p);
    CHECK(fork_prepare(p, &request, &child) == -LX_EAGAIN);
    world_end();
}

TEST(end_of_the_first_process_is_no_orderly_stop)
{
    world_start();
    CHECK(world.nr_first_ended == 0);
    world_end();
    CHECK(world.nr_first_ended == 1 && world.nr_stops == 0);
}

TEST(vfork_parent_is_woken_by_exec_and_by_exit)
{
    struct process *first = world_start(), *a = world_fork(first), *b = world_fork(first);
    struct kn_layout_exec_plan plan;
    world_plan(&plan);
    CHECK(fork_wait(first, a->serial) == -LX_EAGAIN && fork_wait(first, b->serial) == -LX_EAGAIN);
    int wakes = world.nr_wakes;
    CHECK(exec_replace(a, &plan) == 0);
    CHECK(world.nr_wakes == wakes + 1 && world.last_woken == &first->objects);
    CHECK(fork_wait(first, a->serial) == 0);
    world_exit(b, 0);
    CHECK(world.nr_wakes == wakes + 2);
    CHECK(fork_wait(first, b->serial) == 0);
    world_end();
}

TEST(no_memory_for_a_process_is_an_error)
{
    struct process *p = world_start(), *child;
    struct fork_request request = {0, LX_SIGCHLD, false};
    long error = -1;
    for (long n = 0; error; n++) {
        unit_fail_allocation_after(n);
        error = fork_prepare(p, &request, &child);
        CHECK(error == 0 || error == -LX_ENOMEM);
    }
    world_end();
}

TEST(pid_stays_taken_while_its_group_lives)
{
    struct process *first = world_start(), *leader = world_fork(first), *member = world_fork(leader);
    uint32_t pid = process_pid(leader);
    CHECK(group_set(leader, 0, 0) == 0 && group_set(leader, process_pid(member), pid) == 0);
    world_exit(leader, 0);
    process_reap(leader);
    world_vfs_cleans();
    CHECK(id_find(pid) && !id_find(pid)->process && !process_of_pid(pid));
    world_exit(member, 0);
    process_reap(member);
    CHECK(!id_find(pid));
    world_end();
}
