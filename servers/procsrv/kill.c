// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

#include "kill.h"

#include <kn/proto/proc.h>
#include <lx/abi.h>

#include "exit.h"
#include "id.h"
#include "process.h"
#include "signals.h"

// One sending to several: POSIX wants success if one was reached, and EPERM if there were some but none was allowed.
struct sending {
    struct process *sender; // NULL: vfs
    const struct kill_request *request;
    struct siginfo info;
    bool is_reached;
    long error; // of the last one that was not
};

static bool may_send(const struct sending *s, const struct process *target)
{
    return !s->sender || s->sender == target || creds_may_signal(&s->sender->creds, &target->creds) ||
           (s->request->signal == LX_SIGCONT && s->sender->session == target->session);
}

static void send_to(struct sending *s, struct process *p, struct thread *t)
{
    long error = may_send(s, p) ? 0 : -LX_EPERM;
    if (!error && s->request->signal)
        error = signals_send(p, t, (unsigned)s->request->signal, &s->info);
    if (error)
        s->error = error;
    else
        s->is_reached = true;
}

static void send_to_group(struct sending *s, int64_t number)
{
    struct id *id = number == 0 && s->sender ? s->sender->group : id_find((uint64_t)number);
    if (!id)
        return;
    LIST_FOR_EACH(link, &id->group)
    send_to(s, LIST_ENTRY(link, struct process, group_link), NULL);
}

static void send_to_session(struct sending *s, int64_t number)
{
    struct id *id = id_find((uint64_t)number);
    if (!id)
        return;
    LIST_FOR_EACH(link, &id->session)
    send_to(s, LIST_ENTRY(link, struct process, session_link), NULL);
}

static void send_to_all(struct sending *s)
{
    LIST_FOR_EACH(link, process_all())
    {
        struct process *p = LIST_ENTRY(link, struct process, all_link);
        if (p != process_first() && p != s->sender)
            send_to(s, p, NULL);
    }
}

// A process has one thread, whose tid is the pid.
static void send_to_thread(struct sending *s)
{
    struct process *p = process_of_pid((uint64_t)s->request->id);
    if (p && (!s->request->tgid || s->request->tgid == process_pid(p)))
        send_to(s, p, &p->thread);
}

static void send_to_process(struct sending *s)
{
    struct process *p = process_of_pid((uint64_t)s->request->id);
    if (p)
        send_to(s, p, NULL);
}

static long check(const struct process *sender, const struct kill_request *r)
{
    if (r->signal > LX_NSIG || r->kind > KN_PROC_TARGET_SESSION)
        return -LX_EINVAL;
    if (!sender)
        return r->kind == KN_PROC_TARGET_ALL || r->kind == KN_PROC_TARGET_THREAD ? -LX_EINVAL : 0;
    if (r->kind == KN_PROC_TARGET_SESSION)
        return -LX_EINVAL;
    // Nobody may pretend to be the kernel.
    return r->code > LX_SI_USER ? -LX_EPERM : 0;
}

long kill_send(struct process *sender, const struct kill_request *r)
{
    long error = check(sender, r);
    if (error)
        return error;
    struct sending s = {
        .sender = sender,
        .request = r,
        .info = {.code = r->code,
                 .pid = sender ? process_pid(sender) : 0,
                 .uid = sender ? sender->creds.uid : 0,
                 .value = r->value},
        .error = -LX_ESRCH,
    };
    exit_hold();
    switch (r->kind) {
    case KN_PROC_TARGET_PROCESS: send_to_process(&s); break;
    case KN_PROC_TARGET_GROUP: send_to_group(&s, r->id); break;
    case KN_PROC_TARGET_ALL: send_to_all(&s); break;
    case KN_PROC_TARGET_THREAD: send_to_thread(&s); break;
    case KN_PROC_TARGET_SESSION: send_to_session(&s, r->id); break;
    }
    exit_release();
    return s.is_reached ? 0 : s.error;
}
