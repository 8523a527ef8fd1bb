// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// wait4 and waitid.

#include <lx/abi.h>

#include "../group.h"
#include "../job.h"
#include "world.h"

static long wait_on(struct process *p, uint64_t idtype, uint64_t id, uint64_t options, struct wait_result *result)
{
    struct wait_request request = {idtype, id, options};
    return wait_for(p, &request, result);
}

TEST(wait_without_children_is_echild)
{
    struct process *p = world_start();
    struct wait_result r;
    CHECK(wait_on(p, LX_P_ALL, 0, LX_WEXITED, &r) == -LX_ECHILD);
    CHECK(wait_on(p, LX_P_PID, 1, LX_WEXITED, &r) == -LX_ECHILD);
    CHECK(wait_on(p, LX_P_ALL, 0, 0, &r) == -LX_EINVAL);
    CHECK(wait_on(p, 9, 0, LX_WEXITED, &r) == -LX_EINVAL);
    world_end();
}

TEST(wait_reports_and_reaps_a_zombie)
{
    struct process *first = world_start(), *p = world_fork(first), *child = world_fork(p);
    struct wait_result r;
    uint32_t pid = process_pid(child);
    CHECK(wait_on(p, LX_P_ALL, 0, LX_WEXITED | LX_WNOHANG, &r) == 0 && r.pid == 0);
    CHECK(wait_on(p, LX_P_ALL, 0, LX_WEXITED, &r) == -LX_EAGAIN && p->is_waiting);
    world_exit(child, 7 << 8);
    CHECK(!p->is_waiting && world.last_woken == &p->objects);
    CHECK(wait_on(p, LX_P_PID, pid, LX_WEXITED | LX_WNOWAIT, &r) == 0 && r.pid == pid);
    CHECK(wait_on(p, LX_P_ALL, 0, LX_WEXITED, &r) == 0 && r.pid == pid && r.status == 7 << 8);
    CHECK(r.usage.user_ns > 0 && p->of_children.user_ns == r.usage.user_ns && r.usage.max_rss_pages == 10);
    CHECK(wait_on(p, LX_P_ALL, 0, LX_WEXITED, &r) == -LX_ECHILD);
    CHECK(!process_of_pid(pid));
    world_end();
}

TEST(the_parent_is_told_when_vfs_has_cleaned_up)
{
    struct process *first = world_start(), *p = world_fork(first), *child = world_fork(p);
    struct wait_result r;
    uint32_t pid = process_pid(child);
    p->space.signal_page->caught = SIGNAL_BIT(LX_SIGCHLD);
    CHECK(wait_on(p, LX_P_ALL, 0, LX_WEXITED, &r) == -LX_EAGAIN);
    process_exit(child, 0);
    CHECK(p->is_waiting && world_pending(p) == 0 && fork_wait(p, child->serial) == -LX_EAGAIN);
    CHECK(wait_on(p, LX_P_PID, pid, LX_WEXITED | LX_WNOHANG, &r) == 0 && r.pid == 0);
    world_vfs_cleans();
    CHECK(!p->is_waiting && world_pending(p) == SIGNAL_BIT(LX_SIGCHLD) && fork_wait(p, child->serial) == 0);
    CHECK(wait_on(p, LX_P_PID, pid, LX_WEXITED | LX_WNOHANG, &r) == 0 && r.pid == pid);
    world_end();
}

TEST(a_zombie_that_vfs_has_not_cleaned_up_hides_no_other)
{
    struct process *first = world_start(), *p = world_fork(first), *a = world_fork(p), *b = world_fork(p);
    struct wait_result r;
    uint32_t pid = process_pid(b);
    process_exit(b, 0);
    process_exit(a, 0);
    CHECK(exit_cleaned(world_table()->exit_head - 1));
    CHECK(wait_on(p, LX_P_ALL, 0, LX_WEXITED, &r) == 0 && r.pid == pid);
    CHECK(wait_on(p, LX_P_ALL, 0, LX_WEXITED, &r) == -LX_EAGAIN);
    world_end();
}

TEST(a_zombie_is_handed_on_when_its_parent_ends_before_vfs_has_cleaned_up)
{
    struct process *first = world_start(), *p = world_fork(first), *child = world_fork(p);
    struct wait_result r;
    uint32_t pid = process_pid(child), parent = process_pid(p);
    process_exit(child, 0);
    process_exit(p, 0);
    CHECK(child->parent == first && wait_on(first, LX_P_ALL, 0, LX_WEXITED | LX_WNOHANG, &r) == 0 && r.pid == 0);
    world_vfs_cleans();
    CHECK(wait_on(first, LX_P_PID, pid, LX_WEXITED, &r) == 0 && r.pid == pid);
    CHECK(wait_on(first, LX_P_ALL, 0, LX_WEXITED, &r) == 0 && r.pid == parent);
    world_end();
}

TEST(wait_for_a_group_sees_only_its_members)
{
    struct process *first = world_start(), *p = world_fork(first), *a = world_fork(p), *b = world_fork(p);
    struct wait_result r;
    uint32_t pid = process_pid(b);
    CHECK(group_set(a, 0, 0) == 0);
    world_exit(b, 0);
    CHECK(wait_on(p, LX_P_PGID, process_pid(a), LX_WEXITED | LX_WNOHANG, &r) == 0 && r.pid == 0);
    CHECK(wait_on(p, LX_P_PGID, 0, LX_WEXITED | LX_WNOHANG, &r) == 0 && r.pid == pid);
    CHECK(wait_on(p, LX_P_PGID, 0, LX_WEXITED | LX_WNOHANG, &r) == -LX_ECHILD);
    CHECK(wait_on(p, LX_P_PGID, 4711, LX_WEXITED, &r) == -LX_ECHILD);
    world_end();
}

TEST(stop_and_continuation_are_reported_once)
{
    struct process *first = world_start(), *child = world_fork(first);
    struct wait_result r;
    CHECK(world_send(child, LX_SIGSTOP) == 0);
    CHECK(wait_on(first, LX_P_ALL, 0, LX_WEXITED | LX_WSTOPPED, &r) == -LX_EAGAIN);
    CHECK(job_stopped(&child->thread, LX_SIGSTOP) == -LX_EAGAIN);
    CHECK(world.last_woken == &first->objects);
    CHECK(wait_on(first, LX_P_ALL, 0, LX_WEXITED | LX_WNOHANG, &r) == 0 && r.pid == 0); // not asked for
    CHECK(wait_on(first, LX_P_ALL, 0, LX_WEXITED | LX_WSTOPPED, &r) == 0 && r.status == (LX_SIGSTOP << 8 | 0x7f));
    CHECK(wait_on(first, LX_P_ALL, 0, LX_WSTOPPED | LX_WNOHANG, &r) == 0 && r.pid == 0);
    CHECK(world_send(child, LX_SIGCONT) == 0);
    CHECK(child->state == KN_LAYOUT_PROC_STATE_RUNNING && job_stopped(&child->thread, LX_SIGSTOP) == 0);
    CHECK(wait_on(first, LX_P_ALL, 0, LX_WCONTINUED, &r) == 0 && r.status == 0xffff);
    CHECK(first->nr_changed == 0);
    world_end();
}

TEST(parent_that_ignores_sigchld_has_no_zombies)
{
    struct process *first = world_start(), *p = world_fork(first), *child = world_fork(p);
    struct wait_result r;
    p->space.signal_page->ignored = SIGNAL_BIT(LX_SIGCHLD);
    CHECK(wait_on(p, LX_P_ALL, 0, LX_WEXITED, &r) == -LX_EAGAIN);
    uint64_t serial = child->serial;
    world_exit(child, 0);
    CHECK(!process_find(serial) && !p->is_waiting);
    CHECK(wait_on(p, LX_P_ALL, 0, LX_WEXITED, &r) == -LX_ECHILD);
    world_end();
}

TEST(nocldwait_reaps_but_still_signals)
{
    struct process *first = world_start(), *p = world_fork(first), *child = world_fork(p);
    p->space.signal_page->caught = SIGNAL_BIT(LX_SIGCHLD);
    p->space.signal_page->nocldstop = 2;
    uint64_t serial = child->serial;
    world_exit(child, 5 << 8);
    CHECK(!process_find(serial) && world_pending(p) == SIGNAL_BIT(LX_SIGCHLD));
    CHECK(p->space.signal_page->info[LX_SIGCHLD].code == LX_CLD_EXITED &&
          p->space.signal_page->info[LX_SIGCHLD].value == 5);
    world_end();
}

TEST(nocldstop_hides_stops)
{
    struct process *first = world_start(), *p = world_fork(first), *child = world_fork(p);
    p->space.signal_page->caught = SIGNAL_BIT(LX_SIGCHLD);
    p->space.signal_page->nocldstop = 1;
    CHECK(world_send(child, LX_SIGSTOP) == 0 && job_stopped(&child->thread, LX_SIGSTOP) == -LX_EAGAIN);
    CHECK(world_pending(p) == 0);
    world_exit(child, LX_SIGKILL);
    CHECK(world_pending(p) == SIGNAL_BIT(LX_SIGCHLD));
    CHECK(p->space.signal_page->info[LX_SIGCHLD].code == LX_CLD_KILLED);
    world_end();
}

TEST(exit_signal_may_kill_the_parent)
{
    struct process *first = world_start(), *p = world_fork(first), *child, *made;
    struct fork_request request = {0, LX_SIGUSR1, false};
    CHECK(fork_prepare(p, &request, &child) == 0 && fork_commit(p, child->serial, 1, &made) == 0);
    world_exit(child, 0);
    CHECK(p->state == KN_LAYOUT_PROC_STATE_ZOMBIE && p->status == LX_SIGUSR1);
    CHECK(child->parent == first && child->state == KN_LAYOUT_PROC_STATE_ZOMBIE);
    world_end();
}
