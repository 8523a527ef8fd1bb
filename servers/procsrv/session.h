// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// Who sent a request: a living process, or vfs. main.c lets each call only what is for it: handlers of methods for programs
// may rely on process, handlers of vfs's on its absence.

#include <kn/proto/layout.h>
#include <kn/proto/proc_server.h>

struct process;

struct proc_session {
    struct process *process; // NULL: vfs
};

// Copies the plan out of the exec window. (proc_ops.c; WINDOW is the shared page.)
void proc_ops_init(const struct kn_layout_exec_plan *window);
