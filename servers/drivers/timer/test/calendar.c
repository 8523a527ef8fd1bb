// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

#define _DEFAULT_SOURCE
#include <time.h>

#include "calendar.h"
#include "unit.h"

TEST(calendar_agrees_with_the_c_library_until_2200)
{
    for (time_t t = 43210; t < 7258118400; t += 86399) {
        struct tm tm;
        gmtime_r(&t, &tm);
        struct calendar_time c = {(unsigned)tm.tm_year + 1900, (unsigned)tm.tm_mon + 1, (unsigned)tm.tm_mday,
                                  (unsigned)tm.tm_hour,        (unsigned)tm.tm_min,     (unsigned)tm.tm_sec};
        CHECK(calendar_is_valid(&c));
        CHECK(calendar_to_seconds(&c) == (uint64_t)t);
    }
}

TEST(calendar_refuses_impossible_dates)
{
    static const struct calendar_time invalid[] = {
        {1969, 12, 31, 0, 0, 0}, {2023, 2, 29, 0, 0, 0}, {2100, 2, 29, 0, 0, 0}, {2024, 0, 1, 0, 0, 0},
        {2024, 13, 1, 0, 0, 0},  {2024, 1, 0, 0, 0, 0},  {2024, 4, 31, 0, 0, 0}, {2024, 1, 1, 24, 0, 0},
        {2024, 1, 1, 0, 60, 0},  {2024, 1, 1, 0, 0, 60}, {10000, 1, 1, 0, 0, 0},
    };
    for (unsigned i = 0; i < sizeof invalid / sizeof invalid[0]; i++)
        CHECK(!calendar_is_valid(&invalid[i]));
}
