// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// What ./run tells the guest, lines of key=value (docs/boot-archive.md).

#include <stdbool.h>

struct options {
    bool is_exec;                 // mode=exec
    bool is_verbose;              // verbose=1
    unsigned short columns, rows; // 0: not given
    char term[64];                // "dumb" if not given
};

// Takes TEXT apart, which is changed. Unknown keys and lines that make no sense are ignored.
void options_parse(char *text, struct options *options);
