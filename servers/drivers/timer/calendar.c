// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

#include "calendar.h"

#define DAYS_TO_1970 719162 // from 1 January of year 1

static bool is_leap(unsigned year) { return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0; }

static unsigned days_in_month(unsigned year, unsigned month)
{
    static const unsigned char days[12] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return days[month - 1] + (month == 2 && is_leap(year));
}

bool calendar_is_valid(const struct calendar_time *t)
{
    return t->year >= 1970 && t->year <= 9999 && t->month >= 1 && t->month <= 12 && t->day >= 1 &&
           t->day <= days_in_month(t->year, t->month) && t->hour < 24 && t->minute < 60 && t->second < 60;
}

uint64_t calendar_to_seconds(const struct calendar_time *t)
{
    uint64_t years = t->year - 1;
    uint64_t days = years * 365 + years / 4 - years / 100 + years / 400 - DAYS_TO_1970;
    for (unsigned month = 1; month < t->month; month++)
        days += days_in_month(t->year, month);
    days += t->day - 1;
    return ((days * 24 + t->hour) * 60 + t->minute) * 60 + t->second;
}
