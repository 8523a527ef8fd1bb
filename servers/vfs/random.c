// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

#include "random.h"

#include <stdbool.h>
#include <stdint.h>

#include "trona/string.h"
#include "trona/ticks.h"

static uint32_t key[8];

#if defined(__x86_64__)
static bool has_generator;

static void find_generator(void)
{
    uint32_t a = 1, b, c = 0, d;
    __asm__ volatile("cpuid" : "+a"(a), "=b"(b), "+c"(c), "=d"(d));
    has_generator = c >> 30 & 1;
}

static uint64_t processor_random(void)
{
    uint64_t value = 0;
    unsigned char ok = 0;
    for (int i = 0; has_generator && !ok && i < 10; i++)
        __asm__ volatile("rdrand %0; setc %1" : "=r"(value), "=q"(ok) : : "cc");
    return value;
}
#elif defined(__aarch64__)
static void find_generator(void) {}

// RNDR; the machines that are supported have it (ID registers cannot be read here).
static uint64_t processor_random(void)
{
    uint64_t value;
    __asm__ volatile("mrs %0, s3_3_c2_c4_0" : "=r"(value) : : "cc");
    return value;
}
#else
#error "no source of randomness"
#endif

static uint32_t rotate(uint32_t x, unsigned n) { return x << n | x >> (32 - n); }

static void quarter_round(uint32_t *s, unsigned a, unsigned b, unsigned c, unsigned d)
{
    s[a] += s[b];
    s[d] = rotate(s[d] ^ s[a], 16);
    s[c] += s[d];
    s[b] = rotate(s[b] ^ s[c], 12);
    s[a] += s[b];
    s[d] = rotate(s[d] ^ s[a], 8);
    s[c] += s[d];
    s[b] = rotate(s[b] ^ s[c], 7);
}

static void block(uint64_t counter, uint32_t out[16])
{
    uint32_t start[16] = {0x61707865, 0x3320646e, 0x79622d32, 0x6b206574};
    memcpy(start + 4, key, sizeof key);
    start[12] = (uint32_t)counter;
    start[13] = (uint32_t)(counter >> 32);
    memcpy(out, start, sizeof start);
    for (int i = 0; i < 10; i++) {
        for (unsigned k = 0; k < 4; k++)
            quarter_round(out, k, k + 4, k + 8, k + 12);
        for (unsigned k = 0; k < 4; k++)
            quarter_round(out, k, 4 + (k + 1) % 4, 8 + (k + 2) % 4, 12 + (k + 3) % 4);
    }
    for (unsigned i = 0; i < 16; i++)
        out[i] += start[i];
}

static void stir(void)
{
    uint32_t out[16];
    block(UINT64_MAX, out);
    memcpy(key, out, sizeof key);
    uint64_t fresh[2] = {processor_random(), trona_ticks()};
    for (unsigned i = 0; i < 2; i++) {
        key[2 * i] ^= (uint32_t)fresh[i];
        key[2 * i + 1] ^= (uint32_t)(fresh[i] >> 32);
    }
}

void random_init(void)
{
    find_generator();
    for (int i = 0; i < 8; i++)
        stir();
}

void random_bytes(void *data, size_t n)
{
    unsigned char *at = data;
    for (uint64_t counter = 0; n; counter++) {
        uint32_t out[16];
        block(counter, out);
        size_t step = n < sizeof out ? n : sizeof out;
        memcpy(at, out, step);
        at += step;
        n -= step;
    }
    stir();
}

void random_mix(const void *data, size_t n)
{
    const unsigned char *bytes = data;
    for (size_t i = 0; i < n; i++) {
        key[i / 4 % 8] ^= (uint32_t)bytes[i] << (8 * (i % 4));
        if (i % 32 == 31)
            stir();
    }
    stir();
}
