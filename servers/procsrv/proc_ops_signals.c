// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// Handlers of protocol proc: signals, job control, timers.

#include <lx/abi.h>

#include "alarm.h"
#include "job.h"
#include "kill.h"
#include "process.h"
#include "session.h"
#include "signals.h"

long proc_on_kill(struct proc_session *session, const struct kn_proc_kill_req *req, struct kn_proc_kill_rep *rep)
{
    (void)rep;
    struct kill_request request = {req->kind, req->id, req->tgid, req->signal, req->code, req->value};
    return kill_send(session->process, &request);
}

long proc_on_signal_take(struct proc_session *session, const struct kn_proc_signal_take_req *req,
                         struct kn_proc_signal_take_rep *rep)
{
    struct siginfo info = {0};
    struct thread *t = process_thread(session->process, req->thread_index);
    if (!t)
        return -LX_EINVAL;
    rep->signal = signals_take(t, req->set, &info);
    rep->code = (kn_word_t)info.code;
    rep->pid_uid = (kn_word_t)info.uid << 32 | info.pid;
    rep->value = info.value;
    return 0;
}

long proc_on_stopped(struct proc_session *session, const struct kn_proc_stopped_req *req,
                     struct kn_proc_stopped_rep *rep)
{
    (void)rep;
    struct thread *t = process_thread(session->process, req->thread_index);
    if (!t || req->signal - 1 >= LX_NSIG || !(SIGNAL_BIT(req->signal) & SIGNALS_STOP))
        return -LX_EINVAL;
    return job_stopped(t, (unsigned)req->signal);
}

long proc_on_itimer(struct proc_session *session, const struct kn_proc_itimer_req *req, struct kn_proc_itimer_rep *rep)
{
    if (req->which != LX_ITIMER_REAL)
        return -LX_EINVAL;
    alarm_get(session->process, &rep->old_value_ns, &rep->old_interval_ns);
    if (req->set)
        alarm_set(session->process, req->value_ns, req->interval_ns);
    return 0;
}

long proc_on_thread_timer(struct proc_session *session, const struct kn_proc_thread_timer_req *req,
                          struct kn_proc_thread_timer_rep *rep)
{
    (void)rep;
    struct thread *t = process_thread(session->process, req->thread_index);
    if (!t)
        return -LX_EINVAL;
    timer_set(&t->timer, req->deadline_ns);
    return 0;
}
