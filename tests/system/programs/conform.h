// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
//
// For the conform-*.c programs: each checks that system calls do what Linux does, and runs on Linux as well. Prints the
// checks that fail; exits with 0 if none does.

#pragma once

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int nr_failed;

#define CHECK(condition)                                                                                               \
    do {                                                                                                               \
        errno = 0;                                                                                                     \
        if (!(condition)) {                                                                                            \
            printf("%s:%d: %s (errno %d)\n", __func__, __LINE__, #condition, errno);                                   \
            fflush(stdout);                                                                                            \
            nr_failed++;                                                                                               \
        }                                                                                                              \
    } while (0)
#define FAILS(call, error) CHECK((long)(call) == -1 && errno == (error))

#define RUN(test)                                                                                                      \
    do {                                                                                                               \
        if (argc < 2 || strcmp(argv[1], #test) == 0)                                                                   \
            test();                                                                                                    \
    } while (0)
