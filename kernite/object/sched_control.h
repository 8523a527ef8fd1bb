// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// SchedControl: authority over the time of one CPU. See object/sched_control.c.

#include "kernel/invocation_dispatch.h"
#include "object/sched_context.h"

struct sched_control_configure_plan {
    struct sched_context *sc;
    struct sched_context_parameters parameters;
};
