// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// New processes: prepare at procsrv, clone the handles at vfs, commit at procsrv (docs/userland.md). The child comes out
// of the commit on a copy of this stack. vfork and CLONE_VM | CLONE_VFORK give the child a copy of the address space too.

#include "calls.h"
#include "fork.h"
#include "fpu.h"

#include <kn/stubs.h>

#define IGNORED_FLAGS ((word_t)LX_CLONE_DETACHED | LX_CLONE_UNTRACED | LX_CLONE_SYSVSEM | LX_CLONE_IO | LX_CLONE_PTRACE)
#define SUPPORTED_FLAGS                                                                                                \
    ((word_t)LX_CSIGNAL | LX_CLONE_VM | LX_CLONE_VFORK | LX_CLONE_PARENT | LX_CLONE_SETTLS | LX_CLONE_PARENT_SETTID |  \
     LX_CLONE_CHILD_SETTID | LX_CLONE_CHILD_CLEARTID)

// In the child: what is per process starts anew.
static long enter_child(struct thread *t, const struct clone_args *c)
{
    uint32_t tid;
    t->is_attached = false;
    t->timer_deadline = TIMER_OFF;
    t->has_restart = false;
    t->robust_head = 0;
    t->clear_tid = c->flags & LX_CLONE_CHILD_CLEARTID ? c->child_tid : 0;
    process.is_subreaper = false;
    signal_set_blocked(t, t->blocked);
    if (c->flags & LX_CLONE_SETTLS)
        set_tls_base(c->tls);
    if (c->stack)
        regs_set_sp(&t->regs, c->stack);
    tid = (uint32_t)thread_tid(t);
    if (c->flags & LX_CLONE_CHILD_SETTID)
        put_user(&tid, c->child_tid);
    return 0;
}

static void wait_for_exec(struct thread *t, word_t serial)
{
    while (kn_proc_vfork_wait(PROC, t->index, serial) == -LX_EAGAIN)
        wait_uninterrupted(t);
}

// Gives up a prepared child.
static void abandon(word_t serial, bool has_client)
{
    if (has_client)
        kn_vfs_close_client(VFS, serial);
    kn_proc_fork_abort(PROC, serial);
}

long fork_process(struct thread *t, const struct clone_args *c)
{
    word_t serial, pid;
    struct fpu_state fpu; // procsrv copies the general registers only
    bool is_vfork = c->flags & LX_CLONE_VFORK;
    word_t flags =
        (is_vfork ? KN_PROC_FORK_VFORK : 0) | (c->flags & LX_CLONE_PARENT ? KN_PROC_FORK_PARENT_OF_CALLER : 0);
    long r = kn_proc_fork_prepare(PROC, t->index, flags, c->flags & LX_CSIGNAL, &serial, &pid);
    if (r)
        return r;
    kn_set_receive_slot(KN_LAYOUT_SLOT_CNODE, KN_LAYOUT_SLOT_RECEIVE, KN_WORD_BITS);
    r = kn_vfs_clone_client(VFS, serial);
    if (r) {
        abandon(serial, false);
        return r;
    }
    fpu_state_save(&fpu);
    r = kn_proc_fork_commit(PROC, serial, KN_LAYOUT_SLOT_RECEIVE, &pid);
    if (r == 0 && pid == 0) {
        fpu_state_restore(&fpu);
        return enter_child(t, c);
    }
    kn_cnode_delete(KN_LAYOUT_SLOT_CNODE, KN_LAYOUT_SLOT_RECEIVE, KN_WORD_BITS);
    if (r) {
        abandon(serial, true);
        return r == -LX_EINTR ? -RESTART_ALWAYS : r;
    }
    uint32_t tid = (uint32_t)pid;
    if (c->flags & LX_CLONE_PARENT_SETTID)
        put_user(&tid, c->parent_tid);
    if (is_vfork)
        wait_for_exec(t, serial);
    return (long)pid;
}

SYSCALL(clone)
{
    struct clone_args c = {.flags = a[0], .stack = a[1], .parent_tid = a[2]};
    ARCH_CLONE_ARGS(c, a);
    word_t flags = c.flags & ~IGNORED_FLAGS;
    if (flags & LX_CLONE_THREAD)
        return -LX_ENOSYS; // threads: not yet
    if (flags & ~SUPPORTED_FLAGS)
        return -LX_EINVAL;
    if (flags & LX_CLONE_VM && !(flags & LX_CLONE_VFORK))
        return -LX_EINVAL; // shared memory without a waiting parent needs threads
    if ((flags & LX_CSIGNAL) > LX_NSIG)
        return -LX_EINVAL;
    return fork_process(t, &c);
}
