// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// Starting /bin/sh.

struct options;

struct spawn {
    const char *arg0;      // of the shell
    const char *command;   // for -c; NULL: none
    const char *directory; // where it starts
    // Runs in the child before exec: descriptors, session, terminal. 0 or a negative errno.
    long (*prepare)(const struct spawn *spawn);
    const struct options *options;
    int fds[3]; // for prepare
};

// Starts it with the environment of the system. Its pid once it runs; or a negative errno: the child has said why it could
// not, and is gone.
long spawn_shell(const struct spawn *spawn);
