// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// pid 1: set-up, then one of the two jobs.

#include "agent.h"
#include "event.h"
#include "options.h"
#include "shell.h"
#include "system.h"

_Noreturn void pid1_main(void);

// Until there is something better, descriptors 0 to 2 are the console.
static void open_standard_descriptors(void)
{
    long fd = SYS4(openat, LX_AT_FDCWD, "/dev/console", LX_O_RDWR | LX_O_NOCTTY, 0);
    for (int to = 0; to < 3 && fd >= 0; to++)
        if (to != fd)
            SYS3(dup3, fd, to, 0);
    if (fd > 2)
        sys_close(fd);
}

_Noreturn void pid1_main(void)
{
    static char text[4096], command[1 << 17];
    static struct options options;
    open_standard_descriptors();
    event_init();
    long length = read_file("/run/boot/options", text, sizeof text);
    if (length < 0)
        complain("/run/boot/options", length);
    options_parse(length < 0 ? "" : text, &options);
    if (!options.is_exec)
        shell_run(&options);
    length = read_file("/run/boot/command", command, sizeof command);
    if (length < 0) {
        complain("/run/boot/command", length);
        sys_exit(1);
    }
    agent_run(&options, command);
}
