// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// The stack that a program finds when it starts: argc, argv, envp, auxiliary vector, strings. Touches memory through
// user_memory.h only, so it also builds for the host's tests.

#include <stddef.h>

#include <kn/abi.h>

struct start_info {
    kn_word_t top;                     // end of the stack
    kn_word_t strings, strings_length; // argv and envp, each string NUL-terminated, at a user address
    kn_word_t argc, envc;
    kn_word_t execfn; // user address of the program's path
    const char *platform;
    kn_word_t random[2];
    const kn_word_t *auxv; // pairs; AT_EXECFN, AT_RANDOM, AT_PLATFORM, AT_NULL are added
    size_t nr_auxv;        // pairs
};

// Builds it: 0 and the stack pointer, 16-byte aligned; -LX_EFAULT.
long start_stack_build(const struct start_info *info, kn_word_t *sp);
