// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct calendar_time {
    unsigned year, month, day, hour, minute, second; // Gregorian, UTC; month and day from 1
};

// Whether the fields name a second between 1970 and 9999.
bool calendar_is_valid(const struct calendar_time *t);
// Seconds since 1970 of a valid time.
uint64_t calendar_to_seconds(const struct calendar_time *t);
