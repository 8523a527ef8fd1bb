// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

// See Intel's manual, volume 1, chapter 13.

#include "fpu.h"

#include "layer.h"

#include "trona/string.h"

#define CPUID_OSXSAVE (1u << 27)
#define FCW_DEFAULT 0x037f
#define MXCSR_DEFAULT 0x1f80
#define MXCSR_MASK 0xffffu
#define XSTATE_BV 0 // offsets in the XSAVE header

static void cpuid(uint32_t leaf, uint32_t *a, uint32_t *c, uint32_t *d)
{
    uint32_t b;
    *a = leaf;
    *c = 0;
    __asm__("cpuid" : "+a"(*a), "=b"(b), "+c"(*c), "=d"(*d));
}

static uint64_t components(void)
{
    uint32_t a, c, d;
    cpuid(1, &a, &c, &d);
    if (!(c & CPUID_OSXSAVE))
        return 0;
    __asm__("xgetbv" : "=a"(a), "=d"(d) : "c"(0));
    return a & XSAVE_COMPONENTS;
}

uint32_t fpu_state_bytes(uint64_t *out)
{
    *out = components();
    return *out ? XSAVE_BYTES : FXSAVE_BYTES;
}

void fpu_save(struct fpu_state *s)
{
    uint64_t which = components();
    memset(s->area, 0, sizeof s->area);
    if (which)
        __asm__ volatile("xsave64 (%0)" : : "r"(s->area), "a"((uint32_t)which), "d"(0) : "memory");
    else
        __asm__ volatile("fxsave64 (%0)" : : "r"(s->area) : "memory");
}

void fpu_restore(struct fpu_state *s)
{
    uint64_t which = components();
    uint32_t mxcsr;
    uint64_t present;
    memcpy(&mxcsr, s->area + FXSAVE_MXCSR, sizeof mxcsr);
    mxcsr &= MXCSR_MASK; // reserved bits are a fault
    memcpy(s->area + FXSAVE_MXCSR, &mxcsr, sizeof mxcsr);
    memcpy(&present, s->area + FXSAVE_BYTES + XSTATE_BV, sizeof present);
    present &= which;
    memset(s->area + FXSAVE_BYTES, 0, XSAVE_HEADER_BYTES);
    memcpy(s->area + FXSAVE_BYTES + XSTATE_BV, &present, sizeof present);
    if (which)
        __asm__ volatile("xrstor64 (%0)" : : "r"(s->area), "a"((uint32_t)which), "d"(0) : "memory");
    else
        __asm__ volatile("fxrstor64 (%0)" : : "r"(s->area) : "memory");
}

void fpu_reset(void)
{
    struct fpu_state s;
    uint16_t fcw = FCW_DEFAULT;
    uint32_t mxcsr = MXCSR_DEFAULT;
    memset(&s, 0, sizeof s);
    memcpy(s.area, &fcw, sizeof fcw);
    memcpy(s.area + FXSAVE_MXCSR, &mxcsr, sizeof mxcsr);
    fpu_restore(&s);
}

const char arch_platform[] = "x86_64";

// Features of CPUID leaf 1 in EDX, as on Linux.
word_t arch_hwcap(void)
{
    uint32_t a, c, d;
    cpuid(1, &a, &c, &d);
    return d;
}
