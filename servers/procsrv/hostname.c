// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

#include "hostname.h"

#include <lx/abi.h>

#include "trona/string.h"

static char name[HOSTNAME_MAX] = "kernite";
static uint64_t name_length = 7;

long hostname_set(uint64_t length, const uint64_t *words)
{
    if (length > HOSTNAME_MAX)
        return -LX_EINVAL;
    memset(name, 0, sizeof name);
    memcpy(name, words, length);
    name_length = length;
    return 0;
}

uint64_t hostname_get(uint64_t *words)
{
    memcpy(words, name, sizeof name);
    return name_length;
}
