// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// Calls on dispositions, masks and the alternate stack. procsrv reads what it needs in the signal page.

#include "calls.h"

#define UNCATCHABLE (SIGNAL_BIT(LX_SIGKILL) | SIGNAL_BIT(LX_SIGSTOP))
#define DEFAULT_IGNORED                                                                                                \
    (SIGNAL_BIT(LX_SIGCHLD) | SIGNAL_BIT(LX_SIGCONT) | SIGNAL_BIT(LX_SIGURG) | SIGNAL_BIT(LX_SIGWINCH))
#define NOCLDSTOP 1 // bits of the signal page's nocldstop
#define NOCLDWAIT 2
#define KNOWN_FLAGS                                                                                                    \
    ((word_t)LX_SA_NOCLDSTOP | LX_SA_NOCLDWAIT | LX_SA_SIGINFO | LX_SA_RESTORER | LX_SA_ONSTACK | LX_SA_RESTART |      \
     LX_SA_NODEFER | LX_SA_RESETHAND)

static void set_bit(uint64_t *set, word_t sig, bool on)
{
    if (on)
        __atomic_fetch_or(set, SIGNAL_BIT(sig), __ATOMIC_SEQ_CST);
    else
        __atomic_fetch_and(set, ~SIGNAL_BIT(sig), __ATOMIC_SEQ_CST);
}

// Tells procsrv; a pending signal that is now ignored goes.
static void publish(struct thread *t, word_t sig)
{
    struct kn_layout_signal_page *page = signal_page();
    const struct lx_sigaction *action = &process.action[sig];
    bool is_ignored = action->handler == LX_SIG_IGN;
    bool is_default = action->handler == LX_SIG_DFL;
    set_bit(&page->caught, sig, !is_ignored && !is_default);
    set_bit(&page->ignored, sig, is_ignored);
    if (sig == LX_SIGCHLD) {
        word_t bits =
            (action->flags & LX_SA_NOCLDSTOP ? NOCLDSTOP : 0) | (action->flags & LX_SA_NOCLDWAIT ? NOCLDWAIT : 0);
        __atomic_store_n(&page->nocldstop, bits, __ATOMIC_SEQ_CST);
    }
    if (is_ignored || (is_default && DEFAULT_IGNORED & SIGNAL_BIT(sig))) {
        struct lx_siginfo info;
        while (signal_take(t, SIGNAL_BIT(sig), &info)) {
        }
    }
}

SYSCALL(rt_sigaction)
{
    struct lx_sigaction new, old;
    word_t sig = (uint32_t)a[0];
    if (a[3] != sizeof(word_t) || sig < 1 || sig > LX_NSIG)
        return -LX_EINVAL;
    if (a[1] && UNCATCHABLE & SIGNAL_BIT(sig))
        return -LX_EINVAL;
    if (a[1] && get_user(&new, a[1]))
        return -LX_EFAULT;
    old = process.action[sig];
    if (a[1]) {
        new.flags &= KNOWN_FLAGS; // Linux clears what it doesn't know: that is how programs ask
        new.mask &= ~UNCATCHABLE;
        process.action[sig] = new;
        publish(t, sig);
    }
    return a[2] ? put_user(&old, a[2]) : 0;
}

SYSCALL(rt_sigprocmask)
{
    word_t set, old = t->blocked;
    if (a[3] != sizeof set)
        return -LX_EINVAL;
    if (a[1]) {
        if (get_user(&set, a[1]))
            return -LX_EFAULT;
        switch ((uint32_t)a[0]) {
        case LX_SIG_BLOCK: signal_set_blocked(t, old | set); break;
        case LX_SIG_UNBLOCK: signal_set_blocked(t, old & ~set); break;
        case LX_SIG_SETMASK: signal_set_blocked(t, set); break;
        default: return -LX_EINVAL;
        }
    }
    return a[2] ? put_user(&old, a[2]) : 0;
}

SYSCALL(rt_sigpending)
{
    if (a[1] > sizeof(word_t))
        return -LX_EINVAL;
    word_t set = signal_pending(t) & t->blocked;
    return copy_to_user(a[0], &set, a[1]);
}

bool is_on_altstack(const struct thread *t, word_t sp)
{
    return !(t->altstack.ss_flags & LX_SS_DISABLE) && sp > t->altstack.ss_sp &&
           sp - t->altstack.ss_sp <= t->altstack.ss_size;
}

uint32_t altstack_flags(const struct thread *t)
{
    if (t->altstack.ss_flags & LX_SS_DISABLE)
        return LX_SS_DISABLE;
    return is_on_altstack(t, regs_sp(&t->regs)) ? LX_SS_ONSTACK : 0;
}

word_t frame_stack(const struct thread *t, const struct lx_sigaction *action, word_t sp)
{
    if (!(action->flags & LX_SA_ONSTACK) || t->altstack.ss_flags & LX_SS_DISABLE || is_on_altstack(t, sp))
        return sp;
    return t->altstack.ss_sp + t->altstack.ss_size;
}

SYSCALL(sigaltstack)
{
    struct lx_sigaltstack new, old = t->altstack;
    old.ss_flags = altstack_flags(t);
    if (a[0]) {
        if (get_user(&new, a[0]))
            return -LX_EFAULT;
        if (is_on_altstack(t, regs_sp(&t->regs)))
            return -LX_EPERM;
        uint32_t mode = new.ss_flags;
        if (mode != 0 && mode != LX_SS_ONSTACK && mode != LX_SS_DISABLE)
            return -LX_EINVAL;
        if (mode == LX_SS_DISABLE)
            new = (struct lx_sigaltstack){.ss_flags = LX_SS_DISABLE};
        else if (new.ss_size < LX_MINSIGSTKSZ)
            return -LX_ENOMEM;
        else
            new.ss_flags = 0;
        t->altstack = new;
    }
    return a[1] ? put_user(&old, a[1]) : 0;
}
