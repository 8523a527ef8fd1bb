// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

#include "commit.h"

#define MIN_RESERVE 96 // pages
#define RESERVE_PART 32

static kn_word_t total, committed, kernel, reserve;
static bool is_urgent;

void commit_add_total(kn_word_t pages)
{
    total += pages;
}

void commit_set_reserve(void)
{
    reserve = total / RESERVE_PART > MIN_RESERVE ? total / RESERVE_PART : MIN_RESERVE;
}

// Whether PAGES more are there, HELD_BACK apart.
static bool has_room(kn_word_t pages, kn_word_t held_back)
{
    kn_word_t used = committed + kernel + held_back;
    return used <= total && pages <= total - used;
}

bool commit_charge(kn_word_t pages)
{
    if (pages && !has_room(pages, reserve))
        return false;
    committed += pages;
    return true;
}

void commit_release(kn_word_t pages)
{
    committed -= pages;
}

void commit_keep(kn_word_t pages)
{
    committed += pages;
}

bool commit_take_kernel(kn_word_t pages)
{
    if (!has_room(pages, is_urgent ? 0 : reserve))
        return false;
    kernel += pages;
    return true;
}

void commit_give_kernel(kn_word_t pages)
{
    kernel -= pages;
}

void commit_set_urgent(bool urgent)
{
    is_urgent = urgent;
}

bool commit_is_urgent(void)
{
    return is_urgent;
}

kn_word_t commit_total(void)
{
    return committed;
}

kn_word_t commit_limit(void)
{
    kn_word_t rest = kernel + reserve;
    return rest < total ? total - rest : 0;
}
