// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// Preemption points: long operations call preemption_point between bounded steps and return KERR_PREEMPTED when it is
// true. The system call is then restarted by the ordinary exit path.

#include "core/types.h"

// Whether enough work was done since the last one and an interrupt is pending.
bool preemption_point(void);
