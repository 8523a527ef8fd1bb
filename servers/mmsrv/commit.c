// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

#include "commit.h"

#include "pool.h"

static kn_word_t committed, limit;

void commit_init(void)
{
    kn_word_t total = pool_free_pages();
    limit = total - total / 8; // the rest: page tables, capabilities, kernel objects, mmsrv's own heap
}

bool commit_charge(kn_word_t pages)
{
    if (pages > limit - committed)
        return false;
    committed += pages;
    return true;
}

void commit_release(kn_word_t pages)
{
    committed -= pages;
}

kn_word_t commit_total(void)
{
    return committed;
}

kn_word_t commit_limit(void)
{
    return limit;
}
