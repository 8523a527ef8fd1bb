// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// Handlers of protocol proc: limits, times, priorities, the host's name, the clock, the end of the machine.

#include <lx/abi.h>

#include "clock.h"
#include "hostname.h"
#include "placement.h"
#include "port.h"
#include "priority.h"
#include "process.h"
#include "session.h"
#include "table.h"
#include "trona/string.h"

// Whether the caller may look at and change limits of P.
static bool may_limit(const struct process *caller, const struct process *p)
{
    return caller == p || creds_is_privileged(&caller->creds) ||
           (caller->creds.uid == p->creds.uid && caller->creds.uid == p->creds.euid &&
            caller->creds.uid == p->creds.suid);
}

long proc_on_rlimit(struct proc_session *session, const struct kn_proc_rlimit_req *req, struct kn_proc_rlimit_rep *rep)
{
    struct process *caller = session->process, *p = req->pid ? process_of_pid(req->pid) : caller;
    struct limit wanted = {req->cur, req->max};
    if (!p || !process_is_alive(p))
        return -LX_ESRCH;
    if (caller ? !may_limit(caller, p) : req->set != 0)
        return -LX_EPERM;
    long error = limits_check(&p->limits, req->resource, req->set ? &wanted : NULL,
                              caller && creds_is_privileged(&caller->creds));
    if (error)
        return error;
    struct limit *limit = &p->limits.of[req->resource];
    rep->old_cur = limit->cur;
    rep->old_max = limit->max;
    if (!req->set)
        return 0;
    error = limits_forward(p->space.as, req->resource, wanted.cur);
    if (!error)
        *limit = wanted;
    return error;
}

long proc_on_times(struct proc_session *session, const struct kn_proc_times_req *req, struct kn_proc_times_rep *rep)
{
    (void)req;
    struct process *p = session->process;
    process_update_time(p);
    *rep = (struct kn_proc_times_rep){p->own.user_ns,
                                      p->own.system_ns,
                                      p->of_children.user_ns,
                                      p->of_children.system_ns,
                                      port_as_peak_pages(p->space.as),
                                      p->of_children.max_rss_pages};
    return 0;
}

static void refresh_times(struct process *p)
{
    process_update_time(p);
    table_publish(p);
}

long proc_on_refresh_times(struct proc_session *session, const struct kn_proc_refresh_times_req *req,
                           struct kn_proc_refresh_times_rep *rep)
{
    (void)session;
    (void)rep;
    if (req->serial) {
        struct process *p = process_find(req->serial);
        if (!p)
            return -LX_ESRCH;
        refresh_times(p);
        return 0;
    }
    LIST_FOR_EACH(link, process_all())
    refresh_times(LIST_ENTRY(link, struct process, all_link));
    return 0;
}

long proc_on_priority(struct proc_session *session, const struct kn_proc_priority_req *req,
                      struct kn_proc_priority_rep *rep)
{
    int64_t nice = req->nice;
    long error = priority_access(session->process, req->which, req->who, req->set, &nice);
    if (!error)
        rep->nice = (kn_word_t)nice;
    return error;
}

// As for priorities, whoever has the same user may change it.
long proc_on_affinity(struct proc_session *session, const struct kn_proc_affinity_req *req,
                      struct kn_proc_affinity_rep *rep)
{
    struct process *p = req->pid ? process_of_pid(req->pid) : session->process;
    if (!p || !process_is_alive(p))
        return -LX_ESRCH;
    long error = 0;
    if (req->cpus)
        error = priority_may_change(session->process, p) ? placement_restrict(p, req->cpus) : -LX_EPERM;
    rep->cpus = p->cpus;
    return error;
}

long proc_on_hostname(struct proc_session *session, const struct kn_proc_hostname_req *req,
                      struct kn_proc_hostname_rep *rep)
{
    uint64_t words[HOSTNAME_WORDS] = {req->n0, req->n1, req->n2, req->n3, req->n4, req->n5, req->n6, req->n7};
    // vfs has checked the permission of who wrote to its file.
    if (req->set && session->process && !creds_is_privileged(&session->process->creds))
        return -LX_EPERM;
    long error = req->set ? hostname_set(req->length, words) : 0;
    if (error)
        return error;
    uint64_t length = hostname_get(words);
    *rep = (struct kn_proc_hostname_rep){length,   words[0], words[1], words[2], words[3],
                                         words[4], words[5], words[6], words[7]};
    return 0;
}

long proc_on_reboot(struct proc_session *session, const struct kn_proc_reboot_req *req, struct kn_proc_reboot_rep *rep)
{
    (void)rep;
    if (!creds_is_privileged(&session->process->creds))
        return -LX_EPERM;
    if (req->how != KN_PROC_REBOOT_POWEROFF && req->how != KN_PROC_REBOOT_RESTART)
        return -LX_EINVAL;
    port_stop_machine(req->how == KN_PROC_REBOOT_RESTART);
    return 0;
}

long proc_on_clock_set(struct proc_session *session, const struct kn_proc_clock_set_req *req,
                       struct kn_proc_clock_set_rep *rep)
{
    (void)rep;
    if (!creds_is_privileged(&session->process->creds))
        return -LX_EPERM;
    clock_set_realtime(req->realtime_ns, clock_now());
    return 0;
}
