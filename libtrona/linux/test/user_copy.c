// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// The host's user.S: the last page of user_area stands for memory that is not mapped.

#include "user_copy.h"

#include <lx/abi.h>
#include <stdint.h>
#include <string.h>

#include "user_memory.h"

_Alignas(4096) char user_area[USER_AREA_BYTES];

static int is_mapped(const void *p, size_t n)
{
    uintptr_t at = (uintptr_t)p, hole = (uintptr_t)user_area + USER_AREA_BYTES - 4096;
    return at + n <= hole || at >= hole + 4096;
}

long user_copy(void *dest, const void *src, size_t n)
{
    if (!is_mapped(dest, n) || !is_mapped(src, n))
        return -LX_EFAULT;
    memcpy(dest, src, n);
    return 0;
}

long user_touch(void *p) { return is_mapped(p, 1) ? 0 : -LX_EFAULT; }
