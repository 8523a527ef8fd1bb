// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause
#pragma once

// The extended state of the program, which the layer itself never uses: XSAVE's format with x87, SSE and AVX, as in a
// signal frame.

#include <stdint.h>

#define FXSAVE_BYTES 512
#define XSAVE_HEADER_BYTES 64
#define XSAVE_BYTES 832 // with the 256 bytes of AVX
#define FXSAVE_SW_RESERVED 464
#define FXSAVE_MXCSR 24
#define XSAVE_COMPONENTS 7 // x87, SSE, AVX

struct fpu_state {
    uint8_t area[XSAVE_BYTES];
} __attribute__((aligned(64)));

// Bytes of the state and its components: XSAVE_BYTES, or FXSAVE_BYTES and 0 where there is no XSAVE.
uint32_t fpu_state_bytes(uint64_t *components);
void fpu_save(struct fpu_state *s);
// S may come from the program: it is made harmless first.
void fpu_restore(struct fpu_state *s);

static inline void fpu_state_save(struct fpu_state *s) { fpu_save(s); }
static inline void fpu_state_restore(struct fpu_state *s) { fpu_restore(s); }
