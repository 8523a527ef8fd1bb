// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// One case of the kernel's API tests: TEST(name) { ... } behind a comment that says what it shows, which
// docs/kernel-tests.md repeats. Its group is its file. A case runs in a thread of its own with fresh objects (env.h) and
// leaves nothing behind: main.c deletes what it made and looks.
//
// TEST_TIMED is for cases that only hold where time is what the machine executes (QEMU's -icount), not where a busy host
// takes it away in between.

#include <stdbool.h>

struct test {
    const char *name; // of the function
    const char *file; // its group's, with .c
    void (*run)(void);
    bool is_timed;
};

// Entries end up side by side in a section of their own, whose ends the linker names.
#define TEST(function) TEST_CASE(function, false)
#define TEST_TIMED(function) TEST_CASE(function, true)
#define TEST_CASE(function, is_timed)                                                                                  \
    static void function(void);                                                                                        \
    static const struct test test_##function                                                                           \
        __attribute__((used, retain, section("api_tests"))) = {#function, __FILE_NAME__, function, is_timed};          \
    static void function(void)

// Ends the case, as failed, unless EXPR holds. In any thread that has the root task's CSpace.
#define CHECK(expr) ((expr) ? (void)0 : test_fail(__FILE_NAME__, __LINE__, #expr))
// The same for an invocation that is to succeed, or to fail with KN_ERROR_<ERROR>.
#define CHECK_OK(call) CHECK((call) == KN_ERROR_NONE)
#define CHECK_ERROR(call, error) CHECK((call) == KN_ERROR_##error)

// A case that takes long says now and then that it does not hang.
void case_goes_on(void);

_Noreturn void test_fail(const char *file, int line, const char *what);
