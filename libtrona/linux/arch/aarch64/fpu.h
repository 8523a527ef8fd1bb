// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// The vector state of the program, which the layer itself never uses. See fpu.S.

#include <stdint.h>

void fpu_save(void *vregs);
void fpu_restore(const void *vregs);

static inline uint64_t fpu_get_fpcr(void)
{
    uint64_t v;
    __asm__ volatile("mrs %0, s3_3_c4_c4_0" : "=r"(v));
    return v;
}
static inline uint64_t fpu_get_fpsr(void)
{
    uint64_t v;
    __asm__ volatile("mrs %0, s3_3_c4_c4_1" : "=r"(v));
    return v;
}
static inline void fpu_set_fpcr(uint64_t v) { __asm__ volatile("msr s3_3_c4_c4_0, %0" : : "r"(v)); }
static inline void fpu_set_fpsr(uint64_t v) { __asm__ volatile("msr s3_3_c4_c4_1, %0" : : "r"(v)); }

struct fpu_state {
    uint64_t vregs[64];
    uint64_t fpcr, fpsr;
};

static inline void fpu_state_save(struct fpu_state *s)
{
    fpu_save(s->vregs);
    s->fpcr = fpu_get_fpcr();
    s->fpsr = fpu_get_fpsr();
}

static inline void fpu_state_restore(const struct fpu_state *s)
{
    fpu_restore(s->vregs);
    fpu_set_fpcr(s->fpcr);
    fpu_set_fpsr(s->fpsr);
}
