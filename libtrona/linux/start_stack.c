// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// See System V ABI, AMD64 and AArch64 supplements, "Initial Stack". From the top: a zero word, the program's path, the
// strings, the platform, 16 random bytes; below them the vectors.

#include "start_stack.h"

#include <lx/abi.h>

#include "user_memory.h"

#include "trona/string.h"

#define WORD sizeof(kn_word_t)
#define ADDED_AUXV 4
#define PIECE 256 // strings are looked through in pieces

struct writer {
    kn_word_t at;
    long error;
};

static void put_word(struct writer *w, kn_word_t v)
{
    if (put_user(&v, w->at))
        w->error = -LX_EFAULT;
    w->at += WORD;
}

static void put_aux(struct writer *w, kn_word_t type, kn_word_t v)
{
    put_word(w, type);
    put_word(w, v);
}

// Writes the addresses of the argc + envc strings at BASE, a zero word behind each kind.
static void put_vectors(struct writer *w, const struct start_info *info, kn_word_t base)
{
    char piece[PIECE];
    kn_word_t left = info->argc, start = 0, nr_kinds = 0;
    for (; nr_kinds < 2 && !left; nr_kinds++) {
        put_word(w, 0);
        left = info->envc;
    }
    for (kn_word_t at = 0; at < info->strings_length && nr_kinds < 2 && !w->error; at++) {
        kn_word_t rest = info->strings_length - at;
        if (at % PIECE == 0 && copy_from_user(piece, base + at, rest < PIECE ? rest : PIECE))
            w->error = -LX_EFAULT;
        if (piece[at % PIECE])
            continue;
        put_word(w, base + start);
        start = at + 1;
        left--;
        for (; nr_kinds < 2 && !left; nr_kinds++) {
            put_word(w, 0);
            left = info->envc;
        }
    }
    for (; nr_kinds < 2; nr_kinds++) // fewer strings than said
        put_word(w, 0);
}

// Copies what the vectors point to; *TOP goes down.
static long put_strings(const struct start_info *info, kn_word_t *top, kn_word_t *strings, kn_word_t *execfn)
{
    kn_word_t at = info->top - WORD;
    long n = user_string_length(info->execfn, LX_PATH_MAX);
    if (n < 0)
        return n;
    *execfn = at - (kn_word_t)n - 1;
    *strings = *execfn - info->strings_length;
    const char zero = 0;
    if (copy_in_user(*execfn, info->execfn, (size_t)n) || put_user(&zero, *execfn + (kn_word_t)n) ||
        copy_in_user(*strings, info->strings, info->strings_length))
        return -LX_EFAULT;
    *top = *strings;
    return 0;
}

long start_stack_build(const struct start_info *info, kn_word_t *sp)
{
    kn_word_t at, strings, execfn;
    long r = put_strings(info, &at, &strings, &execfn);
    if (r)
        return r;
    size_t platform_bytes = strlen(info->platform) + 1;
    kn_word_t platform = at - platform_bytes;
    kn_word_t random = (platform - sizeof info->random) & ~15ul;
    if (copy_to_user(platform, info->platform, platform_bytes) ||
        copy_to_user(random, info->random, sizeof info->random))
        return -LX_EFAULT;
    kn_word_t words = 1 + info->argc + 1 + info->envc + 1 + 2 * (info->nr_auxv + ADDED_AUXV);
    struct writer w = {(random - words * WORD) & ~15ul, 0};
    *sp = w.at;
    put_word(&w, info->argc);
    put_vectors(&w, info, strings);
    for (size_t i = 0; i < info->nr_auxv; i++)
        put_aux(&w, info->auxv[2 * i], info->auxv[2 * i + 1]);
    put_aux(&w, LX_AT_EXECFN, execfn);
    put_aux(&w, LX_AT_RANDOM, random);
    put_aux(&w, LX_AT_PLATFORM, platform);
    put_aux(&w, LX_AT_NULL, 0);
    return w.error;
}
