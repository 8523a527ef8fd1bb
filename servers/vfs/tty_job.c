// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// Sessions and job control of a terminal. Who is in which session and group, procsrv publishes in its table.

#include <kn/proto/proc.h>

#include "client.h"
#include "file.h"
#include "port.h"
#include "streams.h"
#include "tty.h"

// Calls VISIT for every live entry of procsrv's table until it answers true; whether it did. Entries may change meanwhile:
// what the walk decides is as old as the moment it looked, like everything about other processes.
static bool walk_processes(bool (*visit)(const struct kn_layout_proc_entry *e, const uint32_t *context),
                           const uint32_t *context)
{
    const struct kn_layout_proc_table *table = port_proc_table();
    uint64_t left = table->nr_processes;
    for (unsigned i = 0; i < KN_LAYOUT_PROC_TABLE_ENTRIES && left; i++) {
        const struct kn_layout_proc_entry *e = &table->entry[i];
        if (!e->serial || e->state == KN_LAYOUT_PROC_STATE_FREE)
            continue;
        left--;
        if (e->state != KN_LAYOUT_PROC_STATE_PREPARING && visit(e, context))
            return true;
    }
    return false;
}

// CONTEXT: group, session.
static bool is_member(const struct kn_layout_proc_entry *e, const uint32_t *context)
{
    return e->pgid == context[0] && e->sid == context[1];
}

static bool is_in_group(const struct kn_layout_proc_entry *e, const uint32_t *context) { return e->pgid == context[0]; }

// Whether the entry is a member whose parent is in another group of the session: then the group is not orphaned.
static bool is_watched_member(const struct kn_layout_proc_entry *e, const uint32_t *context)
{
    if (!is_member(e, context) || e->state == KN_LAYOUT_PROC_STATE_ZOMBIE)
        return false;
    const struct kn_layout_proc_entry *parent =
        &port_proc_table()->entry[e->parent_serial % KN_LAYOUT_PROC_TABLE_ENTRIES];
    return parent->serial == e->parent_serial && parent->sid == e->sid && parent->pgid != e->pgid;
}

void tty_signal(struct tty *tty, unsigned signal)
{
    if (tty->foreground)
        port_kill(KN_PROC_TARGET_GROUP, tty->foreground, signal);
}

bool tty_is_controlling(const struct tty *tty, const struct io *io)
{
    return tty->session && client_creds(io->client)->sid == tty->session;
}

long tty_check_background(struct tty *tty, const struct io *io, unsigned signal)
{
    const struct creds *creds = client_creds(io->client);
    if (!tty_is_controlling(tty, io) || !tty->foreground || creds->pgid == tty->foreground)
        return 0;
    if (signal == LX_SIGTTOU && io->ignores_ttou)
        return 0;
    const uint32_t group[] = {creds->pgid, creds->sid};
    if ((signal == LX_SIGTTIN && io->ignores_ttin) || !walk_processes(is_watched_member, group))
        return -LX_EIO;
    // The caller waits here until the signal, which it gets with its group, ends the wait.
    long status = io->thread ? wait_readiness(io->thread, &tty->background) : 0;
    if (status)
        return status;
    port_kill(KN_PROC_TARGET_GROUP, creds->pgid, signal);
    return -LX_EAGAIN;
}

long tty_take_session(struct tty *tty, const struct io *io, uint64_t argument)
{
    const struct creds *creds = client_creds(io->client);
    if (tty_is_controlling(tty, io) && creds->pid == creds->sid)
        return 0;
    if (creds->pid != creds->sid || tty_of(creds->sid))
        return -LX_EPERM;
    if (tty->session) {
        if (argument != 1 || creds->euid != 0)
            return -LX_EPERM;
        wait_wake_all(&tty->background);
    }
    tty->session = creds->sid;
    tty->foreground = creds->pgid;
    return 0;
}

// The session has no controlling terminal any more; its foreground group is told.
static void disassociate(struct tty *tty)
{
    tty_signal(tty, LX_SIGHUP);
    tty_signal(tty, LX_SIGCONT);
    tty->session = tty->foreground = 0;
    wait_wake_all(&tty->background);
}

long tty_give_up_session(struct tty *tty, const struct io *io)
{
    const struct creds *creds = client_creds(io->client);
    if (!tty_is_controlling(tty, io))
        return -LX_ENOTTY;
    // NEEDSWORK: a single process cannot leave its terminal without leaving the session; nobody has missed it yet.
    if (creds->pid == creds->sid)
        disassociate(tty);
    return 0;
}

long tty_set_foreground(struct tty *tty, const struct io *io, int32_t pgid)
{
    const uint32_t group[] = {(uint32_t)pgid, tty->session};
    if (!tty_is_controlling(tty, io))
        return -LX_ENOTTY;
    if (pgid < 0)
        return -LX_EINVAL;
    if (group[0] != tty->foreground && !walk_processes(is_member, group))
        return walk_processes(is_in_group, group) ? -LX_EPERM : -LX_ESRCH;
    tty->foreground = group[0];
    wait_wake_all(&tty->background);
    return 0;
}

void tty_of_session(uint32_t sid, uint64_t *tty_nr, int32_t *foreground)
{
    const struct tty *tty = tty_of(sid);
    *tty_nr = tty ? tty->number : 0;
    *foreground = tty ? (int32_t)tty->foreground : -1;
}

void tty_session_ended(uint32_t sid)
{
    struct tty *tty = tty_of(sid);
    if (!tty)
        return;
    disassociate(tty);
    tty_hang_up(tty);
}
