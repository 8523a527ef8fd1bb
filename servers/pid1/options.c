// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

#include "options.h"

#include "trona/string.h"

// A decimal number up to 65535; 0 if it is none.
static unsigned short parse_number(const char *text)
{
    unsigned value = 0;
    for (const char *p = text; *p; p++) {
        if (*p < '0' || *p > '9')
            return 0;
        value = value * 10 + (unsigned)(*p - '0');
        if (value > 0xffff)
            return 0;
    }
    return (unsigned short)value;
}

static void take(struct options *o, const char *key, const char *value)
{
    if (strcmp(key, "mode") == 0)
        o->is_exec = strcmp(value, "exec") == 0;
    else if (strcmp(key, "verbose") == 0)
        o->is_verbose = strcmp(value, "1") == 0;
    else if (strcmp(key, "columns") == 0)
        o->columns = parse_number(value);
    else if (strcmp(key, "rows") == 0)
        o->rows = parse_number(value);
    else if (strcmp(key, "term") == 0 && *value && strlen(value) < sizeof o->term)
        memcpy(o->term, value, strlen(value) + 1);
}

void options_parse(char *text, struct options *options)
{
    *options = (struct options){.term = "dumb"};
    char *end;
    for (char *line = text; *line; line = end) {
        end = strchr(line, '\n');
        if (end)
            *end++ = 0;
        else
            end = line + strlen(line);
        char *equals = strchr(line, '=');
        if (!equals)
            continue;
        *equals = 0;
        take(options, line, equals + 1);
    }
}
