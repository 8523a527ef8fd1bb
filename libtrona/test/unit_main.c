// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// Runs the registered tests one after the other, each with a heap that must be empty again at its end. The first failure
// ends the program.

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

int main(int argc, char **argv)
{
    unsigned count = 0;
    for (struct unit_test *t = tests; t; t = t->next) {
        if (argc > 1 && strcmp(argv[1], t->name) != 0)
            continue;
        size_t used = trona_heap_used();
        printf("%s\n", t->name);
        fflush(stdout);
        unit_fail_allocation_after(-1);
        t->run();
        if (trona_heap_used() != used) {
            fprintf(stderr, "%s leaks %zu bytes\n", t->name, trona_heap_used() - used);
            return 1;
        }
        count++;
    }
    printf("%u tests\n", count);
    return count ? 0 : 1;
}
