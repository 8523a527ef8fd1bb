// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

#include "dispatch.h"

#include <lx/names.h>

#include "calls.h"

typedef long (*syscall_fn)(struct thread *t, const word_t *a);

static const syscall_fn table[] = {
#define ENTRY(name) [LX_SYS_##name] = sys_##name,
    CALLS(ENTRY) ARCH_CALLS(ENTRY)
#undef ENTRY
};

#define NR_CALLS (sizeof table / sizeof table[0])

static void trace_unknown(word_t number)
{
    const char *name = lx_syscall_name(number);
    if (*name != '?')
        debug_log("linux: pid %lu: %s is not implemented", signal_page()->pid, name);
}

static long sigreturn(struct thread *t)
{
    struct lx_siginfo info = {.signo = LX_SIGSEGV, .code = LX_SI_KERNEL};
    struct lx_sigaltstack altstack;
    word_t mask;
    if (frame_pop(t, &mask, &altstack)) {
        signal_force(t, &info);
        return 0;
    }
    // As Linux: restored only if it is valid; on the alternate stack itself it cannot be changed.
    if (!is_on_altstack(t, regs_sp(&t->regs)) && !(altstack.ss_flags & ~(uint32_t)LX_SS_DISABLE))
        t->altstack = altstack;
    signal_set_blocked(t, mask);
    return 0;
}

bool dispatch(struct thread *t)
{
    word_t a[6];
    long result = -LX_ENOSYS;
    word_t number = regs_number(&t->regs);
    regs_get_args(&t->regs, a);
    t->number = number;
    t->first_arg = a[0];
    if (number == LX_SYS_rt_sigreturn) {
        sigreturn(t);
        return false;
    }
    if (number < NR_CALLS && table[number])
        result = table[number](t, a);
    else if (CONFIG_DEBUG)
        trace_unknown(number);
    if (result == -KN_ERRNO_PEER_GONE)
        result = -LX_EIO;
    regs_set_result(&t->regs, (word_t)result);
    return true;
}
