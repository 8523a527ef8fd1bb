// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// The PC's CMOS clock. Source: Motorola MC146818A data sheet; the century is where ACPI's FADT puts it on all PCs.

#include "rtc.h"

#include <kn/stubs.h>
#include <lx/abi.h>

#include "calendar.h"
#include "trona/startup.h"

#define INDEX_PORT 0x70
#define DATA_PORT 0x71
#define SECOND 0x00
#define MINUTE 0x02
#define HOUR 0x04
#define DAY 0x07
#define MONTH 0x08
#define YEAR 0x09
#define STATUS_A 0x0a
#define STATUS_B 0x0b
#define CENTURY 0x32
#define A_UPDATING 0x80
#define B_24_HOURS 0x02
#define B_BINARY 0x04
#define HOUR_PM 0x80
#define MAX_TRIES 20000 // an update takes at most 2 ms

static kn_cptr_t ports;

static unsigned read_register(unsigned reg)
{
    kn_word_t value = 0;
    kn_io_port_out8(ports, INDEX_PORT, reg);
    kn_io_port_in8(ports, DATA_PORT, &value);
    return (unsigned)value & 0xff;
}

void rtc_init(void) { ports = trona_resource(KN_LAYOUT_RESOURCE_IO_PORT, INDEX_PORT)->slot; }

struct fields {
    unsigned second, minute, hour, day, month, year, century;
};

static struct fields read_fields(void)
{
    return (struct fields){read_register(SECOND), read_register(MINUTE), read_register(HOUR),   read_register(DAY),
                           read_register(MONTH),  read_register(YEAR),   read_register(CENTURY)};
}

static bool are_equal(const struct fields *a, const struct fields *b)
{
    return a->second == b->second && a->minute == b->minute && a->hour == b->hour && a->day == b->day &&
           a->month == b->month && a->year == b->year && a->century == b->century;
}

static unsigned number(unsigned value, bool is_binary) { return is_binary ? value : (value >> 4) * 10 + (value & 0xf); }

static struct calendar_time decode(const struct fields *f, unsigned status_b)
{
    bool is_binary = status_b & B_BINARY;
    unsigned hour = number(f->hour & ~(unsigned)HOUR_PM, is_binary);
    if (status_b & B_24_HOURS)
        hour = number(f->hour, is_binary);
    else
        hour = hour % 12 + (f->hour & HOUR_PM ? 12 : 0);
    unsigned year = number(f->year, is_binary), century = number(f->century, is_binary);
    if (century < 19 || century > 99)
        century = year < 70 ? 20 : 19;
    return (struct calendar_time){century * 100 + year,         number(f->month, is_binary),
                                  number(f->day, is_binary),    hour,
                                  number(f->minute, is_binary), number(f->second, is_binary)};
}

long rtc_read(uint64_t *seconds)
{
    for (unsigned tries = 0; tries < MAX_TRIES; tries++) {
        if (read_register(STATUS_A) & A_UPDATING)
            continue;
        struct fields first = read_fields();
        struct fields second = read_fields();
        if (read_register(STATUS_A) & A_UPDATING || !are_equal(&first, &second))
            continue;
        struct calendar_time time = decode(&first, read_register(STATUS_B));
        if (!calendar_is_valid(&time))
            return -LX_EIO;
        *seconds = calendar_to_seconds(&time);
        return 0;
    }
    return -LX_EIO;
}
