// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// wait4 and waitid, and what makes them return. Sources: POSIX wait, waitid; wait(2).

#include <stdint.h>

#include "process.h"

struct wait_request {
    uint64_t idtype;  // LX_P_ALL, LX_P_PID, LX_P_PGID
    uint64_t id;      // P_PGID: 0 is the caller's group
    uint64_t options; // LX_WNOHANG ...
};

struct wait_result {
    uint32_t pid, status, uid; // pid 0: nothing yet
    struct usage usage;
};

// 0 with *result, -LX_ECHILD, -LX_EINVAL, or -LX_EAGAIN: P's thread is registered and will be woken.
long wait_for(struct process *p, const struct wait_request *request, struct wait_result *result);
// P has stopped or been continued: tells its parent.
void wait_child_changed(struct process *p, enum process_change change);
// vfs has cleaned up after the zombie P, or it has a new parent: tells it, and reaps P if the parent has said that it won't.
void wait_child_exited(struct process *p);
