// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

#include "unit.h"

#include <limits.h>
#include <string.h>

#include "trona/format.h"

// Every format here means the same to the host's printf.
#define SAME(...)                                                                                                      \
    do {                                                                                                               \
        char got[100], want[100];                                                                                      \
        int n = trona_format(got, sizeof got, __VA_ARGS__);                                                            \
        CHECK(n == snprintf(want, sizeof want, __VA_ARGS__) && strcmp(got, want) == 0);                                \
    } while (0)

TEST(format_writes_what_printf_writes)
{
    SAME("plain");
    SAME("%d %i %u", -5, INT_MIN, UINT_MAX);
    SAME("%ld %lu %lx", LONG_MIN, ULONG_MAX, ULONG_MAX);
    SAME("%zu %lld", (size_t)7, (long long)-8);
    SAME("[%5d] [%-5d] [%05d] [%05d]", 42, 42, 42, -42);
    SAME("[%8x] [%-8X] [%08x] [%o]", 0xabcu, 0xabcu, 0xabcu, 8u);
    SAME("[%s] [%10s] [%-10s] [%.2s] [%.*s]", "abc", "abc", "abc", "abc", 1, "abc");
    SAME("[%*d] [%*d]", 6, 1, -6, 1);
    SAME("%c%c %%", 'a', 'b');
    SAME("%d", 0);
}

TEST(format_cuts_and_terminates)
{
    char text[4] = "zzz";
    CHECK(trona_format(text, 4, "%s", "hello") == 5 && strcmp(text, "hel") == 0);
    CHECK(trona_format(text, 1, "%s", "hello") == 5 && text[0] == 0);
    CHECK(trona_format(NULL, 0, "%d", 123) == 3);
}
