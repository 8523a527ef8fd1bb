// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

#include "spawn.h"

#include "event.h"
#include "options.h"
#include "system.h"
#include "trona/string.h"

#define SHELL "/bin/sh"

// In the child: what it does until it is the shell. Returns why it is not.
static long become_shell(const struct spawn *spawn)
{
    char term[sizeof "TERM=" + sizeof spawn->options->term] = "TERM=";
    str_copy(term + strlen(term), spawn->options->term, sizeof spawn->options->term);
    const char *const env[] = {
        "HOME=/root",   "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
        "USER=root",    "LOGNAME=root",
        "SHELL=" SHELL, term,
        NULL,
    };
    const char *argv[] = {spawn->arg0, spawn->command ? "-c" : NULL, spawn->command, NULL};
    event_restore_in_child();
    long error = spawn->prepare(spawn);
    if (error < 0)
        return error;
    SYS1(chdir, spawn->directory); // if it is not there, stay in /
    return SYS3(execve, SHELL, argv, env);
}

// The child's error travels through a pipe that a successful exec closes.
long spawn_shell(const struct spawn *spawn)
{
    int report[2];
    long error = sys_pipe(report, LX_O_CLOEXEC);
    if (error)
        return error;
    long pid = sys_fork();
    if (pid == 0) {
        error = become_shell(spawn);
        write_all(report[1], &error, sizeof error);
        sys_exit(127);
    }
    sys_close(report[1]);
    long n = 0;
    if (pid > 0)
        do
            n = sys_read(report[0], &error, sizeof error);
        while (n == -LX_EINTR);
    sys_close(report[0]);
    if (pid < 0 || n != sizeof error)
        return pid;
    SYS4(wait4, pid, 0, 0, 0);
    return error;
}
