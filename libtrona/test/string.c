// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// libtrona's routines under other names, beside the host's.

#include "unit.h"

#define memcpy tested_memcpy
#define memmove tested_memmove
#define memset tested_memset
#define memcmp tested_memcmp
#define memchr tested_memchr
#define strlen tested_strlen
#define strnlen tested_strnlen
#define strcmp tested_strcmp
#define strncmp tested_strncmp
#define strchr tested_strchr
#define strrchr tested_strrchr
#define str_copy tested_str_copy
#include "../src/string.c"
#undef memcpy
#undef memmove
#undef memset
#undef memcmp

static unsigned char a[300], b[300], want[300];

static void fill(void)
{
    for (int i = 0; i < 300; i++)
        a[i] = want[i] = b[i] = (unsigned char)rand();
}

static void check_same(void)
{
    for (int i = 0; i < 300; i++)
        CHECK(b[i] == want[i]);
}

TEST(memcpy_copies_every_length_at_every_alignment)
{
    for (size_t n = 0; n < 140; n++)
        for (size_t d = 0; d < 9; d++)
            for (size_t s = 0; s < 9; s++) {
                fill();
                for (size_t i = 0; i < n; i++)
                    want[d + i] = a[s + i];
                CHECK(tested_memcpy(b + d, a + s, n) == b + d);
                check_same();
            }
}

TEST(memmove_copies_overlapping_pieces_both_ways)
{
    for (size_t n = 0; n < 140; n++)
        for (size_t d = 0; d < 80; d += 1 + d / 9)
            for (size_t s = 0; s < 80; s += 1 + s / 9) {
                fill();
                for (size_t i = 0; i < 300; i++)
                    want[i] = b[i];
                for (size_t i = 0; i < n; i++)
                    want[d + i] = a[s + i];
                CHECK(tested_memmove(b + d, b + s, n) == b + d);
                check_same();
            }
}

TEST(memset_fills_every_length_at_every_alignment)
{
    for (size_t n = 0; n < 140; n++)
        for (size_t d = 0; d < 9; d++) {
            fill();
            for (size_t i = 0; i < n; i++)
                want[d + i] = 0xa7;
            CHECK(tested_memset(b + d, 0x1a7, n) == b + d);
            check_same();
        }
}

TEST(string_routines_mean_what_C_says)
{
    CHECK(tested_memcmp("abc", "abd", 2) == 0 && tested_memcmp("abc", "abd", 3) < 0 && tested_memcmp("\xff", "\x01", 1) > 0);
    CHECK(tested_strcmp("", "") == 0 && tested_strcmp("a", "") > 0 && tested_strcmp("\x7f", "\x80") < 0);
    CHECK(tested_strncmp("abc", "abd", 2) == 0 && tested_strncmp("abc", "ab", 3) > 0 && tested_strncmp("x", "y", 0) == 0);
    const char *s = "hello";
    CHECK(tested_strchr(s, 'l') == s + 2 && tested_strrchr(s, 'l') == s + 3 && tested_strchr(s, 0) == s + 5 &&
          !tested_strchr(s, 'x'));
    CHECK(tested_memchr(s, 'o', 5) == s + 4 && !tested_memchr(s, 'o', 4));
    CHECK(tested_strlen(s) == 5 && tested_strnlen(s, 3) == 3 && tested_strnlen(s, 9) == 5);
    char text[4];
    CHECK(tested_str_copy(text, "abc", 4) && tested_strcmp(text, "abc") == 0);
    CHECK(!tested_str_copy(text, "abcd", 4) && tested_strcmp(text, "abc") == 0);
    CHECK(!tested_str_copy(text, "x", 1) && text[0] == 0);
}
