// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// From a path to a program: checks, the script's first line, and the plan by which procsrv replaces the address space.

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <kn/proto/layout.h>

#include "path.h"

struct client;

#define EXEC_LINE 256 // of a script's first line, as Linux reads it

struct exec_script {
    bool is_script;
    char interpreter[EXEC_LINE], argument[EXEC_LINE]; // argument empty: none
};

// Looks at the program PLACE for CLIENT and fills PLAN (but for the arguments' range), or SCRIPT if it is one; NAME is the
// path it was called by. 0, or -LX_EACCES, -LX_ENOEXEC (logged if it claims to be ELF), -LX_ELIBBAD, -LX_ENOENT, ...
long exec_look(struct client *client, const struct place *place, const char *name, struct kn_layout_exec_plan *plan,
               struct exec_script *script);
// The program now runs in CLIENT: remembers it and its arguments.
void exec_done(struct client *client, const struct place *place, const char *cmdline, size_t length);
