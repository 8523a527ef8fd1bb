// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// Replacing capabilities in a TCB's slots, for the invocations that do. See object/tcb_space.c.

#include "object/tcb.h"

// An empty plan for the invoked thread.
void tcb_slots_begin(struct invocation *inv, struct tcb_slots_plan *plan);
// Adds a fault or timeout handler: an endpoint capability with WRITE and GRANT or GRANT_REPLY, else INVALID_CAPABILITY
// of ARGUMENT; NULL removes the handler.
kerr_t tcb_slots_set_handler(struct invocation *inv, struct tcb_slots_plan *plan, enum tcb_slot which,
                             struct cte *endpoint, word_t argument);
// Carries the plan out; may be preempted.
kerr_t tcb_slots_replace(struct invocation *inv, const struct tcb_slots_plan *plan);
