// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// Handlers of protocol proc: life and death of processes. Those for signals and timers are in proc_ops_signals.c, for groups
// and credentials in proc_ops_ids.c, for limits, times and the machine in proc_ops_system.c.

#include <lx/abi.h>

#include "exec.h"
#include "exit.h"
#include "fork.h"
#include "id.h"
#include "process.h"
#include "session.h"
#include "table.h"
#include "trona/string.h"
#include "wait.h"

#define FIRST_PID 1
#define STATUS_MASK 0xffff

static const struct kn_layout_exec_plan *exec_window;

void proc_ops_init(const struct kn_layout_exec_plan *window) { exec_window = window; }

// vfs may write on while we read: what is checked and used is the copy.
static long copy_plan(struct kn_layout_exec_plan *plan)
{
    memcpy(plan, exec_window, sizeof *plan);
    return exec_check(plan);
}

long proc_on_fork_prepare(struct proc_session *session, const struct kn_proc_fork_prepare_req *req,
                          struct kn_proc_fork_prepare_rep *rep)
{
    struct process *child;
    if (!process_thread(session->process, req->thread_index) || req->flags & ~(kn_word_t)KN_PROC_FORK_MASK ||
        req->exit_signal > LX_NSIG)
        return -LX_EINVAL;
    struct fork_request request = {(unsigned)req->thread_index, (uint32_t)req->exit_signal,
                                   (req->flags & KN_PROC_FORK_PARENT_OF_CALLER) != 0};
    long error = fork_prepare(session->process, &request, &child);
    if (error)
        return error;
    rep->serial = child->serial;
    rep->pid = process_pid(child);
    return 0;
}

long proc_on_fork_commit(struct proc_session *session, const struct kn_proc_fork_commit_req *req,
                         struct kn_proc_fork_commit_rep *rep)
{
    struct process *child;
    long error = fork_commit(session->process, req->serial, req->vfs_client, &child);
    if (!error)
        rep->pid = process_pid(child);
    return error;
}

long proc_on_fork_abort(struct proc_session *session, const struct kn_proc_fork_abort_req *req,
                        struct kn_proc_fork_abort_rep *rep)
{
    (void)rep;
    return fork_abort(session->process, req->serial);
}

long proc_on_vfork_wait(struct proc_session *session, const struct kn_proc_vfork_wait_req *req,
                        struct kn_proc_vfork_wait_rep *rep)
{
    (void)rep;
    return process_thread(session->process, req->thread_index) ? fork_wait(session->process, req->serial) : -LX_EINVAL;
}

long proc_on_exit(struct proc_session *session, const struct kn_proc_exit_req *req, struct kn_proc_exit_rep *rep)
{
    (void)rep;
    process_exit(session->process, (uint32_t)req->status & STATUS_MASK);
    return 0; // to nobody
}

// A process has one thread.
long proc_on_thread_exit(struct proc_session *session, const struct kn_proc_thread_exit_req *req,
                         struct kn_proc_thread_exit_rep *rep)
{
    (void)rep;
    if (!process_thread(session->process, req->thread_index))
        return -LX_EINVAL;
    process_exit(session->process, 0);
    return 0; // to nobody
}

long proc_on_wait(struct proc_session *session, const struct kn_proc_wait_req *req, struct kn_proc_wait_rep *rep)
{
    struct wait_result result;
    if (!process_thread(session->process, req->thread_index))
        return -LX_EINVAL;
    struct wait_request request = {req->idtype, req->id, req->options};
    long error = wait_for(session->process, &request, &result);
    if (!error)
        *rep = (struct kn_proc_wait_rep){result.pid,           result.status,          result.uid,
                                         result.usage.user_ns, result.usage.system_ns, result.usage.max_rss_pages};
    return error;
}

long proc_on_pid_of(struct proc_session *session, const struct kn_proc_pid_of_req *req, struct kn_proc_pid_of_rep *rep)
{
    if (!process_thread(session->process, req->thread_index))
        return -LX_EINVAL;
    rep->pid = rep->tid = process_pid(session->process);
    rep->ppid = process_ppid(session->process);
    return 0;
}

// SET 0 or 1 changes it, anything else only reads.
long proc_on_subreaper(struct proc_session *session, const struct kn_proc_subreaper_req *req,
                       struct kn_proc_subreaper_rep *rep)
{
    rep->old = session->process->is_subreaper;
    if (req->set <= 1)
        session->process->is_subreaper = req->set;
    return 0;
}

long proc_on_set_name(struct proc_session *session, const struct kn_proc_set_name_req *req,
                      struct kn_proc_set_name_rep *rep)
{
    (void)rep;
    char *name = session->process->name;
    memcpy(name, &req->name0, sizeof req->name0);
    memcpy(name + sizeof req->name0, &req->name1, sizeof req->name1);
    name[sizeof session->process->name - 1] = 0;
    process_publish(session->process);
    return 0;
}

long proc_on_exec(struct proc_session *session, const struct kn_proc_exec_req *req, struct kn_proc_exec_rep *rep)
{
    (void)session;
    (void)rep;
    struct kn_layout_exec_plan plan;
    struct process *p = process_find(req->serial);
    if (!p || !process_thread(p, req->thread_index))
        return -LX_ESRCH;
    long error = copy_plan(&plan);
    return error ? error : exec_replace(p, &plan);
}

long proc_on_spawn_prepare(struct proc_session *session, const struct kn_proc_spawn_prepare_req *req,
                           struct kn_proc_spawn_prepare_rep *rep)
{
    (void)session;
    (void)req;
    struct process *p;
    if (process_first() || id_find(FIRST_PID))
        return -LX_EBUSY;
    long error = process_new(NULL, &p);
    if (!error)
        rep->serial = p->serial;
    return error;
}

long proc_on_spawn_commit(struct proc_session *session, const struct kn_proc_spawn_commit_req *req,
                          struct kn_proc_spawn_commit_rep *rep)
{
    (void)session;
    (void)rep;
    struct kn_layout_exec_plan plan;
    struct process *p = process_find(req->serial);
    if (!p || p->state != KN_LAYOUT_PROC_STATE_PREPARING || p->parent)
        return -LX_ESRCH;
    long error = copy_plan(&plan);
    plan.args_length = 0; // there is no old program to have left any
    return error ? error : exec_spawn(p, &plan, req->vfs_client);
}

long proc_on_exits_done(struct proc_session *session, const struct kn_proc_exits_done_req *req,
                        struct kn_proc_exits_done_rep *rep)
{
    (void)session;
    (void)rep;
    return exit_cleaned(req->count) ? 0 : -LX_EINVAL;
}
