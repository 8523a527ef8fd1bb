// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// Runs the registered tests one after the other, each with a heap that must be as it was again at its end. What a test
// leaves behind may be tables that grow with use: then it runs again, and must leave no more. The first failure ends the
// program.

#include "unit.h"

#include <string.h>

static struct unit_test *tests;

void unit_register(struct unit_test *test)
{
    struct unit_test **link = &tests; // in the order of the source
    while (*link)
        link = &(*link)->next;
    *link = test;
}

// The bytes that T has not given back.
static size_t run(const struct unit_test *t)
{
    size_t used = trona_heap_used();
    unit_fail_allocation_after(-1);
    t->run();
    unit_fail_allocation_after(-1);
    return trona_heap_used() - used;
}

int main(int argc, char **argv)
{
    unsigned count = 0;
    for (struct unit_test *t = tests; t; t = t->next) {
        if (argc > 1 && strcmp(argv[1], t->name) != 0)
            continue;
        printf("%s\n", t->name);
        fflush(stdout);
        size_t left = run(t);
        for (int tries = 0; left && tries < 2; tries++)
            left = run(t);
        if (left) {
            fprintf(stderr, "%s leaks %zu bytes\n", t->name, left);
            return 1;
        }
        count++;
    }
    printf("%u tests\n", count);
    return count ? 0 : 1;
}
