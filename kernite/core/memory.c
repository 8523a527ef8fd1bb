// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// The memory functions that compilers call on their own, for the ports without a C library. Whole words where source
// and destination allow it. Never on user memory but through the kernel's window.

#include <stddef.h>
#include <stdint.h>

#define WORD_SIZE sizeof(uint64_t)

// A word that may alias anything.
typedef uint64_t __attribute__((may_alias)) any_word_t;

// Keeps the compiler from turning a loop into a call of the function that the loop is in.
#define NO_BUILTIN(name) __attribute__((no_builtin(name)))

void *memset(void *dest, int c, size_t n);
void *memcpy(void *restrict dest, const void *restrict src, size_t n);
void *memmove(void *dest, const void *src, size_t n);
int memcmp(const void *a, const void *b, size_t n);

NO_BUILTIN("memset") void *memset(void *dest, int c, size_t n)
{
    unsigned char *d = dest;
    uint64_t word = (unsigned char)c * 0x0101010101010101ull;
    for (; n > 0 && (uintptr_t)d % WORD_SIZE != 0; n--)
        *d++ = (unsigned char)c;
    for (; n >= 4 * WORD_SIZE; n -= 4 * WORD_SIZE, d += 4 * WORD_SIZE) {
        any_word_t *w = (any_word_t *)d;
        w[0] = word;
        w[1] = word;
        w[2] = word;
        w[3] = word;
    }
    for (; n > 0; n--)
        *d++ = (unsigned char)c;
    return dest;
}

NO_BUILTIN("memcpy") void *memcpy(void *restrict dest, const void *restrict src, size_t n)
{
    unsigned char *d = dest;
    const unsigned char *s = src;
    if (((uintptr_t)d | (uintptr_t)s) % WORD_SIZE == 0)
        for (; n >= WORD_SIZE; n -= WORD_SIZE, d += WORD_SIZE, s += WORD_SIZE)
            *(any_word_t *)d = *(const any_word_t *)s;
    for (; n > 0; n--)
        *d++ = *s++;
    return dest;
}

NO_BUILTIN("memmove") void *memmove(void *dest, const void *src, size_t n)
{
    unsigned char *d = dest;
    const unsigned char *s = src;
    if ((uintptr_t)d - (uintptr_t)s >= n)
        return memcpy(dest, src, n);
    while (n-- > 0)
        d[n] = s[n];
    return dest;
}

NO_BUILTIN("memcmp") int memcmp(const void *a, const void *b, size_t n)
{
    const unsigned char *x = a, *y = b;
    for (; n > 0; n--, x++, y++)
        if (*x != *y)
            return *x - *y;
    return 0;
}
