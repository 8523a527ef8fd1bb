// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// exec and the start of the first process: the new program is complete before the old one goes.

#include <stdint.h>

#include <kn/proto/layout.h>

struct id;
struct process;

// Whether a plan, copied from the window, can be carried out: 0 or -LX_ENOEXEC. mmsrv checks the segments themselves.
long exec_check(const struct kn_layout_exec_plan *plan);
// Replaces P's program. PLAN has been checked. 0, or a negative errno with P as it was; P may have been killed instead
// (-LX_ESRCH) if the kernel refuses at the point of no return.
long exec_replace(struct process *p, const struct kn_layout_exec_plan *plan);
// Makes the prepared first process with vfs's capability in slot VFS_CLIENT (moved away on success). 0 or a negative errno.
long exec_spawn(struct process *p, const struct kn_layout_exec_plan *plan, kn_cptr_t vfs_client);
