// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

#include "../start_stack.h"

#include <lx/abi.h>
#include <string.h>

#include "unit.h"
#include "user_copy.h"

#define TOP ((kn_word_t)user_area + 0x4000)
#define STRINGS (user_area + 0x5000)

static const kn_word_t auxv[] = {LX_AT_PAGESZ, 4096, LX_AT_ENTRY, 0x1234};

static struct start_info example(const char *strings, size_t length, kn_word_t argc, kn_word_t envc)
{
    memcpy(STRINGS, strings, length);
    return (struct start_info){.top = TOP,
                               .strings = (kn_word_t)STRINGS,
                               .strings_length = length,
                               .argc = argc,
                               .envc = envc,
                               .execfn = (kn_word_t)STRINGS,
                               .platform = "x86_64",
                               .random = {7, 8},
                               .auxv = auxv,
                               .nr_auxv = 2};
}

static kn_word_t aux(const kn_word_t *v, kn_word_t type)
{
    for (; v[0] != LX_AT_NULL; v += 2)
        if (v[0] == type)
            return v[1];
    return 0;
}

TEST(start_stack_has_arguments_environment_and_auxv)
{
    static const char strings[] = "/bin/sh\0-c\0A=1";
    struct start_info info = example(strings, sizeof strings, 2, 1);
    kn_word_t sp;
    CHECK(start_stack_build(&info, &sp) == 0);
    const kn_word_t *w = (const kn_word_t *)sp;
    CHECK(sp % 16 == 0 && w[0] == 2);
    CHECK(!strcmp((char *)w[1], "/bin/sh") && !strcmp((char *)w[2], "-c") && !w[3]);
    CHECK(!strcmp((char *)w[4], "A=1") && !w[5]);
    CHECK(aux(w + 6, LX_AT_ENTRY) == 0x1234 && !strcmp((char *)aux(w + 6, LX_AT_EXECFN), "/bin/sh"));
    CHECK(!strcmp((char *)aux(w + 6, LX_AT_PLATFORM), "x86_64"));
    const kn_word_t *random = (const kn_word_t *)aux(w + 6, LX_AT_RANDOM);
    CHECK(random[0] == 7 && random[1] == 8 && (kn_word_t)random % 16 == 0);
    CHECK(*(kn_word_t *)(TOP - 8) == 0);
}

TEST(start_stack_without_arguments_or_environment_has_both_ends)
{
    struct start_info info = example("", 1, 0, 0);
    kn_word_t sp;
    info.strings_length = 0;
    CHECK(start_stack_build(&info, &sp) == 0);
    const kn_word_t *w = (const kn_word_t *)sp;
    CHECK(w[0] == 0 && w[1] == 0 && w[2] == 0 && w[3] == LX_AT_PAGESZ);
}

TEST(start_stack_with_fewer_strings_than_said_stays_in_bounds)
{
    struct start_info info = example("a\0b", 4, 5, 5);
    kn_word_t sp;
    CHECK(start_stack_build(&info, &sp) == 0);
    CHECK(aux((const kn_word_t *)sp + 1 + 2 + 2, LX_AT_ENTRY) == 0x1234);
}

TEST(start_stack_many_strings_cross_pieces)
{
    static char strings[3000];
    kn_word_t n = 0;
    for (size_t i = 0; i + 8 <= sizeof strings; i += 8, n++)
        snprintf(strings + i, 8, "%07lu", (unsigned long)n);
    struct start_info info = example(strings, n * 8, n, 0);
    kn_word_t sp;
    CHECK(start_stack_build(&info, &sp) == 0);
    for (kn_word_t i = 0; i < n; i++)
        CHECK(!strcmp(((char **)sp)[1 + i], strings + i * 8));
}

TEST(start_stack_in_unmapped_memory_fails)
{
    struct start_info info = example("a", 2, 1, 0);
    kn_word_t sp;
    info.top = (kn_word_t)user_area + USER_AREA_BYTES;
    CHECK(start_stack_build(&info, &sp) == -LX_EFAULT);
}
