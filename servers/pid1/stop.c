// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

#include "stop.h"

#include "event.h"
#include "system.h"

#define GRACE_MS 500
#define STEP_MS 20

// Reaps until no child is left or the time is up.
static void reap_all(void)
{
    for (long left = GRACE_MS; left > 0;) {
        unsigned status;
        long pid = event_reap(&status);
        if (pid == -LX_ECHILD)
            return;
        if (pid > 0)
            continue;
        event_wait(NULL, 0, STEP_MS);
        left -= STEP_MS;
    }
}

_Noreturn void stop_at_once(unsigned how)
{
    SYS0(sync);
    long error = SYS4(reboot, LX_REBOOT_MAGIC1, LX_REBOOT_MAGIC2, how, 0);
    if (how == LX_REBOOT_CMD_HALT)
        error = SYS4(reboot, LX_REBOOT_MAGIC1, LX_REBOOT_MAGIC2, LX_REBOOT_CMD_POWER_OFF, 0);
    complain("reboot", error);
    sys_exit(1); // the end of pid 1 is the end of the machine, too
}

_Noreturn void stop_machine(unsigned how)
{
    if (sys_kill(-1, LX_SIGTERM) == 0) {
        sys_kill(-1, LX_SIGCONT);
        reap_all();
        sys_kill(-1, LX_SIGKILL);
        reap_all();
    }
    stop_at_once(how);
}
