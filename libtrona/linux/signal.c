// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// Signals. procsrv decides who gets a signal, ends processes by unblocked default-fatal ones, and sets pending bits in
// the signal page; here they are claimed and acted upon when the thread is about to return to the program.
//
// I1. A pending bit is claimed by an atomic and: exactly one thread acts on it.
// I2. A signal with default action that ends the process is acted on here only if it was blocked when it was sent, or is
//     a fault's.
// I3. procsrv may run on another CPU at the same time: here blocked and waiting are written before pending is read, there
//     pending is written before these are read, all sequentially consistent. So a signal is seen here, or we are kicked.

#include "layer.h"

#include "trona/string.h"

#define DEFAULT_IGNORED                                                                                                \
    (SIGNAL_BIT(LX_SIGCHLD) | SIGNAL_BIT(LX_SIGCONT) | SIGNAL_BIT(LX_SIGURG) | SIGNAL_BIT(LX_SIGWINCH))
#define DEFAULT_STOP (SIGNAL_BIT(LX_SIGSTOP) | SIGNAL_BIT(LX_SIGTSTP) | SIGNAL_BIT(LX_SIGTTIN) | SIGNAL_BIT(LX_SIGTTOU))
#define SYNCHRONOUS                                                                                                    \
    (SIGNAL_BIT(LX_SIGSEGV) | SIGNAL_BIT(LX_SIGBUS) | SIGNAL_BIT(LX_SIGILL) | SIGNAL_BIT(LX_SIGTRAP) |                 \
     SIGNAL_BIT(LX_SIGFPE) | SIGNAL_BIT(LX_SIGSYS))
#define UNBLOCKABLE (SIGNAL_BIT(LX_SIGKILL) | SIGNAL_BIT(LX_SIGSTOP))
#define INIT_PID 1

static struct kn_layout_signal_thread *shared(const struct thread *t) { return &signal_page()->thread[t->index]; }

word_t signal_pending(const struct thread *t)
{
    return __atomic_load_n(&signal_page()->pending, __ATOMIC_SEQ_CST) |
           __atomic_load_n(&shared(t)->pending, __ATOMIC_SEQ_CST);
}

static bool is_ignored(word_t sig)
{
    word_t handler = process.action[sig].handler;
    return handler == LX_SIG_IGN || (handler == LX_SIG_DFL && DEFAULT_IGNORED & SIGNAL_BIT(sig));
}

word_t signal_due(const struct thread *t)
{
    word_t set = signal_pending(t) & ~t->blocked;
    for (word_t left = set; left; left &= left - 1) {
        word_t sig = (word_t)__builtin_ctzll(left) + 1;
        if (is_ignored(sig))
            set &= ~SIGNAL_BIT(sig);
    }
    return set;
}

void signal_set_blocked(struct thread *t, word_t mask)
{
    t->blocked = mask & ~UNBLOCKABLE;
    __atomic_store_n(&shared(t)->blocked, t->blocked, __ATOMIC_SEQ_CST);
}

void signal_start_image(struct thread *t, word_t blocked, word_t ignored)
{
    struct kn_layout_signal_page *page = signal_page();
    for (word_t sig = 1; sig < LX_NSIG; sig++) {
        if (ignored & SIGNAL_BIT(sig))
            process.action[sig].handler = LX_SIG_IGN;
    }
    __atomic_store_n(&page->caught, 0, __ATOMIC_SEQ_CST);
    __atomic_store_n(&page->ignored, ignored, __ATOMIC_SEQ_CST);
    __atomic_store_n(&page->nocldstop, 0, __ATOMIC_SEQ_CST);
    signal_set_blocked(t, blocked);
}

// Clears SIG's bit in *SET; whether it was set.
static bool claim(uint64_t *set, word_t sig)
{
    return __atomic_fetch_and(set, ~SIGNAL_BIT(sig), __ATOMIC_ACQ_REL) & SIGNAL_BIT(sig);
}

static void fill_info(word_t sig, int64_t code, uint32_t pid, uint32_t uid, uint64_t value, struct lx_siginfo *info)
{
    *info = (struct lx_siginfo){
        .signo = (int32_t)sig, .code = (int32_t)code, .pid = (int32_t)pid, .uid = uid, .value = value};
}

// Takes the standard signal SIG, if it is still pending.
static bool take_standard(struct thread *t, word_t sig, struct lx_siginfo *info)
{
    struct kn_layout_signal_info shown = signal_page()->info[sig];
    if (!claim(&shared(t)->pending, sig) && !claim(&signal_page()->pending, sig))
        return false;
    fill_info(sig, shown.code, shown.pid, shown.uid, shown.value, info);
    return true;
}

// Takes one queued signal of SET from procsrv, which keeps the bits in step with its queue.
static word_t take_queued(struct thread *t, word_t set, struct lx_siginfo *info)
{
    word_t sig, code, pid_uid, value;
    if (kn_proc_signal_take(PROC, t->index, set, &sig, &code, &pid_uid, &value) || !sig || sig > LX_NSIG)
        return 0;
    fill_info(sig, (int64_t)code, (uint32_t)pid_uid, (uint32_t)(pid_uid >> 32), value, info);
    return sig;
}

word_t signal_take(struct thread *t, word_t set, struct lx_siginfo *info)
{
    word_t candidates;
    while ((candidates = signal_pending(t) & set)) {
        word_t first = candidates & SYNCHRONOUS ? candidates & SYNCHRONOUS : candidates;
        word_t sig = (word_t)__builtin_ctzll(first) + 1;
        if (sig < LX_SIGRTMIN) {
            if (take_standard(t, sig, info))
                return sig;
            continue;
        }
        word_t taken = take_queued(t, candidates & ~(SIGNAL_BIT(LX_SIGRTMIN) - 1), info);
        if (taken)
            return taken;
        // Nothing was queued after all: a bit without a signal must not keep us here.
        claim(&shared(t)->pending, sig);
        claim(&signal_page()->pending, sig);
    }
    return 0;
}

// Sleeps until the process is continued.
static void park(struct thread *t, word_t sig)
{
    while (kn_proc_stopped(PROC, t->index, sig) == -LX_EAGAIN)
        wait_uninterrupted(t);
}

// Enters the handler of INFO's signal. MASK is what sigreturn restores.
static void run_handler(struct thread *t, const struct lx_siginfo *info, word_t mask)
{
    word_t sig = (word_t)info->signo;
    struct lx_sigaction action = process.action[sig];
    if (frame_push(t, &action, info, mask)) {
        struct lx_siginfo segv = {.signo = LX_SIGSEGV, .code = LX_SI_KERNEL};
        if (sig == LX_SIGSEGV)
            process_exit(t, LX_SIGSEGV);
        signal_force(t, &segv);
        return;
    }
    word_t blocked = t->blocked | action.mask;
    if (!(action.flags & LX_SA_NODEFER))
        blocked |= SIGNAL_BIT(sig);
    if (action.flags & LX_SA_RESETHAND) {
        process.action[sig].handler = LX_SIG_DFL;
        __atomic_fetch_and(&signal_page()->caught, ~SIGNAL_BIT(sig), __ATOMIC_ACQ_REL);
    }
    signal_set_blocked(t, blocked);
}

// The default action of a signal that is not ignored.
static void act_by_default(struct thread *t, word_t sig)
{
    if (DEFAULT_STOP & SIGNAL_BIT(sig))
        park(t, sig);
    else if (signal_page()->pid != INIT_PID || sig == LX_SIGKILL)
        process_exit(t, sig);
}

void signal_force(struct thread *t, const struct lx_siginfo *info)
{
    word_t sig = (word_t)info->signo;
    word_t handler = process.action[sig].handler;
    if (handler == LX_SIG_DFL || handler == LX_SIG_IGN || t->blocked & SIGNAL_BIT(sig))
        process_exit(t, sig);
    run_handler(t, info, t->blocked);
}

void signal_raise(struct thread *t, word_t sig)
{
    kn_proc_kill(PROC, KN_PROC_TARGET_THREAD, (int64_t)thread_tid(t), signal_page()->pid, sig, LX_SI_USER, 0);
}

// What becomes of an interrupted call when a handler with ACTION runs (NULL: none).
static void finish_call(struct thread *t, const struct lx_sigaction *action)
{
    long result = (long)regs_result(&t->regs);
    if (result > -RESTART_LOWEST || result < -RESTART_HIGHEST)
        return;
    bool is_again = result == -RESTART_ALWAYS || (result == -RESTART_SYS && action && action->flags & LX_SA_RESTART);
    if (action && !is_again) {
        regs_set_result(&t->regs, (word_t)-LX_EINTR);
        return;
    }
    word_t number = t->number;
    if (result == -RESTART_BLOCK) {
        number = LX_SYS_restart_syscall;
        t->has_restart = true;
    }
    regs_rewind(&t->regs, number, t->first_arg);
}

void signal_deliver(struct thread *t, bool is_call)
{
    struct lx_siginfo info;
    word_t sig;
    while ((sig = signal_take(t, ~t->blocked, &info))) {
        if (is_ignored(sig))
            continue;
        if (process.action[sig].handler == LX_SIG_DFL) {
            act_by_default(t, sig);
            continue;
        }
        word_t mask = t->has_saved_blocked ? t->saved_blocked : t->blocked;
        t->has_saved_blocked = false;
        if (is_call)
            finish_call(t, &process.action[sig]);
        is_call = false;
        run_handler(t, &info, mask);
    }
    if (is_call)
        finish_call(t, NULL);
    if (t->has_saved_blocked) {
        t->has_saved_blocked = false;
        signal_set_blocked(t, t->saved_blocked);
        signal_deliver(t, false); // what only the call's own mask has kept away
    }
}
