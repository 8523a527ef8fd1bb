// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

#include "layer.h"

#include "trona/format.h"

#define LINE_BYTES 160

void debug_log(const char *format, ...)
{
    char line[LINE_BYTES];
    va_list args;
    if (!CONFIG_DEBUG)
        return;
    va_start(args, format);
    trona_vformat(line, sizeof line, format, args);
    va_end(args);
    for (const char *c = line; *c; c++)
        kn_debug_put_char((unsigned char)*c);
    kn_debug_put_char('\n');
}
