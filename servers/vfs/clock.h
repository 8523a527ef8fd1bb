// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// Time as procsrv publishes it in the time page.

#include <stdint.h>

// CLOCK_REALTIME and CLOCK_MONOTONIC in nanoseconds.
int64_t clock_realtime_ns(void);
uint64_t clock_monotonic_ns(void);
