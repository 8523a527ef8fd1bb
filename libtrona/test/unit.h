// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// Unit tests of user-land objects on the host (ASan and UBSan in the debug preset). A test is a sentence:
//
//     TEST(region_find_sees_the_last_byte) { CHECK(region_find(root, 0x1fff) == &r); }
//
// Link unit_main.c and heap_host.c (the heap of libtrona over malloc): trona_unit_test() in cmake/user.cmake does it.

#include <stdio.h>
#include <stdlib.h>

struct unit_test {
    const char *name;
    void (*run)(void);
    struct unit_test *next;
};

void unit_register(struct unit_test *test);
// After this many further allocations the heap refuses; negative: never.
void unit_fail_allocation_after(long count);
// Bytes handed out by the heap and not given back.
size_t trona_heap_used(void);

#define TEST(sentence)                                                                                                 \
    static void sentence(void);                                                                                        \
    __attribute__((constructor)) static void register_##sentence(void)                                                 \
    {                                                                                                                  \
        static struct unit_test test = {#sentence, sentence, NULL};                                                    \
        unit_register(&test);                                                                                          \
    }                                                                                                                  \
    static void sentence(void)

#define CHECK(expr)                                                                                                    \
    do {                                                                                                               \
        if (!(expr)) {                                                                                                 \
            fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #expr);                                                 \
            exit(1);                                                                                                   \
        }                                                                                                              \
    } while (0)
