// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// Process groups, sessions, orphaned groups, credentials.

#include <lx/abi.h>

#include "../group.h"
#include "../job.h"
#include "../kill.h"
#include "../priority.h"
#include <kn/proto/proc.h>
#include "world.h"

TEST(setpgid_makes_and_joins_groups)
{
    struct process *shell = world_fork(world_start()), *a, *b;
    CHECK(group_new_session(shell) == 0);
    a = world_fork(shell), b = world_fork(shell);
    CHECK(group_set(shell, process_pid(a), 0) == 0 && a->group == a->pid);
    CHECK(group_set(b, 0, process_pid(a)) == 0 && b->group == a->pid);
    CHECK(world_entry(b)->pgid == process_pid(a));
    CHECK(group_set(b, 0, -1) == -LX_EINVAL);
    CHECK(group_set(b, 0, 999) == -LX_EPERM);
    CHECK(group_set(b, process_pid(a), 0) == -LX_ESRCH);
    a->has_exec = true;
    CHECK(group_set(shell, process_pid(a), process_pid(shell)) == -LX_EACCES);
    CHECK(group_set(a, 0, process_pid(shell)) == 0 && a->group == shell->pid);
    world_end();
}

TEST(session_leader_keeps_its_group_and_session)
{
    struct process *p = world_fork(world_start());
    CHECK(group_new_session(p) == 0);
    CHECK(group_new_session(p) == -LX_EPERM);
    CHECK(group_set(p, 0, 0) == -LX_EPERM);
    CHECK(world_entry(p)->sid == process_pid(p) && world_entry(p)->flags & 4);
    world_end();
}

TEST(group_of_another_session_cannot_be_joined)
{
    struct process *first = world_start(), *a = world_fork(first), *b = world_fork(first);
    CHECK(group_new_session(a) == 0);
    CHECK(group_set(b, 0, process_pid(a)) == -LX_EPERM);
    CHECK(group_set(first, process_pid(a), process_pid(a)) == -LX_EPERM);
    world_end();
}

TEST(first_process_may_make_a_session)
{
    struct process *first = world_start();
    CHECK(group_new_session(first) == 0 && first->session == first->pid);
    world_end();
}

// A session leader with a job in a group of its own, stopped.
static struct process *stopped_job(struct process *shell)
{
    struct process *job = world_fork(shell);
    CHECK(group_set(job, 0, 0) == 0);
    CHECK(world_send(job, LX_SIGSTOP) == 0);
    job->space.signal_page->pending = 0; // the layer has taken it
    CHECK(job_stopped(&job->thread, LX_SIGSTOP) == -LX_EAGAIN);
    return job;
}

TEST(stopped_orphaned_group_is_hung_up_and_continued)
{
    struct process *shell = world_fork(world_start());
    CHECK(group_new_session(shell) == 0);
    struct process *job = stopped_job(shell), *hardy = world_fork(job);
    hardy->space.signal_page->ignored = SIGNAL_BIT(LX_SIGHUP);
    world_exit(shell, 0);
    CHECK(job->state == KN_LAYOUT_PROC_STATE_ZOMBIE && job->status == LX_SIGHUP);
    CHECK(process_is_alive(hardy) && hardy->state == KN_LAYOUT_PROC_STATE_RUNNING);
    world_end();
}

TEST(long_chain_of_hangups_needs_little_stack)
{
    struct process *p = world_fork(world_start());
    CHECK(group_new_session(p) == 0);
    struct process *top = p;
    for (int i = 0; i < 300; i++)
        p = stopped_job(p);
    world_exit(top, 0);
    CHECK(p->state == KN_LAYOUT_PROC_STATE_ZOMBIE);
    world_end();
}

TEST(terminal_stop_does_nothing_to_an_orphaned_group)
{
    struct process *first = world_start(), *p = world_fork(first);
    CHECK(group_set(p, 0, 0) == 0);
    CHECK(group_is_orphaned(p->group, NULL));
    CHECK(world_send(p, LX_SIGTSTP) == 0 && world_pending(p) == 0);
    CHECK(world_send(p, LX_SIGSTOP) == 0 && world_pending(p) == SIGNAL_BIT(LX_SIGSTOP));
    world_end();
}

static long kill_as(struct process *sender, uint64_t kind, int64_t id, unsigned signal)
{
    struct kill_request request = {kind, id, 0, signal, LX_SI_USER, 0};
    return kill_send(sender, &request);
}

TEST(kill_needs_permission)
{
    struct process *first = world_start(), *a = world_fork(first), *b = world_fork(first);
    struct creds_ids ids = {1000, 1000, 1000, CREDS_KEEP}, others = {1001, 1001, 1001, CREDS_KEEP};
    CHECK(creds_set_uids(&a->creds, &ids) == 0 && creds_set_uids(&b->creds, &others) == 0);
    CHECK(kill_as(a, KN_PROC_TARGET_PROCESS, process_pid(b), LX_SIGTERM) == -LX_EPERM);
    CHECK(kill_as(a, KN_PROC_TARGET_PROCESS, process_pid(b), 0) == -LX_EPERM);
    CHECK(kill_as(a, KN_PROC_TARGET_PROCESS, 12345, 0) == -LX_ESRCH);
    CHECK(kill_as(a, KN_PROC_TARGET_PROCESS, process_pid(b), 65) == -LX_EINVAL);
    CHECK(kill_as(a, KN_PROC_TARGET_PROCESS, process_pid(b), LX_SIGCONT) == 0); // same session
    CHECK(kill_as(first, KN_PROC_TARGET_PROCESS, process_pid(b), LX_SIGTERM) == 0);
    CHECK(b->state == KN_LAYOUT_PROC_STATE_ZOMBIE && b->status == LX_SIGTERM);
    CHECK(kill_as(first, KN_PROC_TARGET_PROCESS, process_pid(b), LX_SIGTERM) == 0); // a zombie takes everything
    struct kill_request forged = {KN_PROC_TARGET_PROCESS, 1, 0, LX_SIGUSR1, LX_SI_KERNEL, 0};
    CHECK(kill_send(a, &forged) == -LX_EPERM);
    world_end();
}

TEST(kill_of_a_group_takes_the_sender_too)
{
    struct process *first = world_start(), *a = world_fork(first), *b;
    CHECK(group_set(a, 0, 0) == 0);
    b = world_fork(a);
    CHECK(kill_as(b, KN_PROC_TARGET_GROUP, 0, LX_SIGKILL) == 0);
    CHECK(!process_is_alive(a) && !process_is_alive(b) && process_is_alive(first));
    world_end();
}

TEST(kill_of_all_spares_the_first_process_and_the_sender)
{
    struct process *first = world_start(), *a = world_fork(first), *b = world_fork(a), *c = world_fork(b);
    CHECK(kill_as(b, KN_PROC_TARGET_ALL, 0, LX_SIGKILL) == 0);
    CHECK(process_is_alive(first) && process_is_alive(b) && !process_is_alive(a) && !process_is_alive(c));
    world_end();
}

TEST(vfs_signals_groups_and_sessions_without_permission)
{
    struct process *first = world_start(), *a = world_fork(first);
    CHECK(group_new_session(a) == 0);
    a->space.signal_page->caught = SIGNAL_BIT(LX_SIGINT) | SIGNAL_BIT(LX_SIGHUP);
    CHECK(kill_as(NULL, KN_PROC_TARGET_GROUP, process_pid(a), LX_SIGINT) == 0);
    CHECK(kill_as(NULL, KN_PROC_TARGET_SESSION, process_pid(a), LX_SIGHUP) == 0);
    CHECK(world_pending(a) == (SIGNAL_BIT(LX_SIGINT) | SIGNAL_BIT(LX_SIGHUP)));
    CHECK(kill_as(NULL, KN_PROC_TARGET_ALL, 0, LX_SIGINT) == -LX_EINVAL);
    CHECK(kill_as(a, KN_PROC_TARGET_SESSION, process_pid(a), LX_SIGHUP) == -LX_EINVAL);
    world_end();
}

TEST(uids_follow_posix)
{
    struct process *p = world_fork(world_start());
    struct creds *c = &p->creds;
    struct creds_ids to = {CREDS_KEEP, 1000, CREDS_KEEP, CREDS_KEEP};
    CHECK(creds_set_uids(c, &to) == 0 && c->uid == 0 && c->euid == 1000 && c->suid == 0 && c->fsuid == 1000);
    struct creds_ids back = {CREDS_KEEP, 0, CREDS_KEEP, CREDS_KEEP};
    CHECK(creds_set_uids(c, &back) == 0 && c->euid == 0);
    struct creds_ids all = {1000, 1000, 1000, CREDS_KEEP};
    CHECK(creds_set_uids(c, &all) == 0);
    CHECK(creds_set_uids(c, &back) == -LX_EPERM);
    CHECK(creds_set_groups(c, 0, NULL) == -LX_EPERM);
    struct creds_ids fs = {CREDS_KEEP, CREDS_KEEP, CREDS_KEEP, 0};
    CHECK(creds_set_uids(c, &fs) == -LX_EPERM);
    world_end();
}

TEST(limits_can_be_lowered_by_everybody_and_raised_by_root)
{
    struct process *p = world_fork(world_start());
    struct limit lower = {10, 20}, raise = {10, LIMIT_INFINITE}, absurd = {20, 10};
    CHECK(limits_check(&p->limits, LX_RLIMIT_NOFILE, &lower, false) == 0);
    CHECK(limits_check(&p->limits, LX_RLIMIT_NOFILE, &raise, false) == -LX_EPERM);
    CHECK(limits_check(&p->limits, LX_RLIMIT_NOFILE, &raise, true) == 0);
    CHECK(limits_check(&p->limits, LX_RLIMIT_NOFILE, &absurd, true) == -LX_EINVAL);
    CHECK(limits_check(&p->limits, LX_RLIM_NLIMITS, NULL, true) == -LX_EINVAL);
    world_end();
}

TEST(nice_can_only_be_raised_without_privilege)
{
    struct process *p = world_fork(world_start());
    struct creds_ids ids = {1000, 1000, 1000, CREDS_KEEP};
    int64_t nice = 5;
    CHECK(creds_set_uids(&p->creds, &ids) == 0);
    CHECK(priority_access(p, LX_PRIO_PROCESS, 0, true, &nice) == 0 && p->nice == 5);
    nice = 0;
    CHECK(priority_access(p, LX_PRIO_PROCESS, 0, true, &nice) == -LX_EACCES);
    CHECK(priority_access(p, LX_PRIO_PROCESS, 0, false, &nice) == 0 && nice == 5);
    CHECK(priority_access(p, LX_PRIO_USER, 0, false, &nice) == 0 && nice == 5);
    CHECK(priority_access(p, 7, 0, false, &nice) == -LX_EINVAL);
    world_end();
}
