// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

#include "event.h"

#include "system.h"

void signal_restorer(void);

static volatile unsigned stop_request; // of the handler
static uint64_t original_mask;

#define BIT(signal) (1ull << ((signal)-1))
static const uint64_t handled = BIT(LX_SIGCHLD) | BIT(LX_SIGUSR1) | BIT(LX_SIGUSR2) | BIT(LX_SIGTERM);

static void handle(int signal)
{
    if (signal == LX_SIGUSR1)
        stop_request = LX_REBOOT_CMD_HALT;
    else if (signal == LX_SIGUSR2)
        stop_request = LX_REBOOT_CMD_POWER_OFF;
    else if (signal == LX_SIGTERM)
        stop_request = LX_REBOOT_CMD_RESTART;
}

static void set_handler(int signal, uint64_t handler)
{
    struct lx_sigaction action = {.handler = handler, .mask = handled};
#if defined(__x86_64__)
    action.flags = LX_SA_RESTORER;
    action.restorer = (uint64_t)signal_restorer;
#endif
    long error = SYS4(rt_sigaction, signal, &action, 0, sizeof action.mask);
    if (error)
        complain("rt_sigaction", error);
}

static void set_handlers(uint64_t handler)
{
    for (int signal = 1; signal < 32; signal++)
        if (handled & BIT(signal))
            set_handler(signal, handler);
}

void event_init(void)
{
    SYS4(rt_sigprocmask, LX_SIG_BLOCK, &handled, &original_mask, sizeof handled);
    set_handlers((uint64_t)handle);
}

void event_restore_in_child(void)
{
    set_handlers(LX_SIG_DFL);
    SYS4(rt_sigprocmask, LX_SIG_SETMASK, &original_mask, 0, sizeof original_mask);
}

bool event_wait(struct lx_pollfd *fds, unsigned count, long timeout_ms)
{
    struct lx_timespec time = {timeout_ms / 1000, timeout_ms % 1000 * 1000000};
    return SYS5(ppoll, fds, count, timeout_ms < 0 ? NULL : &time, &original_mask, sizeof original_mask) > 0;
}

unsigned event_stop_request(void) { return stop_request; }

long event_reap(unsigned *status)
{
    int word = 0;
    long pid = SYS4(wait4, -1, &word, LX_WNOHANG, 0);
    *status = (unsigned)word;
    return pid;
}
