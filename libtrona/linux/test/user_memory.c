// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

#include "../user_memory.h"

#include <kn/proto/layout.h>
#include <lx/abi.h>
#include <string.h>

#include "unit.h"
#include "user_copy.h"

TEST(user_memory_beyond_the_programs_range_faults)
{
    char c;
    CHECK(copy_from_user(&c, KN_LAYOUT_PROGRAM_END, 1) == -LX_EFAULT);
    CHECK(copy_from_user(&c, ~0ul, 1) == -LX_EFAULT);
    CHECK(copy_to_user(KN_LAYOUT_PROGRAM_END - 1, &c, 2) == -LX_EFAULT);
    CHECK(copy_to_user(1ul << 63, &c, 1) == -LX_EFAULT);
    CHECK(is_user_range(KN_LAYOUT_PROGRAM_END, 0) && !is_user_range(KN_LAYOUT_PROGRAM_END, 1));
    CHECK(!is_user_range(1, ~0ul));
}

TEST(user_memory_strings_end_at_their_terminator)
{
    char dest[16];
    char *s = user_area + 60; // across a piece's border
    strcpy(s, "0123456789");
    CHECK(copy_string_from_user(dest, (kn_word_t)s, sizeof dest) == 10 && !strcmp(dest, "0123456789"));
    CHECK(copy_string_from_user(dest, (kn_word_t)s, 11) == 10);
    CHECK(copy_string_from_user(dest, (kn_word_t)s, 10) == -LX_ENAMETOOLONG);
    CHECK(user_string_length((kn_word_t)s, 100) == 10 && user_string_length((kn_word_t)s, 0) == 0);
}

TEST(user_memory_a_string_before_a_hole_is_read)
{
    char dest[64];
    char *s = UNMAPPED - 4;
    memcpy(s, "abc", 4);
    CHECK(copy_string_from_user(dest, (kn_word_t)s, sizeof dest) == 3);
    s[3] = 'd';
    CHECK(copy_string_from_user(dest, (kn_word_t)s, sizeof dest) == -LX_EFAULT);
    CHECK(user_string_length((kn_word_t)s, 64) == -LX_EFAULT);
}

TEST(user_memory_a_probe_sees_every_page)
{
    CHECK(probe_user_write((kn_word_t)user_area, (size_t)(UNMAPPED - user_area)) == 0);
    CHECK(probe_user_write((kn_word_t)user_area + 4095, (size_t)(UNMAPPED - user_area)) == -LX_EFAULT);
    CHECK(probe_user_write((kn_word_t)UNMAPPED, 0) == 0);
}
