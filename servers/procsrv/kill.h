// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// kill, tgkill and sigqueue: who is meant and who may. Source: POSIX kill; kill(2).

#include <stdint.h>

struct process;

struct kill_request {
    uint64_t kind;   // KN_PROC_TARGET_*
    int64_t id;      // pid, group (0: the sender's), tid, session
    uint64_t tgid;   // THREAD: the process, 0 any
    uint64_t signal; // 0: only check
    int64_t code;
    uint64_t value;
};

// SENDER NULL: vfs, which needs no permission and may not use ALL and THREAD. 0, -LX_ESRCH, -LX_EPERM, -LX_EINVAL, -LX_EAGAIN.
// The sender may be a zombie afterwards.
long kill_send(struct process *sender, const struct kill_request *request);
