// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "layer.h"

struct clone_args {
    word_t flags; // CLONE_*; the exit signal in the low byte
    word_t stack; // of the child; 0: as the parent's
    word_t parent_tid, child_tid, tls;
};

// Makes a child process: its pid; 0 in the child; -errno.
long fork_process(struct thread *t, const struct clone_args *c);
