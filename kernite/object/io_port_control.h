// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// The authority to give out I/O ports (x86_64). See object/io_port_control.c; io_port_finalise is in core/objects.h.

#include <kernel/invocation_args.h>

#include "syscall/invocation.h"

struct io_port_control_issue_plan {
    word_t first, last;
    struct cte *dest; // empty slot for the capability
};

// INVALID_ARGUMENT: 1 last is before first, 0 a port is the kernel's. REVOKE_FIRST: a port has been issued. Then the
// errors of the slot.
kerr_t decode_io_port_control_issue(struct invocation *inv, const struct io_port_control_issue_args *args,
                                    struct io_port_control_issue_plan *plan);
// Makes the capability, derived from the IOPortControl capability.
kerr_t invoke_io_port_control_issue(struct invocation *inv, const struct io_port_control_issue_plan *plan);
