// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

#include "user_memory.h"

#include <kn/proto/layout.h>
#include <lx/abi.h>

#include "trona/string.h"

#define PAGE ((size_t)1 << KN_PAGE_BITS)
#define STRING_PIECE 64 // strings are read in aligned pieces of this size, which never cross a page

bool is_user_range(kn_word_t addr, size_t n)
{
    return addr <= KN_LAYOUT_PROGRAM_END && n <= KN_LAYOUT_PROGRAM_END - addr;
}

long copy_from_user(void *dest, kn_word_t src, size_t n)
{
    if (!is_user_range(src, n))
        return -LX_EFAULT;
    return user_copy(dest, (const void *)src, n);
}

long copy_to_user(kn_word_t dest, const void *src, size_t n)
{
    if (!is_user_range(dest, n))
        return -LX_EFAULT;
    return user_copy((void *)dest, src, n);
}

long copy_in_user(kn_word_t dest, kn_word_t src, size_t n)
{
    if (!is_user_range(dest, n) || !is_user_range(src, n))
        return -LX_EFAULT;
    return user_copy((void *)dest, (const void *)src, n);
}

long copy_string_from_user(char *dest, kn_word_t src, size_t size)
{
    for (size_t done = 0; done < size;) {
        size_t piece = STRING_PIECE - (src + done) % STRING_PIECE;
        if (piece > size - done)
            piece = size - done;
        if (copy_from_user(dest + done, src + done, piece))
            return -LX_EFAULT;
        const char *end = memchr(dest + done, 0, piece);
        if (end)
            return end - dest;
        done += piece;
    }
    return -LX_ENAMETOOLONG;
}

long user_string_length(kn_word_t src, size_t max)
{
    char buffer[STRING_PIECE];
    for (size_t done = 0; done < max;) {
        size_t piece = STRING_PIECE - (src + done) % STRING_PIECE;
        if (copy_from_user(buffer, src + done, piece))
            return -LX_EFAULT;
        const char *end = memchr(buffer, 0, piece);
        if (end)
            return (long)(done + (size_t)(end - buffer));
        done += piece;
    }
    return (long)max;
}

long probe_user_write(kn_word_t addr, size_t n)
{
    if (!is_user_range(addr, n))
        return -LX_EFAULT;
    for (size_t done = 0; done < n; done += PAGE - (addr + done) % PAGE) {
        if (user_touch((void *)(addr + done)))
            return -LX_EFAULT;
    }
    return 0;
}
