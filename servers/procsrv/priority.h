// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// getpriority, setpriority: nice is the length of the time slice. Source: POSIX; getpriority(2).

#include <stdbool.h>
#include <stdint.h>

struct process;

// Whether CALLER may change how P is scheduled.
bool priority_may_change(const struct process *caller, const struct process *p);
// WHICH: LX_PRIO_*; WHO 0: the caller's. Reads the lowest nice of those meant into *nice, or, with SET, gives them NICE
// (clamped to -20..19). 0, -LX_ESRCH, -LX_EPERM, -LX_EACCES, -LX_EINVAL.
long priority_access(struct process *caller, uint64_t which, uint64_t who, bool set, int64_t *nice);
