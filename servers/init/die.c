// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

#include "die.h"

#include <stdarg.h>

#include <kn/stubs.h>
#include <kn/syscalls.h>

#include "objects.h"
#include "power.h"
#include "system.h"
#include "trona/format.h"
#include "trona/log.h"

static void run_power(const struct system_power *list, unsigned count)
{
    for (unsigned i = 0; i < count; i++)
        power_try(&list[i]);
}

void init_die(const char *format, ...)
{
    static bool is_dying;
    char text[400];
    va_list args;
    va_start(args, format);
    trona_vformat(text, sizeof text, format, args);
    va_end(args);
    trona_log("%s", text);
    if (!is_dying) { // a failure while failing only ends the machine
        is_dying = true;
        console_write("\r\nkernite: ");
        console_write(text);
        console_write("\r\n");
    }
    run_power(system_failure, nr_system_failure);
    trona_panic("the machine does not stop");
}

// In a debug build: the last chance to see what the system has done to the kernel's state.
static void check_invariants(void)
{
#if CONFIG_DEBUG
    kn_word_t broken = kn_debug_check();
    if (broken)
        init_die("invariant %lu of the kernel is broken", broken);
    trona_log("the kernel's invariants hold");
#endif
}

void init_stop(bool restart)
{
    check_invariants();
    if (restart)
        run_power(system_restart, nr_system_restart);
    else
        run_power(system_poweroff, nr_system_poweroff);
    init_die("the machine does not stop");
}
