// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

#include <string.h>

#include "options.h"
#include "unit.h"

static struct options parse(const char *text)
{
    char copy[256];
    struct options options;
    strcpy(copy, text);
    options_parse(copy, &options);
    return options;
}

TEST(options_take_what_run_writes)
{
    struct options o = parse("mode=exec\nverbose=1\ncolumns=132\nrows=43\nterm=xterm-256color\n");
    CHECK(o.is_exec && o.is_verbose && o.columns == 132 && o.rows == 43 && strcmp(o.term, "xterm-256color") == 0);
}

TEST(options_have_defaults_and_ignore_the_unknown)
{
    struct options o = parse("colour=blue\n\nnonsense\n=\nmode=shell\nrows=99999\ncolumns=-1\nterm=\nverbose=yes");
    CHECK(!o.is_exec && !o.is_verbose && o.columns == 0 && o.rows == 0 && strcmp(o.term, "dumb") == 0);
}
