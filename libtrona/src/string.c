// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// Byte and word loops: simple, no vector registers. Copies and fills of 32 bytes and more go by 64-bit words once the
// destination is aligned.

#include "trona/string.h"

#include <stdint.h>

typedef uint64_t __attribute__((may_alias)) word;

// The word at P, whatever its alignment: ordinary memory allows it on both architectures, but on one of them the compiler
// must not make such accesses by itself (device memory does not).
static inline uint64_t load_unaligned(const unsigned char *p)
{
#if defined(__aarch64__)
    uint64_t value;
    __asm__("ldr %0, %1" : "=r"(value) : "m"(*(const unsigned char(*)[8])p));
    return value;
#else
    typedef uint64_t __attribute__((may_alias, aligned(1))) unaligned_word;
    return *(const unaligned_word *)p;
#endif
}

void *memcpy(void *restrict dest, const void *restrict src, size_t n)
{
    unsigned char *d = dest;
    const unsigned char *s = src;
    if (n >= 32) {
        for (; (uintptr_t)d % 8; n--)
            *d++ = *s++;
        if ((uintptr_t)s % 8 == 0)
            for (; n >= 32; n -= 32, d += 32, s += 32) {
                uint64_t a = ((const word *)s)[0], b = ((const word *)s)[1], e = ((const word *)s)[2], f = ((const word *)s)[3];
                ((word *)d)[0] = a, ((word *)d)[1] = b, ((word *)d)[2] = e, ((word *)d)[3] = f;
            }
        for (; n >= 8; n -= 8, d += 8, s += 8)
            *(word *)d = load_unaligned(s);
    }
    while (n--)
        *d++ = *s++;
    return dest;
}

void *memmove(void *dest, const void *src, size_t n)
{
    unsigned char *d = dest;
    const unsigned char *s = src;
    if (d <= s || d >= s + n) {
        // Forward copying by words is safe for d < s: each word is read before anything at or above it is written.
        if (s - d >= 32 || d >= s + n)
            return memcpy(dest, src, n);
        while (n--)
            *d++ = *s++;
        return dest;
    }
    while (n--)
        d[n] = s[n];
    return dest;
}

void *memset(void *dest, int c, size_t n)
{
    unsigned char *d = dest;
    uint64_t fill = (uint64_t)(unsigned char)c * 0x0101010101010101;
    if (n >= 32) {
        for (; (uintptr_t)d % 8; n--)
            *d++ = (unsigned char)c;
        for (; n >= 32; n -= 32, d += 32)
            ((word *)d)[0] = fill, ((word *)d)[1] = fill, ((word *)d)[2] = fill, ((word *)d)[3] = fill;
        for (; n >= 8; n -= 8, d += 8)
            *(word *)d = fill;
    }
    while (n--)
        *d++ = (unsigned char)c;
    return dest;
}

int memcmp(const void *a, const void *b, size_t n)
{
    const unsigned char *p = a, *q = b;
    for (; n; n--, p++, q++)
        if (*p != *q)
            return *p < *q ? -1 : 1;
    return 0;
}

void *memchr(const void *s, int c, size_t n)
{
    const unsigned char *p = s;
    for (; n; n--, p++)
        if (*p == (unsigned char)c)
            return (void *)p;
    return NULL;
}

size_t strlen(const char *s)
{
    size_t n = 0;
    while (s[n])
        n++;
    return n;
}

size_t strnlen(const char *s, size_t max)
{
    size_t n = 0;
    while (n < max && s[n])
        n++;
    return n;
}

int strcmp(const char *a, const char *b)
{
    while (*a && *a == *b)
        a++, b++;
    return (unsigned char)*a - (unsigned char)*b;
}

int strncmp(const char *a, const char *b, size_t n)
{
    while (n && *a && *a == *b)
        a++, b++, n--;
    return n ? (unsigned char)*a - (unsigned char)*b : 0;
}

char *strchr(const char *s, int c)
{
    for (;; s++) {
        if (*s == (char)c)
            return (char *)s;
        if (!*s)
            return NULL;
    }
}

char *strrchr(const char *s, int c)
{
    const char *last = NULL;
    for (;; s++) {
        if (*s == (char)c)
            last = s;
        if (!*s)
            return (char *)last;
    }
}

bool str_copy(char *dest, const char *src, size_t size)
{
    size_t n = strnlen(src, size);
    bool fits = n < size;
    if (!fits)
        n = size - 1;
    memcpy(dest, src, n);
    dest[n] = 0;
    return fits;
}
