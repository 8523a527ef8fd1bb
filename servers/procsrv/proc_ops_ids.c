// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// Handlers of protocol proc: process groups, sessions, credentials.

#include <lx/abi.h>

#include "group.h"
#include "id.h"
#include "process.h"
#include "session.h"
#include "trona/string.h"

#define GROUP_WORDS (CREDS_MAX_GROUPS / 2)

long proc_on_setpgid(struct proc_session *session, const struct kn_proc_setpgid_req *req,
                     struct kn_proc_setpgid_rep *rep)
{
    (void)rep;
    return group_set(session->process, req->pid, (int64_t)req->pgid);
}

long proc_on_getpgid(struct proc_session *session, const struct kn_proc_getpgid_req *req,
                     struct kn_proc_getpgid_rep *rep)
{
    const struct process *p = req->pid ? process_of_pid(req->pid) : session->process;
    if (!p)
        return -LX_ESRCH;
    rep->pgid = p->group->number;
    rep->sid = p->session->number;
    return 0;
}

long proc_on_setsid(struct proc_session *session, const struct kn_proc_setsid_req *req, struct kn_proc_setsid_rep *rep)
{
    (void)req;
    long error = group_new_session(session->process);
    if (!error)
        rep->sid = process_pid(session->process);
    return error;
}

// -1 in either width keeps an id.
static uint32_t id_or_keep(kn_word_t id) { return id > CREDS_KEEP ? CREDS_KEEP : (uint32_t)id; }

long proc_on_setresuid(struct proc_session *session, const struct kn_proc_setresuid_req *req,
                       struct kn_proc_setresuid_rep *rep)
{
    (void)rep;
    struct creds_ids ids = {id_or_keep(req->real), id_or_keep(req->effective), id_or_keep(req->saved),
                            id_or_keep(req->filesystem)};
    long error = creds_set_uids(&session->process->creds, &ids);
    process_publish(session->process);
    return error;
}

long proc_on_setresgid(struct proc_session *session, const struct kn_proc_setresgid_req *req,
                       struct kn_proc_setresgid_rep *rep)
{
    (void)rep;
    struct creds_ids ids = {id_or_keep(req->real), id_or_keep(req->effective), id_or_keep(req->saved),
                            id_or_keep(req->filesystem)};
    long error = creds_set_gids(&session->process->creds, &ids);
    process_publish(session->process);
    return error;
}

long proc_on_setgroups(struct proc_session *session, const struct kn_proc_setgroups_req *req,
                       struct kn_proc_setgroups_rep *rep)
{
    (void)rep;
    uint32_t groups[CREDS_MAX_GROUPS];
    const kn_word_t words[GROUP_WORDS] = {req->g0, req->g1, req->g2, req->g3, req->g4, req->g5, req->g6, req->g7};
    memcpy(groups, words, sizeof groups);
    long error = creds_set_groups(&session->process->creds, req->count, groups);
    process_publish(session->process);
    return error;
}

long proc_on_getgroups(struct proc_session *session, const struct kn_proc_getgroups_req *req,
                       struct kn_proc_getgroups_rep *rep)
{
    (void)req;
    kn_word_t words[GROUP_WORDS];
    memcpy(words, session->process->creds.groups, sizeof words);
    *rep = (struct kn_proc_getgroups_rep){session->process->creds.nr_groups,
                                          words[0],
                                          words[1],
                                          words[2],
                                          words[3],
                                          words[4],
                                          words[5],
                                          words[6],
                                          words[7]};
    return 0;
}
