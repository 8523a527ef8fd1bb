// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// Runs the tests named on the command line, or all; --list names them; -v shows the kernel's log. With KERNITE_BACKTRACE
// in the environment a failure shows where it was noticed.

#include "harness.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "debug/log.h"

static struct test *tests;
static const struct test *running;
static jmp_buf test_ended;
char test_note[80];

void test_register(struct test *test)
{
    struct test **p = &tests;
    while (*p && strcmp((*p)->name, test->name) < 0)
        p = &(*p)->next;
    if (*p && strcmp((*p)->name, test->name) == 0) {
        fprintf(stderr, "two tests are called %s\n", test->name);
        exit(2);
    }
    test->next = *p;
    *p = test;
}

// The last lines of the kernel's log, which name the invariant or the assertion.
static void show_log(void)
{
    word_t size;
    const struct kn_log_ring *ring = klog_ring(&size);
    const char *bytes = (const char *)(ring + 1);
    word_t from = ring->written > 1500 ? ring->written - 1500 : 0;
    for (word_t i = from; ring->capacity && i < ring->written; i++)
        fputc(bytes[i % ring->capacity], stderr);
}

extern void __sanitizer_print_stack_trace(void) __attribute__((weak));

void test_fail(const char *file, int line, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    show_log();
    fprintf(stderr, "%s:%d: %s: ", file, line, running ? running->name : "?");
    vfprintf(stderr, format, args);
    fprintf(stderr, "%s%s\n", test_note[0] ? " at " : "", test_note);
    va_end(args);
    if (getenv("KERNITE_BACKTRACE") && __sanitizer_print_stack_trace)
        __sanitizer_print_stack_trace();
    longjmp(test_ended, 1);
}

static bool run_test(const struct test *test, bool is_verbose)
{
    static jmp_buf halted;
    running = test;
    if (setjmp(test_ended))
        return false;
    if (setjmp(halted))
        test_fail(test->file, 0, "the kernel halted with status %lu", (unsigned long)host.halt_status);
    is_state_compared = true;
    is_state_checked = true;
    is_fastpath_compared = true;
    test_note[0] = 0;
    machine_start(MACHINE_RAM);
    host.on_halt = &halted;
    host.is_log_echoed = is_verbose;
    test->run();
    return true;
}

static bool is_wanted(const struct test *test, char **names, int nr_names)
{
    for (int i = 0; i < nr_names; i++) {
        if (strcmp(test->name, names[i]) == 0)
            return true;
    }
    return nr_names == 0;
}

int main(int argc, char **argv)
{
    bool is_verbose = argc > 1 && strcmp(argv[1], "-v") == 0;
    bool is_list = argc > 1 && strcmp(argv[1], "--list") == 0;
    int skip = 1 + is_verbose;
    unsigned nr_run = 0, nr_failed = 0;
    for (const struct test *t = tests; t; t = t->next) {
        if (is_list) {
            puts(t->name);
            continue;
        }
        if (!is_wanted(t, argv + skip, argc - skip))
            continue;
        nr_run++;
        nr_failed += !run_test(t, is_verbose);
    }
    if (is_list)
        return 0;
    printf("%u tests, %u failed\n", nr_run, nr_failed);
    return nr_failed != 0 || nr_run == 0;
}
