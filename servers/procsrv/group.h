// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// Process groups and sessions. A group lives in one session. Sources: POSIX setpgid, setsid, "Orphaned Process Group".

#include <stdbool.h>
#include <stdint.h>

struct id;
struct process;

// What setpgid of CALLER for PID (0: itself) does: 0, -LX_EINVAL, -LX_ESRCH, -LX_EPERM, -LX_EACCES, -LX_ENOMEM.
long group_set(struct process *caller, uint64_t pid, int64_t pgid);
// Makes CALLER the leader of a new session: 0 or -LX_EPERM.
long group_new_session(struct process *caller);
// Whether no living member of GROUP but IGNORED (NULL: none) has a parent in another group of its session. (Parents that are
// pid 1 don't count, as on Linux.)
bool group_is_orphaned(const struct id *group, const struct process *ignored);
// P exits, or its parent has: if that orphaned P's group and the group has stopped members, it gets SIGHUP and SIGCONT.
// OLD_PARENT is the parent that P has or had; IGNORED as above.
void group_check_orphaned(struct process *p, const struct process *old_parent, const struct process *ignored);
