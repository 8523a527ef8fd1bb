// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

#include "trona/log.h"

#include <stdarg.h>

#include <kn/abi.h>
#include <kn/syscalls.h>

#include "trona/format.h"

static struct kn_log_ring *log_ring;
static const char *log_name = "?";

void trona_log_init(struct kn_log_ring *ring, const char *name)
{
    log_ring = ring;
    log_name = name;
}

static void put_char(char c)
{
    if (log_ring) {
        char *data = (char *)(log_ring + 1);
        data[log_ring->written & (log_ring->capacity - 1)] = c;
        __atomic_store_n(&log_ring->written, log_ring->written + 1, __ATOMIC_RELEASE);
    }
#if CONFIG_DEBUG
    kn_debug_put_char((kn_word_t)(unsigned char)c);
#endif
}

static void put_line(const char *format, va_list args)
{
    char line[256];
    trona_vformat(line, sizeof line, format, args);
    for (const char *p = log_name; *p; p++)
        put_char(*p);
    put_char(':');
    put_char(' ');
    for (const char *p = line; *p; p++)
        put_char(*p);
    put_char('\n');
}

void trona_log(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    put_line(format, args);
    va_end(args);
}

void trona_panic(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    put_line(format, args);
    va_end(args);
    for (;;)
        __builtin_trap();
}
