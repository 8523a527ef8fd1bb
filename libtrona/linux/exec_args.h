// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// The arguments of an exec, gathered for the next image: struct kn_layout_exec_args with argv, envp, the program's path
// and the descriptor snapshot, in an anonymous mapping.

#include "layer.h"

struct exec_source {
    word_t argv, envp;    // user addresses of the vectors
    const char *prefix;   // strings that take the place of argv[0] (#!), each NUL-terminated
    size_t prefix_length; // 0: none
    size_t nr_prefix;
    const char *path; // what AT_EXECFN will show
};

struct exec_mapping {
    word_t addr, length;
    word_t argv_offset, argv_length; // its bytes that are argv
};

// Maps and fills; 0, -LX_E2BIG, -LX_EFAULT, -LX_ENOMEM. On success the mapping must be given back by exec_args_unmap,
// unless the exec succeeds.
long exec_args_gather(const struct thread *t, const struct exec_source *s, struct exec_mapping *m);
void exec_args_unmap(const struct exec_mapping *m);
