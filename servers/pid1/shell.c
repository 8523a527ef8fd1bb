// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

#include "shell.h"

#include "event.h"
#include "options.h"
#include "spawn.h"
#include "stop.h"
#include "system.h"

// A session with the console as its terminal and the shell in its foreground.
static long take_terminal(const struct spawn *spawn)
{
    long sid = SYS0(setsid);
    if (sid < 0)
        return sid;
    long console = sys_open("/dev/console", LX_O_RDWR);
    if (console < 0)
        return console;
    long error = sys_ioctl(console, LX_TIOCSCTTY, (void *)1);
    if (error)
        return error;
    if (spawn->options->columns && spawn->options->rows) {
        struct lx_winsize size = {.ws_row = spawn->options->rows, .ws_col = spawn->options->columns};
        sys_ioctl(console, LX_TIOCSWINSZ, &size);
    }
    int group = (int)sid;
    error = sys_ioctl(console, LX_TIOCSPGRP, &group);
    for (int fd = 0; fd < 3 && error >= 0; fd++)
        error = sys_dup_to(console, fd);
    if (console > 2)
        sys_close(console);
    return error < 0 ? error : 0;
}

_Noreturn void shell_run(const struct options *options)
{
    const struct spawn spawn = {.arg0 = "-sh", .directory = "/root", .prepare = take_terminal, .options = options};
    long shell = spawn_shell(&spawn);
    if (shell < 0) {
        complain("cannot run /bin/sh", shell);
        sys_exit(1);
    }
    for (;;) {
        unsigned status;
        long pid = event_reap(&status);
        if (pid == shell)
            stop_machine(LX_REBOOT_CMD_POWER_OFF);
        if (event_stop_request())
            stop_machine(event_stop_request());
        if (pid <= 0)
            event_wait(NULL, 0, -1);
    }
}
